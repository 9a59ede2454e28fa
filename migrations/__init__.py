"""The database schema, step by step, in SQL that a database administrator can read."""

from migrations.upgrade import Connection, ensure_roles, newest_revision, revision_of, upgrade

__all__ = ["Connection", "ensure_roles", "newest_revision", "revision_of", "upgrade"]
