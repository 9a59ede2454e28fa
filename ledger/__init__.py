"""The ledger: facts, the states they make, the decisions that record them, and the log that keeps them."""
