"""The database schema, step by step, in SQL that a database administrator can read."""
