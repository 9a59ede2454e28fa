"""A unit's year: quarters and grade (F-7, F-8), veto, control quotas (F-10), bonus, equal force (ASS-21 … ASS-36)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from ledger import calendars
from ledger.decisions.hazards import belongs
from ledger.decisions.in_force import policy
from ledger.decisions.kernel.authority import SYS, argument, centre, of_party, role, root
from ledger.decisions.kernel.judging import UnitNotItself, given, judging, unit_or_person
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.obligations import obligation_of
from ledger.decisions.wage_total import counted_at
from ledger.errors import Already, Duplicate, Invalid, NotEligible, NotReady, Sod, State
from ledger.facts.unit_year import (
    BONUS,
    EQUAL_FORCE,
    INCIDENT,
    PERSONS_INCIDENT,
    BonusAwarded,
    BonusEligibilityRevoked,
    ControlQuotaSet,
    EqualForcePenaltyConfirmed,
    GradeAssigned,
    IncidentCounted,
    QuarterQuota,
    ScorePart,
    UnitAnnualScored,
    UnitHalfScored,
    UnitQuarterScored,
    VetoLifted,
    VetoTriggered,
)
from ledger.money import fen, plain, r2, times
from ledger.state.unit_year import FAILED, UnitYear, bars
from ledger.view import View
from ledger.vocabulary import (
    PAST,
    Amount,
    Count,
    Day,
    Fen,
    Half,
    PersonId,
    Positive,
    Quarter,
    Role,
    Score,
    UnitId,
    Year,
    YearOrQuarter,
    assessment_stream,
    person_stream,
    unit_stream,
)

QUARTERS, HALVES = 4, 2
QUARTERLY, ANNUAL = Decimal("0.30"), Decimal("0.70")
GRADES = ("一级", "二级", "三级")

APPRAISERS = role(Role.LEADING_GROUP, Role.SAFETY_OFFICE)
GROUP = role(Role.LEADING_GROUP)
OF_UNIT = UnitNotItself(given("unit"))

QuarterName = Literal["Q1", "Q2", "Q3", "Q4"]
BonusKind = Literal["annual", "quarter", "quota"]


# -- quarters, year and grade ---------------------------------------------------------------------------------------


@decision("ScoreUnitQuarter", who=APPRAISERS, counting=OF_UNIT, unit=argument("unit"))
def score_unit_quarter(
    view: View, stamp: Stamp, unit: UnitId, quarter: Quarter, score: Score, parts: dict[str, Score] | None = None
) -> Facts:
    """The meeting scores a unit's quarter, once (ASS-27)."""
    year, name = quarter[:4], quarter[5:]
    if name in view.unit_year(unit, year).quarters:
        raise Duplicate(f"{unit} {quarter}")
    yield UnitQuarterScored(
        stream=assessment_stream(unit, year),
        unit=unit,
        quarter=quarter,
        score=plain(score),
        parts=tuple(ScorePart(area, plain(points)) for area, points in sorted((parts or {}).items())),
    )


@decision("ScoreUnitHalf", who=GROUP, counting=OF_UNIT, unit=argument("unit"))
def score_unit_half(view: View, stamp: Stamp, unit: UnitId, half: Half, score: Score) -> Facts:
    """The leading group scores a unit's half of a year, once (rule 35)."""
    year, name = half[:4], half[5:]
    if name in view.unit_year(unit, year).halves:
        raise Duplicate(f"{unit} {half}")
    yield UnitHalfScored(stream=assessment_stream(unit, year), unit=unit, half=half, score=plain(score))


@decision("ScoreUnitYear", who=GROUP, counting=OF_UNIT, unit=argument("unit"))
def score_unit_year(
    view: View,
    stamp: Stamp,
    unit: UnitId,
    year: Year,
    annual: Score | None = None,
    approvals: tuple[PersonId, ...] | None = None,
) -> Facts:
    """Quarters × 30 % and annual result × 70 % make the year's score and grade, once (F-7, ASS-30).

    Fewer than four quarters need approvals; they are divided by those scored.  An annual result that is left out is
    the mean of both halves; NOT_READY with fewer (rule 35).
    """
    known = view.unit_year(unit, year)
    if known.score is not None:
        raise Duplicate(f"{unit} {year}")
    if not known.quarters or (len(known.quarters) < QUARTERS and not approvals):
        raise NotReady(f"{len(known.quarters)} of {QUARTERS} quarters are scored")
    halves = 0 if annual is not None else len(known.halves)
    annual = annual if annual is not None else mean_of_halves(known.halves)
    score = year_score(known.quarters, annual)
    yield UnitAnnualScored(
        stream=assessment_stream(unit, year),
        unit=unit,
        year=year,
        annual=plain(annual),
        score=plain(score),
        quarters=len(known.quarters),
        approvals=approvals or (),
        halves=halves,
    )
    yield graded(view, stamp, unit, year, score, known.vetoes)


