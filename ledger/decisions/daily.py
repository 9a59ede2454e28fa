"""The day (日清): a team leader's score, and the quota wage tied to it (ASS-10; contract §2.9, F-6)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated

import msgspec

from ledger import scores
from ledger.accounts import AccountCode
from ledger.decisions.hazards import belongs
from ledger.decisions.in_force import policy
from ledger.decisions.kernel.authority import SYS, argument, at, centre, centre_of, lead_above
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.own_pay import approved_own_pay
from ledger.errors import Duplicate, Insufficient, Invalid, NotReady, Sod, State
from ledger.facts.daily import DAILY_SCORE, DAILY_WAGE, DailyQuotaWageAccrued, DailyScoreRecorded
from ledger.facts.periods import DAY_SHEET
from ledger.money import plain, yuan
from ledger.state.organisation import Organisation
from ledger.view import View
from ledger.vocabulary import (
    PAST,
    ApproverId,
    Day,
    Fen,
    PersonId,
    Role,
    Score,
    UnitId,
    assessment_stream,
    person_stream,
    unit_stream,
)

WORKSHOP_LEVEL = 3


def workshop_of(organisation: Organisation, unit: str, day: Day) -> str:
    """The workshop of a team: the L3 unit at or above it, else the unit itself."""
    return organisation.at_level(unit, WORKSHOP_LEVEL, day) or unit


def workshop(request: Request) -> str:
    return workshop_of(request.organisation, request["unit"], request.stamp.business_date)


def works_in(view: View, person: str, unit: str, day: Day) -> bool:
    """Does the person belong to the unit on a day, or is he rostered in it (rule 59)?"""
    if belongs(view, person, unit, day):
        return True
    rostered = view.rostered(person, day)
    return rostered is not None and view.organisation.within(rostered.unit, unit, day)


@decision(
    "RecordDailyScore",
    who=at(workshop, Role.WORKSHOP_HEAD, Role.DUTY_DIRECTOR),
    unit=argument("unit"),
    asks=(DAILY_SCORE, DAY_SHEET),
)
def record_daily_score(
    view: View, stamp: Stamp, person: PersonId, unit: UnitId, day: Annotated[Day, PAST], score: Score
) -> Facts:
    """The workshop scores a person's day, not its own (SOD), once (DUPLICATE), before the sheet is sealed (STATE).

    INVALID for who neither belongs to the workshop on that day nor is rostered in it (rule 59).
    """
    if stamp.by == person:
        raise Sod(person)
    if not works_in(view, person, shop := workshop_of(view.organisation, unit, day), day):
        raise Invalid(f"person: {person} does not work in {shop} on {day}")
    if view.day_score(person, day).score is not None:
        raise Duplicate(f"{person} {day}")
    if view.is_taken(DAY_SHEET, unit, day):
        raise State(f"the day sheet of {unit} of {day} is sealed")
    yield DailyScoreRecorded(
        stream=assessment_stream(person, day[:7]), person=person, unit=unit, day=day, score=plain(score)
    )


def _day(request: Request) -> tuple[Day, str | None]:
    return request["day"], None


@decision(
    "AccrueDailyWage",
    asks=(DAILY_SCORE, DAILY_WAGE),
    who=centre(centre_of(argument("unit")), Role.CLERK) | lead_above(argument("unit")) | SYS,
    unit=argument("unit"),
    dated=_day,
)
def accrue_daily_wage(
    view: View,
    stamp: Stamp,
    person: PersonId,
    unit: UnitId,
    day: Annotated[Day, PAST],
    quota_wage: Fen,
    approved_by: ApproverId | None = None,
) -> Facts:
    """The day's quota wage times what its score pays, rounded once; the rest stays in the team's pool (F-6).

    NOT_READY without a score of the day, DUPLICATE, INSUFFICIENT; the actor's own needs another's word (rule 52).
    """
    score = view.day_score(person, day).score
    if score is None:
        raise NotReady(f"no score of {person} on {day}")
    if view.is_taken(DAILY_WAGE, person, day):
        raise Duplicate(f"{person} {day}")
    share = scores.payout(policy(view, "payout.daily", unit, day), Fraction(Decimal(score)))
    amount = scores.pay(quota_wage, share)
    if amount > (available := view.unit(unit).available(AccountCode.POOL_WAGE)):
        raise Insufficient(f"{yuan(amount)} of {yuan(available)}")
    accrued = DailyQuotaWageAccrued(
        stream=unit_stream(unit),
        person=person,
        unit=unit,
        day=day,
        quota_wage=quota_wage,
        score=score,
        payout=plain(share),
        amount=amount,
        approved_by=approved_own_pay(view, stamp, unit, (person,), approved_by),
    )
    yield accrued
    yield msgspec.structs.replace(accrued, stream=person_stream(person), mirror=True)
