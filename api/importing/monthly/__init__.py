"""Files of a settlement month: departments' lists (买卖明细), control figures, gross wages, what payroll really paid.

``mapping`` says what the columns mean, ``rows`` reads cells as the fields of a kind or says what is wrong with them,
``kinds`` turns good rows into commands of the contract, ``preparation`` leaves out what the ledger has and rehearses
the rest.  A file is taken whole or not at all, unless asked otherwise; taking it again changes nothing.
"""
