"""Hazards (隐患) from report to close (TR-05, ASS-37, ORG-14; lifecycle domain §7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

from ledger import calendars
from ledger.decisions.deadlines import schedule
from ledger.decisions.evidence import check_evidence
from ledger.decisions.in_force import policy
from ledger.decisions.kernel.authority import (
    ANYONE,
    SYS,
    Place,
    Where,
    Who,
    above,
    argument,
    at,
    lead,
    lead_above,
    of_hazard,
    role,
    root,
    word,
)
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.roles import is_lead
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Already, Authority, Criteria, Invalid, Sod, State
from ledger.facts.hazards import (
    SPOT,
    DeadlineExtended,
    HazardAcceptanceFailed,
    HazardAcceptancePassed,
    HazardAssigned,
    HazardClosed,
    HazardMerged,
    HazardReferredIn,
    HazardReferredOut,
    HazardRejected,
    HazardRepeatLinked,
    HazardReported,
    HazardVerified,
    MajorHazardReported,
    RectificationClaimed,
    RectificationStarted,
    TenderMadeCompulsory,
)
from ledger.state.hazards import Hazard
from ledger.view import View
from ledger.vocabulary import (
    NEW,
    PAST,
    Category,
    Day,
    Fen,
    HazardId,
    ItemCode,
    Level,
    Moment,
    Month,
    PartyId,
    PersonId,
    RiskId,
    Role,
    Severity,
    Tier,
    UnitId,
    unit_stream,
)


def _tier_of(request: Request) -> str:
    return request.view.hazard(request["hazard"]).tier


def _verifiers(where: Where) -> Who:
    """Safety staff at the unit or above; a deputy only of T3, for T1 only roles held at the root (rule 57)."""
    staff = (Role.INSPECTOR, Role.SAFETY_OFFICE, Role.OFFICE)
    return (
        above(where, *staff).when(lambda request: _tier_of(request) != Tier.T1)
        | above(where, Role.UNIT_DEPUTY).when(lambda request: _tier_of(request) == Tier.T3)
        | at(root, *staff, Role.UNIT_DEPUTY).when(lambda request: _tier_of(request) == Tier.T1)
    )


VERIFIERS = _verifiers(of_hazard)
THERE_TOO = _verifiers(argument("unit"))
"""Those who may verify at the unit that shall answer (rule 57)."""
ACCEPTORS = above(of_hazard, Role.INSPECTOR, Role.SAFETY_OFFICE, Role.OFFICE) | lead_above(of_hazard)


def _is_party(request: Request, party: str) -> bool:
    """Is the actor this person, or does he lead this unit (contract §5.16)?"""
    if party in request.organisation.units:
        return is_lead(request.view, request.stamp, request.stamp.by, party)
    return request.stamp.by == party


def _executes(request: Request) -> bool:
    """Is the actor the executor, or the person whom the assignment names (rule 6)?"""
    hazard = request.view.hazard(request["hazard"])
    return request.stamp.by == hazard.repairer or _is_party(request, hazard.executor or hazard.unit)


EXECUTOR = word(_executes)

TOLD_WITHIN = timedelta(hours=24)
"""A claim exempts only if it is recorded so soon after the work was finished (rule 57)."""


@decision("ReportHazard", who=ANYONE | SYS, unit=argument("unit"), asks=(SPOT,))
def report_hazard(
    view: View,
    stamp: Stamp,
    hazard: Annotated[HazardId, NEW],
    unit: UnitId,
    place: str,
    category: Category,
    description: str,
    tier: Tier,
    item: ItemCode | None = None,
    person: PersonId | None = None,
    discoverer: PersonId | None = None,
    cause: Literal[1, 2, 3] | None = None,
    severity: Severity | None = None,
    anonymous: bool = False,
    fixed_on_spot: bool = False,
    source_list: str | None = None,
    evidence: tuple[str, ...] = (),
    risk: RiskId | None = None,
) -> Facts:
    """Anyone reports a state to be fixed; an anonymous report seals reporter and discoverer (ORG-23, ASS-40)."""
    found_by = discoverer or (None if stamp.by == "SYSTEM" else stamp.by)
    yield HazardReported(
        stream=unit_stream(unit),
        hazard=hazard,
        unit=unit,
        place=place,
        category=category,
        description=description,
        tier=tier,
        item=item,
        person=person,
        discoverer=found_by,
        cause=cause,
        severity=severity,
        anonymous=anonymous,
        fixed_on_spot=fixed_on_spot,
        source_list=source_list,
        evidence=evidence,
        risk=risk,
    )


@decision(
    "VerifyHazard",
    who=VERIFIERS.when(lambda request: request["unit"] is None or THERE_TOO.allows(request)),
    unit=of_hazard,
)
def verify_hazard(
    view: View,
    stamp: Stamp,
    hazard: HazardId,
    level: Level,
    item: ItemCode | None = None,
    unit: UnitId | None = None,
    clause: str | None = None,
    person: PersonId | None = None,
    reason: str | None = None,
) -> Facts:
    """Safety staff confirm level and item; the unit that answers may be another one (TR-05, L10).

    STATE unless reported, or put right with a reason before the work begins (rule 78); SOD if the verifier is the
    liable person, CRITERIA for MAJOR without the clause of the criteria.  A repeat at the same place with the same
    item is linked; the third makes a tender compulsory.
    """
    found = view.hazard(hazard)
    if found.state != "reported":
        _check_put_right(view, found, reason)
    if stamp.by in (person, found.person):
        raise Sod(stamp.by)
    if level == Level.MAJOR and not clause:
        raise Criteria("a MAJOR hazard needs the clause of the criteria")
    answering = unit or found.unit
    stream = unit_stream(answering)
    if answering != found.unit:
        yield HazardReferredOut(stream=unit_stream(found.unit), hazard=hazard, to=answering)
        yield HazardReferredIn(stream=stream, hazard=hazard, unit=answering, origin=found.unit)
    right = found.state != "reported"
    yield HazardVerified(
        stream=stream,
        hazard=hazard,
        level=level,
        item=item,
        clause=clause,
        person=person,
        reason=reason,
        before=found.unit if right else None,
        repeat_left=found.repeated,
        rate_month_left=month_of(found.deadline),
        falls_no_more=found.falls_due,
    )
    yield from _repeats(view, stamp, hazard, stream, answering, found.place, item or found.item)


def _check_put_right(view: View, found: Hazard, reason: str | None) -> None:
    """STATE: no reason, the work has begun, the authority knows, or something hangs on the hazard (rule 78)."""
    if reason is None or found.state not in ("verified", "assigned"):
        raise State(f"{found.hazard} is {found.state}")
    if found.major_reported:
        raise State(f"{found.hazard} is reported to the authority")
    if found.tender is not None:
        raise State(f"{found.hazard} is out to {found.tender}")
    for key in found.charges:
        if getattr(view.state(key), "state", None) not in ("cancelled", "waived"):
            raise State(f"{key} hangs on {found.hazard}")
    for name in found.handovers:
        if any(hazard == found.hazard for hazard, _ in view.handover(name).standing):
            raise State(f"{found.hazard} has flowed by {name}")


def _repeats(
    view: View, stamp: Stamp, hazard: str, stream: str, unit: str, place: str, item: str | None
) -> Iterator[HazardRepeatLinked | TenderMadeCompulsory]:
    """Same place and item as hazards closed in the last days, company-wide, plus this one (contract §5.17)."""
    if item is None:
        return
    force = policy(view, "tender.force", unit, stamp.business_date)
    earliest = calendars.add_days(stamp.business_date, -force["days"])
    prior = tuple(name for day, name in view.spot(place, item).closed if earliest <= day <= stamp.business_date)
    if not prior:
        return
    count = len(prior) + 1
    yield HazardRepeatLinked(stream=stream, hazard=hazard, prior=prior, count=count)
    if count >= force["repeat"]:
        yield TenderMadeCompulsory(stream=stream, hazard=hazard, reason="repeat")


@decision("RejectHazard", who=VERIFIERS, unit=of_hazard)
def reject_hazard(view: View, stamp: Stamp, hazard: HazardId, reason: str) -> Facts:
    """It is no hazard.  STATE unless reported, SOD if the liable person rejects it."""
    found = _in_state(view, hazard, "reported")
    if stamp.by == found.person:
        raise Sod(stamp.by)
    yield HazardRejected(stream=unit_stream(found.unit), hazard=hazard, reason=reason, falls_no_more=found.falls_due)


@decision("MergeHazard", who=VERIFIERS, unit=of_hazard)
def merge_hazard(view: View, stamp: Stamp, hazard: HazardId, into: HazardId, reason: str) -> Facts:
    """It is the same matter as another one.

    STATE unless reported, INVALID into itself, STATE if the other one is not open.
    """
    found = _in_state(view, hazard, "reported")
    carries_on = view.hazard(into)
    if into == hazard:
        raise Invalid("into: a hazard cannot be merged into itself")
    if not carries_on.open:
        raise State(f"{into} is {carries_on.state}")
    yield HazardMerged(
        stream=unit_stream(found.unit), hazard=hazard, into=into, reason=reason, falls_no_more=found.falls_due
    )


def _term_below_a_workshop(request: Request) -> bool:
    """Is a term to be given to a team or a post?"""
    unit = request.organisation.units[request.view.hazard(request["hazard"]).unit]
    return request["manage"] == "term" and unit.level >= TEAM_LEVEL


def _parent(request: Request) -> str | None:
    """The unit directly above the one that answers."""
    path = request.path(request.view.hazard(request["hazard"]).unit)
    return path[1] if len(path) > 1 else None


TEAM_LEVEL = 4
ASSIGNERS = lead_above(of_hazard).when(lambda request: not _term_below_a_workshop(request)) | lead_above(
    Place(_parent)
).when(_term_below_a_workshop)
"""A term for a team or a post is given from above it (rule 57)."""


@decision("AssignHazard", who=ASSIGNERS, unit=of_hazard)
def assign_hazard(
    view: View,
    stamp: Stamp,
    hazard: HazardId,
    manage: Literal["immediate", "term"],
    deadline: Day,
    person: PersonId,
    measures: str | None = None,
    budget: Fen | None = None,
) -> Facts:
    """Manage type (即查即改 or 限期整改), deadline and the person liable for the repair.

    STATE unless verified, or assigned by this command before (rule 78); INVALID for a deadline that is over, or later
    than the one in force.
    """
    found = _in_state(view, hazard, "verified", "assigned")
    if found.taken_over:
        raise State(f"{hazard} is assigned by its handover")
    if deadline < stamp.business_date or (found.deadline is not None and deadline > found.deadline):
        raise Invalid("deadline: before the business date, or later than the one in force")
    yield HazardAssigned(
        stream=unit_stream(found.unit),
        hazard=hazard,
        manage=manage,
        deadline=deadline,
        person=person,
        measures=measures,
        budget=budget,
        rate_month=month_of(deadline),
        rate_month_left=month_of(found.deadline),
        **schedule(view, stamp, found, found.unit, deadline),
    )


@decision("ExtendDeadline", who=lead_above(of_hazard), unit=of_hazard)
def extend_deadline(
    view: View, stamp: Stamp, hazard: HazardId, deadline: Day, reason: str, approved_by: PersonId | None = None
) -> Facts:
    """A later deadline, approved by the lead of a unit above.

    STATE unless open with a deadline, INVALID if not later, SOD if the actor approves, AUTHORITY of the approver.
    """
    found = view.hazard(hazard)
    if not found.open or found.deadline is None:
        raise State(found.state)
    if deadline <= found.deadline:
        raise Invalid("deadline: not later than the present one")
    if approved_by == stamp.by:
        raise Sod(stamp.by)
    above_unit = view.organisation.path(found.unit, stamp.business_date)[1:]
    if approved_by is None or not any(is_lead(view, stamp, approved_by, unit) for unit in above_unit):
        raise Authority("approved_by: the lead of a unit above is needed")
    yield DeadlineExtended(
        stream=unit_stream(found.unit),
        hazard=hazard,
        deadline=deadline,
        reason=reason,
        approved_by=approved_by,
        rate_month=month_of(deadline),
        rate_month_left=month_of(found.deadline),
        **schedule(view, stamp, found, found.unit, deadline),
    )


@decision(
    "StartRectification",
    who=lead_above(of_hazard) | word(lambda request: _is_party(request, request["executor"])),
    unit=of_hazard,
)
def start_rectification(view: View, stamp: Stamp, hazard: HazardId, executor: PartyId) -> Facts:
    """The executor begins.  STATE unless assigned."""
    found = _in_state(view, hazard, "assigned")
    yield RectificationStarted(stream=unit_stream(found.unit), hazard=hazard, executor=executor)


@decision("ClaimRectification", who=EXECUTOR | lead(of_hazard), unit=of_hazard)
def claim_rectification(
    view: View,
    stamp: Stamp,
    hazard: HazardId,
    finished_at: Annotated[Moment, PAST] | None = None,
    evidence: tuple[str, ...] = (),
    cost: Fen | None = None,
) -> Facts:
    """The executor says that it is fixed, with evidence (DUTY-12).

    From reported (found by the unit itself, or fixed on the spot), verified, assigned or rectifying, else STATE;
    INVALID if it was finished before it was reported.  Told more than a day afterwards it exempts from nothing.
    """
    found = view.hazard(hazard)
    short = found.state == "reported" and (found.tier == Tier.T3 or found.fixed_on_spot)
    if not short and found.state not in ("verified", "assigned", "rectifying"):
        raise State(found.state)
    check_evidence(evidence)
    finished = finished_at or stamp.at
    if finished < found.reported_at:
        raise Invalid("finished_at: before the report")
    finished_in = view.organisation.business_date(found.origin, finished)
    yield RectificationClaimed(
        stream=unit_stream(found.unit),
        hazard=hazard,
        finished_at=finished,
        evidence=evidence,
        in_shift=finished_in == (found.reported_on, found.reported_shift),
        late=stamp.now > calendars.moment(calendars.parse_moment(finished) + TOLD_WITHIN),
        cost=cost,
    )


@decision("AcceptHazard", who=ACCEPTORS, unit=of_hazard)
def accept_hazard(
    view: View,
    stamp: Stamp,
    hazard: HazardId,
    result: Literal["pass", "fail"],
    comment: str | None = None,
    evidence: tuple[str, ...] = (),
) -> Facts:
    """On-site acceptance (现场验收) closes the hazard or sends it back (TR-13).

    STATE unless claimed (or fixed on the spot), SOD if the acceptor is or belongs to the executing unit, CRITERIA
    while a MAJOR hazard is not reported to the authority (L7).
    """
    found = view.hazard(hazard)
    short = found.fixed_on_spot and found.state in ("reported", "verified")
    if not short and found.state != "claimed":
        raise State(found.state)
    check_acceptor(view, stamp, found)
    if result == "pass" and found.level == Level.MAJOR and not found.major_reported:
        raise Criteria("a MAJOR hazard is closed only after its report to the authority")
    stream = unit_stream(found.unit)
    if result == "fail":
        yield HazardAcceptanceFailed(
            stream=stream,
            hazard=hazard,
            acceptor=stamp.by,
            attempt=found.attempts + 1,
            comment=comment,
            evidence=evidence,
        )
        return
    yield HazardAcceptancePassed(stream=stream, hazard=hazard, acceptor=stamp.by, comment=comment, evidence=evidence)
    yield closing(found)


def closing(found: Hazard) -> HazardClosed:
    """The close of a hazard: on time if finished on or before the last deadline (F-9)."""
    finished = calendars.local_day(found.finished_at or found.reported_at)
    on_time = None if found.deadline is None else finished <= found.deadline
    return HazardClosed(
        stream=unit_stream(found.unit),
        hazard=found.hazard,
        place=found.place,
        item=found.item,
        on_time=on_time,
        rate_month=month_of(found.deadline),
        falls_no_more=found.falls_due,
    )


def month_of(deadline: Day | None) -> Month | None:
    """The month of whose closure and on-time rates a hazard with this deadline is a part (F-9, F-11)."""
    return None if deadline is None else deadline[:7]


def check_acceptor(view: View, stamp: Stamp, found: Hazard) -> None:
    """An acceptor has no part in the work that he accepts (SOD).

    He is neither the executor nor belongs to the executing unit; belonging is any assignment at it or below it
    (contract §2.3).  He is not the person whom the assignment names (rule 6), nor who claimed it; where the executor
    is a person, he does not belong to that person's home unit, the root excepted (rule 57).
    """
    day, executor = stamp.business_date, found.executor or found.unit
    if belongs(view, stamp.by, executor, day) or _shares_home(view, stamp, executor):
        raise Sod(f"{stamp.by} belongs to the executing unit")
    if stamp.by in (executor, found.repairer, found.claimant):
        raise Sod(f"{stamp.by} took part in the work")


def _shares_home(view: View, stamp: Stamp, executor: str) -> bool:
    """Does the actor belong to the home unit of the person who executes (a unit has none)?"""
    home = None if executor in view.organisation.units else view.person(executor).home(stamp.business_date)
    return home is not None and home != view.organisation.root and belongs(view, stamp.by, home, stamp.business_date)


def belongs(view: View, person: str, unit: str, day: Day) -> bool:
    """Has the person any assignment at the unit or below it on the day?"""
    organisation = view.organisation
    if unit not in organisation.units:
        return False
    return any(organisation.within(place, unit, day) for _, place in view.person(person).roles(day))


@decision(
    "ReportMajorHazard",
    who=role(Role.COMPANY_HEAD, Role.SAFETY_OFFICE) | above(of_hazard, Role.UNIT_HEAD),
    unit=of_hazard,
)
def report_major_hazard(
    view: View, stamp: Stamp, hazard: HazardId, authority: str, report_no: str, congress_ref: str | None = None
) -> Facts:
    """A MAJOR hazard is reported to the regulator and the staff congress (L7).  STATE if not MAJOR, ALREADY twice."""
    found = view.hazard(hazard)
    if found.level != Level.MAJOR:
        raise State("the hazard is not MAJOR")
    if found.major_reported:
        raise Already(hazard)
    yield MajorHazardReported(
        stream=unit_stream(found.unit),
        hazard=hazard,
        authority=authority,
        report_no=report_no,
        congress_ref=congress_ref,
    )


def _in_state(view: View, hazard: str, *states: str) -> Hazard:
    found = view.hazard(hazard)
    if found.state not in states:
        raise State(f"{hazard} is {found.state}")
    return found
