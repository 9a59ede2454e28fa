"""From rows to commands that the ledger will accept: in the order of time, rehearsed, with nothing recorded yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.importing.book import Book
from api.importing.plan import Step
from api.importing.problems import BadRow
from api.importing.rehearsal import rehearse
from api.importing.tables import Table
from api.prevention.acts import Incomplete, of_hazard
from api.prevention.mapping import HazardMapping
from api.prevention.rows import HazardRow, hazards_of
from ledger.decisions import Command
from ledger.errors import Invalid

Acts = dict[str, tuple[HazardRow, tuple[Command, ...]]]
"""By hazard: its row and its commands."""


@dataclass(frozen=True)
class Prepared:
    """What an import would do: its steps in the order of time, and the rows left out."""

    file: str
    rows: int
    new: list[str]
    known: list[str]
    lines: dict[str, int]
    bad: list[BadRow]
    steps: list[Step]

    @property
    def commands(self) -> list[Command]:
        return [step.command for step in self.steps]


async def prepare(table: Table, mapping: HazardMapping, book: Book) -> Prepared:
    """Plan and rehearse what was read."""
    rows, bad = hazards_of(mapping, table.rows)
    acts, unplanned = planned(mapping, rows)
    recorded = await book.recorded([command.id for _, commands in acts.values() for command in commands])
    steps = ordered(acts, recorded)
    refused = await _refused(mapping, acts, steps, book)
    steps = [step for step in steps if step.finding not in refused]
    good = [hazard for hazard in acts if hazard not in refused]
    new = {step.finding for step in steps}
    return Prepared(
        file=table.file,
        rows=len(table.rows) + len(table.bad),
        new=[hazard for hazard in good if hazard in new],
        known=[hazard for hazard in good if hazard not in new],
        lines={hazard: row.line for hazard, (row, _) in acts.items()},
        bad=sorted([*table.bad, *bad, *unplanned, *refused.values()]),
        steps=steps,
    )


def planned(mapping: HazardMapping, rows: Sequence[HazardRow]) -> tuple[Acts, list[BadRow]]:
    """The commands of every row, and the rows that have none; a hazard stands in one row."""
    acts: Acts = {}
    bad: list[BadRow] = []
    for row in rows:
        if row.hazard in acts:
            column = mapping.column_of("hazard")
            bad.append(BadRow(row.line, column, row.hazard, f"is in line {acts[row.hazard][0].line} already"))
            continue
        try:
            acts[row.hazard] = row, tuple(of_hazard(mapping, row))
        except Incomplete as incomplete:
            bad.append(BadRow(row.line, mapping.column_of(incomplete.field), "", str(incomplete)))
        except Invalid as refusal:
            bad.append(complaint(mapping, row, f"INVALID: {refusal.detail}"))
    return acts, bad


def ordered(acts: Acts, recorded: frozenset[str]) -> list[Step]:
    """What is not recorded yet, in the order of time."""
    steps = [
        Step(command, hazard)
        for hazard, (_, commands) in acts.items()
        for command in commands
        if command.id not in recorded
    ]
    return sorted(steps, key=lambda step: step.command.at)


async def _refused(mapping: HazardMapping, acts: Acts, steps: Sequence[Step], book: Book) -> dict[str, BadRow]:
    """The hazards of which the ledger would refuse a command, each with the first refusal."""
    answers = await rehearse(book, [step.command for step in steps])
    refused: dict[str, BadRow] = {}
    for step, answer in zip(steps, answers, strict=True):
        if not answer.ok:
            hazard = str(step.finding)
            reason = f"{step.command.decision.name}: {answer.code} {answer.detail}"
            refused.setdefault(hazard, complaint(mapping, acts[hazard][0], reason))
    return refused


def complaint(mapping: HazardMapping, row: HazardRow, reason: str) -> BadRow:
    """A refusal at the column whose field or value it names, where it names one."""
    for field, value in row.fields.items():
        if f"$.{field}" in reason or f"INVALID {field}:" in reason or reason.endswith(f" {value}"):
            return BadRow(row.line, mapping.column_of(field), value, reason)
    return BadRow(row.line, "", "", reason)
