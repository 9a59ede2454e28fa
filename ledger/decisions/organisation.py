"""Set-up: the ledger itself, units, persons and their roles, calendars, protected acts (ORG; contract §2.1, §2.6)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Annotated, Literal

import msgspec

from ledger import calendars
from ledger.accounts import AccountCode
from ledger.calendars import minutes
from ledger.decisions.kernel.authority import SYS, anywhere, argument, home_of, of_actor, person, role, root
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Already, Invalid, OpenItems, Sod, State, TooLate
from ledger.fact import StoredFact
from ledger.facts.organisation import (
    AssignmentEnded,
    EditionAdopted,
    LedgerCreated,
    PersonAssigned,
    PersonLeft,
    PersonRegistered,
    PersonRenamed,
    ProtectedActRecorded,
    Shift,
    ShiftCalendarPublished,
    UnitRegistered,
    UnitReinstated,
    UnitRenamed,
    UnitReparented,
    UnitRetired,
    WorkCalendarPublished,
)
from ledger.state import organisation as organisations
from ledger.state.organisation import Organisation, WorkCalendar
from ledger.state.person import Post
from ledger.state.unit import UnitBook
from ledger.view import View
from ledger.vocabulary import (
    NEW,
    SYSTEM,
    ActId,
    Clock,
    ClockTime,
    Day,
    Family,
    PersonId,
    Role,
    UnitId,
    Year,
    person_stream,
)

UnitLevel = Literal[1, 2, 3, 4, 5]
ProtectedKind = Literal["stop_work", "refuse_order", "evacuate", "report", "criticise"]
ADMIN = role(Role.ADMIN) | SYS
PERSONNEL = role(Role.HR, Role.ADMIN) | SYS
MUST_BE_ZERO = (
    AccountCode.POOL_WAGE,
    AccountCode.POOL_SAFETY,
    AccountCode.POOL_PROJECT,
    AccountCode.DUE_UNIT,
    AccountCode.FUND_SAFETY,
    AccountCode.CLR_TRADE,
    AccountCode.ESC_DISPUTE,
)
"""Accounts of a unit that must be empty before it retires (contract §5.33)."""

DAY_MINUTES = 1440
EDITION = 2
"""The edition of the rules by which everything is decided (contract, rule 1 and what follows)."""

OPEN_END = "9999-12-31"


class ShiftForm(msgspec.Struct, frozen=True):
    """One shift as it is published."""

    shift: str
    start: ClockTime
    end: ClockTime


@decision("CreateLedger", who=SYS, unit=of_actor)
def create_ledger(view: View, stamp: Stamp, ledger: str, clock: Clock) -> Facts:
    """A ledger begins once, with a clock that is real or simulated (PLAT-01)."""
    if view.organisation.ledger:
        raise Already(view.organisation.ledger)
    if not ledger:
        raise Invalid("ledger: a name is needed")
    yield LedgerCreated(stream="org", ledger=ledger, clock=str(clock), edition=EDITION)


@decision("AdoptEdition", who=SYS, unit=root)
def adopt_edition(view: View, stamp: Stamp, edition: int) -> Facts:
    """An older ledger comes under this edition of the rules, once, as its first fact after the upgrade.

    The ledger says so itself before it decides anything else.  ALREADY; INVALID: there are no rules of that edition.
    """
    if edition != EDITION:
        raise Invalid(f"edition: the rules are those of edition {EDITION}")
    if view.organisation.edition >= edition:
        raise Already(f"edition {view.organisation.edition}")
    yield EditionAdopted(stream="org", edition=edition)


# -- units --------------------------------------------------------------------------------------------------------


@decision("RegisterUnit", who=ADMIN, unit=of_actor)
def register_unit(
    view: View,
    stamp: Stamp,
    unit: Annotated[UnitId, NEW],
    name: str,
    level: UnitLevel,
    parent: UnitId | None = None,
    centre: bool = False,
    kind: str | None = None,
) -> Facts:
    """A unit stands on a level below its superior's; only one unit, the root, has no superior (ORG-01)."""
    units = view.organisation.units
    if parent is None and view.organisation.root:
        raise Invalid(f"parent: {view.organisation.root} is the root already")
    if parent is not None and level <= units[parent].level:
        raise Invalid(f"level {level} is not below that of {parent}")
    yield UnitRegistered(stream="org", unit=unit, name=name, level=level, parent=parent, centre=centre, kind=kind)


