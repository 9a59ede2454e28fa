"""Exports for accountants and auditors: journals, data sets and the record itself, from one snapshot."""
