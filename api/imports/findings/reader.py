"""The reader of a table of findings: rows become hazards and slips, and the ledger gets the units that it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console

from api.imports.book import PINNED, Book
from api.imports.findings import summary
from api.imports.findings.documents import told_otherwise
from api.imports.findings.mapping import FindingsMapping
from api.imports.findings.planner import Planner
from api.imports.findings.rows import Finding, FindingRows
from api.imports.findings.setup import own_ids
from api.imports.pipeline import Entry, Plan, Prepared, Reader, Step, Values, said, sorted_out
from api.imports.problems import BadRow
from api.imports.tables import Row
from ledger.calendars import local_day
from ledger.decisions import Command
from ledger.interchange import Answer


@dataclass(frozen=True)
class FindingsPlan(Plan[Finding]):
    """A plan whose steps are set-up, moves and the clock as well."""

    planner: Planner = field(kw_only=True)

    def steps(self, entries: Sequence[Entry[Finding]], recorded: frozenset[str]) -> list[Step]:
        return self.planner.steps(entries, recorded)

    def refused(self, entry: Entry[Finding], command: Command, answer: Answer) -> BadRow:
        return self.planner.refused(entry.items[0], said(command, answer))


class FindingsReader(Reader[Finding]):
    """Reads findings; ``now`` is the moment after which nothing can have happened."""

    pinned = PINNED
    mapping: FindingsMapping

    def __init__(self, mapping: FindingsMapping, now: str) -> None:
        self.mapping = mapping
        self._now = now

    async def plan(self, rows: Sequence[Row], book: Book) -> Plan[Finding]:
        findings, bad = sorted_out(rows, FindingRows(self.mapping, local_day(self._now)).read)
        otherwise = await told_otherwise(self.mapping, findings, book)
        findings = [finding for finding in findings if finding.id not in otherwise]
        planner = Planner(self.mapping, book, await _persons(self.mapping, findings, book), self._now)
        named, unnamed = planner.known(findings)
        entries, unplanned = planner.entries(named)
        own = tuple(own_ids(self.mapping, named))
        return FindingsPlan(entries, [*bad, *otherwise.values(), *unnamed, *unplanned], own_ids=own, planner=planner)

    def values(self, prepared: Prepared[Finding]) -> Values:
        return summary.values_of(prepared)

    def show(self, prepared: Prepared[Finding], values: Values, console: Console) -> None:
        summary.show(prepared, values, console)


async def _persons(mapping: FindingsMapping, findings: Sequence[Finding], book: Book) -> frozenset[str]:
    """Those of the persons that the import names whom the ledger knows."""
    named = {finding.person.id for finding in findings if finding.person}
    if mapping.verifier:
        named.add(mapping.verifier.person)
    await book.load(f"person-{person}" for person in named)
    return frozenset(person for person in named if book.lookup(f"person-{person}").registered)
