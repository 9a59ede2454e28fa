"""Facts of a hazard (隐患) on the stream of the unit that answers for it (lifecycle: domain §7)."""

from __future__ import annotations

import msgspec

from ledger.consequences import Counted, Counts, FallsDue, Tags, Timers, timers_ended, timers_set
from ledger.fact import Fact
from ledger.keys import Key
from ledger.vocabulary import Day, Fen, HazardId, Moment, Month, PersonId, RiskId, UnitId, unit_stream


def due_for_repair(stream: str, month: Month | None, amount: int) -> Counts:
    """The hazard enters (1) or leaves (-1) those due in its deadline's month (F-11)."""
    return (Counted(stream, "hazards_due", amount, month),) if month else ()


class ReturnedHazard(msgspec.Struct, frozen=True, omit_defaults=True):
    """A hazard that goes back to who answered for it before a transfer that is reversed, as it was then (rule 71)."""

    hazard: HazardId
    unit: UnitId
    state: str
    manage: str | None = None
    deadline: Day | None = None
    repairer: str | None = None
    executor: str | None = None
    finished_at: Moment | None = None
    claimant: str | None = None
    fixed_in_shift: bool = False
    taken_over: bool = False
    falls_due: tuple[FallsDue, ...] = ()
    falls_no_more: tuple[str, ...] = ()

    @property
    def timers(self) -> Timers:
        return timers_ended(self.falls_no_more, self.hazard) + timers_set(self.falls_due, self.hazard)

    @property
    def month(self) -> Month | None:
        """The month in which it is due for repair."""
        return self.deadline and self.deadline[:7]


class HazardReported(Fact, frozen=True, kw_only=True, tag="hazard.reported.v1"):
    """Somebody found a state to be fixed; the reporter of an anonymous one is sealed."""

    hazard: HazardId
    unit: UnitId
    place: str
    category: str
    description: str
    tier: str
    item: str | None = None
    person: PersonId | None = None
    discoverer: PersonId | None = None
    cause: int | None = None
    severity: str | None = None
    anonymous: bool = False
    fixed_on_spot: bool = False
    source_list: str | None = None
    evidence: tuple[str, ...] = ()
    risk: RiskId | None = None

    def counts(self) -> Counts:
        return (Counted(self.stream, "hazards_reported"),)


class HazardReferredOut(Fact, frozen=True, kw_only=True, tag="hazard.referred-out.v1"):
    """The hazard leaves the unit that it was reported on for the one that answers for it."""

    hazard: HazardId
    to: UnitId


class HazardReferredIn(Fact, frozen=True, kw_only=True, tag="hazard.referred-in.v1"):
    """The hazard arrives at the unit that answers for it."""

    hazard: HazardId
    unit: UnitId
    origin: UnitId


class HazardVerified(Fact, frozen=True, kw_only=True, tag="hazard.verified.v1"):
    """Safety staff confirm the hazard, its level and its price item.

    With ``reason`` it puts right an earlier verification: what was assigned and linked at the unit ``before`` falls.
    """

    hazard: HazardId
    level: str
    item: str | None = None
    clause: str | None = None
    person: PersonId | None = None
    reason: str | None = None
    before: UnitId | None = None
    repeat_left: bool = False
    rate_month_left: Month | None = None
    falls_no_more: tuple[str, ...] = ()

    def timers(self) -> Timers:
        return timers_ended(self.falls_no_more, self.hazard)

    def counts(self) -> Counts:
        if self.before is None:
            return ()
        stream = unit_stream(self.before)
        repeated = (Counted(stream, "repeated", -1),) if self.repeat_left else ()
        return (*repeated, *due_for_repair(stream, self.rate_month_left, -1))


class HazardRepeatLinked(Fact, frozen=True, kw_only=True, tag="hazard.repeat-linked.v1"):
    """The same place and item as hazards closed within the window; ``count`` includes this one (TR-05)."""

    hazard: HazardId
    prior: tuple[str, ...]
    count: int

    def counts(self) -> Counts:
        return (Counted(self.stream, "repeated"),)


class TenderMadeCompulsory(Fact, frozen=True, kw_only=True, tag="hazard.tender-made-compulsory.v1"):
    """The hazard has to be tendered: repeated too often, or overdue too long (TR-05)."""

    hazard: HazardId
    reason: str

    def timers(self) -> Timers:
        return ((f"force:{self.hazard}", None),)


class HazardRejected(Fact, frozen=True, kw_only=True, tag="hazard.rejected.v1"):
    """It is no hazard."""

    hazard: HazardId
    reason: str
    falls_no_more: tuple[str, ...] = ()

    def timers(self) -> Timers:
        return timers_ended(self.falls_no_more, self.hazard)


class HazardMerged(Fact, frozen=True, kw_only=True, tag="hazard.merged.v1"):
    """It is the same matter as another hazard, which carries on."""

    hazard: HazardId
    into: HazardId
    reason: str
    falls_no_more: tuple[str, ...] = ()

    def timers(self) -> Timers:
        return timers_ended(self.falls_no_more, self.hazard)


