"""The day sheet of a team (日清): scores and daily wages of its people, what moved in its pool, who sealed it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ledger.accounts import AccountCode, account_of
from ledger.fact import topic_of
from ledger.facts.daily import DailyQuotaWageAccrued, DailyScoreRecorded
from ledger.facts.periods import DaySheetSealed
from ledger.facts.pools import EntryReversed
from ledger.money import yuan
from ledger.state.person import Person
from ledger.vocabulary import Day, UnitId, unit_stream
from projections import read_models
from projections.queries.answers import papers as answers
from projections.queries.entries import line, lines
from projections.queries.facts import stored_facts
from projections.queries.kernel import Reader, Result, query
from projections.standing import undone

journal, log = read_models.entries.c, read_models.events.c
states, subjects = read_models.states.c, read_models.subjects.c

REVERSED = topic_of(EntryReversed)


@query(
    "DaySheet",
    "journal",
    "register",
    at="/units/{unit}/day-sheets/{day}",
    cli="day-sheet UNIT DAY",
    answer=answers.DaySheet,
)
async def day_sheet(reader: Reader, unit: UnitId, day: Day) -> Result:
    """A team's day: scores and daily wages by person, the entries of its wage pool, recorder and reviewer."""
    organisation = await reader.organisation()
    people: dict[str, dict[str, Any]] = {}
    sealed: DaySheetSealed | None = None
    gone, told = await _reversed(reader, unit), await _of_the_day(reader, unit, day)
    gone |= undone(told)
    for _, _, fact in (one for one in told if one.position not in gone):
        match fact:
            case DailyScoreRecorded(person=person, score=score) if fact.unit == unit:
                people.setdefault(person, _row(person))["score"] = score
            case DailyQuotaWageAccrued(person=person):
                people.setdefault(person, _row(person)).update(_wage(fact))
            case DaySheetSealed():
                sealed = fact
    account = account_of(AccountCode.POOL_WAGE, unit)
    rows = await reader.rows(lines(journal.account == account, journal.business_date == day))
    return {
        "unit": unit,
        "unit_name": organisation.units[unit].name_on(day),
        "centre": organisation.centre(unit, day),
        "simulated": organisation.simulated,
        "day": day,
        "state": "sealed" if sealed else "open",
        "recorder": sealed.recorder if sealed else None,
        "reviewer": sealed.reviewer if sealed else None,
        "sealed_at": sealed.at if sealed else None,
        "persons": [people[person] for person in sorted(people)],
        "lines": [line(row) for row in rows],
        "known": reader.position,
    }


def _row(person: str) -> dict[str, Any]:
    return {"person": person, **dict.fromkeys(("score", "quota_wage", "payout", "amount"))}


def _wage(fact: DailyQuotaWageAccrued) -> dict[str, Any]:
    amounts = {"quota_wage": yuan(fact.quota_wage), "amount": yuan(fact.amount)}
    return {"score": fact.score, "payout": fact.payout, **amounts}


async def _of_the_day(reader: Reader, unit: str, day: str) -> list[Any]:
    """Facts of the sheet, and the scores of those whose home is the team."""
    at_home: list[Person] = await reader.states(
        select(states.kind, states.body).where(states.kind == "person", states.unit == unit)
    )
    keys = [f"day-sheet:{unit}/{day}", *(f"daily-score:{person.person}/{day}" for person in at_home)]
    concerning = select(subjects.position).where(subjects.subject.in_(keys))
    return await stored_facts(reader, [log.position.in_(concerning), log.position <= reader.position], log.position)


async def _reversed(reader: Reader, unit: str) -> set[int]:
    """Positions of the unit's facts that were reversed."""
    wanted = [log.stream == unit_stream(unit), log.topic == REVERSED, log.position <= reader.position]
    found = await stored_facts(reader, wanted, log.position)
    return undone(found)
