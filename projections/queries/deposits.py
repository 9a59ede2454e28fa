"""Deposits (风险抵押金) and yellow cards (黄牌) of persons, by year."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ledger.accounts import AccountCode
from ledger.facts.deposits import (
    YELLOW_CARD,
    DepositCollected,
    DepositForfeited,
    DepositReturned,
    TransferOrdered,
    YellowCardIssued,
)
from ledger.facts.unit_year import GradeAssigned
from ledger.money import yuan
from ledger.state.person import Person
from ledger.state.unit_year import FAILED
from ledger.vocabulary import HEADS, PersonId, UnitId, Year
from projections import read_models
from projections.queries.answers import appraisal as answers
from projections.queries.directory import registered
from projections.queries.facts import stored_facts, topics
from projections.queries.folds import facts_of_documents, folded
from projections.queries.kernel import Reader, Result, query
from projections.queries.unit_years import years_of

Row = dict[str, Any]
states, log = read_models.states.c, read_models.events.c


@query("Deposits", "register", at="/deposits", cli="deposits", answer=answers.Deposits)
async def deposits(
    reader: Reader, unit: UnitId | None = None, person: PersonId | None = None, year: Year | None = None
) -> Result:
    """Every deposit with what became of it, and the yellow cards with the streak that they make, by person and year."""
    found = await _facts_about_deposits(reader)
    rows: dict[tuple[str, str, str], Row] = {}
    for fact in found:
        if (
            (unit or fact.unit) == fact.unit
            and (person or fact.person) == fact.person
            and (year or fact.year) == fact.year
        ):
            key = (fact.person, fact.year, fact.unit)
            rows.setdefault(key, _no_deposit(*key)).update(_told(fact))
    held = sum(row.pop("_held") for row in rows.values())
    return {"deposits": [rows[key] for key in sorted(rows)], "held": yuan(held)}


AboutDeposit = DepositCollected | DepositReturned | DepositForfeited | YellowCardIssued | TransferOrdered


async def _facts_about_deposits(reader: Reader) -> list[AboutDeposit]:
    about = topics(DepositCollected, DepositReturned, DepositForfeited, YellowCardIssued, TransferOrdered)
    found = await stored_facts(reader, [about, log.position <= reader.position], log.position)
    return [each.fact for each in found if isinstance(each.fact, AboutDeposit)]


def _no_deposit(person: str, year: str, unit: str) -> Row:
    blank = dict.fromkeys(("post", "mode", "amount", "basis", "state", "reason", "streak", "transfer_ordered"))
    return {"person": person, "year": year, "unit": unit, **blank, "yellow_card": False, "_held": 0}


def _told(fact: AboutDeposit) -> Row:
    match fact:
        case DepositCollected():
            return {
                "post": fact.post,
                "mode": fact.mode,
                "amount": yuan(fact.amount),
                "basis": fact.basis,
                "state": "held",
                "_held": fact.amount,
            }
        case DepositReturned():
            return {"state": "returned", "reason": fact.reason, "_held": 0}
        case DepositForfeited():
            return {"state": "forfeited", "_held": 0}
        case YellowCardIssued():
            return {"yellow_card": True, "streak": fact.streak}
        case TransferOrdered():
            return {"transfer_ordered": fact.business_date}


@query(
    "YellowCardsDue", "register", at="/years/{year}/yellow-cards-due", cli="cards YEAR", answer=answers.YellowCardsDue
)
async def yellow_cards_due(reader: Reader, year: Year) -> Result:
    """Heads, on the year's last day, of units that failed it and without a card of it; by unit, person (rule 36)."""
    graded = await stored_facts(reader, [topics(GradeAssigned), log.position <= reader.position], log.position)
    scored = {each.fact.unit for each in graded if isinstance(each.fact, GradeAssigned) and each.fact.year == year}
    failed = {row["unit"] for row in await years_of(reader, sorted(scored), year) if row["grade"] == FAILED}
    headed = {
        YELLOW_CARD(person.person, unit, year).removeprefix(YELLOW_CARD.prefix): {"unit": unit, "person": person.person}
        for person in (await registered(reader) if failed else ())
        for role, unit in person.roles(f"{year}-12-31")
        if role in HEADS and unit in failed
    }
    cards = await facts_of_documents(reader, YELLOW_CARD.word, headed)
    due = [headed[name] for name, facts in cards.items() if not folded(YELLOW_CARD.prefix + name, facts).used]
    return {"cards": sorted(due, key=lambda card: (card["unit"], card["person"]))}


@query("Streaks", "register", at="/streaks", cli="streaks", answer=answers.Streaks)
async def streaks(reader: Reader, unit: UnitId | None = None) -> Result:
    """Persons with yellow cards that count now: the failed years in the post, and how many in a row (ASS-34)."""
    about = topics(YellowCardIssued)
    cards = await stored_facts(reader, [about, log.position <= reader.position], log.position)
    named = sorted({each.fact.person for each in cards if isinstance(each.fact, YellowCardIssued)})
    wanted = select(states.kind, states.body).where(states.kind == "person", states.id.in_(named)).order_by(states.id)
    people: list[Person] = await reader.states(wanted)
    return {
        "streaks": [
            {
                "person": one.person,
                "unit": post,
                "years": list(years),
                "streak": one.deposits.streak_in(post),
                "deposit": yuan(one.balance(AccountCode.DEP_RISK)),
            }
            for one in people
            for post, years in sorted(one.deposits.failed.items())
            if years and unit in (None, post)
        ]
    }
