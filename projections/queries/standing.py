"""What follows from scores and years: deposits and yellow cards, points, and how far a unit's appraisal is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ledger.accounts import AccountCode
from ledger.fact import Fact
from ledger.facts.deposits import DepositCollected, DepositForfeited, DepositReturned, TransferOrdered, YellowCardIssued
from ledger.facts.points import PointsAwarded, PointsExpired, PointsRedeemed
from ledger.facts.pools import EntryReversed
from ledger.money import yuan
from ledger.state.person import Person
from ledger.state.policies import Policies
from ledger.vocabulary import Month, PersonId, UnitId, Year, person_stream
from projections import read_models
from projections.queries.facts import recorded
from projections.queries.folds import facts_of_stream, folded
from projections.queries.kernel import Reader, Result, query
from projections.queries.pools import book_of

Row = dict[str, Any]
states, log = read_models.states.c, read_models.events.c


def topics(*kinds: type[Fact]) -> list[str]:
    return [str(kind.__struct_config__.tag) for kind in kinds]


# -- points (积分) ----------------------------------------------------------------------------------------------------


@query("Points", "register")
async def points(reader: Reader, person: PersonId, month: Month | None = None) -> Result:
    """Points held, award by award with the moment of their expiry; what of the month's cap is left; every movement.

    ``redeemable`` is what could be redeemed now: held, and within the cap; the reward has to be covered by what the
    fund of the centre may spend.
    """
    state: Person = await reader.state("person", person)
    today = await reader.today()
    month, organisation = month or today[:7], await reader.organisation()
    home = state.home(today) or organisation.root
    policies: Policies = folded("policy", await facts_of_stream(reader, "policy"))
    cap = policies.value("points.month_cap", organisation.path(home, today), today)
    left = max(0, cap - state.points.redeemed.get(month, 0))
    fund = await book_of(reader, organisation.centre(home, today))
    return {
        "person": person,
        "held": state.points.held,
        "lots": [{"doc": lot.doc, "left": lot.left, "expires_at": lot.expires_at} for lot in state.points.lots],
        "month": month,
        "redeemed": state.points.redeemed.get(month, 0),
        "cap": cap,
        "redeemable": min(state.points.held, left),
        "spendable": yuan(fund.spendable),
        "history": await _moves_of_points(reader, person),
    }


async def _moves_of_points(reader: Reader, person: str) -> list[Row]:
    moves = topics(PointsAwarded, PointsRedeemed, PointsExpired)
    wanted = [log.stream == person_stream(person), log.topic.in_(moves), log.position <= reader.position]
    gone = await _reversed_commands(reader, person)
    return [
        {
            "date": fact.business_date,
            "points": fact.points if isinstance(fact, PointsAwarded) else -fact.points,
            "what": type(fact).__name__,
            "doc": getattr(fact, "doc", None),
            "reason": getattr(fact, "reason", None),
            "amount": yuan(fact.amount) if isinstance(fact, PointsRedeemed) else None,
            "reversed": fact.command in gone,
            "by": fact.by,
            "position": position,
        }
        for position, _, fact in await recorded(reader, wanted, log.version)
        if isinstance(fact, PointsAwarded | PointsRedeemed | PointsExpired)
    ]


async def _reversed_commands(reader: Reader, person: str) -> set[str]:
    """Commands whose reversal the person was told."""
    wanted = [log.stream == person_stream(person), log.topic.in_(topics(EntryReversed))]
    facts = await recorded(reader, [*wanted, log.position <= reader.position], log.version)
    return {each.fact.of for each in facts if isinstance(each.fact, EntryReversed)}


# -- deposits and yellow cards (风险抵押金, 黄牌) ---------------------------------------------------------------------


@query("Deposits", "register")
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
    found = await recorded(reader, [log.topic.in_(about), log.position <= reader.position], log.position)
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


@query("Streaks", "register")
async def streaks(reader: Reader, unit: UnitId | None = None) -> Result:
    """Who has yellow cards that count now: the failed years in the post, and how many of them in a row (ASS-34)."""
    about = topics(YellowCardIssued)
    cards = await recorded(reader, [log.topic.in_(about), log.position <= reader.position], log.position)
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
