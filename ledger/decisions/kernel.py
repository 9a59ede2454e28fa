"""How a command is decided: the general checks in their order, the row's own rules, the posting period.

A decision is a function of view, stamp and the command's fields; its parameters are the form, its name in the table
is the command's name.  ``decide`` runs the checks of COMMANDS.md §1.6 in their order and returns the facts, complete
but for version and hash, which the log gives.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, get_type_hints

import msgspec

from ledger import calendars
from ledger.accounts import Kind, owner_stream
from ledger.decisions.case import Arguments, Case, Stamp, Who, holds_at, roles_of
from ledger.errors import Authority, Duplicate, Future, Invalid, NotReady, TooLate, Unknown
from ledger.fact import Fact, Source
from ledger.facts.periods import LateEventAccepted
from ledger.forms import CommandForm, command_form
from ledger.posting import entries
from ledger.state.kinds import kind_of
from ledger.subjects import DOCUMENTS
from ledger.view import View
from ledger.vocabulary import SYSTEM, Day, Moment, Month, Role, period_stream

Facts = Iterable[Fact]
GRACE_SECONDS = 300
"""How far ``at`` may lie ahead of the recording time (contract §1.5.2)."""


class Rule(Protocol):
    """A decision function: pure, of states, stamp and fields."""

    def __call__(self, view: View, stamp: Stamp, /, **fields: Any) -> Facts: ...


class Decision:
    """One row of the contract: its form, who may, how it is dated, and the function that decides."""

    def __init__(
        self,
        name: str,
        function: Callable[..., Facts],
        who: Who,
        *,
        unit: Callable[[Case], str | None] | None,
        known: Callable[[Case], None] | None,
        dated: Callable[[Case], tuple[Day, str | None]] | None,
        period: bool,
        any_age: bool,
        self_dated: bool,
        one_of: tuple[str, ...],
        valid: Callable[[Arguments], None],
    ) -> None:
        self.name = name
        self.function = function
        self.who = who
        self.unit = unit or _unit_of_command
        self.known = known
        self.dated = dated
        self.period = period
        self.any_age = any_age or period
        self.self_dated = self_dated
        self.form = _form(name, function, one_of)
        self.valid = valid
        approvals = inspect.signature(function).parameters.get("approvals")
        self.needs_approvals = approvals is not None and approvals.default is not None

    @property
    def rule(self) -> str:
        """The docstring: the row's rule in domain words."""
        return inspect.getdoc(self.function) or ""


TABLE: dict[str, Decision] = {}
"""Every decision by the name of its command, built from the functions themselves."""


def decision(
    name: str,
    *,
    who: Who,
    unit: Callable[[Case], str | None] | None = None,
    known: Callable[[Case], None] | None = None,
    dated: Callable[[Case], tuple[Day, str | None]] | None = None,
    period: bool = False,
    any_age: bool = False,
    self_dated: bool = False,
    one_of: tuple[str, ...] = (),
    valid: Callable[[Arguments], None] = lambda arguments: None,
) -> Callable[[Callable[..., Facts]], Callable[..., Facts]]:
    """Enter a decision in the table.

    ``unit`` finds the unit whose shifts date the command, ``known`` refuses unknown names that no field of its own
    holds (UNKNOWN_x), ``dated`` replaces the rule of dates, ``period`` marks ▣, ``any_age`` is not asked TOO_LATE,
    ``self_dated`` facts come complete (AdvanceClock); of the fields ``one_of`` exactly one is given;
    ``valid`` raises INVALID for combinations of fields that the form refuses.
    """

    def enter(function: Callable[..., Facts]) -> Callable[..., Facts]:
        TABLE[name] = Decision(
            name,
            function,
            who,
            unit=unit,
            known=known,
            dated=dated,
            period=period,
            any_age=any_age,
            self_dated=self_dated,
            one_of=one_of,
            valid=valid,
        )
        return function

    return enter


