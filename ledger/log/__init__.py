"""The record: append, read, hash, prove."""
