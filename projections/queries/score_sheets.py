"""A person's score sheet (考核成绩单) of a month or year: given, taken off and why, and what it came to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from ledger import scores, words
from ledger.fact import Fact, StoredFact, topic_of
from ledger.facts.assessment import (
    AssessmentAccepted,
    AssessmentFinalized,
    AssessmentObjected,
    AssessmentOpened,
    AssessmentPublished,
    AssessmentRevised,
    InspectionScored,
    ScoreAdjusted,
    SelfScoreSubmitted,
)
from ledger.facts.daily import DailyScoreRecorded
from ledger.facts.duties import DutyItem, DutyListApproved
from ledger.money import plain
from ledger.state.assessment import Assessment
from ledger.state.person import Person
from ledger.vocabulary import Day, MonthOrYear, PersonId, Role, assessment_stream, person_stream
from projections import read_models
from projections.queries.answers import appraisal as answers
from projections.queries.assessments import assessment as assessment_of
from projections.queries.facts import stored_facts
from projections.queries.folds import facts_of_stream
from projections.queries.kernel import Reader, Result, query
from projections.queries.unit_years import years_of
from projections.standing import since_opened, standing

Row = dict[str, Any]
F = TypeVar("F", bound=Fact)
log = read_models.events.c
LISTS = topic_of(DutyListApproved)


@query(
    "ScoreSheet",
    "register",
    at="/persons/{person}/scores/{period}",
    cli="scores PERSON PERIOD",
    answer=answers.ScoreSheet,
)
async def score_sheet(reader: Reader, person: PersonId, period: MonthOrYear) -> Result:
    """Every self-score, deduction with its reason and evidence, inspection and daily score of a person's period.

    ``result`` is what they came to; a period without a sheet has ``result`` null.  A team leader's days are listed
    also where no sheet is opened.  In a year ``led`` shows the results of the units whose main leader the person was:
    they count in his own evaluation (ASS-33).
    """
    facts = standing(since_opened(await facts_of_stream(reader, assessment_stream(person, period))))
    opened = next((fact for _, fact in _of(facts, AssessmentOpened)), None)
    sheet: Assessment | None = await reader.state("assessment", opened.assessment) if opened else None
    texts = await duty_items(reader, person, facts[-1].fact.business_date if facts else "")
    return {
        "person": person,
        "period": period,
        "parts": _parts(sheet, facts, texts),
        "inspections": [_inspection(each, fact) for each, fact in _of(facts, InspectionScored)],
        "days": [_day(each, fact) for each, fact in _of(facts, DailyScoreRecorded)],
        "history": [_step(each) for each in facts if isinstance(each.fact, STEPS)],
        "led": await _led(reader, person, period) if "-" not in period else [],
        "result": None if sheet is None else await assessment_of(reader, sheet.assessment),
    }


async def _led(reader: Reader, person: str, year: str) -> list[Row]:
    """The units that the person was the main leader of in the year, with score, grade and vetoes."""
    state: Person = await reader.state("person", person)
    units = {
        post.unit
        for post in state.posts
        if post.role in MAIN_LEADERS and post.since[:4] <= year and (post.until is None or post.until[:4] >= year)
    }
    told = ("unit", "score", "grade", "veto")
    return [{name: row[name] for name in told} for row in await years_of(reader, sorted(units), year)]


MAIN_LEADERS = frozenset({Role.COMPANY_HEAD, Role.UNIT_HEAD})
"""党政主要负责人 of a company or mine (ORG-18)."""


async def duty_items(reader: Reader, person: str, day: Day) -> dict[str, DutyItem]:
    """The items of the person's duty list in force on the day, by their code."""
    wanted = [log.stream == person_stream(person), log.topic == LISTS, log.position <= reader.position]
    lists = [fact for _, fact in _of(await stored_facts(reader, wanted, log.version), DutyListApproved)]
    in_force = [fact for fact in lists if fact.effective <= day]
    latest = max(in_force, key=lambda fact: fact.effective, default=None)
    return {item.item: item for item in latest.items} if latest else {}


def _of(facts: Iterable[StoredFact], fact_type: type[F]) -> list[tuple[StoredFact, F]]:
    return [(each, each.fact) for each in facts if isinstance(each.fact, fact_type)]


# -- duty: self-scores and what was taken off (F-2) -----------------------------------------------------------------


def _parts(sheet: Assessment | None, facts: Sequence[StoredFact], texts: dict[str, DutyItem]) -> list[Row]:
    changes = _of(facts, ScoreAdjusted)
    return [
        {
            "part": fact.part,
            "self": fact.self,
            "items": [_item(one.item, one.score, texts.get(one.item)) for one in fact.items],
            "adjustments": [_adjustment(each, one) for each, one in changes if one.part == fact.part],
            "D": _duty(fact.self, [one for _, one in changes if one.part == fact.part]),
            **_who(each),
        }
        for each, fact in _of(facts, SelfScoreSubmitted)
    ]


def _item(code: str, score: str, item: DutyItem | None) -> Row:
    row: Row = {"item": code, "score": score}
    return row if item is None else {**row, "text": item.text, "weight": item.weight, "basis": item.basis}


def _duty(own: str, changes: Iterable[ScoreAdjusted]) -> str:
    """F-2 of one part."""
    told = list(changes)
    off = [Decimal(one.points) for one in told if not one.bonus]
    on = [Decimal(one.points) for one in told if one.bonus]
    return plain(scores.duty(Decimal(own), off, on))


def _adjustment(each: StoredFact, fact: ScoreAdjusted) -> Row:
    reason = words.word("value", f"reason_code.{fact.reason_code}")
    return {
        "points": fact.points,
        "bonus": fact.bonus,
        "reason_code": fact.reason_code,
        "reason": f"{reason.zh} {reason.en}",
        "evidence": list(fact.evidence),
        **_who(each),
    }


# -- inspections, days, course --------------------------------------------------------------------------------------


def _inspection(each: StoredFact, fact: InspectionScored) -> Row:
    """F-1; scored outright it has no parts."""
    parts = {"quality": fact.quality, "coverage": fact.coverage, "frequency": fact.frequency}
    return {"part": fact.part, **parts, "I": fact.I, **_who(each)}


def _day(each: StoredFact, fact: DailyScoreRecorded) -> Row:
    return {"day": fact.day, "score": fact.score, "unit": fact.unit, **_who(each)}


STEPS = (
    AssessmentOpened,
    AssessmentPublished,
    AssessmentObjected,
    AssessmentAccepted,
    AssessmentRevised,
    AssessmentFinalized,
)


def _step(each: StoredFact) -> Row:
    """Opened, published, objected (why), accepted, revised (why, to what), final."""
    fact = each.fact
    row: Row = {"step": type(fact).__name__, **_who(each)}
    if isinstance(fact, AssessmentObjected):
        return {**row, "text": fact.grounds}
    if isinstance(fact, AssessmentPublished | AssessmentRevised):
        row |= {"D": fact.D, "I": fact.I, "S": fact.S, "payout": fact.payout, "formula": fact.formula}
    if isinstance(fact, AssessmentRevised):
        row |= {"text": fact.reason, "decided_duty": fact.duty, "decided_inspection": fact.inspection}
    return row


def _who(each: StoredFact) -> Row:
    return {"by": each.fact.by, "at": each.fact.at, "position": each.position}
