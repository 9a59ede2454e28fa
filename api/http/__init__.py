"""HTTP: the application, its problems and its doors.  The addresses of a ledger: `/v1`, `/ledgers/{ledger}/v1`."""
