"""A company from one workbook (建账): its sheets become the commands that found a ledger, or add to one.

Whole or nothing: every row is read and rehearsed before the first command is recorded, and all of them are recorded
together.  A row that was taken over before is known by its content and changes nothing.
"""
