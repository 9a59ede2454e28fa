"""Interchange of hazards with double-prevention systems (双重预防, L13): their upload fields, our commands.

``mapping`` says which column is which field and by which codes, ``values`` turns a value of ours into theirs and back,
``writer`` writes what the ledger knows, ``rows`` and ``acts`` make commands of what a file says, ``reader`` gives them
to the pipeline of imports.  A ledger that imports what another has exported exports the same.
"""