def mean_of_halves(halves: Mapping[str, str]) -> Decimal:
    """The annual result that both halves make, rounded (rule 35)."""
    if len(halves) < HALVES:
        raise NotReady(f"{len(halves)} of {HALVES} halves are scored")
    return r2(sum(map(Decimal, halves.values()), Decimal()) / HALVES)


def year_score(quarters: Mapping[str, str], annual: Decimal) -> Decimal:
    """F-7, rounded once; the sum is multiplied before it is divided, so that nothing is lost on the way."""
    total = sum(map(Decimal, quarters.values()), Decimal())
    return r2(total * QUARTERLY / len(quarters) + annual * ANNUAL)


def graded(
    view: View, stamp: Stamp, unit: UnitId, year: Year, score: Decimal, vetoes: tuple[str, ...]
) -> GradeAssigned:
    """F-8: half-open bounds on the rounded score; a veto forces 不合格 (ASS-22)."""
    bounds = map(Decimal, policy(view, "grade.bounds", unit, stamp.business_date))
    reached = (grade for grade, bound in zip(GRADES, bounds, strict=True) if score >= bound)
    grade = FAILED if vetoes else next(reached, FAILED)
    return GradeAssigned(
        stream=assessment_stream(unit, year), unit=unit, year=year, score=plain(score), grade=grade, veto=vetoes
    )


def _regraded(view: View, stamp: Stamp, unit: UnitId, year: Year, known: UnitYear, vetoes: tuple[str, ...]) -> Facts:
    """The grade again where the year is scored already."""
    if known.score is not None:
        yield graded(view, stamp, unit, year, Decimal(known.score), vetoes)


@decision("TriggerVeto", who=GROUP, unit=argument("unit"))
def trigger_veto(
    view: View,
    stamp: Stamp,
    unit: UnitId,
    year: Year,
    indicator: str,
    reason: str,
    evidence: tuple[str, ...] = (),
) -> Facts:
    """一票否决: the year is 不合格 while the veto stands; one veto per indicator at a time (ASS-22)."""
    known = view.unit_year(unit, year)
    if indicator in known.vetoes:
        raise Already(indicator)
    yield VetoTriggered(
        stream=unit_stream(unit), unit=unit, year=year, indicator=indicator, reason=reason, evidence=evidence
    )
    yield from _regraded(view, stamp, unit, year, known, tuple(sorted((*known.vetoes, indicator))))


@decision("LiftVeto", who=GROUP, counting=OF_UNIT, unit=argument("unit"))
def lift_veto(
    view: View,
    stamp: Stamp,
    unit: UnitId,
    year: Year,
    indicator: str,
    reason: str,
    approvals: tuple[PersonId, ...] = (),
) -> Facts:
    """A standing veto is taken back; the grade is again that of the score unless another veto stands."""
    known = view.unit_year(unit, year)
    if indicator not in known.vetoes:
        raise State(f"no veto of {unit} in {year} for {indicator}")
    yield VetoLifted(
        stream=unit_stream(unit), unit=unit, year=year, indicator=indicator, reason=reason, approvals=approvals
    )
    left = tuple(name for name in known.vetoes if name != indicator)
    yield from _regraded(view, stamp, unit, year, known, left)


# -- control quotas -------------------------------------------------------------------------------------------------


def stream_of_party(unit: UnitId | None, person: PersonId | None) -> str:
    return unit_stream(unit) if unit else person_stream(person or "")


@decision("SetControlQuota", who=APPRAISERS, counting=unit_or_person, unit=of_party)
def set_control_quota(
    view: View,
    stamp: Stamp,
    indicator: str,
    year: Year,
    quota: Count,
    unit: UnitId | None = None,
    person: PersonId | None = None,
    quarters: dict[QuarterName, Count] | None = None,
) -> Facts:
    """控制指标 of a section or a person for a year; it stands once something is counted (ASS-35, rule 33).

    INVALID for neither or both, and unless its quarters add up to it.
    """
    check_one_party(unit, person)
    known = view.control(unit, person, year).quotas.get(indicator)
    if known and known.counted:
        raise Already(f"{indicator}: {known.count} counted")
    if quarters and sum(quarters.values()) != quota:
        raise Invalid(f"quarters: together {sum(quarters.values())}, not {quota}")
    yield ControlQuotaSet(
        stream=stream_of_party(unit, person),
        unit=unit,
        person=person,
        indicator=indicator,
        year=year,
        quota=quota,
        quarters=tuple(QuarterQuota(name, share) for name, share in sorted((quarters or {}).items())),
    )


