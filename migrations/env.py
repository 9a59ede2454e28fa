"""Alembic's entry: runs the migrations on the connection that `migrations.upgrade` has opened."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="schema_version",
    version_table_schema="log",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