def _form(name: str, function: Callable[..., Facts], one_of: tuple[str, ...]) -> CommandForm:
    parameters = list(inspect.signature(function).parameters.values())[2:]
    hints = get_type_hints(function, include_extras=True)
    required = frozenset(parameter.name for parameter in parameters if parameter.default is parameter.empty)
    fields = {parameter.name: hints[parameter.name] for parameter in parameters}
    return command_form(name, fields, required, one_of)


class Command(msgspec.Struct, frozen=True):
    """A command with a valid form; ``digest`` is of its content, ``arguments`` are typed values."""

    id: str
    at: Moment
    by: str
    decision: Any
    arguments: Arguments
    digest: bytes
    recorded_at: Moment | None = None
    business_date: Day | None = None
    shift: str | None = None
    source: Source | None = None
    late_approval: str | None = None


def decide(view: View, command: Command, now: Moment) -> tuple[Fact, ...]:
    """The facts that a command brings about, or a refusal; never both, and nothing else."""
    row: Decision = command.decision
    organisation = view.organisation
    if not organisation.ledger and row.name != "CreateLedger":
        raise NotReady("the ledger begins with CreateLedger")
    if organisation.ledger and not organisation.simulated and command.recorded_at is not None:
        raise Invalid("recorded_at: this ledger uses its own clock")
    stamp = Stamp(
        command=command.id,
        at=command.at,
        now=now,
        by=command.by,
        source=command.source,
        late_approval=command.late_approval,
        explicit_date=command.business_date is not None,
    )
    case = Case(view, stamp, command.arguments)
    check_not_future(case, row.form, command.business_date)
    check_references(case, row)
    date_command(case, row, command)
    check_age(case, row)
    row.who.check(case)
    check_approvals(case, needed=row.needs_approvals)
    facts = tuple(row.function(view, stamp, **command.arguments))
    return facts if row.self_dated else complete(view, stamp, facts, case, row)


# -- FUTURE -----------------------------------------------------------------------------------------------------


def check_not_future(case: Case, form: CommandForm, explicit: Day | None) -> None:
    """Nothing occurs in the future: the command itself, and every field that says when something happened."""
    stamp = case.stamp
    if stamp.at > stamp.now and _seconds(stamp.now, stamp.at) > GRACE_SECONDS:
        raise Future(f"at {stamp.at} is after {stamp.now}")
    if explicit is not None and explicit > calendars.local_day(stamp.at):
        raise Future(f"business_date {explicit}")
    for field in form.fields:
        if "past" in field.marks and (value := case[field.name]) is not None:
            _check_past(field.name, value, stamp)


def _check_past(name: str, value: str, stamp: Stamp) -> None:
    is_moment = len(value) > len("2026-02-05")
    late = _seconds(stamp.now, value) > GRACE_SECONDS if is_moment else value > calendars.local_day(stamp.now)
    if late:
        raise Future(f"{name} {value}")


def _seconds(earlier: Moment, later: Moment) -> float:
    return (calendars.parse_moment(later) - calendars.parse_moment(earlier)).total_seconds()


# -- UNKNOWN and DUPLICATE -----------------------------------------------------------------------------------------


def check_references(case: Case, row: Decision) -> None:
    """Everything that a command names is known (UNKNOWN_x), and every new id is free (DUPLICATE)."""
    view, by = case.view, case.stamp.by
    if by != SYSTEM and not view.person(by).registered:
        raise Unknown("PERSON", by)
    if case.stamp.late_approval and not view.person(case.stamp.late_approval).registered:
        raise Unknown("PERSON", case.stamp.late_approval)
    taken = None
    for field in row.form.fields:
        if field.reference is None or "loose" in field.marks:
            continue
        for name in _names(case[field.name.partition(".")[0]], field):
            known = is_known(view, field.reference, name)
            if "new" in field.marks:
                taken = name if known and taken is None else taken
            elif not known:
                raise Unknown(_UNKNOWN_AS.get(field.reference, field.reference), name)
            elif field.reference == "centre" and not view.organisation.units[name].centre:
                raise Invalid(f"{field.name}: {name} is no settlement centre")
    if row.known:
        row.known(case)
    if taken is not None:
        raise Duplicate(taken)


