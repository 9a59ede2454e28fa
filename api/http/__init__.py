"""HTTP: the application, its problems and its doors.  What is about a ledger: `/v1`, `/ledgers/{ledger}/v1`."""
