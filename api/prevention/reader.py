"""The reader of hazards of another system: each row becomes the commands that bring its hazard where the row has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import typer
from rich.console import Console

from api.imports.book import PINNED, Book
from api.imports.pipeline import Entry, Plan, Prepared, Reader, Values, said, sorted_out
from api.imports.problems import BadRow
from api.imports.tables import Row
from api.prevention.acts import Incomplete, of_hazard
from api.prevention.mapping import HazardMapping
from api.prevention.rows import HazardRow, hazard_of
from ledger.decisions import Command
from ledger.errors import Invalid
from ledger.interchange import Answer


@dataclass(frozen=True)
class HazardPlan(Plan[HazardRow]):
    """A plan whose refusals are told at the column that they name."""

    mapping: HazardMapping = field(kw_only=True)

    def refused(self, entry: Entry[HazardRow], command: Command, answer: Answer) -> BadRow:
        return complaint(self.mapping, entry.items[0], said(command, answer))


class HazardReader(Reader[HazardRow]):
    """Reads hazards in the upload fields of a double-prevention system."""

    pinned = PINNED
    mapping: HazardMapping

    def __init__(self, mapping: HazardMapping) -> None:
        self.mapping = mapping

    async def plan(self, rows: Sequence[Row], book: Book) -> Plan[HazardRow]:
        hazards, bad = sorted_out(rows, lambda row: hazard_of(self.mapping, row))
        entries, unplanned = _entries(self.mapping, hazards)
        return HazardPlan(entries, [*bad, *unplanned], mapping=self.mapping)

    def values(self, prepared: Prepared[HazardRow]) -> Values:
        return {}

    def show(self, prepared: Prepared[HazardRow], values: Values, console: Console) -> None:
        new, known = values["new"], values["known"]
        typer.echo(f"{prepared.rows} rows: {new} new or moved on, {known} known already.")
        for row in prepared.bad:
            typer.echo(row.sentence(prepared.file))


def _entries(mapping: HazardMapping, rows: Sequence[HazardRow]) -> tuple[list[Entry[HazardRow]], list[BadRow]]:
    """The commands of every row, and the rows that have none; a hazard stands in one row."""
    entries: dict[str, Entry[HazardRow]] = {}
    bad: list[BadRow] = []
    for row in rows:
        if row.hazard in entries:
            column = mapping.column_of("hazard")
            bad.append(BadRow(row.line, column, row.hazard, f"is in line {entries[row.hazard].line} already"))
            continue
        try:
            entries[row.hazard] = Entry(row.line, (row,), tuple(of_hazard(mapping, row)))
        except Incomplete as incomplete:
            bad.append(BadRow(row.line, mapping.column_of(incomplete.field), "", str(incomplete)))
        except Invalid as refusal:
            bad.append(complaint(mapping, row, f"INVALID: {refusal.detail}"))
    return list(entries.values()), bad


def complaint(mapping: HazardMapping, row: HazardRow, reason: str) -> BadRow:
    """A refusal at the column whose field or value it names, where it names one."""
    for name, value in row.fields.items():
        if f"INVALID: {name}:" in reason or f"INVALID {name}:" in reason or reason.endswith(f" {value}"):
            return BadRow(row.line, mapping.column_of(name), value, reason)
    return BadRow(row.line, "", "", reason)
