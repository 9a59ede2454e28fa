"""Decisions, told as given, when, then."""
