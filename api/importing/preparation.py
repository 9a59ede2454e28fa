"""From a file to commands that the ledger will accept: read, planned and rehearsed, with nothing recorded yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.importing.book import Book
from api.importing.findings import Finding, read_findings
from api.importing.mapping import Mapping
from api.importing.plan import Acts, Planner, Step
from api.importing.problems import BadRow, ImportProblem
from api.importing.rehearsal import rehearse
from api.importing.setup import own_ids
from api.importing.tables import Table
from ledger.calendars import local_day
from ledger.decisions import Command
from ledger.interchange import Answer

Progress = Callable[[str, int, int], None]
"""(what is being done, how far, of how much)"""


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Prepared:
    """What an import would do: its steps in the order of time, new and known findings, and the rows left out."""

    file: str
    mapping: Mapping
    rows: int
    new: list[Finding]
    known: list[Finding]
    bad: list[BadRow]
    steps: list[Step]

    @property
    def commands(self) -> list[Command]:
        return [step.command for step in self.steps]

    @property
    def lines(self) -> dict[str, int]:
        """The line of each new finding."""
        return {finding.id: finding.line for finding in self.new}


async def prepare(table: Table, mapping: Mapping, book: Book, now: str, progress: Progress = silent) -> Prepared:
    """Plan and rehearse what was read.  Raises ImportProblem where nothing at all can be imported."""
    found = read_findings(mapping, table.rows, local_day(now))
    planner = Planner(mapping, book, await _persons(mapping, found.good, book), now)
    named, unnamed = planner.known(found.good)
    acts, unplanned = planner.acts(named)
    ids = [command.id for entry in acts for command in entry.commands]
    recorded = await book.recorded([*ids, *own_ids(mapping, named)])
    steps = planner.ordered(acts, recorded)
    refused = await _refused(planner, acts, steps, book, table.file, progress)
    if refused:
        acts = [entry for entry in acts if entry.finding.id not in refused]
        steps = planner.ordered(acts, recorded)
    bad = [*table.bad, *found.bad, *unnamed, *unplanned, *refused.values()]
    new = [entry.finding for entry in acts if not recorded.issuperset(command.id for command in entry.commands)]
    fresh = {finding.id for finding in new}
    return Prepared(
        file=table.file,
        mapping=mapping,
        rows=len(table.rows) + len(table.bad),
        new=new,
        known=[entry.finding for entry in acts if entry.finding.id not in fresh],
        bad=sorted(bad),
        steps=steps if acts else [],
    )


async def _persons(mapping: Mapping, findings: Sequence[Finding], book: Book) -> frozenset[str]:
    """Those of the persons that the import names whom the ledger knows."""
    named = {finding.person.id for finding in findings if finding.person}
    if mapping.verifier:
        named.add(mapping.verifier.person)
    await book.load(f"person-{person}" for person in named)
    return frozenset(person for person in named if book.lookup(f"person-{person}").registered)


async def _refused(
    planner: Planner, acts: Sequence[Acts], steps: Sequence[Step], book: Book, file: str, progress: Progress
) -> dict[str, BadRow]:
    """Rehearse; the findings of which the ledger would refuse a command, each with the first refusal."""
    commands = [step.command for step in steps]
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress("rehearsed", done, len(commands))

    answers = await rehearse(book, commands, advance=advance)
    findings = {entry.finding.id: entry.finding for entry in acts}
    refused: dict[str, BadRow] = {}
    for step, answer in zip(steps, answers, strict=True):
        if answer.ok:
            continue
        if step.finding is None:
            raise ImportProblem(f"{file}: the ledger refuses {_said(step.command, answer)}; nothing is imported")
        refused.setdefault(step.finding, planner.refused(findings[step.finding], _said(step.command, answer)))
    return refused


def _said(command: Command, answer: Answer) -> str:
    return f"{command.decision.name}: {answer.code} {answer.detail}"