@decision(
    "CountIncident",
    who=role(Role.SAFETY_OFFICE, Role.OFFICE) | SYS,
    counting=judging(given("person")),
    unit=of_party,
    asks=(INCIDENT, PERSONS_INCIDENT),
)
def count_incident(
    view: View,
    stamp: Stamp,
    indicator: str,
    count: Positive,
    doc: str,
    unit: UnitId | None = None,
    person: PersonId | None = None,
    occurred: Annotated[Day, PAST] | None = None,
) -> Facts:
    """Incidents count once per paper against the quota of their year; the first time over it costs the bonus (F-10).

    Of a unit or a person (INVALID for neither or both, rule 33).  Over the quota is over the year's or a quarter's
    (contract §5.35).
    """
    check_one_party(unit, person)
    if view.is_taken(INCIDENT, unit, doc) if unit else view.is_taken(PERSONS_INCIDENT, person or "", doc):
        raise Duplicate(f"{unit or person} {doc}")
    day = occurred or stamp.business_date
    known = view.control(unit, person, day[:4])
    if indicator not in known.quotas:
        raise State(f"{unit or person} has no quota for {indicator} in {day[:4]}")
    counted = IncidentCounted(
        stream=stream_of_party(unit, person),
        unit=unit,
        person=person,
        indicator=indicator,
        year=day[:4],
        quarter=calendars.quarter_of(day)[5:],
        count=count,
        doc=doc,
        occurred=day,
    )
    yield counted
    after = view.after((counted,)).control(unit, person, day[:4])
    if after.quotas[indicator].over and not known.quotas[indicator].over:
        yield BonusEligibilityRevoked(
            stream=counted.stream,
            year=day[:4],
            scope="unit" if unit else "person",
            reason=f"{indicator}: {after.quotas[indicator].count} counted",
            unit=unit,
            person=person,
            indicator=indicator,
        )


# -- bonus ----------------------------------------------------------------------------------------------------------


@decision("RevokeBonusEligibility", who=GROUP, counting=judging(given("person")), unit=of_party)
def revoke_bonus_eligibility(
    view: View,
    stamp: Stamp,
    year: Year,
    reason: str,
    unit: UnitId | None = None,
    person: PersonId | None = None,
    indicator: str | None = None,
    approvals: tuple[PersonId, ...] = (),
) -> Facts:
    """A unit or a person loses the bonus of an indicator, or of all, for a year (ASS-36)."""
    check_one_party(unit, person)
    lost = view.unit_year(unit, year).revoked if unit else view.person(person or "").revoked(year)
    if (indicator or "") in lost:
        raise Already(f"{unit or person} {year}")
    yield BonusEligibilityRevoked(
        stream=stream_of_party(unit, person),
        year=year,
        scope="unit" if unit else "person",
        reason=reason,
        unit=unit,
        person=person,
        indicator=indicator,
        approvals=approvals,
    )


def check_one_party(unit: UnitId | None, person: PersonId | None) -> None:
    if (unit is None) == (person is None):
        raise Invalid("a unit or a person, one of them")


def _is_of_table(request: Request) -> bool:
    """Does ``bonus.table`` say the amount?"""
    return request["kind"] == "annual" and request["unit"] is not None


@decision(
    "AwardBonus",
    who=GROUP | centre(root, Role.CENTRE_HEAD),
    counting=unit_or_person,
    unit=of_party,
    needs_approvals=lambda request: not _is_of_table(request),
)
def award_bonus(
    view: View,
    stamp: Stamp,
    kind: BonusKind,
    period: YearOrQuarter,
    unit: UnitId | None = None,
    person: PersonId | None = None,
    amount: Amount | None = None,
    indicator: str | None = None,
    doc: str | None = None,
    approvals: tuple[PersonId, ...] | None = None,
) -> Facts:
    """A bonus to a unit's pool or to a person, once per party, kind, period and indicator (P14, ASS-31).

    A unit's annual bonus is that of its grade in ``bonus.table``; every other one is given.  NOT_READY without the
    grade of an annual one; NOT_ELIGIBLE for 不合格, a grade outside of the table, or eligibility that was revoked.
    SOD for one's own and one's own unit's (rule 5); BUDGET over an indicator of the year (rule 20).
    """
    check_one_party(unit, person)
    in_table = kind == "annual" and unit is not None
    if in_table and indicator is not None:
        raise Invalid("indicator: a unit's annual bonus is for its grade")
    check_bonus_form(kind, period, in_table=in_table, amount=amount)
    if not in_table:
        check_not_own(view, stamp, unit, person, approvals or ())
    party = unit or person or ""
    year, home = period[:4], unit or view.person(party).home(stamp.business_date) or view.organisation.root
    graded_year = view.unit_year(home, year)
    if kind == "annual" and not graded_year.graded:
        raise NotReady(f"{home} is not graded for {year}")
    awarded = BonusAwarded(
        stream=unit_stream(party) if unit else person_stream(party),
        party=party,
        pool=unit is not None,
        kind=kind,
        period=period,
        amount=amount or 0,
        root=view.organisation.root,
        indicator=indicator,
        doc=doc,
        grade=graded_year.grade if kind == "annual" else None,
    )
    check_eligible(view, stamp, awarded, home, graded_year)
    if kind == "annual" and unit:
        awarded = by_table(view, stamp, awarded, unit)
    if view.is_taken(BONUS, party, kind, period, indicator or ""):
        raise Duplicate(f"{party} {kind} {period}")
    yield msgspec.structs.replace(
        awarded, totals=counted_at(view, stamp, "bonus", home, awarded.amount, year), approvals=approvals or ()
    )


