"""Everything that a ledger lacks before the findings can be recorded: itself, units, persons, policies, work calendars.

Only what is missing is asked for, so that importing again asks for nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from api.imports.commands import command, digest
from api.imports.findings.mapping import FindingsMapping
from api.imports.findings.rows import Finding
from api.imports.identity import Named
from ledger.calendars import local_day, midnight
from ledger.decisions import Command
from ledger.state.organisation import Organisation


class Known(NamedTuple):
    """The ledger as it is: its organisation, the persons whom it knows, and which commands it has seen."""

    organisation: Organisation
    persons: frozenset[str]
    commands: frozenset[str]


def set_up(mapping: FindingsMapping, findings: Iterable[Finding], known: Known, at: str) -> Iterator[Command]:
    """Set-up commands at one moment, but for those that an import which was cut off has recorded."""
    return (made for made in _set_up(mapping, list(findings), known, at) if made.id not in known.commands)


def own_ids(mapping: FindingsMapping, findings: Iterable[Finding]) -> Iterator[str]:
    """Ids by which a ledger shows that it was this import that began it, or made a person."""
    yield from (command.id for command in _begin(mapping, midnight(mapping.ledger.opened.isoformat())))
    persons = {finding.person.id for finding in findings if finding.person}
    for person in (*persons, *((mapping.verifier.person,) if mapping.verifier else ())):
        yield from (_person_key(mapping, person), f"{_person_key(mapping, person)}-role")


def _set_up(mapping: FindingsMapping, found: list[Finding], known: Known, at: str) -> Iterator[Command]:
    organisation = known.organisation
    if not organisation.ledger or _ledger_key(mapping) in known.commands:
        yield from _begin(mapping, at)
    yield from _calendars(mapping, organisation, at)
    yield from _units(mapping, found, organisation, at)
    yield from _persons(mapping, found, known, at)


def _ledger_key(mapping: FindingsMapping) -> str:
    return f"{mapping.source}-ledger"


def _begin(mapping: FindingsMapping, at: str) -> Iterator[Command]:
    source, root, ledger = mapping.source, mapping.root, mapping.ledger
    yield command(_ledger_key(mapping), at, "CreateLedger", {"ledger": ledger.name, "clock": ledger.clock})
    registered = {"unit": root.unit, "name": root.name, "level": 1, "centre": True}
    yield command(f"{source}-root", at, "RegisterUnit", registered)
    for policy in mapping.policies:
        published = {**policy.model_dump(), "effective": local_day(at)}
        yield command(f"{source}-policy-{policy.key}", at, "PublishPolicy", published)


def _calendars(mapping: FindingsMapping, organisation: Organisation, at: str) -> Iterator[Command]:
    calendars = mapping.calendars
    if calendars is None:
        return
    for year in map(str, range(calendars.first, calendars.last + 1)):
        if year in organisation.work_calendars:
            continue
        holidays = [day.isoformat() for day in calendars.holidays if day.isoformat()[:4] == year]
        workdays = [day.isoformat() for day in calendars.workdays if day.isoformat()[:4] == year]
        data = {"year": year, "holidays": holidays, "workdays": workdays, "source": calendars.source}
        yield command(f"{mapping.source}-calendar-{year}", at, "PublishWorkCalendar", data)


def _units(mapping: FindingsMapping, findings: list[Finding], organisation: Organisation, at: str) -> Iterator[Command]:
    root = mapping.root.unit
    if mapping.parents and mapping.parents.create:
        parents = _first_of(finding.parent for finding in findings)
        for parent in parents.values():
            if parent.id not in organisation.units:
                yield _register(mapping, parent, mapping.parents.level, root, at)
    if mapping.units.create:
        by_day = _parents_by_day(mapping, findings)
        first = {unit: parents[min(parents)] for unit, parents in by_day.items()}
        for unit in _first_of(finding.unit for finding in findings).values():
            if unit.id not in organisation.units:
                superior = first.get(unit.id, root)
                yield _register(mapping, unit, mapping.units.level, superior, at)


def _register(mapping: FindingsMapping, unit: Named, level: int, parent: str, at: str) -> Command:
    data = {"unit": unit.id, "name": unit.name, "level": level, "parent": parent}
    return command(f"{mapping.source}-unit-{digest(unit.id)}", at, "RegisterUnit", data)


def _first_of(found: Iterable[Named | None]) -> dict[str, Named]:
    named: dict[str, Named] = {}
    for entry in found:
        if entry is not None:
            named.setdefault(entry.id, entry)
    return named


def moves(
    mapping: FindingsMapping, findings: Iterable[Finding], organisation: Organisation, earliest: str
) -> Iterator[Command]:
    """ReparentUnit wherever the file says that a unit has another parent from a day on.

    The parent is that of the day of the occurrence: who controlled the unit then.  A row without parent stands
    directly below the root; where rows of one day differ, most of them are believed.
    """
    if mapping.parents is None:
        return
    for unit, parents in _parents_by_day(mapping, findings).items():
        node = organisation.units.get(unit)
        known: list[tuple[str, str | None]] = [*(node.parents if node else [("", parents[min(parents)])])]
        for day in sorted(parents):
            if _parent_on(known, day) != parents[day]:
                known.append((day, parents[day]))
                yield _move(mapping, unit, parents[day], day, max(midnight(day), earliest))


def _parents_by_day(mapping: FindingsMapping, findings: Iterable[Finding]) -> dict[str, dict[str, str]]:
    """By unit and day; the order of the rows does not matter."""
    named: dict[str, dict[str, Counter[str]]] = {}
    for finding in findings:
        parent = finding.parent.id if finding.parent else mapping.root.unit
        named.setdefault(finding.unit.id, {}).setdefault(finding.occurred, Counter())[parent] += 1
    return {unit: {day: _most_named(parents) for day, parents in days.items()} for unit, days in named.items()}


def _most_named(parents: Counter[str]) -> str:
    return max(parents, key=lambda parent: (parents[parent], parent))


def _parent_on(parents: list[tuple[str, str | None]], day: str) -> str | None:
    return [parent for effective, parent in sorted(parents, key=lambda entry: entry[0]) if effective <= day][-1]


def _move(mapping: FindingsMapping, unit: str, parent: str, day: str, at: str) -> Command:
    reason = f"{mapping.source}: another parent from {day} on"
    data = {"unit": unit, "parent": parent, "effective": day, "reason": reason}
    return command(f"{mapping.source}-move-{digest(unit, parent, day)}", at, "ReparentUnit", data)


def _persons(mapping: FindingsMapping, findings: list[Finding], known: Known, at: str) -> Iterator[Command]:
    engaged: dict[Named, tuple[str, str]] = {}
    if mapping.verifier:
        verifier = mapping.verifier
        engaged[Named(verifier.person, verifier.name)] = (mapping.root.unit, verifier.role)
    if mapping.persons and mapping.persons.create:
        for finding in findings:
            if finding.person:
                engaged.setdefault(finding.person, (finding.unit.id, mapping.persons.role))
    for person, (unit, role) in engaged.items():
        if person.id not in known.persons or _person_key(mapping, person.id) in known.commands:
            yield from _engage(mapping, person, unit, role, at)


def _person_key(mapping: FindingsMapping, person: str) -> str:
    return f"{mapping.source}-person-{digest(person)}"


def _engage(mapping: FindingsMapping, person: Named, unit: str, role: str, at: str) -> Iterator[Command]:
    key = _person_key(mapping, person.id)
    yield command(key, at, "RegisterPerson", {"person": person.id, "name": person.name})
    assigned = {"person": person.id, "unit": unit, "role": str(role), "since": mapping.ledger.opened.isoformat()}
    yield command(f"{key}-role", at, "AssignPerson", assigned)
