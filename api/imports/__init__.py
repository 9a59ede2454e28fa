"""Imports (导入): a file and its mapping become commands in the order of time; the same file again changes nothing.

``tables`` reads CSV, XLSX and JSON as rows of text, ``pipeline`` carries rows from their reader through the rehearsal,
``recorder`` records them, ``run`` is all of it.  The readers of rows: ``findings``, ``monthly`` (departments' lists and
HR's files), and ``api.prevention`` (hazards of another system).
"""