@decision("ReparentUnit", who=ADMIN, unit=argument("unit"))
def reparent_unit(view: View, stamp: Stamp, unit: UnitId, parent: UnitId, effective: Day, reason: str) -> Facts:
    """From a date on a unit belongs to another superior, never to itself or to one below it (ORG-01)."""
    organisation = view.organisation
    moved = UnitReparented(stream="org", unit=unit, parent=parent, effective=effective, reason=reason)
    if has_cycle(organisations.evolve(organisation, StoredFact(0, stamp.at, moved)), unit, effective):
        raise Invalid(f"{unit} would stand above itself")
    if organisation.units[unit].level <= organisation.units[parent].level:
        raise Invalid(f"{unit} is not on a level below that of {parent}")
    for moving in (unit, parent):
        if not organisation.active(moving, effective):
            raise State(f"{moving} is retired")
    after = organisations.evolve(organisation, StoredFact(0, stamp.at, moved))
    check_month_is_open(view, effective, organisation.centre(unit, effective), after.centre(unit, effective))
    yield moved


def check_month_is_open(view: View, effective: Day, *centres: str) -> None:
    """TOO_LATE: what takes effect in a closed month would change what is sealed (rules 60 and 76)."""
    for centre in centres:
        if view.periods.is_closed(centre, effective[:7]):
            raise TooLate(f"{effective[:7]} is closed at {centre}")


@decision("RenameUnit", who=role(Role.ADMIN), unit=argument("unit"))
def rename_unit(view: View, stamp: Stamp, unit: UnitId, name: str, effective: Day, reason: str) -> Facts:
    """From a day on a unit has another name; TOO_LATE in a month that its centre has closed (rules 23 and 60)."""
    if not name.strip():
        raise Invalid("name: a unit has a name")
    check_month_is_open(view, effective, view.organisation.centre(unit, effective))
    yield UnitRenamed(stream="org", unit=unit, name=name, effective=effective, reason=reason)


def has_cycle(organisation: Organisation, unit: str, since: Day) -> bool:
    """Does the unit come above itself on that day, or on a later day on which the organisation changes?"""
    changes = {day for node in organisation.units.values() for day, _ in node.parents if day > since}
    return any(_stands_above_itself(organisation, unit, day) for day in {since, *changes})


def _stands_above_itself(organisation: Organisation, unit: str, day: Day) -> bool:
    seen: set[str] = set()
    for node in organisation.upwards(unit, day):
        if node in seen:
            return True
        seen.add(node)
    return False


@decision("RetireUnit", who=ADMIN, unit=argument("unit"))
def retire_unit(view: View, stamp: Stamp, unit: UnitId, effective: Day, reason: str) -> Facts:
    """A unit retires once, with nothing left in its accounts and no document open (ORG-01)."""
    if view.organisation.units[unit].retired is not None:
        raise State(f"{unit} is retired")
    if still_open := tuple(open_items(view.unit(unit))):
        raise OpenItems(*still_open)
    yield UnitRetired(stream="org", unit=unit, effective=effective, reason=reason)


@decision("ReinstateUnit", who=role(Role.ADMIN), unit=argument("unit"))
def reinstate_unit(view: View, stamp: Stamp, unit: UnitId, reason: str) -> Facts:
    """A unit that was retired by mistake trades again, as if it had never been retired.  STATE: it is not retired."""
    if view.organisation.units[unit].retired is None:
        raise State(f"{unit} is not retired")
    yield UnitReinstated(stream="org", unit=unit, reason=reason)


