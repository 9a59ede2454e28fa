"""Reconciliation (对账) of a centre's month: run it, repeat a run, resolve an exception."""