class HazardAssigned(Fact, frozen=True, kw_only=True, tag="hazard.assigned.v1"):
    """Manage type, deadline and the person liable for the repair are fixed.

    ``rate_month``: the month of whose closure rate the hazard is a part from now on (F-11), and no more of that of
    ``rate_month_left``; not in older facts.
    """

    hazard: HazardId
    manage: str
    deadline: Day
    person: PersonId
    measures: str | None = None
    budget: Fen | None = None
    rate_month: Month | None = None
    rate_month_left: Month | None = None
    falls_due: tuple[FallsDue, ...] = ()
    falls_no_more: tuple[str, ...] = ()

    def timers(self) -> Timers:
        """A new deadline replaces everything that the old one would have brought about."""
        return timers_ended(self.falls_no_more, self.hazard) + timers_set(self.falls_due, self.hazard)

    def counts(self) -> Counts:
        return due_for_repair(self.stream, self.rate_month_left, -1) + due_for_repair(self.stream, self.rate_month, 1)


class DeadlineExtended(Fact, frozen=True, kw_only=True, tag="hazard.deadline-extended.v1"):
    """A later deadline, approved one level up; the extended date counts (ASS-37).

    The hazard leaves the closure rate of ``rate_month_left`` for that of ``rate_month``.
    """

    hazard: HazardId
    deadline: Day
    reason: str
    approved_by: PersonId
    rate_month: Month | None = None
    rate_month_left: Month | None = None
    falls_due: tuple[FallsDue, ...] = ()
    falls_no_more: tuple[str, ...] = ()

    def timers(self) -> Timers:
        """A new deadline replaces everything that the old one would have brought about."""
        return timers_ended(self.falls_no_more, self.hazard) + timers_set(self.falls_due, self.hazard)

    def counts(self) -> Counts:
        return due_for_repair(self.stream, self.rate_month_left, -1) + due_for_repair(self.stream, self.rate_month, 1)


class RectificationStarted(Fact, frozen=True, kw_only=True, tag="hazard.rectification-started.v1"):
    """The executor (a person or a unit) has begun."""

    hazard: HazardId
    executor: str


class RectificationClaimed(Fact, frozen=True, kw_only=True, tag="hazard.rectification-claimed.v1"):
    """The executor says that it is fixed, with evidence; ``late``: recorded more than a day after it was finished."""

    hazard: HazardId
    finished_at: Moment
    evidence: tuple[str, ...]
    in_shift: bool
    cost: Fen | None = None
    late: bool = False


class HazardAcceptancePassed(Fact, frozen=True, kw_only=True, tag="hazard.acceptance-passed.v1"):
    """On-site acceptance (现场验收) passed."""

    hazard: HazardId
    acceptor: PersonId
    comment: str | None = None
    evidence: tuple[str, ...] = ()


class HazardAcceptanceFailed(Fact, frozen=True, kw_only=True, tag="hazard.acceptance-failed.v1"):
    """On-site acceptance failed: back to rectification, attempt counted."""

    hazard: HazardId
    acceptor: PersonId
    attempt: int
    comment: str | None = None
    evidence: tuple[str, ...] = ()


SPOT = Key("spot", "place", "item")
"""Where hazards repeat (TR-05)."""


class HazardClosed(Fact, frozen=True, kw_only=True, tag="hazard.closed.v1"):
    """The hazard is closed; on time if it was finished on or before the last deadline (F-9)."""

    hazard: HazardId
    place: str
    item: str | None = None
    on_time: bool | None = None
    rate_month: Month | None = None
    falls_no_more: tuple[str, ...] = ()

    def tags(self) -> Tags:
        return (SPOT.of(self),) if self.item else ()

    def timers(self) -> Timers:
        return timers_ended(self.falls_no_more, self.hazard)

    def counts(self) -> Counts:
        """Closed once; of the hazards due in its deadline's month, closed and perhaps in time."""
        closed = [Counted(self.stream, "hazards_closed")]
        if self.on_time is not None:
            closed.append(Counted(self.stream, "closed_in_time" if self.on_time else "closed_late"))
        if self.rate_month:
            closed.append(Counted(self.stream, "due_closed", month=self.rate_month))
            closed += [Counted(self.stream, "due_in_time", month=self.rate_month)] if self.on_time else []
        return tuple(closed)


class MajorHazardReported(Fact, frozen=True, kw_only=True, tag="hazard.major-reported.v1"):
    """A MAJOR hazard was reported to the authority and to the staff congress (L7)."""

    hazard: HazardId
    authority: str
    report_no: str
    congress_ref: str | None = None


class HazardMarkedOverdue(Fact, frozen=True, kw_only=True, tag="hazard.marked-overdue.v1"):
    """The deadline has passed and the hazard is neither closed, rejected nor merged."""

    hazard: HazardId
    days: int

    def timers(self) -> Timers:
        return ((f"overdue:{self.hazard}", None),)

    def counts(self) -> Counts:
        return (Counted(self.stream, "overdue"),)


class HazardEscalated(Fact, frozen=True, kw_only=True, tag="hazard.escalated.v1"):
    """A day after the deadline the matter goes one level up (TR-16)."""

    hazard: HazardId
    to_unit: UnitId
    to_role: str


class ReminderSent(Fact, frozen=True, kw_only=True, tag="reminder.sent.v1"):
    """Somebody is reminded (TR-16); ``entry`` is the agenda's entry that this was."""

    kind: str
    document: str
    target: str
    due: Moment
    text: str
    entry: str | None = None

    def timers(self) -> Timers:
        return ((self.entry, None),) if self.entry else ()
