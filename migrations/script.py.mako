"""${message}"""

from alembic import op

from migrations.upgrade import run_sql

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    run_sql(op.get_bind(), "${up_revision}.sql")
