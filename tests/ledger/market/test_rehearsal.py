"""Dry runs: the answers that would be given, with nothing recorded [rule 42]."""

from __future__ import annotations

from ledger.log.store import Log
from ledger.market import Market
from tests.ledger.market.histories import claim, command, report
from tests.ledger.market.test_bundles import bundle, hazard
from tests.ledger.market.test_computed import Books, market_of

HISTORY = (report("r-1", "H-1"), report("r-2", "H-1"), claim("c-1", "H-9"), report("r-1", "H-2"))


async def test_a_rehearsal_answers_as_the_market_will(market: Market, log: Log) -> None:
    head = await log.head()
    rehearsed = await market.rehearsal().submit(HISTORY)
    assert await log.head() == head
    answers = await market.submit(HISTORY)
    assert [answer.line() | {"dry_run": True} for answer in answers] == [
        {name: value for name, value in answer.line().items() if name != "entries"} for answer in rehearsed
    ]
    assert [answer.code for answer in answers] == [None, "DUPLICATE", "UNKNOWN_HAZARD", "IDEMPOTENCY_CONFLICT"]


async def test_each_line_of_a_rehearsal_stands_on_those_before_it_also_in_states_that_are_read_later(
    market: Market,
) -> None:
    rehearsal = market.rehearsal()
    credit = command("CreditQuotaWage", "P-C1", "q-1", unit="T1", amount="50.00", source_doc="D-1")
    lines = [{"person": "P-A", "amount": "50.00"}]
    wage = command("DistributeWage", "P-T1L", "w-1", unit="T1", lines=lines)
    more = command("DistributeWage", "P-T1L", "w-2", unit="T1", lines=lines)
    told = [(await rehearsal.submit([each]))[0] for each in (credit, wage, more)]
    assert [answer.code for answer in told] == [None, None, "INSUFFICIENT"]


async def test_a_rehearsed_bundle_uses_no_id(market: Market) -> None:
    one = bundle("B-1", hazard("r-1", "H-1"), hazard("r-2", "H-2"))
    other = bundle("B-1", hazard("r-1", "H-7"), hazard("r-2", "H-8"))
    [rehearsed] = await market.rehearsal().submit([one])
    [recorded] = await market.submit([other])
    assert rehearsed.ok
    assert recorded.ok


async def test_what_is_computed_from_the_record_is_rehearsed_until_its_subject_changes(
    market: Market, log: Log
) -> None:
    books = Books(frozenset({"unit-T1"}))
    async with market_of(log, books.load) as computing:
        first, _, last = await computing.rehearsal().submit(
            [
                command("RunReconciliation", "P-C1", "r-1", centre="U1", period="2026-02"),
                report("h-1", "H-1"),
                command("RunReconciliation", "P-C1", "r-2", centre="U1", period="2026-02"),
            ]
        )
    assert first.ok
    assert last.code == "NOT_READY"
