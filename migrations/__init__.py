"""The database schema, step by step, in SQL that a database administrator can read."""

from migrations.upgrade import (
    Connection,
    ensure_roles,
    known_revisions,
    newest_revision,
    revision_of,
    roles_are_ready,
    upgrade,
)

__all__ = [
    "Connection",
    "ensure_roles",
    "known_revisions",
    "newest_revision",
    "revision_of",
    "roles_are_ready",
    "upgrade",
]
