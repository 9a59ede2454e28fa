"""One value of ours as the other system writes it, and back: codes, local times, amounts in 万元."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation

from api.imports.problems import Wrong
from api.prevention.mapping import AMOUNTS, DAYS, MOMENTS, Column
from ledger.calendars import at_local, local
from ledger.forms import FIRST_YEAR
from ledger.money import plain

ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?)?\Z")
CLOCK, DAY = "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"


def written(column: Column, value: object) -> str:
    """Our value in their form; what is not known is blank."""
    if column.value is not None:
        return column.value
    if value is None:
        return ""
    text = str(value)
    if column.codes is not None:
        if text not in column.codes:
            raise Wrong(f"{column.field} {text} has no code")
        return column.codes[text]
    if column.field in MOMENTS:
        return local(text).strftime(column.format or CLOCK)
    if column.field in DAYS:
        return datetime.fromisoformat(text).strftime(column.format or DAY)
    if column.field in AMOUNTS:
        return plain(Decimal(text) / Decimal(column.unit))
    return text


def read_back(column: Column, cell: str) -> str:
    """Their cell in our form, "" where it is blank."""
    if column.value is not None:
        if cell.strip() != column.value:
            raise Wrong(f"not {column.value}, which the mapping says of every row")
        return ""
    if not cell.strip():
        return ""
    if column.codes is not None:
        return _own(column.codes, cell.strip())
    if column.field in MOMENTS:
        return at_local(_time(cell.strip(), column.format or CLOCK))
    if column.field in DAYS:
        return _time(cell.strip(), column.format or DAY).date().isoformat()
    if column.field in AMOUNTS:
        return _amount(cell.strip(), Decimal(column.unit))
    return cell


def _own(codes: dict[str, str], code: str) -> str:
    for own, theirs in codes.items():
        if theirs == code:
            return own
    raise Wrong(f"not among the codes of the mapping ({', '.join(dict.fromkeys(codes.values()))})")


def _time(text: str, layout: str) -> datetime:
    """By the mapping's format, or as ISO (what typed cells of a sheet are)."""
    try:
        found = datetime.strptime(text, layout)  # noqa: DTZ007 - Shanghai wall time
    except ValueError:
        found = _iso(text, layout)
    if found.year < FIRST_YEAR:
        raise Wrong(f"a date before {FIRST_YEAR}")
    return found


def _iso(text: str, layout: str) -> datetime:
    try:
        found = datetime.fromisoformat(text) if ISO.match(text) else None
    except ValueError:
        found = None
    if found is None:
        raise Wrong(f"not written as {layout}")
    return found


def _amount(text: str, unit: Decimal) -> str:
    """Yuan with two digits; what is no whole number of fen was not written by a ledger."""
    try:
        amount = Decimal(text) * unit
    except InvalidOperation:
        raise Wrong("not an amount") from None
    if not amount.is_finite() or amount < 0 or amount >= 10**13 or amount != round(amount, 2):
        raise Wrong("not a positive amount of whole fen")
    return f"{amount:.2f}"
