"""Decisions of compensation slips (安全质量赔付单): issue, service, objections, confirmation (TR-09, TR-12)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from ledger.calendars import local_day
from ledger.decisions import charges, liability
from ledger.decisions.chain import Chain, chain
from ledger.decisions.charges import Standard
from ledger.decisions.in_force import policy
from ledger.decisions.kernel.authority import SYS, above, argument, lead, of_notice, role
from ledger.decisions.kernel.envelope import official_number
from ledger.decisions.kernel.request import Arguments
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.liability import CHARGED, IMPORT, ISSUER, THE_PARTY, GivenLine, Review, unit_of
from ledger.decisions.retirement import check_active
from ledger.decisions.windows import objection_window
from ledger.errors import Basis, Exempt, Invalid, NotResponsible, ProtectedAct, State, WrongDoc
from ledger.facts.slips import AuthorityDocument, SlipCancelled, SlipIssued, SlipServed
from ledger.state.hazards import Hazard
from ledger.state.liability import Finding
from ledger.view import View
from ledger.vocabulary import (
    NEW,
    PAST,
    PROTECTED_KINDS,
    SYSTEM,
    ApproverId,
    CentreId,
    CiteId,
    Day,
    Fen,
    HazardId,
    ItemCode,
    ItemKind,
    Level,
    MatrixKind,
    Moment,
    NoticeId,
    PartyId,
    PenaltyId,
    People,
    PersonId,
    Role,
    SlipId,
    Tier,
    UnitId,
    unit_stream,
)

Grounds = Literal[
    "violation",
    "hazard",
    "duty",
    "quality",
    "conduct",
    "stop_work",
    "refuse_order",
    "evacuate",
    "report",
    "criticise",
]
Decision = Literal["uphold", "amend", "revoke"]
Funds = Literal["wage", "project"]


class AuthorityForm(msgspec.Struct, frozen=True):
    """The authority's document as it is given: BASIS, not INVALID, where something of it is left out."""

    name: str = ""
    doc: str = ""
    date: Day | None = None

    def document(self) -> AuthorityDocument | None:
        """The document, None unless all of it is named."""
        if not self.name.strip() or not self.doc.strip() or self.date is None:
            return None
        return AuthorityDocument(self.name, self.doc, self.date)


INSPECTS = above(argument("unit"), Role.OFFICE, Role.SAFETY_OFFICE, Role.INSPECTOR)
OFFICES = above(unit_of, Role.OFFICE, Role.SAFETY_OFFICE)
SAFETY_OFFICE = above(unit_of, Role.SAFETY_OFFICE)


@decision("IssueSlip", who=INSPECTS | IMPORT, unit=argument("unit"))
def issue_slip(
    view: View,
    stamp: Stamp,
    slip: Annotated[SlipId, NEW],
    unit: UnitId,
    grounds: Grounds,
    tier: Tier,
    description: str,
    basis: str = "",
    matrix: str | None = None,
    person: PersonId | None = None,
    team: UnitId | None = None,
    persons: People | None = None,
    lines: tuple[GivenLine, ...] | None = None,
    authority: AuthorityForm | None = None,
    occurred: Annotated[Day, PAST] | None = None,
    hazard: HazardId | None = None,
    cites: tuple[CiteId, ...] = (),
    discoverer: PersonId | None = None,
    centre: CentreId | None = None,
    evidence: tuple[str, ...] = (),
    item: ItemCode | None = None,
    funds: Funds | None = None,
    approved_by: ApproverId | None = None,
) -> Facts:
    """A department or inspector charges a liability chain, by a standard or by lines (TR-09, PERF-05).

    The standard is a matrix or a catalogue entry.  Nothing is posted before confirmation.  STATE for a unit that is
    retired (rule 85), INVALID unless exactly one of the two ways is taken, or for a team or fund elsewhere,
    PROTECTED_ACT for what the law protects, STATE for a hazard that is none, NOT_RESPONSIBLE for one elsewhere, EXEMPT
    for one that the unit found and fixed in the shift (PRICE-02), WRONG_DOC for what belongs to a case, penalty or
    notice, ALREADY for a finding that is charged, BASIS, SOD and AUTHORITY of who approves free lines, NO_PRICE, ROLE.
    """
    check_active(view, stamp, unit)
    day = occurred or stamp.business_date
    by_lines = lines is not None or authority is not None
    check_one_way(by_lines, (matrix, item), (matrix, person, team, persons))
    given = liability.explicit_lines(view, lines or ())
    if by_lines and not given:
        raise Invalid("lines: none is given")
    charges.check_team(view, unit, team, day)
    fund = charges.fund_of(view, stamp, unit, centre)
    check_not_protected(view, grounds, cites)
    found = view.hazard(hazard) if hazard is not None else None
    standard = charges.standard_of(view, unit, item, matrix, day)
    check_hazard(view, stamp, unit, tier, found)
    check_belongs_to_slip(view, unit, day, found, standard)
    charges.check_charged_once(view, found)
    paper = authority.document() if authority is not None else None
    if not basis.strip() or (by_lines and paper is None):
        raise Basis("basis, and with lines the authority's document, are needed")
    approver = charges.approver_of_lines(view, stamp, unit, tier, given, approved_by)
    standard.check_priced(by_matrix=not by_lines)
    finder = discoverer or (None if stamp.by == SYSTEM else stamp.by)
    finding = Finding(unit, tier, day, person, team, liability.named_roles(persons), hazard, finder)
    charged = Chain(given, (), "") if by_lines else chain(view, finding, standard.name or "")
    yield SlipIssued(
        stream=unit_stream(unit),
        number=official_number(view, fund, "SLIP", stamp.business_date),
        slip=slip,
        unit=unit,
        grounds=grounds,
        tier=tier,
        basis=basis,
        description=description,
        lines=charged.lines,
        dropped=charged.dropped,
        total=sum(line.amount for line in charged.lines),
        centre=fund,
        occurred=day,
        matrix=None if by_lines else standard.name,
        list_version=charged.list_version or None,
        authority=paper,
        person=person,
        team=team,
        persons=finding.persons,
        hazard=hazard,
        discoverer=finder,
        cites=cites,
        evidence=evidence,
        item=item,
        funds=funds or policy(view, "settle.from", unit, day),
        approved_by=approver,
    )


