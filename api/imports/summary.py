"""An import for the person at the terminal: totals, rows that are left out, and what was recorded."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.table import Table

from api.imports.problems import BadRow
from api.imports.recorder import Outcome

SHOWN_BAD_ROWS = 20


def totals(title: str, rows: Iterable[tuple[str, str | int]]) -> RenderableType:
    """Counts with their labels."""
    table = Table(title=title, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for label, value in rows:
        table.add_row(label, value if isinstance(value, str) else f"{value:,}")
    return table


def bad_rows(bad: list[BadRow]) -> RenderableType:
    table = Table("line", "column", "value", "reason", title="Rows that cannot be imported")
    for row in bad[:SHOWN_BAD_ROWS]:
        table.add_row(str(row.line), row.column, row.value[:40], row.reason)
    if len(bad) > SHOWN_BAD_ROWS:
        table.add_row("…", "", "", f"and {len(bad) - SHOWN_BAD_ROWS} more (all of them with --json)")
    return table


def show_outcome(outcome: Outcome | None, console: Console) -> None:
    """How much was recorded, and what was refused after all."""
    if outcome is None:
        console.print("Nothing was recorded.")
        return
    console.print(f"Recorded {outcome.facts:,} facts of {outcome.commands:,} commands.")
    if outcome.refused:
        console.print(bad_rows(outcome.refused))
