"""Decisions of penalties (绩效赔付): proposal, approval, confirmation, waiver (PERF-03, PERF-04, PERF-08).

Objections, reviews and appeals are those of slips (``ledger.decisions.slips``).
"""

from __future__ import annotations

from typing import Annotated, Literal

from ledger.decisions import charges, liability
from ledger.decisions.chain import Chain, chain
from ledger.decisions.kernel.approval import holds_one
from ledger.decisions.kernel.authority import SYS, above, argument, role
from ledger.decisions.kernel.envelope import official_number
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.liability import ISSUER, GivenLine, unit_of
from ledger.decisions.slips import SAFETY_OFFICE, Grounds, check_not_protected
from ledger.decisions.windows import objection_window
from ledger.errors import Authority, Basis, Invalid, Sod, State, WrongDoc
from ledger.facts.penalties import PenaltyApproved, PenaltyNotified, PenaltyProposed, PenaltyWaived
from ledger.state.liability import Finding
from ledger.view import View
from ledger.vocabulary import (
    NEW,
    PAST,
    ApproverId,
    CentreId,
    CiteId,
    Day,
    HazardId,
    ItemCode,
    PenaltyId,
    People,
    PersonId,
    Role,
    Tier,
    UnitId,
    unit_stream,
)

PenaltyKind = Literal["stoppage", "quality", "shift_evaluation", "other"]

UNITS_OWN = above(argument("unit"), Role.UNIT_HEAD, Role.UNIT_DEPUTY, Role.WORKSHOP_HEAD)
PROPOSES = above(argument("unit"), Role.SAFETY_OFFICE) | UNITS_OWN.when(lambda request: request["kind"] != "stoppage")
"""安监处 sets stoppages; the other standards are set by the units as well (PRICE-06)."""
APPROVES = above(unit_of, Role.SAFETY_OFFICE, Role.UNIT_HEAD) | role(Role.LEADING_GROUP)


@decision("ProposePenalty", who=PROPOSES, unit=argument("unit"))
def propose_penalty(
    view: View,
    stamp: Stamp,
    penalty: Annotated[PenaltyId, NEW],
    unit: UnitId,
    kind: PenaltyKind,
    description: str,
    basis: str = "",
    matrix: str | None = None,
    tier: Tier | None = None,
    lines: tuple[GivenLine, ...] | None = None,
    person: PersonId | None = None,
    team: UnitId | None = None,
    persons: People | None = None,
    occurred: Annotated[Day, PAST] | None = None,
    discoverer: PersonId | None = None,
    grounds: Grounds | None = None,
    cites: tuple[CiteId, ...] = (),
    centre: CentreId | None = None,
    evidence: tuple[str, ...] = (),
    item: ItemCode | None = None,
    hazard: HazardId | None = None,
    approved_by: ApproverId | None = None,
) -> Facts:
    """The owner of a standard proposes a penalty, by the standard's matrix or item, or by lines (PERF-03, PERF-04).

    INVALID unless exactly one of the ways is taken, or for a team or fund elsewhere, PROTECTED_ACT, STATE for a hazard
    that is none, WRONG_DOC for a standard of another kind or another tier than the hazard's, ALREADY for a finding
    that has such a penalty, BASIS, SOD and AUTHORITY of who approves free lines, NO_PRICE, ROLE.
    """
    if (matrix is not None and bool(lines)) or (matrix is None and item is None and not lines):
        raise Invalid("either matrix or item, or lines")
    given = liability.explicit_lines(view, lines or ())
    day = occurred or stamp.business_date
    charges.check_team(view, unit, team, day)
    fund = charges.fund_of(view, stamp, unit, centre)
    check_not_protected(view, grounds, cites)
    found = view.hazard(hazard) if hazard is not None else None
    charges.check_charged_at_all(found)
    of_tier = tier or Tier(found.tier if found is not None else Tier.T2)
    charges.check_tier(found, of_tier)
    standard = charges.standard_of(view, unit, item, matrix, day)
    standard.check(kind)
    if (matrix is not None and kind == "other") or (standard.matrix is not None and standard.matrix.kind != kind):
        raise WrongDoc(f"{standard.name} is not of kind {kind}")
    charges.check_charged_once(view, found, penalty=kind)
    if not basis.strip():
        raise Basis("basis is needed")
    approver = charges.approver_of_lines(view, stamp, unit, of_tier, given, approved_by)
    standard.check_priced(by_matrix=not given)
    named = liability.named_roles(persons)
    finding = Finding(unit, of_tier, day, person, team, named, hazard, discoverer)
    charged = Chain(given, (), "") if given else chain(view, finding, standard.name or "")
    yield PenaltyProposed(
        stream=unit_stream(unit),
        number=official_number(view, fund, "PENALTY", stamp.business_date),
        penalty=penalty,
        unit=unit,
        kind=kind,
        basis=basis,
        description=description,
        lines=charged.lines,
        dropped=charged.dropped,
        total=sum(line.amount for line in charged.lines),
        centre=fund,
        occurred=day,
        tier=of_tier,
        matrix=None if given else standard.name,
        list_version=charged.list_version or None,
        person=person,
        team=team,
        persons=named,
        discoverer=discoverer,
        grounds=grounds,
        cites=cites,
        evidence=evidence,
        item=item,
        hazard=hazard,
        approved_by=approver,
    )


