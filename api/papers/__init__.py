"""Papers (statements, personal lists, day sheets, payroll files): one at once, or all of a month, batch by batch."""
