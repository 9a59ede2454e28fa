"""All commands of an import in the order of time: the recording time of a ledger never decreases (contract §1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from api.imports.book import Book
from api.imports.commands import command, digest
from api.imports.findings.commands import of_finding
from api.imports.findings.mapping import FindingsMapping
from api.imports.findings.rows import Finding
from api.imports.findings.setup import Known, moves, set_up
from api.imports.pipeline import Entry, Step
from api.imports.problems import BadRow
from ledger.calendars import local_day, midnight
from ledger.decisions import Command
from ledger.errors import Invalid, NoCalendar
from ledger.policy import KEYS
from ledger.state.organisation import Organisation, WorkCalendar

WINDOW = "dispute.window"


class Planner:
    """Knows the mapping and the ledger as it stands."""

    def __init__(self, mapping: FindingsMapping, book: Book, persons: frozenset[str], now: str) -> None:
        self._mapping = mapping
        self._book = book
        self._persons = persons
        self._organisation = book.organisation
        self._simulated = book.organisation.simulated or (
            not book.organisation.ledger and mapping.ledger.clock == "simulated"
        )
        self._now = now
        self._begins = self._moment_of_set_up()
        self._binds: dict[str, str] = {}

    def _moment_of_set_up(self) -> str:
        """A new ledger of the past is set up when the mapping says; others when they learn of the import."""
        if not self._simulated:
            return self._now
        if not self._organisation.ledger:
            return midnight(self._mapping.ledger.opened.isoformat())
        return self._book.recorded_at

    def known(self, findings: Iterable[Finding]) -> tuple[list[Finding], list[BadRow]]:
        """Findings whose unit, parent and person are known or may be made, and complaints about the others."""
        good: list[Finding] = []
        bad: list[BadRow] = []
        for finding in findings:
            complaint = next(self._unknown(finding), None)
            if complaint is None:
                good.append(finding)
            else:
                bad.append(complaint)
        return good, bad

    def _unknown(self, finding: Finding) -> Iterator[BadRow]:
        mapping, units = self._mapping, self._organisation.units
        roles = (("unit", mapping.units, finding.unit, units), ("parent", mapping.parents, finding.parent, units))
        for field, rules, named, registered in (*roles, ("person", mapping.persons, finding.person, self._persons)):
            if rules and named and not rules.create and named.id not in registered:
                yield self._bad(finding, field, named.name, f"unknown {field}, and the mapping makes none (create)")

    def entries(self, findings: Iterable[Finding]) -> tuple[list[Entry[Finding]], list[BadRow]]:
        """The commands of every finding, and the rows that have none by their form or date."""
        good: list[Entry[Finding]] = []
        bad: list[BadRow] = []
        for finding in findings:
            try:
                entry = Entry(finding.line, (finding,), tuple(of_finding(self._mapping, finding)))
                self._binds[finding.id] = self._window_over(finding)
                good.append(entry)
            except Invalid as refusal:
                bad.append(self.refused(finding, f"INVALID: {refusal.detail}"))
            except NoCalendar as refusal:
                bad.append(self._bad(finding, "issued", finding.issued, f"NO_CALENDAR: {refusal.detail}"))
        return good, bad

    def steps(self, entries: Sequence[Entry[Finding]], recorded: frozenset[str]) -> list[Step]:
        """Everything that is not recorded yet, in the order of time: set-up, then moves, rows and the clock."""
        findings = [finding for entry in entries for finding in entry.items]
        known = Known(self._organisation, self._persons, recorded)
        begin = set_up(self._mapping, findings, known, self._begins)
        clock = self._clock(entries, recorded)
        moved = moves(self._mapping, findings, self._organisation, self._begins)
        rows = (Step(act, entry) for entry in entries for act in entry.commands if act.id not in recorded)
        timed = sorted((*map(Step, clock), *map(Step, moved), *rows), key=lambda step: step.command.at)
        return [*map(Step, begin), *timed]

    # -- time -----------------------------------------------------------------------------------------------------

    def _window_over(self, finding: Finding) -> str:
        """The moment at which a slip binds if nobody has objected: 00:00 after so many working days."""
        return self._calendars.window(midnight(finding.served), self._days).over

    @cached_property
    def _calendars(self) -> Organisation:
        """The organisation with the work calendars that this import will publish."""
        calendars = self._mapping.calendars
        if calendars is None:
            return self._organisation
        holidays = frozenset(day.isoformat() for day in calendars.holidays)
        workdays = frozenset(day.isoformat() for day in calendars.workdays)
        years = map(str, range(calendars.first, calendars.last + 1))
        new = {year: WorkCalendar(holidays, workdays, calendars.source) for year in years}
        return Organisation(work_calendars={**new, **self._organisation.work_calendars})

    @cached_property
    def _days(self) -> int:
        """``dispute.window``: the ledger's, else what the mapping begins it with."""
        if self._organisation.ledger:
            return int(self._book.policy(WINDOW, local_day(self._now)))
        published = (policy.value for policy in self._mapping.policies if policy.key == WINDOW)
        return int(next(published, KEYS[WINDOW].default))

    def _clock(self, entries: Iterable[Entry[Finding]], recorded: frozenset[str]) -> Iterator[Command]:
        """AdvanceClock at every moment at which a slip binds; a real clock is advanced by its own service.

        A new row of a time that this ledger has passed already is confirmed by one more step at the end.
        """
        if not self._simulated:
            return
        passed = self._organisation.advanced_to
        binds = [(self._binds[finding.id], finding.id, entry) for entry in entries for finding in entry.items]
        ends = sorted({end for end, _, _ in binds if passed < end <= self._now})
        for end in ends:
            yield command(f"{self._mapping.source}-clock-{local_day(end)}", end, "AdvanceClock", {})
        late = [
            finding
            for end, finding, entry in binds
            if end <= passed and not recorded.issuperset(command.id for command in entry.commands)
        ]
        if late and not ends:
            at = max(passed, self._book.recorded_at)
            yield command(f"{self._mapping.source}-clock-{digest(*late)}", at, "AdvanceClock", {})

    # -- rows that the ledger refuses ---------------------------------------------------------------------------------

    def refused(self, finding: Finding, reason: str) -> BadRow:
        """A refusal as a complaint about the row: at the column whose field it names, where it names one."""
        for field, column in self._columns():
            if f"INVALID: {field}:" in reason or f"INVALID {field}:" in reason or f"UNKNOWN_{field.upper()}" in reason:
                return BadRow(finding.line, column, finding.texts.get(field, ""), reason)
        return BadRow(finding.line, "", "", reason)

    def _bad(self, finding: Finding, field: str, value: str, reason: str) -> BadRow:
        return BadRow(finding.line, dict(self._columns()).get(field, ""), value, reason)

    def _columns(self) -> Iterator[tuple[str, str]]:
        for field, rule in self._mapping.fields.given().items():
            if column := next(rule.columns, ""):
                yield field, column
