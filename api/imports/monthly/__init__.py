"""Files of a settlement month: departments' lists (买卖明细), control figures, gross wages, what payroll really paid.

``mapping`` says what the columns mean, ``rows`` reads cells as the fields of a kind or says what is wrong with them,
``kinds`` turns good rows into commands of the contract, ``prior`` looks up what the ledger was told before, ``reader``
leaves that out.  A file is taken whole or not at all, unless asked otherwise; taking it again changes nothing.
"""
