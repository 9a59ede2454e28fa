"""Powers that others should see used: appointments, price lists for the past, directed tenders, rewards (rule 61)."""

from __future__ import annotations

from typing import Any

from ledger.calendars import local_day, parse_moment
from ledger.fact import StoredFact
from ledger.facts.organisation import AssignmentEnded, PersonAssigned
from ledger.facts.points import RewardGranted
from ledger.facts.prices import PriceListPublished
from ledger.facts.tenders import TenderDirected, TenderPublished, TenderRequested
from ledger.money import yuan
from ledger.vocabulary import SYSTEM, CentreId, Day, Role
from projections.queries.answers import oversight as answers
from projections.queries.charge_lists import is_of_centre
from projections.queries.discretion import reversed_positions, told_between
from projections.queries.kernel import Reader, Result, query
from projections.reconciliation.bulk_reader import facts_about

POWERFUL = frozenset(
    {
        *(Role.ADMIN, Role.HR, Role.CLERK, Role.CENTRE_HEAD, Role.SAFETY_OFFICE, Role.LEADING_GROUP),
        *(Role.COMPANY_HEAD, Role.COMPANY_DEPUTY, Role.UNIT_HEAD, Role.UNIT_DEPUTY, Role.AUDITOR),
    }
)
"""Roles by which money moves, people are appointed, or others are judged."""


@query(
    "Appointments",
    "register",
    "mentions",
    at="/oversight/appointments",
    cli="oversight appointments",
    answer=answers.Appointments,
)
async def appointments(reader: Reader, since: Day, until: Day, centre: CentreId | None = None) -> Result:
    """Assignments that persons gave or ended: of the powerful roles, and of any role for days that were past.

    ``past``: it takes effect before the day on which the ledger learnt of it.
    """
    told = await told_between(reader, since, until, PersonAssigned, AssignmentEnded)
    rows = [
        row
        for row in map(_appointment, (one for one in told if one.fact.by != SYSTEM))
        if (row["role"] in POWERFUL or row["past"])
        and await is_of_centre(reader, centre, row["unit"], row["business_date"])
    ]
    return {
        "appointments": sorted(rows, key=lambda row: (row["business_date"], row["person"], row["unit"], row["role"]))
    }


def _appointment(stored: StoredFact) -> dict[str, Any]:
    fact = stored.fact
    assert isinstance(fact, PersonAssigned | AssignmentEnded)
    effective = fact.since if isinstance(fact, PersonAssigned) else fact.last_day
    return {
        "person": fact.person,
        "unit": fact.unit,
        "role": fact.role,
        "business_date": fact.business_date,
        "ended": isinstance(fact, AssignmentEnded),
        "effective": effective,
        "past": effective < local_day(stored.recorded_at),
        "by": fact.by,
    }


@query(
    "BackdatedLists",
    "register",
    "mentions",
    at="/oversight/backdated-lists",
    cli="oversight backdated-lists",
    answer=answers.BackdatedLists,
)
async def backdated_lists(reader: Reader, since: Day, until: Day, centre: CentreId | None = None) -> Result:
    """Versions of price lists that take effect before the day on which the ledger learnt of them."""
    rows = [
        {
            "owner": fact.owner,
            "version": fact.list_version,
            "business_date": fact.business_date,
            "effective": fact.effective,
            "by": fact.by,
        }
        for _, recorded_at, fact in await told_between(reader, since, until, PriceListPublished)
        if isinstance(fact, PriceListPublished)
        and fact.effective < local_day(recorded_at)
        and await is_of_centre(reader, centre, fact.owner, fact.business_date)
    ]
    return {"lists": sorted(rows, key=lambda row: (row["business_date"], row["owner"], row["version"]))}


@query(
    "DirectTenders",
    "register",
    "mentions",
    at="/oversight/direct-tenders",
    cli="oversight direct-tenders",
    answer=answers.DirectTenders,
)
async def direct_tenders(reader: Reader, since: Day, until: Day, centre: CentreId | None = None) -> Result:
    """Tenders that were awarded without bids (指定), with the whole hours for which bids had been asked for."""
    directed = await told_between(reader, since, until, TenderDirected)
    keys = sorted({f"tender:{one.fact.tender}" for one in directed if isinstance(one.fact, TenderDirected)})
    before = await facts_about(reader, keys, TenderRequested, TenderPublished)
    rows = [
        row
        for one in directed
        if isinstance(one.fact, TenderDirected)
        and (row := _directed(one.position, one.fact, before[f"tender:{one.fact.tender}"]))
        and await is_of_centre(reader, centre, row["unit"], row["business_date"])
    ]
    return {"tenders": sorted(rows, key=lambda row: (row["business_date"], row["tender"]))}


def _directed(position: int, fact: TenderDirected, before: list[StoredFact]) -> dict[str, Any]:
    earlier = [one.fact for one in before if one.position < position and not one.fact.mirror]
    payer = next(one.unit for one in earlier if isinstance(one, TenderRequested))
    published = [one for one in earlier if isinstance(one, TenderPublished)]
    return {
        "tender": fact.tender,
        "unit": payer,
        "winner": fact.winner,
        "business_date": fact.business_date,
        "premium": fact.premium,
        "reserve": yuan(fact.reserve),
        "hours": _hours(published[-1]) if published else None,
        "by": fact.by,
        "reason": fact.reason,
    }


def _hours(published: TenderPublished) -> int:
    """Whole hours from the publication to its deadline."""
    lasted = parse_moment(published.bid_deadline) - parse_moment(published.at)
    return int(lasted.total_seconds()) // 3600


@query("Rewards", "register", "mentions", at="/oversight/rewards", cli="oversight rewards", answer=answers.Rewards)
async def rewards(reader: Reader, since: Day, until: Day, centre: CentreId | None = None) -> Result:
    """Rewards out of a safety fund, those for redeemed points among them; ``centre`` is the fund's."""
    found = [
        (position, fact)
        for position, _, fact in await told_between(reader, since, until, RewardGranted)
        if isinstance(fact, RewardGranted) and centre in (None, fact.centre)
    ]
    gone = await reversed_positions(reader, [position for position, _ in found])
    rows = [_reward(fact, reversed_=position in gone) for position, fact in found]
    return {"rewards": sorted(rows, key=lambda row: (row["business_date"], row["person"], row["doc"] or ""))}


def _reward(fact: RewardGranted, *, reversed_: bool) -> dict[str, Any]:
    """Points are redeemed without paper, approval and reason."""
    redeemed = fact.points is not None
    return {
        "person": fact.person,
        "business_date": fact.business_date,
        "centre": fact.centre,
        "amount": yuan(fact.amount),
        "doc": None if redeemed else fact.doc,
        "by": fact.by,
        "approved_by": None if redeemed else fact.approved_by,
        "reason": None if redeemed else fact.reason,
        "reversed": reversed_,
    }