_UNKNOWN_AS = {"centre": "unit", "cite": "act"}
"""A centre is a unit, and what a document cites is first of all an act (contract §5.3)."""


def _names(value: Any, field: Any) -> Iterator[str]:
    if value is None:
        return
    if isinstance(value, dict):
        yield from itertools.chain.from_iterable(value.values())
        return
    nested = field.name.partition(".")[2]
    for item in value if field.many else (value,):
        name = getattr(item, nested) if nested else item
        if name is not None:
            yield name


def is_known(view: View, kind: str, name: str) -> bool:
    """Is there such a unit, person, party or document?"""
    if kind in ("unit", "centre"):
        return name in view.organisation.units
    if kind == "person":
        return view.person(name).registered
    if kind == "party":
        return name in view.organisation.units or view.person(name).registered
    if kind == "cite":
        return is_known(view, "act", name) or is_known(view, "hazard", name)
    assert kind in DOCUMENTS
    key = f"{kind}:{name}"
    return kind_of(key) is not None and view.state(key) is not None


# -- dates and TOO_LATE ---------------------------------------------------------------------------------------------


def date_command(case: Case, row: Decision, command: Command) -> None:
    """Business date and shift of the command (contract §1.5, §5.7): special, then explicit, then ▣, then ``at``."""
    stamp, organisation = case.stamp, case.organisation
    if not organisation.units:
        stamp.business_date = command.business_date or calendars.local_day(stamp.at)
        return
    if row.dated:
        stamp.business_date, stamp.shift = row.dated(case)
        return
    stamp.business_date = calendars.local_day(stamp.at)
    unit = row.unit(case) or organisation.root
    day, shift = organisation.business_date(unit, stamp.at)
    if command.business_date is not None:
        day = command.business_date
    elif row.period:
        day, shift = period_date(case, unit, day, shift)
    stamp.business_date, stamp.shift = day, command.shift if command.shift is not None else shift


def period_date(case: Case, unit: str, day: Day, shift: str | None) -> tuple[Day, str | None]:
    """▣: the last day of ``period`` if ``at`` is later and that month is still open, else that of ``at``."""
    last = calendars.last_day(case["period"])
    centre = case.organisation.centre(unit, last)
    if day > last and not case.view.periods.is_closed(centre, case["period"]):
        return last, None
    return day, shift


def check_age(case: Case, row: Decision) -> None:
    """TOO_LATE: a business date more than ``late.days`` back needs the approval of the centre's head (TR-14)."""
    if row.any_age:
        return
    stamp, organisation = case.stamp, case.organisation
    if not organisation.units:
        return
    age = calendars.days_between(stamp.business_date, calendars.local_day(stamp.now))
    if age <= 0:
        return
    unit = row.unit(case) or organisation.root
    path = organisation.path(unit, stamp.business_date)
    if age <= case.view.policies.value("late.days", path, stamp.business_date):
        return
    centre = organisation.centre(unit, stamp.business_date)
    approver = stamp.late_approval
    if approver is None or (Role.CENTRE_HEAD, centre) not in roles_of(case.view, approver, stamp.business_date):
        raise TooLate(f"{stamp.business_date} is {age} days ago")


def _unit_of_command(case: Case) -> str | None:
    """The unit that a command is about: named outright, the document's, the person's home, the actor's home."""
    view = case.view
    for name in ("unit", "sender", "owner", "centre", "payer"):
        if (unit := case[name]) is not None and unit in view.organisation.units:
            return str(unit)
    if case["hazard"] is not None:
        return view.hazard(case["hazard"]).unit
    if case["slip"] is not None:
        return view.slip(case["slip"]).unit
    if case["notice"] is not None:
        return view.notice(case["notice"]).unit
    if case["handover"] is not None:
        return view.handover(case["handover"]).sender
    subject = case["person"] if case["person"] is not None else case.stamp.by
    return None if subject == SYSTEM else view.person(subject).home(case.stamp.business_date)


# -- approvals ------------------------------------------------------------------------------------------------------