def check_not_own(
    view: View, stamp: Stamp, unit: UnitId | None, person: PersonId | None, approvals: tuple[PersonId, ...]
) -> None:
    """SOD: nobody gives or approves his own bonus, nobody gives one to a unit that he belongs to (rule 5)."""
    if person is not None and person in (stamp.by, *approvals):
        raise Sod(person)
    if unit is not None and belongs(view, stamp.by, unit, stamp.business_date):
        raise Sod(f"{stamp.by} belongs to {unit}")


def check_bonus_form(kind: BonusKind, period: str, *, in_table: bool, amount: Fen | None) -> None:
    """INVALID: an annual bonus is of a year, a quarter's of a quarter; an amount is given unless the table says it."""
    of_quarter = "-" in period
    if (kind == "annual" and of_quarter) or (kind == "quarter" and not of_quarter):
        raise Invalid(f"period: {period} does not go with {kind}")
    if in_table != (amount is None):
        raise Invalid("amount: given, unless it is a unit's annual bonus, which bonus.table says")


def check_eligible(view: View, stamp: Stamp, awarded: BonusAwarded, home: UnitId, year: UnitYear) -> None:
    """NOT_ELIGIBLE: 不合格, or eligibility revoked of the person or of the home unit (F-10, contract §5.35)."""
    if awarded.kind == "annual" and year.failed:
        raise NotEligible(f"{home} is {FAILED}")
    if year.vetoes and policy(view, "veto.effect", home, stamp.business_date) != "grade":
        raise NotEligible(f"{home}: {', '.join(year.vetoes)}")
    lost = () if awarded.pool else view.person(awarded.party).revoked(awarded.period[:4])
    if bars((*year.revoked, *lost), awarded.indicator):
        raise NotEligible(f"the bonus of {awarded.party} was revoked")


def by_table(view: View, stamp: Stamp, awarded: BonusAwarded, unit: UnitId) -> BonusAwarded:
    """The annual bonus of a unit: base × rate of its grade; NOT_ELIGIBLE without table or rate."""
    table = policy(view, "bonus.table", unit, stamp.business_date)
    rate = table["rates"].get(awarded.grade) if table else None
    if rate is None:
        raise NotEligible(f"bonus.table has no rate for {awarded.grade}")
    base = fen(table["base"])
    return msgspec.structs.replace(awarded, amount=times(base, Decimal(rate)), base=base, rate=rate)


@decision("ConfirmEqualForcePenalty", who=GROUP, unit=argument("unit"), asks=(EQUAL_FORCE,))
def confirm_equal_force_penalty(view: View, stamp: Stamp, unit: UnitId, year: Year) -> Facts:
    """同等力度: a failed year costs as much as the full reward would have been, once (P15, ASS-32).

    It is an obligation: the pool pays what it has, the rest is DUE_UNIT.
    """
    known, day = view.unit_year(unit, year), stamp.business_date
    table = policy(view, "bonus.table", unit, day)
    if not known.graded or table is None:
        raise NotReady("bonus.table is not published" if known.graded else f"{unit} is not graded for {year}")
    if not known.failed:
        raise State(f"{unit} is {known.grade}")
    if view.is_taken(EQUAL_FORCE, unit, year):
        raise Duplicate(f"{unit} {year}")
    base, factor = fen(table["base"]), policy(view, "equal_force.base", unit, day)
    amount = times(base, Decimal(factor))
    yield EqualForcePenaltyConfirmed(
        stream=unit_stream(unit),
        unit=unit,
        year=year,
        base=base,
        factor=factor,
        amount=amount,
        shortfall=obligation_of(view, unit, amount).shortfall,
        centre=view.organisation.root,
    )
