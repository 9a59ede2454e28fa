"""Findings from a table (检查清单导入): a file and a mapping become commands in the order of time.

``mapping`` says what the columns mean, ``tables`` reads CSV and XLSX as text, ``findings`` turns rows into findings or
says what is wrong with them, ``plan`` puts their commands in the order of time, ``rehearsal`` decides them in vain,
``loading`` records them.  Importing the same file again changes nothing.
"""
