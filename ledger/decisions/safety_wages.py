"""The safety wage (安全工资): entitlement, accrual of a final score, the year's remainder (SW, ASS-05, ASS-12; F-5)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

import msgspec

from ledger import scores
from ledger.accounts import AccountCode
from ledger.decisions.assessment import of_assessment
from ledger.decisions.in_force import policy
from ledger.decisions.kernel.authority import SYS, above, argument, centre, centre_of, home_of, role, root
from ledger.decisions.kernel.judging import given, judging
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.results import home_of_person, policy_of
from ledger.errors import Criteria, Duplicate, Insufficient, Invalid, NotReady, Sod
from ledger.facts.safety_wages import (
    ENTITLEMENT,
    LEADER_GRADE,
    SAFETY_WAGE,
    EntitlementSet,
    LeaderGradeRecorded,
    SafetyWageAccrued,
    SafetyWageRemainderDecided,
)
from ledger.money import fen, plain, yuan
from ledger.state.assessment import Assessment
from ledger.view import View
from ledger.vocabulary import (
    AssessmentId,
    Fen,
    Month,
    MonthOrYear,
    PersonId,
    Rate,
    Role,
    UnitId,
    Year,
    person_stream,
    unit_stream,
)

ONE = Decimal(1)


@decision(
    "SetEntitlement",
    asks=(ENTITLEMENT,),
    who=above(home_of("person"), Role.OFFICE, Role.SAFETY_OFFICE) | role(Role.CLERK, Role.LEADING_GROUP) | SYS,
    counting=judging(given("person")),
    unit=home_of("person"),
)
def set_entitlement(
    view: View, stamp: Stamp, person: PersonId, period: MonthOrYear, base: Fen | None = None, factor: Rate = ONE
) -> Facts:
    """Set what a person may get in a period (SW-01, SW-03); once (DUPLICATE).

    SOD for one's own (rule 52).  A base that is left out is that of ``base_table`` for the role of the home assignment;
    NOT_READY where there is none (rule 37).
    """
    if stamp.by == person:
        raise Sod(person)
    if view.entitlement(person, period).base is not None:
        raise Duplicate(f"{person} {period}")
    amount = base_of_post(view, stamp, person) if base is None else base
    yield EntitlementSet(stream=person_stream(person), person=person, period=period, base=amount, factor=plain(factor))


def base_of_post(view: View, stamp: Stamp, person: PersonId) -> Fen:
    """The base amount of the person's post (岗位基准表)."""
    post = view.person(person).home_post(stamp.business_date)
    table = policy(view, "base_table", post.unit, stamp.business_date) if post else None
    if post is None or table is None or post.role not in table:
        raise NotReady(f"base_table has no amount for {post.role if post else person}")
    return fen(table[post.role])


@decision("RecordLeaderGrade", who=role(Role.LEADING_GROUP, Role.HR), unit=root, asks=(LEADER_GRADE,))
def record_leader_grade(view: View, stamp: Stamp, year: Year, grade: str, doc: str) -> Facts:
    """The group's grade of the main leader for a year, by which every deputy's is paid; once (DUPLICATE; rule 30).

    CRITERIA for a grade without a share, or other than that of a deputy's wage which is accrued already.
    """
    known = view.leader_grade(year)
    if grade not in (policy(view, "deputy.share_table", view.organisation.root, stamp.business_date) or {}):
        raise Criteria(f"grade {grade} is not in deputy.share_table")
    check_one_grade(grade, known.accrued.values())
    if known.recorded is not None:
        raise Duplicate(f"{year}: {known.recorded}")
    yield LeaderGradeRecorded(stream="org", year=year, grade=grade, doc=doc)


def check_one_grade(grade: str, others: Iterable[str]) -> None:
    """CRITERIA: a year has one grade of the main leader, whoever of his deputies is paid by it."""
    if other := next((known for known in others if known != grade), None):
        raise Criteria(f"grade {grade}: the year has grade {other}")


# -- accrual --------------------------------------------------------------------------------------------------------


def pool_unit(request: Request) -> str | None:
    """The unit whose safety pool pays: the one named, else the centre of the person's home."""
    return request["unit"] or centre_of(of_assessment)(request)


def month_of(request: Request) -> Month:
    """The month of the assessment; of a deputy's year the last one."""
    period = request.view.assessment(request["assessment"]).period
    return period if "-" in period else f"{period}-12"


