"""The deadline of a hazard brings about reminders, the overdue mark, escalation, a compulsory tender (TR-16).

The moments are computed when a deadline is set and stored in that fact, by the policies of that day; moments that
lie before it are skipped (contract §2.14).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

from ledger import calendars
from ledger.consequences import FallsDue
from ledger.decisions.in_force import policy
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts
from ledger.facts.hazards import HazardEscalated, HazardMarkedOverdue, ReminderSent, TenderMadeCompulsory
from ledger.state.hazards import Hazard
from ledger.view import View
from ledger.vocabulary import Day, Moment, Role, unit_stream

LEADING_ROLE = {1: Role.COMPANY_HEAD, 2: Role.UNIT_HEAD, 3: Role.WORKSHOP_HEAD, 4: Role.TEAM_LEADER}
"""The roles that are told at a unit of each level."""


def around(end: Moment, offsets: list[int], since: Moment) -> dict[int, Moment]:
    """Moments at hours before and after an end, without those before ``since``."""
    ended = calendars.parse_moment(end)
    moments = {hours: calendars.moment(ended + timedelta(hours=hours)) for hours in dict.fromkeys(offsets)}
    return {hours: moment for hours, moment in moments.items() if moment >= since}


def until_the_end_of(
    view: View, stamp: Stamp, unit: str, day: Day, reminder: str, mark: str | None = None
) -> tuple[FallsDue, ...]:
    """Reminders around 24:00 of a day, and a mark at its end; moments that are over are skipped."""
    end = calendars.midnight(day, 1)
    offsets = policy(view, "remind.offsets", unit, stamp.business_date)
    reminders = [FallsDue(f"{reminder}/{hours}", at) for hours, at in around(end, offsets, stamp.at).items()]
    return (*reminders, *((FallsDue(mark, end),) if mark is not None and end >= stamp.at else ()))


class Schedule(TypedDict):
    """Timers that a new deadline puts on the agenda, and those of the old one that it takes off: fields of its fact."""

    falls_due: tuple[FallsDue, ...]
    falls_no_more: tuple[str, ...]


def schedule(view: View, stamp: Stamp, hazard: Hazard, unit: str, deadline: Day) -> Schedule:
    """Everything that falls due around 24:00 of a deadline that is set now, for the unit that answers from now on."""
    end = calendars.midnight(deadline, 1)
    offsets = policy(view, "remind.offsets", unit, stamp.business_date)
    due = [FallsDue(f"remind-hazard/{hours}", at) for hours, at in around(end, offsets, stamp.at).items()]
    if end >= stamp.at:
        due.append(FallsDue("overdue", end))
    forced = calendars.midnight(deadline, policy(view, "tender.force", unit, stamp.business_date)["overdue"])
    if forced >= stamp.at and not hazard.tender_compulsory:
        due.append(FallsDue("force", forced))
    named = {entry.what for entry in due}
    return Schedule(falls_due=tuple(due), falls_no_more=tuple(what for what in hazard.falls_due if what not in named))


def remind(view: View, stamp: Stamp, kind: str, entry: str) -> Facts:
    """The unit is reminded; a day after the deadline the hazard is escalated one level up."""
    name, _, hours = entry.partition("/")
    hazard = view.hazard(name)
    yield reminder(stamp, hazard, f"hazard {name}: deadline {hazard.deadline}", f"remind-hazard:{entry}")
    if int(hours) == 24:
        above = view.organisation.path(hazard.unit, stamp.business_date)[1:2] or (hazard.unit,)
        level = view.organisation.units[above[0]].level
        yield HazardEscalated(
            stream=unit_stream(hazard.unit), hazard=name, to_unit=above[0], to_role=LEADING_ROLE.get(level, Role.MEMBER)
        )


def reminder(stamp: Stamp, hazard: Hazard, text: str, entry: str | None = None) -> ReminderSent:
    """A reminder to the unit that answers for the hazard."""
    return ReminderSent(
        stream=unit_stream(hazard.unit),
        kind="hazard",
        document=hazard.hazard,
        target=hazard.unit,
        due=stamp.at,
        text=text,
        entry=entry,
    )


def mark_overdue(view: View, stamp: Stamp, kind: str, name: str) -> Facts:
    """00:00 after the deadline, while the hazard is neither closed, rejected nor merged."""
    hazard = view.hazard(name)
    days = calendars.days_between(hazard.deadline or stamp.business_date, stamp.business_date)
    yield HazardMarkedOverdue(stream=unit_stream(hazard.unit), hazard=name, days=days)


def force_tender(view: View, stamp: Stamp, kind: str, name: str) -> Facts:
    """Overdue too long: the hazard must be tendered, and the unit is told (TR-05); only once."""
    hazard = view.hazard(name)
    yield TenderMadeCompulsory(stream=unit_stream(hazard.unit), hazard=name, reason="overdue")
    yield reminder(stamp, hazard, f"hazard {name}: a tender is compulsory")
