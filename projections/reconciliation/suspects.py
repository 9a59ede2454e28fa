"""Suspects are read, decoded and judged by the checks; facts that certainly agree are left in the database.

A month has hundreds of thousands of facts and of lines on departments' lists, and nearly all of them agree.  Each
statement here rules out documents that its check could find nothing about; it may leave in too much, never too little.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import text

from ledger.fact import StoredFact, topic_of
from ledger.facts.handovers import HandoverItemTransferredOut
from ledger.facts.notices import TradeNoticeConfirmed
from ledger.facts.penalties import PenaltyConfirmed
from ledger.facts.pools import EntryReversed
from ledger.facts.reconciliation import DepartmentListImported, ListRow
from ledger.facts.safety_wages import SafetyWageAccrued
from ledger.facts.slips import SlipConfirmed
from ledger.facts.tenders import TenderAcceptancePassed, TenderAwarded, TenderDirected, TenderSettledOut
from ledger.vocabulary import Month
from projections.reconciliation.books_as_of import BooksReader
from projections.reconciliation.bulk_reader import stored_facts, whole_sets

Key = tuple[str, str]
"""(kind of document, id)"""

PAPERS = (SlipConfirmed, PenaltyConfirmed, TradeNoticeConfirmed, TenderSettledOut, HandoverItemTransferredOut)
"""The facts that post the documents which departments list."""

POSTED = """
said as (
    select kind, document, position, account, amount, business_date, item, list_version, qty, fact
    from books where posting_period = :period and fact = any(:facts) and position <> all(:reversed)
),
posted as materialized (
    select said.kind, said.document, min(said.position) as first_position, count(distinct said.position) as facts,
        coalesce(case when said.kind in ('slip', 'penalty') then min(held.total) end,
            -sum(said.amount) filter (where said.amount < 0))::bigint as amount,
        case when said.kind in ('slip', 'penalty', 'notice') then min(held.unit)
            else min(split_part(said.account, ':', 2)) filter (where said.amount < 0) end as unit,
        min(held.total) as agreed, min(held.first_position) as began, max(said.position) as last_position
    from said left join papers held on held.kind = said.kind and held.id = said.document
    group by said.kind, said.document
),
mine as materialized (select * from posted where unit = any(:units))
"""

USED = """
used as (
    select distinct said.kind, said.document, mine.unit, said.item, said.list_version,
        coalesce(case when said.kind = 'notice' then (
            select convert_from(issued.body, 'UTF8')::json ->> 'occurred'
            from log.events issued where issued.position = mine.began
        ) end, said.business_date) as day
    from said join mine using (kind, document)
    where said.kind in ('notice', 'handover') and said.amount < 0
)
"""
"""The price that each handover and each notice used, and the day by which it had to be chosen."""
WRONG_PRICES = f"""
{POSTED}, {USED}
select distinct used.kind, used.document from used
join unnest(cast(:wrong_units as text[]), cast(:wrong_days as text[]), cast(:wrong_items as text[]),
    cast(:wrong_versions as text[])) as wrong(unit, day, item, list_version)
on wrong.unit = used.unit and wrong.day = used.day and wrong.item = used.item
    and wrong.list_version is not distinct from used.list_version
