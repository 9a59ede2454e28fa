"""Promises of the schema."""