def check_approvals(case: Case, *, needed: bool) -> None:
    """``approvals`` are at least ``case.quorum`` different members of the leading group (contract §1.3)."""
    if not needed and case["approvals"] is None:
        return
    day = case.stamp.business_date
    members = {
        person
        for person in case["approvals"] or ()
        if any(role == Role.LEADING_GROUP for role, _ in roles_of(case.view, person, day))
    }
    quorum = case.view.policies.value("case.quorum", (case.organisation.root,), day)
    if len(members) < quorum:
        raise Authority(f"{len(members)} of {quorum} approvals")


# -- posting period -------------------------------------------------------------------------------------------------


def complete(view: View, stamp: Stamp, facts: tuple[Fact, ...], case: Case, row: Decision) -> tuple[Fact, ...]:
    """The command's facts with envelope and posting period; LateEventAccepted first where the month was closed."""
    unit = row.unit(case) or view.organisation.root
    return finish(view, stamp, facts, view.organisation.centre(unit, stamp.business_date) if unit else "")


def finish(view: View, stamp: Stamp, facts: tuple[Fact, ...], centre: str) -> tuple[Fact, ...]:
    """Envelope and posting period for facts that are decided together (contract §1.5.5)."""
    month = stamp.business_date[:7]
    centres = touched_centres(view, facts, stamp.business_date)
    if centres is None:
        return tuple(_enveloped(fact, stamp, None, None) for fact in facts)
    period = posting_period(view, centres, month)
    adjusts = month if period > month else None
    done = tuple(_enveloped(fact, stamp, period, fact.adjusts_period or adjusts) for fact in facts)
    if adjusts is None:
        return done
    late = LateEventAccepted(
        stream=period_stream(centre, period),
        centre=centre,
        late_date=stamp.business_date,
        closed_period=month,
        accepted_period=period,
        approval=stamp.late_approval,
    )
    return (_enveloped(late, stamp, period, adjusts), *done)


def _enveloped(fact: Fact, stamp: Stamp, period: Month | None, adjusts: Month | None) -> Fact:
    return msgspec.structs.replace(
        fact,
        at=stamp.at,
        by=stamp.by,
        command=stamp.command,
        business_date=stamp.business_date,
        shift=stamp.shift,
        posting_period=period,
        adjusts_period=adjusts,
        source=stamp.source,
    )


def touched_centres(view: View, facts: Iterable[Fact], day: Day) -> frozenset[str] | None:
    """The centres whose accounts the facts touch; None if they move no money."""
    accounts = {entry.account for fact in facts for entry in entries(fact)}
    if not accounts:
        return None
    return frozenset(found for account in accounts if (found := centre_of_account(view, account, day)))


def centre_of_account(view: View, account: str, day: Day) -> str | None:
    """A unit's account belongs to its nearest centre, a person's to that of the home unit, sources to the root."""
    organisation = view.organisation
    owner = owner_stream(account)
    if owner is None:
        return None
    word, _, name = account.partition(":")
    if owner.startswith("person-"):
        home = view.person(name).home(day)
        return organisation.centre(home, day) if home else organisation.root
    if word in (Kind.SRC_GROUP, Kind.SRC_BONUS, Kind.SRC_DEPOSIT):
        return organisation.root
    return organisation.centre(name, day)


def posting_period(view: View, centres: Iterable[str], month: Month) -> Month:
    """The earliest month, not before ``month``, that is open at every one of the centres."""
    closed = view.periods.closed
    places = tuple(centres)
    while any((centre, month) in closed for centre in places):
        month = calendars.next_month(month)
    return month


def official_number(view: View, centre: str, kind: str, day: Day) -> str:
    """The next official number ``<centre>-<KIND>-<yyyymm>-<n>`` of a series (L18)."""
    series = f"{centre}-{kind}-{day[:4]}{day[5:7]}"
    return f"{series}-{view.last_number(series) + 1}"


__all__ = ["TABLE", "Case", "Command", "Decision", "Stamp", "decide", "decision", "holds_at"]
