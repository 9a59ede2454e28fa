"""The databases of ledgers: the schema, step by step in SQL that a database administrator can read, and their server.

``postgres`` keeps our own PostgreSQL running, or finds the one that a URL names, and imports nothing else of ours;
``upgrade`` brings a database to the newest schema; ``preparation`` does all of it for a ledger.
"""

from migrations.preparation import durability_warnings, prepare
from migrations.upgrade import (
    PROJECTOR,
    SERVICE,
    Connection,
    ensure_roles,
    known_revisions,
    newest_revision,
    revision_of,
    roles_are_ready,
    upgrade,
)

__all__ = [
    "PROJECTOR",
    "SERVICE",
    "Connection",
    "durability_warnings",
    "ensure_roles",
    "known_revisions",
    "newest_revision",
    "prepare",
    "revision_of",
    "roles_are_ready",
    "upgrade",
]