def open_items(book: UnitBook) -> Iterable[str]:
    """Obstacles to retiring a unit: balances, reservations, open hazards and documents, appeals (rule 85)."""
    yield from (f"{code}:{book.unit}" for code in MUST_BE_ZERO if book.balance(code))
    yield from (f"reserved {code}:{book.unit}" for code, amount in sorted(book.reserved.items()) if amount)
    yield from (f"hazard:{hazard}" for hazard in sorted(book.open_hazards))
    yield from sorted(book.documents)
    yield from (f"appeal:{document}" for document in sorted(book.appeals))


# -- persons ------------------------------------------------------------------------------------------------------


@decision("RegisterPerson", who=anywhere(Role.HR, Role.ADMIN) | SYS, unit=root)
def register_person(
    view: View, stamp: Stamp, person: Annotated[PersonId, NEW], name: str, family: Family | None = None
) -> Facts:
    """A person becomes known to the ledger; SYSTEM is nobody's id (ORG-22)."""
    if person == SYSTEM:
        raise Invalid(f"person: {SYSTEM} is not a person")
    yield PersonRegistered(
        stream=person_stream(person), person=person, name=name, family=str(family) if family else None
    )


@decision("RenamePerson", who=role(Role.HR, Role.ADMIN), unit=home_of("person"))
def rename_person(view: View, stamp: Stamp, person: PersonId, name: str, reason: str) -> Facts:
    """A person has another name; it is sealed like the first one (rule 23)."""
    if not name.strip():
        raise Invalid("name: a person has a name")
    yield PersonRenamed(stream=person_stream(person), person=person, name=name, reason=reason)


@decision("AssignPerson", who=PERSONNEL, unit=argument("unit"))
def assign_person(
    view: View,
    stamp: Stamp,
    person: PersonId,
    unit: UnitId,
    role: Role,
    since: Day,
    until: Day | None = None,
    home: bool | None = None,
) -> Facts:
    """A person holds a role at a unit between two days, both inclusive; the first assignment is the home (ORG-15).

    SOD: nobody appoints himself (rule 52).  TOO_LATE: a home at another centre begins in a month that the old or the
    new one has closed (rule 76).
    """
    if person == stamp.by:
        raise Sod(person)
    if until is not None and until < since:
        raise Invalid(f"until {until} is before since {since}")
    if not view.organisation.active(unit, max(since, stamp.business_date)):
        raise State(f"{unit} is retired")
    posts = [post for post in view.person(person).posts if not post.never_was]
    for post in posts:
        same = (post.unit, post.role) == (unit, role)
        if same and since <= (post.until or OPEN_END) and post.since <= (until or OPEN_END):
            raise Already(f"{role}@{unit} since {post.since}")
    assigned = PersonAssigned(
        stream=person_stream(person),
        person=person,
        unit=unit,
        role=str(role),
        since=since,
        until=until,
        home=not posts if home is None else home,
    )
    if home and posts:
        check_home(view, person, unit, since)
    yield assigned
    yield msgspec.structs.replace(assigned, stream="org", mirror=True)


@decision("EndAssignment", who=PERSONNEL, unit=argument("unit"))
def end_assignment(
    view: View, stamp: Stamp, person: PersonId, unit: UnitId, role: Role, last_day: Day, left: bool = False
) -> Facts:
    """An assignment ends with its last day; who leaves keeps the last home (ORG-15).

    One that has ended may end earlier; a last day before its first says that it never was (rule 81).
    """
    held = [post for post in view.person(person).posts if (post.unit, post.role) == (unit, role)]
    post = ending(held, last_day)
    if post is None:
        raise State(f"{person} is not {role}@{unit} on {last_day}")
    stream = person_stream(person)
    yield AssignmentEnded(stream=stream, person=person, unit=unit, role=str(role), last_day=last_day, since=post.since)
    if left:
        yield PersonLeft(stream=stream, person=person, last_day=last_day)


