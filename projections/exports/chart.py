"""The account chart (domain §4) as accounting programs know it: number, Chinese name, type, and names they take.

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


class Heading(NamedTuple):
    """One code word of the chart: its number, what it is called, which type of account it is and its normal side."""

    number: str
    name: str
    type: str
    side: str


CHART: dict[str, Heading] = {
    AccountCode.SRC_WAGE: Heading("1001", "年度工资指标来源", "Assets", "D"),
    AccountCode.SRC_GROUP: Heading("1002", "集团专项投入", "Assets", "D"),
    AccountCode.SRC_QUOTA: Heading("1003", "计件定额工资来源", "Assets", "D"),
    AccountCode.SRC_PROJECT: Heading("1004", "工程款来源", "Assets", "D"),
    AccountCode.SRC_BONUS: Heading("1005", "奖励来源", "Assets", "D"),
    AccountCode.SRC_DEPOSIT: Heading("1006", "抵押金收存", "Assets", "D"),
    AccountCode.POOL_WAGE: Heading("2001", "单位工资总额池", "Liabilities", "C"),
    AccountCode.POOL_SAFETY: Heading("2002", "安全工资池", "Liabilities", "C"),
    AccountCode.POOL_PROJECT: Heading("2003", "工程款池", "Liabilities", "C"),
    AccountCode.FUND_SAFETY: Heading("2004", "安全奖惩基金", "Liabilities", "C"),
    AccountCode.PAY_PERF: Heading("3001", "应付绩效(计件)工资", "Liabilities", "C"),
    AccountCode.PAY_SAFETY: Heading("3002", "应付安全工资", "Liabilities", "C"),
    AccountCode.PAY_BONUS: Heading("3003", "应付奖励", "Liabilities", "C"),
    AccountCode.DEP_RISK: Heading("3004", "风险抵押金", "Liabilities", "C"),
    AccountCode.DUE_PERSON: Heading("3101", "应收个人赔付(待扣)", "Assets", "D"),
    AccountCode.DUE_UNIT: Heading("3102", "应收单位赔付", "Assets", "D"),
    AccountCode.CLR_TRADE: Heading("4001", "交易清算", "Equity", "C"),
    AccountCode.ESC_DISPUTE: Heading("4002", "争议暂存", "Liabilities", "C"),
    AccountCode.OUT_PAYROLL: Heading("4003", "已移交发放", "Liabilities", "C"),
    OPENING: Heading("4004", "期初", "Equity", "C"),
}
"""Every code word that an entry can have."""

ESCAPED = re.compile("--([0-9a-f]+)-")


def heading(account: str) -> Heading:
    """The code word of an account."""
    return CHART[account.partition(":")[0]]


def owner(account: str) -> str:
    """The unit or person whose account it is; empty for OPENING, which belongs to nobody."""
    return account.partition(":")[2]


def is_personal(account: str) -> bool:
    return account.partition(":")[0] in PERSONAL


def title(account: str) -> str:
    """What a person reads: ``单位工资总额池 W1``."""
    return f"{heading(account).name} {owner(account)}".rstrip()


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
