"""Material of R12, R11 and R10: the stored chain, the sums, and the books beside each other."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BigInteger, Integer, Text, func, select, text

from ledger.facts.periods import BalanceCarriedForward, PeriodClosed
from ledger.vocabulary import Month, period_stream, unit_stream
from projections import read_models
from projections.queries.facts import topics
from projections.queries.kernel import Reader
from projections.reconciliation.books_as_of import BooksReader
from projections.reconciliation.bulk_reader import among, documents, facts
from projections.reconciliation.material import AccountSums, ClearingLeg, Link

log = read_models.events.c

CHAIN = text(
    r"""
    with hashed as (
        select stream, version, position, leaf, body, leaf = sha256('\x00'::bytea || int8send(position)
            || int8send((extract(epoch from recorded_at) * 1000000)::bigint) || body) as is_leaf
        from log.events where stream = any(:streams) and position > :after and position <= :upto
        union all
        select stream, version, position, leaf, body, leaf = sha256('\x00'::bytea || int8send(position)
            || int8send((extract(epoch from recorded_at) * 1000000)::bigint) || body)
        from unnest(cast(:streams as text[])) as mine(name)
        cross join lateral (
            select * from log.events where stream = mine.name and position <= :after order by version desc limit 1
        ) as last
    ), told as (
        select stream, version, position <= :after as is_checked, leaf, is_leaf,
            case when position('"prev":"'::bytea in body) > 0
                then substring(body from position('"prev":"'::bytea in body) + 8 for 64) end as prev
        from hashed offset 0 -- bodies are not carried through the sort
    ), linked as (
        select stream, version, lag(version) over each as follows, is_leaf, is_checked,
            prev is not distinct from convert_to(encode(lag(leaf) over each, 'hex'), 'UTF8') as is_linked
        from told window each as (partition by stream order by version)
    ), links as (
        select stream, version,
            coalesce(follows, case when is_checked then version - 1 else 0 end) as follows,
            is_leaf and (is_checked or is_linked) as is_intact
        from linked
    )
    select stream, version, follows, is_intact from links where not is_intact or version <> follows + 1
    order by stream, version
    """
)
"""Each fact's leaf is what the fact hashes to, and the next fact of its stream names it; only what is wrong comes back.

Facts before an earlier close were checked by it: the last one of each stream is enough.
"""


async def links(reader: Reader, streams: Iterable[str], after: int) -> list[Link]:
    """The facts of the streams after a position that break their chain, or that miss the version before them."""
    found = await reader.rows(CHAIN.bindparams(streams=list(streams), after=after, upto=reader.position))
    return [Link(*row) for row in found]


async def last_close(reader: Reader, centre: str, period: Month) -> int:
    """The position at which the centre last closed a month before this one: earlier facts have been checked."""
    closed = await facts(reader, topics(PeriodClosed), log.stream.like(f"{period_stream(centre, '')}%"))
    before = [
        stored.position
        for stored in closed
        if isinstance(stored.fact, PeriodClosed) and stored.fact.centre == centre and stored.fact.period < period
    ]
    return max(before, default=0)


async def numbers(reader: BooksReader, centre: str, period: Month) -> list[str]:
    """The official numbers of those of the centre's series of the month that do not run 1, 2, 3 …"""
    number = reader.books.states.c.number
    series, count = func.regexp_replace(number, "-[0-9]+$", ""), func.substring(number, "[0-9]+$").cast(BigInteger)
    mine = (
        select(number.label("number"), series.label("series"), count.label("count"))
        .where(number.startswith(f"{centre}-", autoescape=True), series.endswith(f"-{period.replace('-', '')}"))
        .subquery()
    )
    broken = (
        select(mine.c.series)
        .group_by(mine.c.series)
        .having(
            (func.min(mine.c["count"]) != 1) | (func.max(mine.c["count"]) != func.count(mine.c["count"].distinct()))
        )
    )
    wanted = select(mine.c.number).where(mine.c.series.in_(broken))
    return [row.number for row in await reader.rows(wanted)]


async def unbalanced(reader: BooksReader, period: Month) -> list[tuple[int, int]]:
    """Facts of the month, or the whole journal, whose entries do not sum to zero."""
    journal, now = reader.books.entries.c, reader.books.balances.c
    total = func.sum(journal.amount)
    each = select(journal.position, total).where(journal.posting_period == period).group_by(journal.position)
    found = [(int(position), int(amount)) for position, amount in await reader.rows(each.having(total != 0))]
    whole = int(await reader.connection.scalar(select(func.sum(now.credit - now.debit))) or 0)
    return found or ([(reader.position, whole)] if whole else [])


async def clearing(reader: BooksReader, account: str) -> list[ClearingLeg]:
    """Movements through a clearing account by transfer and direction, of transfers that left something there."""
    journal = reader.books.entries.c
    is_reversal = journal.fact == "EntryReversed"
    transfer = func.coalesce(journal.transfer, func.cast(journal.position, Text))
    left = select(transfer).where(journal.account == account).group_by(transfer).having(func.sum(journal.amount) != 0)
    wanted = (
        select(transfer, func.sum(journal.amount), is_reversal)
        .where(journal.account == account, transfer.in_(left))
        .group_by(transfer, is_reversal, func.sign(journal.amount).cast(Integer))
    )
    return [ClearingLeg(name, int(amount), gone) for name, amount, gone in await reader.rows(wanted)]


async def account_sums(reader: BooksReader, units: Iterable[str], period: Month) -> list[AccountSums]:
    """Every account of the units, as journal, register and the last close have it."""
    journal, moved, now = reader.books.entries.c, reader.books.sums.c, reader.books.balances.c
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
    """Balances that the close of the month before restated; none where that month was not closed."""
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
