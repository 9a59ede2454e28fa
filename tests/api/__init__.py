"""Promises of the edge."""