def check_one_way(by_lines: bool, standard: tuple[str | None, ...], of_standard: tuple[object, ...]) -> None:
    """INVALID: a slip goes by a matrix or item (with person, team, persons), or by lines with authority."""
    fits = all(given is None for given in of_standard) if by_lines else any(given is not None for given in standard)
    if not fits:
        raise Invalid("either matrix or item (with person, team, persons) or lines with authority")


def check_not_protected(view: View, grounds: str | None, cites: tuple[str, ...]) -> None:
    """PROTECTED_ACT: nobody pays for stopping work, refusing, evacuating, reporting or criticising (L6)."""
    if grounds in PROTECTED_KINDS:
        raise ProtectedAct(grounds or "")
    for cited in cites:
        if view.state(f"act:{cited}") is not None:
            raise ProtectedAct(cited)


def check_hazard(view: View, stamp: Stamp, unit: str, tier: str, hazard: Hazard | None) -> None:
    """STATE unless it is one, NOT_RESPONSIBLE elsewhere, EXEMPT, WRONG_DOC for another tier than it was found in."""
    charges.check_charged_at_all(hazard)
    if hazard is None:
        return
    if not view.organisation.within(hazard.unit, unit, stamp.business_date):
        raise NotResponsible(f"{hazard.hazard} is with {hazard.unit}")
    if hazard.exempt:
        raise Exempt(hazard.hazard)
    charges.check_tier(hazard, tier)


def check_belongs_to_slip(view: View, unit: str, day: Day, hazard: Hazard | None, standard: Standard) -> None:
    """WRONG_DOC: a superior's serious finding goes to a case, a standard to a penalty, a general item to a notice."""
    standard.check(ItemKind.VIOLATION, ItemKind.HAZARD)
    matrix = standard.matrix
    if hazard is not None:
        if hazard.level in (Level.A, Level.MAJOR) and hazard.tier == Tier.T1:
            raise WrongDoc(f"{hazard.hazard} goes to a case")
        if is_general(view, unit, hazard.item, day):
            raise WrongDoc(f"{hazard.hazard} goes to a notice")
    if matrix is None:
        return
    if matrix.kind in (MatrixKind.STOPPAGE, MatrixKind.SHIFT_EVALUATION, MatrixKind.QUALITY):
        raise WrongDoc(f"{matrix.matrix} goes to a penalty")
    if matrix.kind == MatrixKind.HAZARD and hazard is not None and hazard.level != matrix.level:
        raise WrongDoc(f"{matrix.matrix} is not of the hazard's level")


def is_general(view: View, unit: str, item: str | None, day: Day) -> bool:
    """Is it an item of kind ``general``, as priced on that day?"""
    found = charges.known_item(view, unit, item, day)
    return found is not None and found.kind == ItemKind.GENERAL


