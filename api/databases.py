"""From settings to the database of a ledger."""

import asyncpg

SERVICE, PROJECTOR = "jiesuan_service", "jiesuan_projector"


def create_pool(dsn: str, role: str | None = None, *, min_size: int = 1, max_size: int = 10) -> asyncpg.Pool:
    """A pool whose sessions act as the role: even our own defect cannot do what the role may not."""
    settings = {"role": role} if role else {}
    return asyncpg.create_pool(dsn, min_size=min_size, max_size=max_size, server_settings=settings)
