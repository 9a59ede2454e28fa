"""Jobs: long work that was asked for, its progress and its results."""

from alembic import op

from migrations.upgrade import run_sql

revision = "0002_jobs"
down_revision = "0001_log"


def upgrade() -> None:
    run_sql(op.get_bind(), "0002_jobs.sql")
