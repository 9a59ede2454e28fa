"""Exports of the ledger as files: papers, journals for accounting programs, data sets for auditors, the record itself.

A paper (statement, personal list, day sheet, payroll file) is laid out once (``model``, ``papers``, ``lists``) and
written as text, XLSX, PDF or CSV.  No format reckons a figure of its own: what a spreadsheet sums by formula has the
query's figure as its stored value, and tests compare the two.
"""
