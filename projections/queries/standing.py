"""What follows from scores and years: deposits and yellow cards, points, and how far a unit's appraisal is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from ledger import calendars
from ledger.accounts import Kind
from ledger.fact import Fact
from ledger.facts.deposits import DepositCollected, DepositForfeited, DepositReturned, TransferOrdered, YellowCardIssued
from ledger.facts.points import PointsAwarded, PointsExpired, PointsRedeemed
from ledger.facts.pools import EntryReversed
from ledger.money import yuan
from ledger.state.person import Person
from ledger.state.policies import Policies
from ledger.vocabulary import Day, Month, MonthOrYear, PersonId, UnitId, Year, person_stream
from projections import read_models
from projections.queries.facts import recorded
from projections.queries.folds import facts_of_stream, folded
from projections.queries.kernel import Reader, Result, query
from projections.queries.pools import book_of
from projections.queries.unit_years import years_of

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
                "deposit": yuan(one.balance(Kind.DEP_RISK)),
            }
            for one in people
            for post, years in sorted(one.deposits.failed.items())
            if years and unit in (None, post)
        ]
    }


# -- how far the appraisal is ---------------------------------------------------------------------------------------

STATES = ("opened", "self_scored", "published", "objected", "final")


@query("AppraisalProgress", "register")
async def appraisal_progress(reader: Reader, period: MonthOrYear, unit: UnitId | None = None) -> Result:
    """How far the appraisal of a period is, unit by unit: sheets by state, how many are paid, who is waited for.

    For a year also that of each mine or plant, and of every other unit that is appraised: quarters scored, those that
    are late (ASS-28), score, grade, veto and quotas.
    """
    covered = await reader.unit_and_below(unit) if unit else list((await reader.organisation()).units)
    sheets = await _sheets(reader, period, covered)
    rows = [{"unit": name, **_counted(sheets[name])} for name in sorted(sheets)]
    open_ = [row for name in sorted(sheets) for row in sheets[name] if row["state"] != "final"]
    result: Result = {"period": period, "units": rows, "waiting": open_[:WAITING], "waiting_more": len(open_) > WAITING}
    if "-" not in period:
        today, units = await reader.today(), (await reader.organisation()).units
        years = await years_of(reader, sorted(covered), period)
        result["years"] = [
            _with_late(row, today) for row in years if units[row["unit"]].level == MINE_LEVEL or is_begun(row)
        ]
    return result


WAITING = 1000


async def _sheets(reader: Reader, period: str, units: Iterable[str]) -> dict[str, list[Row]]:
    """The sheets of a period by the unit that was the person's home when they were opened."""
    body = states.body
    wanted = (
        select(states.id, states.unit, states.state, states.total, body["person"].astext.label("person"))
        .where(states.kind == "assessment", body["period"].astext == period, states.unit.in_(list(units)))
        .order_by(body["person"].astext)
    )
    found: dict[str, list[Row]] = {}
    for row in await reader.rows(wanted):
        sheet = {"assessment": row.id, "person": row.person, "unit": row.unit, "state": row.state}
        found.setdefault(row.unit, []).append({**sheet, "paid": row.total is not None})
    return found


def _counted(sheets: list[Row]) -> Row:
    by_state = {name: sum(sheet["state"] == name for sheet in sheets) for name in STATES}
    return {"sheets": len(sheets), **by_state, "paid": sum(sheet["paid"] for sheet in sheets)}


def _with_late(row: Row, today: Day) -> Row:
    """A unit's year, with the quarters whose score sheets are late on the ledger's today."""
    late = [name for name, due in sheets_due(row["year"]).items() if name not in row["quarters"] and today > due]
    return {**row, "late": late}


MINE_LEVEL = 2
"""二级单位: their year is always appraised (ASS-30)."""


def is_begun(row: Row) -> bool:
    """Is anything known of the year?"""
    return any(value for name, value in row.items() if name not in ("unit", "year"))


def sheets_due(year: str) -> dict[str, str]:
    """Score sheets are due on the 5th of the month after the quarter (``quarter.sheet_due``, ASS-28)."""
    ends = {"Q1": f"{year}-03", "Q2": f"{year}-06", "Q3": f"{year}-09", "Q4": f"{year}-12"}
    return {name: f"{calendars.next_month(month)}-05" for name, month in ends.items()}
