"""The journal: posting lines, balances, movements by period and by business date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ledger.facts import BY_TOPIC
from ledger.posting import RULES
from projections.batch import Connection, Posted
from projections.details import details_of
from projections.projection import Projection
from projections.statement_classes import ADJUSTMENTS, is_adjustment, statement_class

BLOCK_BITS = 12
ACCOUNTS_KEPT = 100_000

COLUMNS = (
    *("position", "line", "account", "amount", "balance_after", "business_date", "shift", "posting_period"),
    *("adjusts_period", "class", "transfer", "kind", "document", "number", "item", "list_version", "qty"),
    *("unit_price", "counter", "by", "fact"),
)

KNOWN = "select account, credit - debit from {schema}.balances where account = any($1::text[])"

SUMMED = "select account, sum(amount)::bigint from {schema}.entries group by account"

ADD_BALANCES = """
insert into {schema}.balances as b select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[])
on conflict (account) do update set debit = b.debit + excluded.debit, credit = b.credit + excluded.credit
"""
ADD_PERIODS = """
insert into {schema}.period_balances as b
select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
on conflict (account, posting_period, class)
do update set debit = b.debit + excluded.debit, credit = b.credit + excluded.credit
"""
ADD_CELLS = """
insert into {schema}.day_cells as b select * from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[])
on conflict (account, block, business_date) do update set amount = b.amount + excluded.amount
"""

Row = tuple[Any, ...]


class Unbalanced(Exception):
    """The entries of a fact do not sum to zero."""


class Totals:
    """Sums that a batch of facts adds to those kept beside the entries."""

    def __init__(self) -> None:
        self.accounts: dict[str, list[int]] = {}
        self.periods: dict[tuple[str, str, str], list[int]] = {}
        self.cells: dict[tuple[str, int, str], int] = {}

    def add(self, row: Row) -> None:
        position, _, account, amount, _, day, _, period, _, kind, *_ = row
        debit, credit = (0, amount) if amount > 0 else (-amount, 0)
        if (total := self.accounts.get(account)) is None:
            self.accounts[account] = [debit, credit, position]
        else:
            total[0] += debit
            total[1] += credit
        if (total := self.periods.get((account, period, kind))) is None:
            self.periods[account, period, kind] = [debit, credit]
        else:
            total[0] += debit
            total[1] += credit
        cell = (account, position >> BLOCK_BITS, day)
        self.cells[cell] = self.cells.get(cell, 0) + amount


class JournalFeed:
    """Remembers running balances of the accounts that it has met."""

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self._balances: dict[str, int] = {}

    def forget(self) -> None:
        self._balances.clear()

    async def write(self, connection: Connection, facts: Sequence[Posted]) -> None:
        await self._learn(connection, facts)
        rows = self._rows(facts)
        if not rows:
            return
        await connection.copy_records_to_table("entries", schema_name=self._schema, columns=COLUMNS, records=rows)
        await self._sum_up(connection, rows)

    async def _learn(self, connection: Connection, facts: Sequence[Posted]) -> None:
        """Balances of accounts met for the first time, or forgotten."""
        if len(self._balances) > ACCOUNTS_KEPT:
            self._balances.clear()
        known = self._balances
        missing = {entry.account for posted in facts for entry in posted.entries if entry.account not in known}
        if missing:
            found = await connection.fetch(KNOWN.format(schema=self._schema), list(missing))
            known.update(dict.fromkeys(missing, 0) | dict(map(tuple, found)))

    def _rows(self, facts: Sequence[Posted]) -> list[Row]:
        balances, rows = self._balances, list[Row]()
        for stored, posted in facts:
            if not posted:
                continue
            position, fact = stored.position, stored.fact
            day, period, kind = fact.business_date, fact.posting_period or fact.business_date[:7], statement_class(fact)
            dated = (day, fact.shift, period, fact.adjusts_period)
            document, paper, *priced = details_of(type(fact))(fact)
            said = (fact.transfer, document, paper, fact.number, *priced)
            name, total = type(fact).__name__, 0
            for line, (account, amount, counter) in enumerate(posted, 1):
                total += amount
                balances[account] = balance = balances[account] + amount
                counts = ADJUSTMENTS if is_adjustment(fact, account) else kind
                rows.append((position, line, account, amount, balance, *dated, counts, *said, counter, fact.by, name))
            if total:
                raise Unbalanced(f"{name} at position {position}: {total} fen too much")
        return rows

    async def _sum_up(self, connection: Connection, rows: Sequence[Row]) -> None:
        totals = Totals()
        for row in rows:
            totals.add(row)
        accounts = ((account, *total) for account, total in totals.accounts.items())
        periods = ((*key, *total) for key, total in totals.periods.items())
        cells = ((*key, amount) for key, amount in totals.cells.items())
        for statement, sums in ((ADD_BALANCES, accounts), (ADD_PERIODS, periods), (ADD_CELLS, cells)):
            await connection.execute(statement.format(schema=self._schema), *columns(sums))


class JournalFill(JournalFeed):
    """Fills a build with entries alone, from the first one on; remembers every account that it has met."""

    def __init__(self, schema: str) -> None:
        super().__init__(schema)
        self._complete = False

    def forget(self) -> None:
        super().forget()
        self._complete = False

    async def _learn(self, connection: Connection, facts: Sequence[Posted]) -> None:
        """An account without entries holds nothing."""
        if not self._complete:
            found = await connection.fetch(SUMMED.format(schema=self._schema))
            self._balances = dict(map(tuple, found))
            self._complete = True
        for posted in facts:
            for entry in posted.entries:
                self._balances.setdefault(entry.account, 0)

    async def _sum_up(self, connection: Connection, rows: Sequence[Row]) -> None:
        """The sums are made of all entries at the end (journal.sql)."""


def columns(rows: Iterable[Row]) -> list[list[object]]:
    """Rows as the arrays that ``unnest`` takes."""
    return [list(column) for column in zip(*rows, strict=True)]


JOURNAL = Projection(
    "journal",
    2,
    {
        "entries": ("position", "line"),
        "balances": ("account",),
        "period_balances": ("account", "posting_period", "class"),
        "day_cells": ("account", "block", "business_date"),
    },
    JournalFeed,
    frozenset(topic for topic, fact_type in BY_TOPIC.items() if fact_type in RULES),
    JournalFill,
)
"""Every posting line, and the sums that follow from them."""
