"""Reconciliation of a centre's month (对账, R1–R15): what is read of the books, and the checks on it.

Each check is a function from rows to exceptions that knows no database; ``CHECKS`` is their order.
"""

import projections.queries  # noqa: F401 - first: queries ask for reconciliations, which read by the queries' kernel
