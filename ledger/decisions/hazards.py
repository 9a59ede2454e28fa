"""Decisions of the process of the same name."""
