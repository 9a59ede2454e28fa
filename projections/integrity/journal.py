"""The journal that is served, against what the facts add up to; roll-forward per account and period (R10, R11)."""

from __future__ import annotations

from typing import Any

from projections.batch import Connection
from projections.integrity.findings import Findings
from projections.integrity.totals import JournalTotals

BALANCES = "select account, debit, credit from read.balances"
PERIODS = "select account, posting_period, class, debit, credit from read.period_balances"
OWNED = """
select w.word || ':' || id, w.amount::bigint
from read.states, jsonb_each_text(body -> 'balances') as w(word, amount) where kind in ('unit', 'person')
"""

# Raw entries against the sums kept beside them, in one pass of the database over each.
SUMS = """
with raw as (
    select account, sum(amount) as amount, count(*) as entries from read.entries group by account
), cells as (
    select account, sum(amount) as amount from read.day_cells group by account
), last as (
    select distinct on (account) account, balance_after from read.entries order by account, position desc, line desc
)
select b.account, b.credit - b.debit, raw.amount, cells.amount, last.balance_after
from read.balances b left join raw using (account) left join cells using (account) left join last using (account)
where (b.credit - b.debit, b.credit - b.debit, b.credit - b.debit)
    is distinct from (raw.amount, cells.amount, last.balance_after::numeric)
"""
# Opening of each month + its movement = its closing, which is the running balance of the account.
ROLL = """
with months as (
    select account, posting_period, sum(amount) as movement from read.entries group by account, posting_period
), kept as (
    select account, posting_period, sum(credit - debit) as movement from read.period_balances
    group by account, posting_period
)
select account, posting_period, months.movement, kept.movement
from months full join kept using (account, posting_period)
where months.movement is distinct from kept.movement
"""


async def check_owned(connection: Connection, findings: Findings, totals: JournalTotals) -> None:
    """The balances in the states of units and persons are what the facts add up to."""
    owned = {account: [amount] for account, amount in map(tuple, await connection.fetch(OWNED))}
    folded = {account: [credit - debit] for account, (debit, credit) in totals.accounts.items() if ":" in account}
    _same(findings, "states", owned, folded)


async def check_journal(connection: Connection, findings: Findings, totals: JournalTotals) -> None:
    """The journal that is served is what the facts add up to, and each of its sums is that of its entries."""
    served = {account: [debit, credit] for account, debit, credit in await connection.fetch(BALANCES)}
    _same(findings, "balances", served, totals.accounts)
    periods = {tuple(row[:3]): list(row[3:]) for row in map(tuple, await connection.fetch(PERIODS))}
    _same(findings, "periods", periods, totals.periods)
    count = await connection.fetchval("select count(*) from read.entries")
    if count != totals.entries:
        findings.add("entries", "journal", f"{count} entries are served, the facts have {totals.entries}")
    for account, balance, raw, cells, last in map(tuple, await connection.fetch(SUMS)):
        findings.add("sums", account, f"balance {balance}, entries {raw}, cells {cells}, running {last}")
    for account, period, raw, kept in map(tuple, await connection.fetch(ROLL)):
        findings.add("roll-forward", account, f"{period}: entries move {raw}, the period's balance {kept}")
    if total := sum(credit - debit for debit, credit in served.values()):
        findings.add("trial balance", "journal", f"all balances add up to {total} fen")


def _same(findings: Findings, rule: str, served: dict[Any, list[int]], folded: dict[Any, list[int]]) -> None:
    for key in sorted(served.keys() | folded.keys()):
        if served.get(key) != folded.get(key):
            where = key if isinstance(key, str) else " ".join(key)
            findings.add(rule, where, f"served {served.get(key)}, folded {folded.get(key)}")
