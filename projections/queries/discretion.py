"""Where people decided by themselves: urgent prices, manual top-ups, directed awards (domain §12.28, §12.30)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from ledger.fact import Fact, StoredFact, topic_of
from ledger.facts.prices import UrgentPriceItemApproved
from ledger.facts.tenders import TenderAwarded, TenderDirected, TenderRequested, TenderSettledOut
from ledger.facts.transfers import TransferAdjustedOut
from ledger.money import plain, yuan
from ledger.vocabulary import CentreId, Day
from projections import read_models
from projections.queries.answers import oversight as answers
from projections.queries.kernel import Reader, Result, query
from projections.reconciliation.bulk_reader import facts

entries, log = read_models.entries.c, read_models.events.c
index, reversals = read_models.fact_index.c, read_models.reversals.c
EARLIEST, LATEST = "0000-00-00", "9999-99-99"


async def told_between(
    reader: Reader, since: str | None, until: str | None, *fact_types: type[Fact]
) -> list[StoredFact]:
    """Facts of these types by business date, both days included, without mirrors."""
    days = index.business_date.between(since or EARLIEST, until or LATEST)
    chosen = select(index.position).where(index.topic.in_([topic_of(fact_type) for fact_type in fact_types]), days)
    return [one for one in await facts(reader, log.position.in_(chosen)) if not one.fact.mirror]


async def reversed_positions(reader: Reader, positions: Iterable[int]) -> set[int]:
    """Those of the facts at these positions that were reversed."""
    wanted = reversals.original == any_(bindparam(None, list(positions), ARRAY(BigInteger)))
    return {row.original for row in await reader.rows(select(reversals.original).where(wanted))}


@query(
    "UrgentPrices",
    "journal",
    "register",
    "mentions",
    at="/oversight/urgent-prices",
    cli="oversight urgent-prices",
    answer=answers.UrgentPrices,
)
async def urgent_prices(reader: Reader, since: Day | None = None, until: Day | None = None) -> Result:
    """Prices approved for what had none (应急价格): who, when, on what grounds, and what was traded at each."""
    told = await told_between(reader, since, until, UrgentPriceItemApproved)
    used = await _used(reader, [_version(one.fact) for one in told])
    rows = []
    for position, _, fact in told:
        assert isinstance(fact, UrgentPriceItemApproved)
        trades, amount = used.get((_version(fact), fact.item.item), (0, 0))
        rows.append(
            {
                "owner": fact.owner,
                "item": fact.item.item,
                "price": yuan(fact.item.price),
                "uom": fact.item.uom,
                "occurred_at": fact.occurred_at,
                "approved_at": fact.at,
                "approved_by": fact.by,
                "legal_basis": fact.legal_basis,
                "trades": trades,
                "amount": yuan(amount),
                "position": position,
            }
        )
    approvers = Counter(str(row["approved_by"]) for row in rows)
    return {"count": len(rows), "approvers": dict(sorted(approvers.items())), "prices": rows}


def _version(fact: Any) -> str:
    """The version under which an urgent item is used (``ledger.state.prices``)."""
    return f"{fact.owner}@urgent-{fact.effective}"


async def _used(reader: Reader, versions: Sequence[str]) -> dict[tuple[str, str], tuple[int, int]]:
    """Number and amount of what was charged at these versions, by version and item."""
    wanted = (
        select(
            entries.list_version,
            entries.item,
            func.count(entries.position.distinct()),
            -func.sum(entries.amount).filter(entries.amount < 0),
        )
        .where(entries.list_version.in_(versions), entries.fact.not_like("%In"), entries.fact != "EntryReversed")
        .group_by(entries.list_version, entries.item)
    )
    return {(version, item): (count, int(amount or 0)) for version, item, count, amount in await reader.rows(wanted)}


@query("TopUps", "register", "mentions", at="/oversight/top-ups", cli="oversight top-ups", answer=answers.TopUps)
async def top_ups(
    reader: Reader, since: Day | None = None, until: Day | None = None, centre: CentreId | None = None
) -> Result:
    """Manual transfers between pools (补差), with reason, clerk and approver; a reversed one is marked."""
    found = [
        (position, fact)
        for position, _, fact in await told_between(reader, since, until, TransferAdjustedOut)
        if isinstance(fact, TransferAdjustedOut) and (centre is None or fact.centre == centre)
    ]
    gone = await reversed_positions(reader, [position for position, _ in found])
    rows = [
        {
            "payer": fact.unit,
            "payee": fact.counter,
            "centre": fact.centre,
            "amount": yuan(fact.amount),
            "business_date": fact.business_date,
            "adjusts_period": fact.adjusts_period,
            "reason": fact.reason,
            "document": fact.document,
            "by": fact.by,
            "approved_by": fact.approved_by,
            "reversed": position in gone,
            "position": position,
        }
        for position, fact in found
    ]
    sums: Counter[str] = Counter()
    for position, fact in found:
        sums[fact.approved_by] += 0 if position in gone else fact.amount
    approvers = {name: yuan(amount) for name, amount in sorted(sums.items())}
    return {"count": len(rows), "amount": yuan(sum(sums.values())), "approvers": approvers, "top_ups": rows}


@query(
    "DirectedAwards",
    "register",
    "mentions",
    at="/oversight/directed-awards",
    cli="oversight directed-awards",
    answer=answers.DirectedAwards,
)
async def directed_awards(
    reader: Reader, since: Day | None = None, until: Day | None = None, centre: CentreId | None = None
) -> Result:
    """Awards without bids (指定): their share of all awards, premiums, and who wins them again and again."""
    asked = {
        one.fact.tender: one.fact
        for one in await told_between(reader, None, None, TenderRequested)
        if isinstance(one.fact, TenderRequested)
    }
    awards = [
        (one.position, one.fact)
        for one in await told_between(reader, since, until, TenderAwarded, TenderDirected)
        if isinstance(one.fact, TenderAwarded | TenderDirected)
        and (centre is None or (one.fact.tender in asked and asked[one.fact.tender].centre == centre))
    ]
    directed = [(position, fact) for position, fact in awards if isinstance(fact, TenderDirected)]
    settled = await _settled(reader)
    rows = [_directed(position, fact, asked.get(fact.tender), settled.get(fact.tender)) for position, fact in directed]
    winners = Counter(fact.winner for _, fact in directed)
    return {
        "awards": len(awards),
        "directed": len(directed),
        "share": plain((Decimal(len(directed) * 100) / len(awards)).quantize(Decimal("0.01"))) if awards else None,
        "winners": [{"unit": unit, "directed": number} for unit, number in sorted(winners.items(), key=_most_first)],
        "tenders": rows,
    }


def _most_first(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


async def _settled(reader: Reader) -> dict[str, int]:
    told = await told_between(reader, None, None, TenderSettledOut)
    return {one.fact.tender: one.fact.amount for one in told if isinstance(one.fact, TenderSettledOut)}


def _directed(
    position: int, fact: TenderDirected, asked: TenderRequested | None, settled: int | None
) -> dict[str, Any]:
    return {
        "tender": fact.tender,
        "payer": asked.unit if asked else None,
        "winner": fact.winner,
        "item": fact.item,
        "premium": fact.premium,
        "reserve": yuan(fact.reserve),
        "settled": None if settled is None else yuan(settled),
        "reason": fact.reason,
        "by": fact.by,
        "business_date": fact.business_date,
        "position": position,
    }