@decision("ServeSlip", who=ISSUER | above(unit_of, Role.OFFICE) | role(Role.CLERK) | SYS, unit=unit_of)
def serve_slip(
    view: View,
    stamp: Stamp,
    slip: SlipId,
    served_on: Annotated[Moment, PAST] | None = None,
    method: str | None = None,
) -> Facts:
    """Service (送达) starts the window for objections.

    STATE unless just issued, INVALID before the issue, NO_CALENDAR without work calendar, TOO_LATE for a window that
    is over already (rule 55).
    """
    issued = view.slip(slip)
    if issued.state != "issued" or issued.finding is None:
        raise State(issued.state)
    served = served_on or stamp.at
    if local_day(served) < issued.issued_on:
        raise Invalid(f"served_on: {slip} was issued on {issued.issued_on}")
    window = objection_window(view, stamp, issued.unit, issued.finding.occurred, served)
    yield SlipServed(
        stream=unit_stream(issued.unit),
        slip=slip,
        served_on=served,
        window_until=window.until,
        window_over=window.over,
        method=method,
    )


@decision("AcknowledgeSlip", who=CHARGED, unit=unit_of, one_of=("slip", "penalty"))
def acknowledge_slip(
    view: View,
    stamp: Stamp,
    slip: SlipId | None = None,
    penalty: PenaltyId | None = None,
    parties: tuple[PartyId, ...] | None = None,
) -> Facts:
    """A charged person, or a lead of the charged unit, accepts; STATE unless served, ALREADY if accepted before."""
    document = liability.named_document(view, slip=slip, penalty=penalty)
    return liability.acknowledge(view, stamp, document, parties)


@decision("DisputeSlip", who=THE_PARTY, unit=unit_of, one_of=("slip", "penalty"))
def dispute_slip(
    view: View,
    stamp: Stamp,
    party: PartyId,
    grounds: str,
    slip: SlipId | None = None,
    penalty: PenaltyId | None = None,
    evidence: tuple[str, ...] = (),
) -> Facts:
    """Objection (异议), once per line; STATE unless served, ALREADY, WINDOW_CLOSED after the last working day."""
    document = liability.named_document(view, slip=slip, penalty=penalty)
    return liability.dispute(stamp, document, party, grounds, evidence)


def _names_a_line(arguments: Arguments) -> None:
    """INVALID: a notice has one line, of another document the party says which."""
    if ("party" in arguments) == ("notice" in arguments):
        raise Invalid("party: of a slip or penalty, not of a notice")


@decision(
    "WithdrawDispute",
    who=THE_PARTY | lead(of_notice),
    unit=unit_of,
    one_of=("slip", "penalty", "notice"),
    valid=_names_a_line,
)
def withdraw_dispute(
    view: View,
    stamp: Stamp,
    party: PartyId | None = None,
    slip: SlipId | None = None,
    penalty: PenaltyId | None = None,
    notice: NoticeId | None = None,
) -> Facts:
    """The party takes its objection (异议) back and accepts its line; STATE without an open one (rule 87)."""
    document = liability.named_document(view, slip=slip, penalty=penalty, notice=notice)
    return liability.withdraw_dispute(stamp, document, party or document.lines[0].line.party)


@decision("ReviewSlip", who=SAFETY_OFFICE, unit=unit_of, one_of=("slip", "penalty"))
def review_slip(
    view: View,
    stamp: Stamp,
    decision: Decision,
    reason: str,
    slip: SlipId | None = None,
    penalty: PenaltyId | None = None,
    party: PartyId | None = None,
    amount: Fen | None = None,
    matrix: str | None = None,
    tier: Tier | None = None,
    lines: tuple[GivenLine, ...] | None = None,
) -> Facts:
    """Review (复核) of a dispute; STATE unless one is undecided, SOD for issuer and charged, NO_PRICE, ROLE."""
    document = liability.named_document(view, slip=slip, penalty=penalty)
    return liability.review(view, stamp, document, Review(decision, reason, party, amount, matrix, tier, lines))


@decision("ConfirmSlip", who=OFFICES | role(Role.CLERK) | SYS, unit=unit_of)
def confirm_slip(view: View, stamp: Stamp, slip: SlipId) -> Facts:
    """The slip binds and is charged (P7); ALREADY, STATE unless served, NOT_READY while a line may be objected to."""
    document = view.slip(slip)
    liability.check_confirmable(document, stamp.at)
    return liability.confirm(view, document, liability.mode_of(document))


@decision("CancelSlip", who=ISSUER | SAFETY_OFFICE, unit=unit_of)
def cancel_slip(view: View, stamp: Stamp, slip: SlipId, reason: str) -> Facts:
    """The issuer or the safety office takes the slip back before it binds, else STATE."""
    document = view.slip(slip)
    if document.state in ("confirmed", "cancelled"):
        raise State(document.state)
    yield SlipCancelled(stream=unit_stream(document.unit), slip=slip, reason=reason)