def ending(held: list[Post], last_day: Day) -> Post | None:
    """The assignment that is meant: running on that day, else ended later, else beginning the day after."""
    running = (post for post in held if post.covers(last_day) and not post.ended)
    earlier = (post for post in held if post.ended and post.covers(last_day) and last_day < (post.until or OPEN_END))
    never = (post for post in held if calendars.add_days(last_day, 1) == post.since and not post.never_was)
    return next(chain(running, earlier, never), None)


def check_home(view: View, person: PersonId, unit: UnitId, since: Day) -> None:
    """TOO_LATE: the person's centre, the root's until the first home, changes in a closed month (rule 76)."""
    organisation, old = view.organisation, view.person(person).home_begun(since)
    before = organisation.centre(old, since) if old else organisation.root
    after = organisation.centre(unit, since)
    if before != after:
        check_month_is_open(view, since, before, after)


@decision(
    "RecordProtectedAct",
    who=person("person") | anywhere(Role.WORKERS_REP) | role(Role.SAFETY_OFFICE),
    unit=argument("unit"),
)
def record_protected_act(
    view: View,
    stamp: Stamp,
    act: Annotated[ActId, NEW],
    person: PersonId,
    kind: ProtectedKind,
    unit: UnitId,
    description: str,
    evidence: tuple[str, ...] = (),
) -> Facts:
    """Stopping, refusing, evacuating, reporting and criticising are put on record: no pay cut may cite them (L6)."""
    yield ProtectedActRecorded(
        stream=person_stream(person),
        act=act,
        person=person,
        kind=kind,
        unit=unit,
        description=description,
        evidence=evidence,
    )


# -- calendars ----------------------------------------------------------------------------------------------------


@decision("PublishShiftCalendar", who=ADMIN, unit=argument("unit"))
def publish_shift_calendar(
    view: View, stamp: Stamp, unit: UnitId, effective: Day, shifts: tuple[ShiftForm, ...]
) -> Facts:
    """The shifts of a unit and those below it without their own: together one day, no gap, no overlap (domain §14)."""
    if not one_day(shifts):
        raise Invalid("shifts: together they are 24 hours without gap or overlap")
    if len({shift.shift for shift in shifts}) < len(shifts):
        raise Invalid("shifts: each has a name of its own")
    spans = tuple(Shift(shift.shift, shift.start, shift.end) for shift in shifts)
    yield ShiftCalendarPublished(stream="org", unit=unit, effective=effective, shifts=spans)


def one_day(shifts: tuple[ShiftForm, ...]) -> bool:
    """Does each shift end where the next one starts, once around the clock?"""
    spans = sorted((minutes(shift.start), minutes(shift.end)) for shift in shifts)
    lengths = [(end - start) % DAY_MINUTES or DAY_MINUTES for start, end in spans]
    following = [*spans[1:], *spans[:1]]
    return sum(lengths) == DAY_MINUTES and all(
        end == start for (_, end), (start, _) in zip(spans, following, strict=True)
    )


@decision("PublishWorkCalendar", who=ADMIN, unit=of_actor)
def publish_work_calendar(
    view: View, stamp: Stamp, year: Year, holidays: tuple[Day, ...], workdays: tuple[Day, ...], source: str
) -> Facts:
    """Holidays and make-up working days of a year; a later calendar replaces that of its year (L21)."""
    if wrong := [day for day in (*holidays, *workdays) if day[:4] != year]:
        raise Invalid(f"{wrong[0]} is not in {year}")
    if both := sorted({*holidays} & {*workdays}):
        raise Invalid(f"{both[0]} is a holiday and a working day")
    if view.organisation.work_calendars.get(year) == WorkCalendar(frozenset(holidays), frozenset(workdays), source):
        raise Already(f"the calendar of {year}")
    yield WorkCalendarPublished(stream="org", year=year, holidays=holidays, workdays=workdays, calendar_source=source)
