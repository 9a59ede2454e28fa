"""`check` finds what is broken and names it; a ledger that is whole has no findings."""

from __future__ import annotations

import asyncpg
import pytest

from ledger.facts.handovers import HandoverItemTransferredOut
from projections.integrity import check
from projections.rebuild import rebuild
from tests.projections.company import Company
from tests.projections.conftest import Books


@pytest.fixture
async def whole(books: Books) -> Books:
    await books.load(Company().facts(3000))
    return books


async def findings(books: Books) -> set[tuple[str, str]]:
    async with books.projector() as connection:
        return {(finding.rule, finding.where) for finding in await check(connection)}


async def tamper(books: Books, statement: str) -> None:
    """As the owner of the database, who can switch off what protects the record."""
    connection = await asyncpg.connect(books.dsn)
    await connection.execute("alter table log.events disable trigger all; alter table log.subjects disable trigger all")
    await connection.execute(statement)
    await connection.close()


async def test_a_whole_ledger_has_no_findings(whole: Books) -> None:
    assert await findings(whole) == set()
    await rebuild(whole.dsn)
    assert await findings(whole) == set()


ANOTHER_BODY = "convert_to(replace(convert_from(body, 'UTF8'), '\"by\":\"P-C\"', '\"by\":\"P-X\"'), 'UTF8')"
A_POOL = "where account = 'POOL_WAGE:U1'"
ANOTHER_STATE = "jsonb_set(body, '{balances,POOL_WAGE}', '1')"

BREAKS = [
    (f"update log.events set body = {ANOTHER_BODY} where position = 2000", {"leaves"}),
    ("update log.events set recorded_at = '2025-12-01' where position = 2000", {"leaves", "recorded_at"}),
    ("update log.events set leaf = sha256('x') where position = 2999", {"leaves"}),
    ("update log.events set stream = 'unit-X' where position = 3000", {"versions", "chain", "columns"}),
    ("update log.events set body = 'x' where position = 3000", {"leaves", "canonical", "columns", "facts", "chain"}),
    ("delete from log.events where position = 2000", {"positions"}),
    ("delete from log.subjects where position = (select max(position) from log.subjects)", {"subjects"}),
    ("insert into log.subjects values ('slip:SL-X', 99999)", {"subjects"}),
    (f"update journal_b1.balances set debit = debit + 1, credit = credit + 1 {A_POOL}", {"balances"}),
    ("update journal_b1.entries set amount = amount + 1 where position = 60", {"sums", "roll-forward"}),
    ("delete from journal_b1.entries where position = 60 and line = 1", {"entries", "sums"}),
    (f"update journal_b1.day_cells set amount = amount + 5 {A_POOL}", {"sums"}),
    (f"update journal_b1.period_balances set class = 'other' {A_POOL}", {"periods"}),
    (f"update register_b1.states set body = {ANOTHER_STATE} where kind = 'unit' and id = 'U1'", {"states", "register"}),
    ("delete from register_b1.states where kind = 'hazard'", {"register"}),
]


@pytest.mark.parametrize(("statement", "rules"), BREAKS)
async def test_what_is_broken_is_named(whole: Books, statement: str, rules: set[str]) -> None:
    await tamper(whole, statement)
    assert rules <= {rule for rule, _ in await findings(whole)}


async def test_a_lone_leg_leaves_its_clearing_account_open_and_names_the_transfer(books: Books) -> None:
    facts = Company().facts(3000)
    leg = next(fact for fact in reversed(facts) if isinstance(fact, HandoverItemTransferredOut))
    await books.load(facts[: facts.index(leg) + 1])
    async with books.projector() as connection:
        (finding,) = await check(connection)
    assert (finding.rule, finding.where) == ("clearing", f"CLR_TRADE:{leg.centre}")
    assert str(leg.transfer) in finding.what
