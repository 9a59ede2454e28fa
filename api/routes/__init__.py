"""HTTP: a module for each group of addresses.  What is about a ledger hangs below `/v1` and `/ledgers/{ledger}/v1`."""
