"""Interchange of hazards with double-prevention systems (双重预防, L13): their upload fields, our commands.

``mapping`` says which column is which field and by which codes, ``values`` turns a value of ours into theirs and back,
``exporting`` writes what the ledger knows, ``rows`` and ``acts`` make commands of what a file says, ``preparation``
rehearses them.  What is exported and imported elsewhere is exported there the same.
"""
