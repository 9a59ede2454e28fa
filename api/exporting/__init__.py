"""Files of an open ledger: one paper at once, or everything of a month, batch by batch."""
