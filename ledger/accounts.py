"""The account chart (domain §4): code word, colon, owner.  Balance = credits − debits.  docs/glossary.md names them.

Pools, payables, deposits and funds are normally positive, sources and receivables negative, clearing zero.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple


class AccountCode(StrEnum):
    """The code word of an account; with its owner it is the account itself, as ``POOL_WAGE:W1``."""

    SRC_WAGE = "SRC_WAGE"
    SRC_GROUP = "SRC_GROUP"
    SRC_QUOTA = "SRC_QUOTA"
    SRC_PROJECT = "SRC_PROJECT"
    SRC_BONUS = "SRC_BONUS"
    SRC_DEPOSIT = "SRC_DEPOSIT"
    POOL_WAGE = "POOL_WAGE"
    POOL_SAFETY = "POOL_SAFETY"
    POOL_PROJECT = "POOL_PROJECT"
    FUND_SAFETY = "FUND_SAFETY"
    PAY_PERF = "PAY_PERF"
    PAY_SAFETY = "PAY_SAFETY"
    PAY_BONUS = "PAY_BONUS"
    DEP_RISK = "DEP_RISK"
    DUE_PERSON = "DUE_PERSON"
    DUE_UNIT = "DUE_UNIT"
    CLR_TRADE = "CLR_TRADE"
    ESC_DISPUTE = "ESC_DISPUTE"
    OUT_PAYROLL = "OUT_PAYROLL"


OPENING = "OPENING"  # belongs to nobody
PAYABLE = frozenset({AccountCode.PAY_PERF, AccountCode.PAY_SAFETY, AccountCode.PAY_BONUS})
PERSONAL = frozenset(
    {AccountCode.PAY_PERF, AccountCode.PAY_SAFETY, AccountCode.PAY_BONUS, AccountCode.DEP_RISK, AccountCode.DUE_PERSON}
)
CENTRAL = frozenset({AccountCode.FUND_SAFETY, AccountCode.CLR_TRADE, AccountCode.ESC_DISPUTE, AccountCode.OUT_PAYROLL})
ROOTED = frozenset({AccountCode.SRC_GROUP, AccountCode.SRC_BONUS, AccountCode.SRC_DEPOSIT})
POOLS = {"wage": AccountCode.POOL_WAGE, "safety": AccountCode.POOL_SAFETY, "project": AccountCode.POOL_PROJECT}
NEVER_NEGATIVE = frozenset(
    {
        AccountCode.POOL_WAGE,
        AccountCode.POOL_SAFETY,
        AccountCode.POOL_PROJECT,
        AccountCode.FUND_SAFETY,
        AccountCode.PAY_PERF,
        AccountCode.PAY_SAFETY,
        AccountCode.PAY_BONUS,
        AccountCode.DEP_RISK,
    }
)


class Account(NamedTuple):
    """An account's code word and owner (a unit, a centre, the root or a person)."""

    code: AccountCode
    owner: str


def account_of(code: AccountCode, owner: str) -> str:
    return f"{code}:{owner}"


def parse(account: str) -> Account:
    """The account of a code like ``POOL_WAGE:W1``.  Raises ValueError for a code word outside the chart."""
    word, _, owner = account.partition(":")
    if not owner:
        raise ValueError(f"{account} is not an account code")
    return Account(AccountCode(word), owner)


@lru_cache(maxsize=65_536)
def owner_stream(account: str) -> str | None:
    """The stream of the account's owner; None for OPENING, which belongs to nobody."""
    word, _, owner = account.partition(":")
    if not owner:
        return None
    return f"person-{owner}" if word in PERSONAL else f"unit-{owner}"
