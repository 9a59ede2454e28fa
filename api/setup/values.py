"""Cells as people write them: days, months, amounts, choices; everything doubtful is Wrong, nothing is guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from api.imports.cells import amount_of, plain, written_day
from api.imports.problems import Wrong
from api.setup.national_calendars import TO, days
from ledger.money import yuan
from ledger.policy import KEYS
from ledger.words.word import Word

Read = Callable[[str], Any]

_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?\Z", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::00)?\Z", re.ASCII)
YES, NO = ("是", "有", "√", "Y", "TRUE", "1"), ("否", "无", "×", "N", "FALSE", "0")


def text(cell: str) -> str:
    return cell


def day(cell: str) -> str:
    if (found := written_day(cell)) is None:
        raise Wrong("not a date such as 2026-09-10")
    return found.isoformat()


def month(cell: str) -> str:
    """``2026-9`` and the like; a whole date of a sheet stands for its month."""
    if whole := written_day(cell):
        return whole.isoformat()[:7]
    found = _MONTH.match(plain(cell))
    if found is None or not 1 <= int(found[2]) <= 12:
        raise Wrong("not a month such as 2026-09")
    return f"{found[1]}-{int(found[2]):02d}"


def span(cell: str) -> str:
    """A year, a quarter or a month."""
    written = plain(cell).removesuffix("年")
    return written if re.fullmatch(r"\d{4}(-Q[1-4])?", written) else month(cell)


def year(cell: str) -> str:
    written = plain(cell).removesuffix("年")
    if not re.fullmatch(r"\d{4}", written):
        raise Wrong("not a year such as 2026")
    return written


def amount(cell: str) -> str:
    """An amount, less than nothing where something is owed."""
    return yuan(amount_of(cell, signed=True))


def number(cell: str) -> int:
    written = plain(cell)
    if not re.fullmatch(r"\d{1,9}", written):
        raise Wrong("not a whole number")
    return int(written)


def clock(cell: str) -> str:
    """A time of day such as ``8:00``; a sheet's own times come with seconds."""
    found = _CLOCK.match(plain(cell))
    if found is None:
        raise Wrong("not a time of day such as 08:00")
    return f"{int(found[1]):02d}:{found[2]}"


def flag(cell: str) -> bool:
    written = plain(cell).upper()
    if written in YES:
        return True
    if written in NO:
        return False
    raise Wrong("neither 是 nor 否")


def day_list(cell: str) -> list[str]:
    """Days and spans of days (``2026-10-01..2026-10-07``), with commas or spaces between them."""
    spans = re.split(r"[,、;\s]+", plain(cell).replace("~", TO))
    return list(days(TO.join(day(end) for end in each.split(TO)) for each in spans if each))


def choice(words: Mapping[str, Word]) -> Read:
    """The code of a word of the glossary, or the code itself."""
    codes = {code: code for code in words}
    for code, word in words.items():
        codes |= dict.fromkeys((word.zh, *word.zh.split(", ")), code)

    def read(cell: str) -> str:
        if (found := codes.get(cell) or codes.get(plain(cell))) is None:
            raise Wrong(f"none of {', '.join(word.zh for word in words.values())}")
        return found

    return read


def policy_value(key: str, cell: str) -> Any:
    """The cell as a value of this policy: yes or no, a whole number, an amount, a word, or JSON for tables."""
    written = plain(cell)
    for read in (flag, number, amount, lambda _: written, lambda _: cell, lambda _: json.loads(cell)):
        try:
            value = read(cell)
        except (Wrong, ValueError):
            continue
        if key not in KEYS or KEYS[key].check(value):
            return value
    raise Wrong(f"not a value of the policy {key}")
