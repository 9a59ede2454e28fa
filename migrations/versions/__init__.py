"""One module for each step of the schema; the SQL is beside them in sql/."""
