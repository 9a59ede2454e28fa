"""The general checks of a command, in the contract's order (contract §1.6).

FUTURE, UNKNOWN_x, DUPLICATE, TOO_LATE and too few approvals are asked of every command in the same way; what only one
row asks stands in that row's decision.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ledger import calendars
from ledger.decisions.kernel.places import concerned
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.roles import holds_at, roles_of
from ledger.decisions.kernel.stamp import Stamp
from ledger.errors import Authority, Duplicate, Future, Invalid, TooLate, Unknown
from ledger.forms import CommandForm, Reference
from ledger.state.table import kind_of
from ledger.view import View
from ledger.vocabulary import DOCUMENTS, SYSTEM, Day, Moment, Month, Role

if TYPE_CHECKING:
    from ledger.decisions.kernel.table import Command, Decision

GRACE_SECONDS = 300
"""How far ``at`` may lie ahead of the recording time (contract §1.5.2)."""


# -- FUTURE -----------------------------------------------------------------------------------------------------


def check_not_future(request: Request, form: CommandForm, explicit: Day | None) -> None:
    """Nothing occurs in the future: the command itself, and every field that says when something happened."""
    stamp = request.stamp
    if stamp.at > stamp.now and _seconds(stamp.now, stamp.at) > GRACE_SECONDS:
        raise Future(f"at {stamp.at} is after {stamp.now}")
    if explicit is not None and explicit > calendars.local_day(stamp.at):
        raise Future(f"business_date {explicit}")
    for field in form.past:
        if (value := request[field]) is not None:
            _check_past(field, value, stamp)


def _check_past(name: str, value: str, stamp: Stamp) -> None:
    is_moment = len(value) > len("2026-02-05")
    late = _seconds(stamp.now, value) > GRACE_SECONDS if is_moment else value > calendars.local_day(stamp.now)
    if late:
        raise Future(f"{name} {value}")


def _seconds(earlier: Moment, later: Moment) -> float:
    return (calendars.parse_moment(later) - calendars.parse_moment(earlier)).total_seconds()


# -- UNKNOWN and DUPLICATE -----------------------------------------------------------------------------------------


def check_references(request: Request, row: Decision) -> None:
    """Everything that a command names is known (UNKNOWN_x), and every new id is free (DUPLICATE)."""
    view, by = request.view, request.stamp.by
    if by != SYSTEM and not view.person(by).registered:
        raise Unknown("PERSON", by)
    if request.stamp.late_approval and not view.person(request.stamp.late_approval).registered:
        raise Unknown("PERSON", request.stamp.late_approval)
    taken = None
    for field in row.form.references:
        for name in _names(request[field.top], field):
            known = is_known(view, field.kind, name)
            if field.new:
                taken = name if known and taken is None else taken
            elif not known:
                raise Unknown(_UNKNOWN_AS.get(field.kind, field.kind), name)
            elif field.kind == "centre" and not view.organisation.units[name].centre:
                raise Invalid(f"{field.name}: {name} is no settlement centre")
    if row.known:
        row.known(request)
    if taken is not None:
        raise Duplicate(taken)


_UNKNOWN_AS = {"centre": "unit", "cite": "act"}
"""A centre is a unit, and what a document cites is first of all an act (contract §5.3)."""


def _names(value: Any, field: Reference) -> Iterator[str]:
    if value is None:
        return
    if isinstance(value, dict):
        yield from itertools.chain.from_iterable(value.values())
        return
    nested = field.nested
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


def date_command(request: Request, row: Decision, command: Command) -> None:
    """Business date and shift of the command (contract §1.5, §5.7): special, then explicit, then ▣, then ``at``."""
    stamp, organisation = request.stamp, request.organisation
    if not organisation.units:
        stamp.business_date = command.business_date or calendars.local_day(stamp.at)
        return
    if row.dated:
        stamp.business_date, stamp.shift = row.dated(request)
        return
    stamp.business_date = calendars.local_day(stamp.at)
    unit = row.unit(request) or organisation.root
    day, shift = organisation.business_date(unit, stamp.at)
    if command.business_date is not None:
        day = command.business_date
    elif row.period:
        day, shift = period_date(request, row.period(request), unit, day, shift)
    stamp.business_date, stamp.shift = day, command.shift if command.shift is not None else shift


def period_date(request: Request, period: Month, unit: str, day: Day, shift: str | None) -> tuple[Day, str | None]:
    """▣: the last day of ``period`` if ``at`` is later and that month is still open, else that of ``at``."""
    last = calendars.last_day(period)
    centre = request.organisation.centre(unit, last)
    if day > last and not request.view.periods.is_closed(centre, period):
        return last, None
    return day, shift


def check_age(request: Request, row: Decision) -> None:
    """TOO_LATE: what was more than ``late.days`` ago needs the approval of the centre's head (TR-14).

    The business date, and the day on which something occurred (rule 15; not of what is imported).
    """
    if row.any_age:
        return
    stamp, organisation = request.stamp, request.organisation
    if not organisation.units:
        return
    day = _earliest(request)
    age = calendars.days_between(day, calendars.local_day(stamp.now))
    if age <= 0:
        return
    unit = row.unit(request) or organisation.root
    path = organisation.path(unit, stamp.business_date)
    if age <= request.view.policies.value("late.days", path, stamp.business_date):
        return
    approver = stamp.late_approval
    if approver is None or not holds_at(
        roles_of(request.view, stamp, approver), (Role.CENTRE_HEAD,), _centres_concerned(request, unit)
    ):
        raise TooLate(f"{day} is {age} days ago")


def _earliest(request: Request) -> Day:
    """The business date, or the day of ``occurred`` if that lies before it and counts."""
    stamp, occurred = request.stamp, request["occurred"]
    if occurred is None or (stamp.by == SYSTEM and stamp.imported):
        return stamp.business_date
    day = occurred if len(occurred) == len(stamp.business_date) else calendars.local_day(occurred)
    return min(stamp.business_date, str(day))


def _centres_concerned(request: Request, unit: str) -> Iterator[str]:
    """The centre of the unit; of a tender also the one that settles it, of a handover the one where both meet."""
    view, day = request.view, request.stamp.business_date
    yield request.organisation.centre(unit, day)
    if request["tender"] is not None and (tender := view.state(f"tender:{request['tender']}")):
        yield tender.centre
    if request["handover"] is not None and (handover := view.state(f"handover:{request['handover']}")):
        yield request.organisation.transfer_centre(handover.sender, handover.receiver, day)


# -- approvals ------------------------------------------------------------------------------------------------------


def check_approvals(request: Request, *, needed: bool) -> None:
    """``approvals`` are ``case.quorum`` members of the leading group, at the unit concerned or above (rule 1)."""
    if not needed and request["approvals"] is None:
        return
    unit = concerned(request)
    path = request.path(unit) if unit else ()
    members = {
        person
        for person in request["approvals"] or ()
        if holds_at(request.roles_of(person), (Role.LEADING_GROUP,), path)
    }
    quorum = request.view.policies.value("case.quorum", (request.organisation.root,), request.stamp.business_date)
    if len(members) < quorum:
        raise Authority(f"{len(members)} of {quorum} approvals")
