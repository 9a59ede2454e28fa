"""Cells as amounts and days: exact, never rounded, never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from api.imports.mapping import Rule
from api.imports.problems import BadRow, Wrong
from api.imports.tables import Row
from ledger.forms import FIRST_YEAR

_AMOUNT = re.compile(r"(?P<sign>-?)¥?(?P<yuan>[0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.(?P<cents>[0-9]*))?元?\Z")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?\Z")
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord("￥"): "¥", ord("　"): " "}
_SUM = re.compile(r"(合|总|小|共|累)\s*计\s*[::]?\Z|\A(sub)?total\b", re.IGNORECASE)
DATE_AS_NAME = "a date in the sheet, which makes one of numbers such as 3-1: write it as text (文本)"


def plain(text: str) -> str:
    """Full-width digits and signs become plain ones: １２．５０ is 12.50."""
    return text.translate(_PLAIN).strip()


def is_sum(text: str) -> bool:
    """Does a row with this in it add up others (合计, 小计 …)?"""
    return _SUM.search(text) is not None


def amount_of(text: str, *, signed: bool = False) -> int:
    """Whole fen of ``1234.50``, ``1,234.5`` or ``¥1,234.50``; more than two decimals are wrong, never rounded."""
    found = _AMOUNT.match(plain(text))
    if found is None:
        raise Wrong("not an amount (digits, then at most two decimals)")
    if found["sign"] and not signed:
        raise Wrong("a negative amount")
    cents = found["cents"] or ""
    if len(cents) > 2:
        raise Wrong("an amount with more than two decimals")
    yuan = found["yuan"].replace(",", "")
    if len(yuan) > 13:
        raise Wrong("an amount that is too large")
    fen = int(yuan) * 100 + int(cents.ljust(2, "0"))
    return -fen if found["sign"] else fen


def written_day(text: str) -> date | None:
    """``2026-9-10``, ``2026/9/10``, ``2026.9.10`` or ``2026年9月10日``: the year first, so nothing is guessed."""
    found = _DAY.match(plain(text))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def day_of(text: str, layout: str | None, today: str) -> str:
    """The day, by the mapping's format or with the year first (as typed cells of a sheet are)."""
    day = _parsed(text, layout)
    if day is None:
        raise Wrong(f"not a date ({layout or 'as 2026-02-05'})")
    if day.year < FIRST_YEAR:
        raise Wrong(f"a date before {FIRST_YEAR}")
    if day.isoformat() > today:
        raise Wrong(f"a date in the future (today is {today})")
    return day.isoformat()


def _parsed(text: str, layout: str | None) -> date | None:
    for layout_tried in _layouts(layout):
        try:
            if layout_tried is None:
                return written_day(text)
            return datetime.strptime(text, layout_tried).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _layouts(layout: str | None) -> Sequence[str | None]:
    return (None,) if layout is None else (layout, None)


def text_of(rule: Rule, row: Row, *, needed: bool = True, name: bool = False) -> str:
    """The cell of a field, translated; "" where it may be blank.

    A ``name`` (of a document, unit, person or thing) is read as the sheet shows it, 00017 and not 17.
    """
    if rule.value is not None:
        text = plain = rule.value
    else:
        column = str(rule.column)
        plain = row.cells[column].strip()
        text = row.shown.get(column, plain) if name else plain
        if name and column in row.dates:
            raise Wrong(DATE_AS_NAME)
    if not text:
        if rule.blank or not needed:
            return ""
        raise Wrong("blank")
    if rule.values is None:
        return text
    for known in (text, plain):
        if known in rule.values:
            return rule.values[known]
    raise Wrong(f"not among the values of the mapping ({', '.join(rule.values)})")


def complaint(row: Row, rule: Rule, reason: str) -> BadRow:
    """About the cell that a field is read from."""
    column = next(rule.columns, "")
    return BadRow(row.line, column, row.cells.get(column, ""), reason)
