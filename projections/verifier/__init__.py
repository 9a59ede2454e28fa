"""The offline verifier: checks an exported log with nothing but Python's own library.

It imports nothing of the service and needs no database.  Hashes, tree, chain and posting rules are written a second
time here, from the documents: two implementations that agree are evidence, one is an opinion.

    python -m projections.verifier FILE

The directory can be copied to a machine without the service: there it is ``python -m verifier FILE``.
"""
