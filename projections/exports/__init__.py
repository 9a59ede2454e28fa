"""What leaves the ledger as files: journals for accounting programs, data sets for auditors, the record itself."""
