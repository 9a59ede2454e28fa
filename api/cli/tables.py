"""Answers for people: tables in the terminal; for programs: JSON."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from rich.box import SIMPLE
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from api.cli.options import Options
from ledger.calendars import on_the_wall

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
WHOLE = re.compile(r"-?[0-9.:TZ-]+\Z")
"""Numbers, dates and moments: never broken into two lines."""

PAPER_WIDTH = 160
"""Of what does not go to a terminal."""

LONGEST_CELL = 60

COLUMNS = {
    "entries": ["position", "business_date", "fact", "document", "counter", "qty", "debit", "credit", "balance"],
    "facts": [
        *("position", "at", "recorded_at", "stream", "fact", "business_date", "by", "command", "documents", "data"),
    ],
}
COLUMNS["lines"] = COLUMNS["entries"]


def show(options: Options, result: Mapping[str, Any]) -> None:
    """One answer."""
    if options.json:
        sys.stdout.buffer.write(msgspec.json.encode(result) + b"\n")
        return
    console = Console(width=None if sys.stdout.isatty() else PAPER_WIDTH)
    plain = {name: value for name, value in result.items() if not _is_rows(value)}
    if plain:
        console.print(_pairs(plain))
    for name, rows in result.items():
        if rows and _is_rows(rows):
            console.print(_rows(name, rows.items() if isinstance(rows, dict) else rows))
    empty = [name.replace("_", " ") for name in result if name not in plain]
    if empty and not any(result.values()):
        console.print(f"No {' and no '.join(empty)}.")


def _is_rows(value: Any) -> bool:
    """A list of objects is a table of its own, and so is a longer mapping."""
    if isinstance(value, dict):
        return True
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _pairs(values: Mapping[str, Any]) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column()
    for name, value in values.items():
        table.add_row(name, _cell(value))
    return table


def _rows(name: str, rows: Any) -> Table:
    listed = [row if isinstance(row, dict) else {"": row[0], name: row[1]} for row in rows]
    columns = _columns(name, listed)
    table = Table(title=name.replace("_", " "), title_justify="left", title_style="bold", box=SIMPLE)
    for column in columns:
        values = [row.get(column) for row in listed]
        justify: JustifyMethod = "right" if all(_matches(NUMBER, value) for value in values) else "left"
        whole = all(_matches(WHOLE, value) for value in values)
        table.add_column(column.replace("_", " "), justify=justify, overflow="fold", no_wrap=whole)
    for row in listed:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    return table


def _columns(name: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Those that say something in at least one row."""
    names = COLUMNS.get(name) or list(dict.fromkeys(column for row in rows for column in row))
    return [column for column in names if any(row.get(column) not in (None, "", [], {}) for row in rows)]


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return value is None or (isinstance(value, int | str) and pattern.match(str(value)) is not None)


def _in_words(value: Any) -> str:
    """A list of names as these names, anything else as JSON."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return " ".join(value)
    return msgspec.json.encode(value).decode()


def _cell(value: Any) -> Text:
    """As text: what comes from the ledger is never read as markup."""
    if value is None:
        return Text("")
    text = on_the_wall(value if isinstance(value, str) else _in_words(value))
    return Text(text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…")
