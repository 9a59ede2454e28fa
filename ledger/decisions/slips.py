"""Decisions of compensation slips (安全质量赔付单): issue, service, objections, confirmation (TR-09, TR-12)."""

from __future__ import annotations

from typing import Annotated, Literal

from ledger.decisions import liability
from ledger.decisions.chain import Chain, chain
from ledger.decisions.in_force import find_matrix, price_in_force
from ledger.decisions.kernel.authority import SYS, above, argument, role
from ledger.decisions.kernel.envelope import official_number
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.liability import CHARGED, IMPORT, ISSUER, THE_PARTY, GivenLine, Review, unit_of
from ledger.errors import Basis, Exempt, Invalid, NoPrice, NotResponsible, ProtectedAct, State, WrongDoc
from ledger.facts.prices import Matrix
from ledger.facts.slips import AuthorityDocument, SlipCancelled, SlipIssued, SlipServed
from ledger.state.hazards import Hazard
from ledger.state.liability import Finding
from ledger.view import View
from ledger.vocabulary import (
    NEW,
    PAST,
    PROTECTED_KINDS,
    SYSTEM,
    CentreId,
    CiteId,
    Day,
    Fen,
    HazardId,
    ItemKind,
    Level,
    MatrixKind,
    Moment,
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
    authority: AuthorityDocument | None = None,
    occurred: Annotated[Day, PAST] | None = None,
    hazard: HazardId | None = None,
    cites: tuple[CiteId, ...] = (),
    discoverer: PersonId | None = None,
    centre: CentreId | None = None,
    evidence: tuple[str, ...] = (),
) -> Facts:
    """A department or inspector charges a liability chain, by a matrix or by an authority's lines (TR-09, PERF-05).

    Nothing is posted before confirmation.  INVALID unless exactly one of the two ways is taken, PROTECTED_ACT for
    what the law protects, NOT_RESPONSIBLE for a hazard elsewhere, EXEMPT for one that the unit found and fixed in
    the shift (PRICE-02), WRONG_DOC for what belongs to a case, penalty or notice, BASIS, NO_PRICE, ROLE.
    """
    by_matrix = any(given is not None for given in (matrix, person, team, persons))
    if by_matrix == (lines is not None or authority is not None) or (by_matrix and matrix is None):
        raise Invalid("either matrix (with person, team, persons) or lines with authority")
    given = liability.explicit_lines(view, lines or ())
    if not by_matrix and not given:
        raise Invalid("lines: none is given")
    check_not_protected(view, grounds, cites)
    day = occurred or stamp.business_date
    found = view.hazard(hazard) if hazard is not None else None
    if found is not None:
        if not view.organisation.within(found.unit, unit, stamp.business_date):
            raise NotResponsible(f"{found.hazard} is with {found.unit}")
        if found.exempt:
            raise Exempt(found.hazard)
    standard = known_matrix(view, unit, matrix, day)
    check_belongs_to_slip(view, unit, day, found, standard)
    if not basis.strip() or (not by_matrix and not is_named(authority)):
        raise Basis("basis, and with lines the authority's document, are needed")
    finder = discoverer or (None if stamp.by == SYSTEM else stamp.by)
    finding = Finding(unit, tier, day, person, team, liability.named_roles(persons), hazard, finder)
    charged = chain(view, finding, matrix) if matrix is not None else Chain(given, (), "")
    fund = centre or fund_of(view, stamp)
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
        matrix=matrix,
        list_version=charged.list_version or None,
        authority=authority,
        person=person,
        team=team,
        persons=finding.persons,
        hazard=hazard,
        discoverer=finder,
        cites=cites,
        evidence=evidence,
    )


def check_not_protected(view: View, grounds: str | None, cites: tuple[str, ...]) -> None:
    """PROTECTED_ACT: nobody pays for stopping work, refusing, evacuating, reporting or criticising (L6)."""
    if grounds in PROTECTED_KINDS:
        raise ProtectedAct(grounds or "")
    for cited in cites:
        if view.state(f"act:{cited}") is not None:
            raise ProtectedAct(cited)


def is_named(authority: AuthorityDocument | None) -> bool:
    return authority is not None and bool(authority.name.strip() and authority.doc.strip())


def known_matrix(view: View, unit: str, matrix: str | None, day: Day) -> Matrix | None:
    """The matrix in force, None without one (NO_PRICE is refused in its place)."""
    try:
        return find_matrix(view, unit, matrix, day).matrix if matrix is not None else None
    except NoPrice:
        return None


def check_belongs_to_slip(view: View, unit: str, day: Day, hazard: Hazard | None, matrix: Matrix | None) -> None:
    """WRONG_DOC: a superior's serious finding goes to a case, a standard to a penalty, a general item to a notice."""
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
    try:
        return item is not None and price_in_force(view, unit, item, day).item.kind == ItemKind.GENERAL
    except NoPrice:
        return False


def fund_of(view: View, stamp: Stamp) -> str:
    """The centre of the issuer's home unit, whose safety fund is paid; the root for the system."""
    organisation, day = view.organisation, stamp.business_date
    home = None if stamp.by == SYSTEM else view.person(stamp.by).home(day)
    return organisation.centre(home, day) if home else organisation.root


@decision("ServeSlip", who=ISSUER | above(unit_of, Role.OFFICE) | role(Role.CLERK) | SYS, unit=unit_of)
def serve_slip(
    view: View,
    stamp: Stamp,
    slip: SlipId,
    served_on: Annotated[Moment, PAST] | None = None,
    method: str | None = None,
) -> Facts:
    """Service (送达) starts the window for objections; STATE unless just issued, NO_CALENDAR without work calendar."""
    issued = view.slip(slip)
    if issued.state != "issued" or issued.finding is None:
        raise State(issued.state)
    served = served_on or stamp.at
    window = liability.objection_window(view, issued.unit, issued.finding.occurred, served)
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
