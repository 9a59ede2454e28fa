"""A rebuild is compared with what serves, row by row, and takes its place while reads go on."""

from __future__ import annotations

import asyncio

import pytest

from ledger.posting import entries
from projections.builds import builds
from projections.catalogue import BY_NAME
from projections.duties import DUTIES
from projections.journal import JOURNAL
from projections.rebuild import CannotRebuild, Differences, rebuild
from tests.projections.company import Company
from tests.projections.conftest import Books
from tests.projections.test_runner import Squeamish, squeamish

TABLES = {"entries", "balances", "period_balances", "day_cells", "states", "hazard_outcomes", "fact_index", "mentions"}


async def test_a_rebuild_has_the_same_rows_as_what_was_carried_bit_by_bit(books: Books) -> None:
    facts = Company().facts(6000)
    for start in range(0, 6000, 700):
        await books.load(facts[start : start + 700])
    before = await books.ask("TrialBalance")
    reports = await rebuild(books.dsn, batch=1999)
    assert {table["table"] for report in reports for table in report["tables"]} == {
        *TABLES,
        "reversals",
        *DUTIES.tables,
    }
    for report in reports:
        assert report["position"] == 6000
        assert report["differences"] == 0
        assert all(table["rows_before"] == table["rows_after"] for table in report["tables"])
        assert all(table["rows_after"] > 0 for table in report["tables"] if table["table"] in TABLES)
    assert await books.ask("TrialBalance") == before
    async with books.projector() as connection:
        states = {(build.schema, build.state) for build in await builds(connection)}
        kept = [build.report for build in await builds(connection) if build.state == "serving"]
    assert {("journal_b1", "gone"), ("journal_b2", "serving"), ("register_b2", "serving")} <= states
    assert kept == sorted(reports, key=lambda report: str(report["projection"]))


async def test_a_rebuilt_build_is_carried_on(books: Books) -> None:
    facts = Company().facts(1500)
    await books.load(facts[:1000])
    await rebuild(books.dsn)
    await books.load(facts[1000:])
    assert {report["differences"] for report in await rebuild(books.dsn)} == {0}


async def test_rows_that_differ_are_named_and_not_switched_to(books: Books) -> None:
    await books.load(Company().facts(3000))
    async with books.projector() as connection:
        await connection.execute("update journal_b1.balances set credit = credit + 1 where account = 'FUND_SAFETY:HQ'")
    with pytest.raises(Differences, match="1 rows differ at 3000") as found:
        await rebuild(books.dsn, ["journal"])
    balances = found.value.report["tables"][1]
    assert balances["differences"] == 1
    assert balances["examples"] == [{"account": "FUND_SAFETY:HQ", "only_after": False, "only_before": False}]
    wrong = await books.ask("Balances", accounts=["FUND_SAFETY:HQ"])
    (report,) = await rebuild(books.dsn, ["journal"], accept_differences=True)
    assert report["accepted"] is True
    assert await books.ask("Balances", accounts=["FUND_SAFETY:HQ"]) != wrong


async def test_reads_go_on_while_builds_are_switched_and_never_mix_two(books: Books) -> None:
    facts = Company().facts(4000)
    await books.load(facts[:2000])
    done = asyncio.Event()
    answers = []

    async def read() -> None:
        while not done.is_set():
            answers.append((await books.ask("TrialBalance"))["sum"])

    reading = [asyncio.create_task(read()) for _ in range(2)]
    for start in (2000, 3000):
        await books.record(facts[start : start + 1000])
        await asyncio.gather(books.runner.catch_up(), rebuild(books.dsn))
    done.set()
    await asyncio.gather(*reading)
    assert len(answers) > 5
    assert set(answers) == {"0.00"}


async def test_a_build_that_cannot_digest_a_fact_is_refused_by_name(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = Company().facts(1500)
    await books.load(facts)
    bad = max(position for position, fact in enumerate(facts, 1) if entries(fact))
    monkeypatch.setattr(Squeamish, "bad", bad)
    monkeypatch.setitem(BY_NAME, "journal", JOURNAL._replace(feed=squeamish, fill=None))
    with pytest.raises(CannotRebuild, match=f"journal_b2 cannot digest position {bad}: ValueError"):
        await rebuild(books.dsn, ["journal", "hazards"])
    async with books.projector() as connection:
        assert {build.schema for build in await builds(connection) if build.state == "serving"} == {
            *("journal_b1", "register_b1", "hazards_b1", "duties_b1", "mentions_b1")
        }
