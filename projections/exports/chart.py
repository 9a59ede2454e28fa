"""The account chart (domain §4) as accounting programs know it: number, type, side, and names they take.

``POOL_WAGE:W1`` is ``Liabilities:POOL-WAGE:W1`` to beancount and hledger.  An owner's letters and digits stay, and so
do hyphens between them; anything else is written ``--<hex of the code point>-``.  A component has to begin with a
capital letter or a digit: where it would not, ``X`` stands before the escape of its first character.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from ledger.accounts import OPENING, PERSONAL, AccountCode
from ledger.words import zh


class Heading(NamedTuple):
    """One code word of the chart: its number, the type of account that it is, and its normal side."""

    number: str
    type: str
    side: str


CHART: dict[str, Heading] = {
    AccountCode.SRC_WAGE: Heading("1001", "Assets", "D"),
    AccountCode.SRC_GROUP: Heading("1002", "Assets", "D"),
    AccountCode.SRC_QUOTA: Heading("1003", "Assets", "D"),
    AccountCode.SRC_PROJECT: Heading("1004", "Assets", "D"),
    AccountCode.SRC_BONUS: Heading("1005", "Assets", "D"),
    AccountCode.SRC_DEPOSIT: Heading("1006", "Assets", "D"),
    AccountCode.POOL_WAGE: Heading("2001", "Liabilities", "C"),
    AccountCode.POOL_SAFETY: Heading("2002", "Liabilities", "C"),
    AccountCode.POOL_PROJECT: Heading("2003", "Liabilities", "C"),
    AccountCode.FUND_SAFETY: Heading("2004", "Liabilities", "C"),
    AccountCode.PAY_PERF: Heading("3001", "Liabilities", "C"),
    AccountCode.PAY_SAFETY: Heading("3002", "Liabilities", "C"),
    AccountCode.PAY_BONUS: Heading("3003", "Liabilities", "C"),
    AccountCode.DEP_RISK: Heading("3004", "Liabilities", "C"),
    AccountCode.DUE_PERSON: Heading("3101", "Assets", "D"),
    AccountCode.DUE_UNIT: Heading("3102", "Assets", "D"),
    AccountCode.CLR_TRADE: Heading("4001", "Equity", "C"),
    AccountCode.ESC_DISPUTE: Heading("4002", "Liabilities", "C"),
    AccountCode.OUT_PAYROLL: Heading("4003", "Liabilities", "C"),
    OPENING: Heading("4004", "Equity", "C"),
}
"""Every code word that an entry can have."""

ESCAPED = re.compile("--([0-9a-f]+)-")


def heading(account: str) -> Heading:
    """The code word of an account."""
    return CHART[account.partition(":")[0]]


def owner(account: str) -> str:
    """The owner of an account, a unit or person; empty for OPENING, which belongs to nobody."""
    return account.partition(":")[2]


def is_personal(account: str) -> bool:
    return account.partition(":")[0] in PERSONAL


def title(account: str) -> str:
    """Name that a person reads: ``单位工资总额池 W1``."""
    return f"{zh('account', account.partition(':')[0])} {owner(account)}".rstrip()


@lru_cache(maxsize=100_000)
def outside(account: str) -> str:
    """The name that beancount and hledger take; ``inside`` leads back."""
    word, colon, name = account.partition(":")
    return f"{CHART[word].type}:{word.replace('_', '-')}{colon}{component(name) if colon else ''}"


def inside(name: str) -> str:
    """The account of a name that ``outside`` has made."""
    _, word, *rest = name.split(":")
    return ":".join([word.replace("-", "_"), *map(original, rest)])


def component(text: str) -> str:
    """An owner as one component of an account name."""
    made = "".join(_kept(text, at) for at in range(len(text)))
    if made.startswith("X--") or not _may_begin(made[:1]):
        made = "X" + _escape(text[0]) + "".join(_kept(text, at) for at in range(1, len(text)))
    return made


def original(component: str) -> str:
    """The owner of such a component."""
    written = component[1:] if component.startswith("X--") else component
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), written)


def _kept(text: str, at: int) -> str:
    """A character as it is, or escaped; a hyphen only stays between two that do, so that two of them are an escape."""
    sign = text[at]
    if sign == "-":
        safe = 0 < at < len(text) - 1 and _is_safe(text[at - 1]) and _is_safe(text[at + 1])
    else:
        safe = _is_safe(sign)
    return sign if safe else _escape(sign)


def _escape(sign: str) -> str:
    return f"--{ord(sign):x}-"


def _is_safe(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category[0] == "L" or category == "Nd"


def _may_begin(sign: str) -> bool:
    return bool(sign) and unicodedata.category(sign) in ("Lu", "Nd")