@decision("ApprovePenalty", who=APPROVES, unit=unit_of)
def approve_penalty(view: View, stamp: Stamp, penalty: PenaltyId) -> Facts:
    """Approval and notification start the window; STATE, SOD for proposer and charged, NO_CALENDAR, TOO_LATE."""
    proposed = view.liability("penalty", penalty)
    if proposed.state != "proposed" or proposed.finding is None:
        raise State(proposed.state)
    if stamp.by == proposed.issuer:
        raise Sod(f"{stamp.by} proposed {penalty}")
    liability.check_not_charged(proposed, stamp)
    window = objection_window(view, stamp, proposed.unit, proposed.finding.occurred, stamp.at)
    stream = unit_stream(proposed.unit)
    yield PenaltyApproved(stream=stream, penalty=penalty)
    yield PenaltyNotified(stream=stream, penalty=penalty, window_until=window.until, window_over=window.over)


@decision("ConfirmPenalty", who=SAFETY_OFFICE | role(Role.CLERK) | SYS, unit=unit_of)
def confirm_penalty(view: View, stamp: Stamp, penalty: PenaltyId) -> Facts:
    """The penalty binds and is charged (P7); ALREADY, STATE unless notified, NOT_READY while a line is open."""
    document = view.liability("penalty", penalty)
    liability.check_confirmable(document, stamp.at)
    return liability.confirm(view, document, liability.mode_of(document))


@decision("WaivePenalty", who=SAFETY_OFFICE | ISSUER, unit=unit_of)
def waive_penalty(
    view: View, stamp: Stamp, penalty: PenaltyId, reason: str, approved_by: ApproverId | None = None
) -> Facts:
    """Waiver (豁免) before it binds; STATE, SOD if the actor or one charged approves, AUTHORITY of the approver."""
    document = view.liability("penalty", penalty)
    if document.state not in ("proposed", "notified"):
        raise State(document.state)
    if approved_by is not None and (approved_by == stamp.by or document.charges(approved_by)):
        raise Sod(approved_by)
    if approved_by is None or not _may_waive(view, stamp, approved_by, document.unit):
        raise Authority("a unit_head at or above, or the leading group, has to approve")
    yield PenaltyWaived(stream=unit_stream(document.unit), penalty=penalty, reason=reason, approved_by=approved_by)


def _may_waive(view: View, stamp: Stamp, person: str, unit: str) -> bool:
    path = view.organisation.path(unit, stamp.business_date)
    return holds_one(view, stamp, person, ((Role.UNIT_HEAD, Role.LEADING_GROUP), path))