@decision(
    "AccrueSafetyWage",
    who=centre(centre_of(pool_unit), Role.CLERK, Role.CENTRE_HEAD),
    unit=pool_unit,
    period=month_of,
)
def accrue_safety_wage(
    view: View, stamp: Stamp, assessment: AssessmentId, unit: UnitId | None = None, grade: str | None = None
) -> Facts:
    """A final score pays, once per person and period (DUPLICATE), from what the safety pool holds (INSUFFICIENT).

    SOD for one's own (rule 52).  NOT_READY without a final score, an entitlement or, for a deputy, a grade; CRITERIA
    for a grade without a share or other than the year's (rule 30), or while a veto stands that costs the safety wage
    too (``veto.effect``).
    """
    sheet = view.assessment(assessment)
    if stamp.by == sheet.person:
        raise Sod(sheet.person)
    if grade is not None and sheet.kind != "deputy_year":
        raise Invalid("grade: only of a deputy's year")
    if view.is_taken(SAFETY_WAGE, sheet.person, sheet.period):
        raise Duplicate(f"{sheet.person} {sheet.period}")
    entitled = view.entitlement(sheet.person, sheet.period)
    if sheet.state != "final" or sheet.S is None or sheet.payout is None:
        raise NotReady(f"{assessment} is {sheet.state}")
    if entitled.base is None:
        raise NotReady(f"no entitlement of {sheet.person} for {sheet.period}")
    share = None
    if sheet.kind == "deputy_year":
        grade = grade_of(view, sheet, grade)
        share = share_of(view, stamp, sheet, grade)
    pool = unit or view.organisation.centre(home_of_person(view, stamp, sheet), stamp.business_date)
    check_no_veto(view, stamp, sheet, pool)
    amount = scores.pay(entitled.base, Decimal(entitled.factor), share or ONE, Decimal(sheet.payout))
    if amount > (available := view.unit(pool).available(AccountCode.POOL_SAFETY)):
        raise Insufficient(f"{yuan(amount)} of {yuan(available)}")
    accrued = SafetyWageAccrued(
        stream=unit_stream(pool),
        assessment=assessment,
        person=sheet.person,
        period=sheet.period,
        unit=pool,
        base=entitled.base,
        factor=entitled.factor,
        S=sheet.S,
        payout=sheet.payout,
        amount=amount,
        grade=grade,
        share=None if share is None else plain(share),
    )
    yield accrued
    yield msgspec.structs.replace(accrued, stream=person_stream(sheet.person), mirror=True)


def check_no_veto(view: View, stamp: Stamp, sheet: Assessment, pool: UnitId) -> None:
    """CRITERIA: under ``veto.effect`` = +safety_wage a vetoed year pays no safety wage while the veto stands (ASS-22).

    It is a veto on the home unit, or on one above it up to the unit whose pool pays.
    """
    if policy_of(view, stamp, sheet, "veto.effect") != "+safety_wage":
        return
    for unit in view.organisation.path(home_of_person(view, stamp, sheet), stamp.business_date):
        if vetoes := view.unit_year(unit, sheet.period[:4]).vetoes:
            raise Criteria(f"{unit}: {', '.join(vetoes)}")
        if unit == pool:
            return


def grade_of(view: View, sheet: Assessment, given: str | None) -> str:
    """The grade by which a deputy is paid: as given or recorded (else NOT_READY), one for the whole year (CRITERIA)."""
    known = view.leader_grade(sheet.period)
    grade = given or known.recorded
    if grade is None:
        raise NotReady(f"no grade of the main leader is recorded for {sheet.period}")
    check_one_grade(grade, [*known.accrued.values(), *([known.recorded] if known.recorded else [])])
    return grade


def share_of(view: View, stamp: Stamp, sheet: Assessment, grade: str) -> Decimal:
    """A deputy's share by the grade that the group gives the main leader (ASS-05)."""
    table = policy_of(view, stamp, sheet, "deputy.share_table") or {}
    if grade not in table:
        raise Criteria(f"grade {grade} is not in deputy.share_table")
    return Decimal(table[grade])


# -- the remainder ----------------------------------------------------------------------------------------------------


@decision("DecideSafetyWageRemainder", who=role(Role.LEADING_GROUP), unit=argument("unit"))
def decide_safety_wage_remainder(
    view: View,
    stamp: Stamp,
    unit: UnitId,
    year: Year,
    decision: Literal["stay", "to_fund", "return"],
    reason: str,
    approvals: tuple[PersonId, ...] = (),
    amount: Fen | None = None,
) -> Facts:
    """Money that was not paid stays in the pool, goes to the fund of the unit's centre, or back to its source (P20).

    ``safety_wage.unpaid`` says what is usual; the group decides with a reason and may say otherwise (ASS-12).
    """
    left = view.unit(unit).available(AccountCode.POOL_SAFETY)
    if amount is not None and amount > left:
        raise Insufficient(f"{yuan(amount)} of {yuan(left)}")
    yield SafetyWageRemainderDecided(
        stream=unit_stream(unit),
        unit=unit,
        year=year,
        decision=decision,
        amount=left if amount is None else amount,
        centre=view.organisation.centre(unit, stamp.business_date),
        reason=reason,
        approvals=approvals,
    )
