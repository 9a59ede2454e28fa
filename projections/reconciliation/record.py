"""What R12, R11 and R10 look at: the stored chain, the sums, and the books beside each other."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import Integer, Text, func, select, text

from ledger.calendars import microseconds, moment
from ledger.facts.periods import BalanceCarriedForward, PeriodClosed
from ledger.log.leaf import leaf
from ledger.vocabulary import Month, period_stream, unit_stream
from projections import read_models
from projections.queries.kernel import Reader
from projections.reconciliation.material import AccountSums, ClearingLeg, Link
from projections.reconciliation.reading import among, documents, facts, topics

log, journal, states = read_models.events.c, read_models.entries.c, read_models.states.c
moved, now = read_models.period_balances.c, read_models.balances.c

CHAIN = text(
    """
    select stream, version, position, recorded_at, body, leaf from log.events
    where stream = any(:streams) and position > :after and position <= :upto
    union all
    select stream, version, position, recorded_at, body, leaf from unnest(cast(:streams as text[])) as mine(name)
    cross join lateral (
        select * from log.events where stream = mine.name and position <= :after order by version desc limit 1
    ) as last
    order by stream, version
    """
).columns(log.stream, log.version, log.position, log.recorded_at, log.body, leaf=read_models.events.c.body.type)


BLOCK = 500
"""So many stored facts are hashed before others have their turn."""


class _Prev(msgspec.Struct):
    prev: str = ""


_prev = msgspec.json.Decoder(_Prev).decode


async def links(reader: Reader, streams: Iterable[str], after: int) -> list[Link]:
    """Every fact of the streams after a position, held against the one before it in its stream."""
    statement = CHAIN.bindparams(streams=list(streams), after=after, upto=reader.position)
    found: list[Link] = []
    stream, version, before = "", 0, ""
    async with reader.connection.stream(statement) as rows:
        async for block in rows.partitions(BLOCK):
            for name, number, position, at, body, stored in block:
                if name != stream:
                    stream, version, before = name, 0 if position > after else number - 1, ""
                hashed = leaf(position, microseconds(moment(at)), bytes(body))
                is_first = position <= after
                intact = hashed == bytes(stored) and (is_first or _prev(bytes(body)).prev == before)
                found.append(Link(name, number, version, intact))
                version, before = number, hashed.hex()
    return found


async def last_close(reader: Reader, centre: str, period: Month) -> int:
    """The position at which the centre last closed a month before this one: what lies before it has been checked."""
    closed = await facts(reader, topics(PeriodClosed), log.stream.like(f"{period_stream(centre, '')}%"))
    before = [
        recorded.position
        for recorded in closed
        if isinstance(recorded.fact, PeriodClosed) and recorded.fact.centre == centre and recorded.fact.period < period
    ]
    return max(before, default=0)


async def numbers(reader: Reader, centre: str) -> list[str]:
    """Every official number of the centre's series."""
    wanted = select(states.number).where(states.number.startswith(f"{centre}-", autoescape=True))
    return [row.number for row in await reader.rows(wanted)]


async def unbalanced(reader: Reader, period: Month) -> list[tuple[int, int]]:
    """Facts of the month, or the whole journal, that do not add up to nothing."""
    total = func.sum(journal.amount)
    each = select(journal.position, total).where(journal.posting_period == period).group_by(journal.position)
    found = [(int(position), int(amount)) for position, amount in await reader.rows(each.having(total != 0))]
    whole = int(await reader.connection.scalar(select(func.sum(now.credit - now.debit))) or 0)
    return found or ([(reader.position, whole)] if whole else [])


async def clearing(reader: Reader, account: str) -> list[ClearingLeg]:
    """Everything that ever went through a clearing account, summed by transfer and direction."""
    is_reversal = journal.fact == "EntryReversed"
    transfer = func.coalesce(journal.transfer, func.cast(journal.position, Text))
    wanted = (
        select(transfer, func.sum(journal.amount), is_reversal)
        .where(journal.account == account)
        .group_by(transfer, is_reversal, func.sign(journal.amount).cast(Integer))
    )
    return [ClearingLeg(name, int(amount), gone) for name, amount, gone in await reader.rows(wanted)]


async def account_sums(reader: Reader, units: Iterable[str], period: Month) -> list[AccountSums]:
    """Every account of the units, as journal, register and the last close have it."""
    books = await documents(reader, "unit", units)
    folded = {f"{word}:{unit}": held for unit, book in books.items() for word, held in book.balances.items()}
    carried = await _carried(reader, books, period)
    balances = {
        row[0]: int(row[1])
        for row in await reader.rows(select(now.account, now.credit - now.debit).where(among(now.account, folded)))
    }
    is_before = moved.posting_period < period
    kept: dict[tuple[str, bool], int] = {}
    sums = (
        select(moved.account, is_before, func.sum(moved.credit - moved.debit))
        .where(among(moved.account, folded), moved.posting_period <= period)
        .group_by(moved.account, is_before)
    )
    for account, before, amount in await reader.rows(sums):
        kept[account, bool(before)] = int(amount)
    entries = (
        select(journal.account, func.sum(journal.amount))
        .where(among(journal.account, folded), journal.posting_period == period)
        .group_by(journal.account)
    )
    summed = {account: int(amount) for account, amount in await reader.rows(entries)}
    return [
        AccountSums(
            account=account,
            journal=balances.get(account, 0),
            folded=held,
            moved=kept.get((account, False), 0),
            summed=summed.get(account, 0),
            opening=kept.get((account, True), 0),
            carried=carried.get(account),
        )
        for account, held in sorted(folded.items())
    ]


async def _carried(reader: Reader, units: Iterable[str], period: Month) -> dict[str, int]:
    """What the close of the month before restated; nothing where that month was not closed."""
    streams = [unit_stream(unit) for unit in units]
    told = await facts(reader, among(log.stream, streams), topics(BalanceCarriedForward))
    before = previous_month(period)
    return {
        line.account: line.amount
        for _, _, fact in told
        if isinstance(fact, BalanceCarriedForward) and fact.period == before
        for line in fact.balances
    }


def previous_month(month: Month) -> Month:
    year, number = int(month[:4]), int(month[5:])
    return f"{year - 1:04d}-12" if number == 1 else f"{year:04d}-{number - 1:02d}"