"""

LINES = """
due as (
    select mine.kind, mine.document, line #>> '{line,party}' as party,
        sum((line #>> '{line,amount}')::bigint) as amount
    from mine join papers held on held.kind = mine.kind and held.id = mine.document
    cross join lateral jsonb_array_elements(held.body -> 'lines') as line
    where mine.kind in ('slip', 'penalty') group by 1, 2, 3
),
charged as (
    select books.kind, books.document, split_part(books.account, ':', 2) as party, -sum(books.amount) as amount
    from books join mine using (kind, document)
    where books.kind in ('slip', 'penalty') and books.fact = any(:facts) and books.amount < 0 group by 1, 2, 3
),
wrong_lines as (
select kind, document from due full join charged using (kind, document, party)
where coalesce(due.amount, 0) <> coalesce(charged.amount, 0)
union
select kind, document from mine where kind = 'notice' and (facts > 1 or agreed is distinct from amount)
union
select mine.kind, mine.document from mine join books using (kind, document) where books.fact = 'EntryReversed'
)
"""

SUSPECT = f"""
{POSTED}, {USED}, {LINES}
select distinct 'price' as what, unit as a, day as b, item as c, list_version as d, 0 as facts, 0 as last_position
from used
union all
select 'paper', kind, document, null, null, 0, 0 from wrong_lines
union all
select distinct 'tender', mine.document, mine.amount::text, said.qty, said.list_version, mine.facts, mine.last_position
from mine join said using (kind, document) where mine.kind = 'tender'
"""

WRONG_TENDERS = """
with settled as (
    select * from unnest(cast(:documents as text[]), cast(:amounts as bigint[]), cast(:quantities as numeric[]),
        cast(:versions as text[]), cast(:lasts as bigint[]))
        as settled(document, amount, qty, list_version, last_position)
),
told as (
    select settled.document, settled.last_position, e.position, e.topic = :passed as is_passed, e.body
    from settled join log.subjects s on s.subject = 'tender:' || settled.document join log.events e using (position)
    where e.topic = any(:topics) and e.position <= :position
),
award as (
    select distinct on (document) document, convert_from(body, 'UTF8')::json as told
    from told where not is_passed order by document, position desc
),
accepted as (
    select distinct on (document) document, convert_from(body, 'UTF8')::json ->> 'qty' as qty
    from told where is_passed and position < last_position order by document, position desc
)
select settled.document from settled left join award using (document) left join accepted using (document)
where award.told is null or accepted.qty is null or settled.qty <> accepted.qty::numeric
    or settled.list_version is distinct from award.told ->> 'list_version'
    or settled.amount <> round((award.told ->> 'unit_price')::numeric * settled.qty
        * (1 + coalesce(award.told ->> 'premium', '0')::numeric))
"""

FACTS = """
chosen as (select * from unnest(cast(:kinds as text[]), cast(:names as text[])) as chosen(kind, document)),
wanted as (
    select position from books join chosen using (kind, document)
    where posting_period = :period and fact = any(:facts)
    union
    select position from books where posting_period = :period and fact = :wages
)
select e.position, e.recorded_at, e.body from wanted join log.events e using (position)
where e.stream = any(:streams) order by e.position
"""

STANDS = """not exists (
        select 1 from log.events back
        where back.stream = :stream and back.topic = :undone and back.position <= :position
            and (convert_from(back.body, 'UTF8')::json ->> 'original')::bigint = list.position
    )"""
IS_IMPORTED = f"""
select 1 from log.events list
where stream = :stream and topic = :imported and position <= :position and {STANDS} limit 1
"""
LISTED = f"""
{POSTED},
listed as materialized (
    select list.position, row.number, row.told ->> 'kind' as kind, row.told ->> 'doc' as doc,
        (row.told ->> 'amount')::bigint as amount, row.told ->> 'date' as date, row.told ->> 'unit' as unit,
        row.told ->> 'item' as item, row.told ->> 'qty' as qty, row.told
    from log.events list
    cross join lateral json_array_elements(convert_from(list.body, 'UTF8')::json -> 'rows')
        with ordinality as row(told, number)
    where list.stream = :stream and list.topic = :imported and list.position <= :position and {STANDS}
),
matched as materialized (
    select listed.*, coalesce(named.document, numbered.document) as document
    from listed
    left join mine named on named.kind = listed.kind and named.document = listed.doc
    left join papers held on named.document is null and held.kind = listed.kind and held.number = listed.doc
    left join mine numbered on numbered.kind = held.kind and numbered.document = held.id
),
sought as (
    select distinct kind, date, unit, item, qty from matched
    where document is null and date <> '' and unit <> '' and item <> '' and qty <> ''
),
alike as (
    select distinct said.kind, said.document from said join sought on sought.kind = said.kind
        and sought.date = said.business_date and sought.unit = split_part(said.account, ':', 2)
        and sought.item = said.item and sought.qty = said.qty
    where said.amount < 0
),
agreeing as materialized (
    select kind, document from matched join mine using (kind, document)
    where (kind, document) not in (select kind, document from alike)
        and (kind, document) not in (select * from unnest(cast(:kinds as text[]), cast(:names as text[])))
    group by kind, document having count(*) = 1 and min(matched.amount) = min(mine.amount)
)
"""
LEFT = f"""
{LISTED}
select null as kind, null as document, told::text as told, position, number
from matched left join agreeing using (kind, document) where agreeing.document is null
union all
select kind, document, null, 0, 0 from mine left join agreeing using (kind, document) where agreeing.document is null
order by position, number
"""


class Left(NamedTuple):
    """Suspects that the checks look at: documents of the month, and rows of lists (None: no list was imported)."""

    documents: frozenset[Key]
    rows: list[ListRow] | None


class Suspecting:
    """The documents of a centre's month, less what was reversed in it."""

    def __init__(self, reader: BooksReader, period: Month, units: Iterable[str], reversed_: Iterable[int]) -> None:
        self._reader = reader
        self._given = {
            "period": period,
            "units": list(units),
            "reversed": list(reversed_),
            "facts": [kind.__name__ for kind in PAPERS],
        }

    async def _sets(self, statement: str, **given: Any) -> list[Any]:
        """Whole sets are matched by hashing or sorting: there are no statistics of a statement's intermediate rows."""
        async with whole_sets(self._reader):
            return await self._rows(self._reader.books.statement(statement), **given)

    async def _rows(self, sql: str, **given: Any) -> list[Any]:
        named = {**self._reader.books.given, **self._given, **given}
        used = {name: value for name, value in named.items() if re.search(rf"(?<!:):{name}\b", sql)}
        return await self._reader.rows(text(sql).bindparams(**used))

    async def documents(self, is_in_force: Callable[[str, str, str, str], bool]) -> frozenset[Key]:
        """Those that R3, R4 or R6 may find something about.

        ``is_in_force`` says of (unit, day, item, list version) whether it is the price that had to be used.
        """
        told = await self._sets(SUSPECT)
        found = {(row.a, row.b) for row in told if row.what == "paper"}
        found |= await self._tenders([row for row in told if row.what == "tender"])
        if wrong := [row[1:5] for row in told if row.what == "price" and not is_in_force(*row[1:5])]:
            columns = ("wrong_units", "wrong_days", "wrong_items", "wrong_versions")
            given = dict(zip(columns, map(list, zip(*wrong, strict=True)), strict=True))
            found |= {(kind, name) for kind, name in await self._sets(WRONG_PRICES, **given)}
        return frozenset(found)

    async def _tenders(self, settled: Sequence[Any]) -> set[Key]:
        """Tenders settled otherwise than once, at the award's price, for the accepted quantity."""
        once = [row for row in settled if row.facts == 1]
        awards, passed = [topic_of(TenderAwarded), topic_of(TenderDirected)], topic_of(TenderAcceptancePassed)
        rows = await self._rows(
            WRONG_TENDERS,
            documents=[row.a for row in once],
            amounts=[int(row.b) for row in once],
            quantities=[Decimal(row.c) for row in once],
            versions=[row.d for row in once],
            lasts=[row.last_position for row in once],
            topics=[*awards, passed],
            passed=passed,
            position=self._reader.position,
        )
        return {("tender", row.document) for row in rows} | {("tender", row.a) for row in settled if row.facts != 1}

    async def facts(self, documents: Iterable[Key], streams: Iterable[str]) -> list[StoredFact]:
        """Facts that post these documents in the month, and the safety wages of the units' streams."""
        kinds, names = _columns(documents)
        given = {"kinds": kinds, "names": names, "streams": list(streams), "wages": SafetyWageAccrued.__name__}
        rows = await self._rows(self._reader.books.statement(FACTS), **given)
        return await asyncio.to_thread(stored_facts, rows)

    async def lists(self, stream: str, documents: Iterable[Key]) -> Left:
        """Rows and documents that do not simply agree, and those of documents that are looked at anyway (R5)."""
        kept, imported = frozenset(documents), topic_of(DepartmentListImported)
        undone = topic_of(EntryReversed)
        given: dict[str, Any] = {"stream": stream, "imported": imported, "undone": undone}
        given["position"] = self._reader.position
        if not await self._reader.rows(text(IS_IMPORTED).bindparams(**given)):
            return Left(kept, None)
        given["kinds"], given["names"] = _columns(kept)
        left = await self._sets(LEFT, **given)
        rows = [_row(told) for _, _, told, _, _ in left if told is not None]
        return Left(kept | {(kind, name) for kind, name, told, _, _ in left if told is None}, rows)


def _columns(keys: Iterable[Key]) -> tuple[list[str], list[str]]:
    chosen = list(keys)
    return [kind for kind, _ in chosen], [name for _, name in chosen]


_row = msgspec.json.Decoder(ListRow).decode
