"""The log: facts, the subjects that they concern, and a cache of folded states."""

from alembic import op

from migrations.upgrade import run_sql

revision = "0001_log"
down_revision = None


def upgrade() -> None:
    run_sql(op.get_bind(), "0001_log.sql")
