"""Bundles: recorded together or not at all, once [rule 41]."""

from __future__ import annotations

import json

from ledger.decisions import Command
from ledger.facts.bundles import command_of_bundle
from ledger.interchange import Answer, Bundle, read_line
from ledger.log.store import Log
from ledger.market import Market
from tests.ledger.market.histories import claim, line, report
from tests.ledger.market.test_computed import Books, market_of
from tests.spec import group


def hazard(identifier: str, name: str, **changed: str) -> str:
    told = {"hazard": name, "unit": "T1", "place": "皮带机头", "category": "site_quality"}
    return line("ReportHazard", "P-T1L", identifier, **told, item="HO-01", tier="T3", description="浮煤", **changed)


def text(name: str, *lines: str) -> str:
    return json.dumps({"bundle": name, "commands": [json.loads(each) for each in lines]}, ensure_ascii=False)


def bundle(name: str, *lines: str) -> Bundle:
    read = read_line(text(name, *lines).encode())
    assert isinstance(read, Bundle)
    return read


def run(identifier: str) -> str:
    return line("RunReconciliation", "P-C1", identifier, centre="U1", period="2026-02")


async def sent(market: Market, item: Command | Bundle) -> Answer:
    [answer] = await market.submit([item])
    return answer


async def test_the_market_answers_bundles_as_the_ledger_in_memory_does(market: Market) -> None:
    memory = group()
    history = [
        text("B-1", hazard("r-1", "H-1"), hazard("r-2", "H-2")),
        text("B-2", hazard("r-3", "H-3"), hazard("r-4", "H-1")),
        text("B-3", hazard("r-3", "H-3"), hazard("r-5", "H-5", surplus="1")),
        text("B-1", hazard("r-1", "H-1"), hazard("r-2", "H-9")),
        text("B-2", hazard("r-3", "H-3"), hazard("r-4", "H-4")),
        text("B-4", hazard("r-1", "H-1"), hazard("r-6", "H-6")),
    ]
    answers = await market.submit([read for each in history if isinstance(read := read_line(each.encode()), Bundle)])
    told = [(answer.ok, answer.code, answer.line().get("failed")) for answer in answers]
    assert told == [
        (True, None, None),
        (False, "DUPLICATE", "r-4"),
        (False, "INVALID", "r-5"),
        (False, "IDEMPOTENCY_CONFLICT", None),
        (True, None, None),
        (True, None, None),
    ]
    assert told == [(answer.ok, answer.code, answer.line().get("failed")) for answer in map(memory.send, history)]


async def test_a_refused_bundle_leaves_nothing_for_the_next_command_to_meet(market: Market, log: Log) -> None:
    before = await log.head()
    refused, next_one = await market.submit(
        [bundle("B-1", hazard("r-1", "H-1"), hazard("r-2", "H-1")), claim("c-1", "H-1")]
    )
    assert (refused.code, next_one.code) == ("DUPLICATE", "UNKNOWN_HAZARD")
    assert await log.head() == before
    assert (await sent(market, report("r-1", "H-7"))).ok


async def test_commands_after_a_bundle_stand_on_what_it_recorded(market: Market) -> None:
    _, later = await market.submit([bundle("B-1", hazard("r-1", "H-1"), hazard("r-2", "H-2")), report("r-3", "H-1")])
    assert later.code == "DUPLICATE"


async def test_a_repeated_bundle_is_answered_by_a_market_that_was_not_there(market: Market, log: Log) -> None:
    first = await sent(market, bundle("B-1", hazard("r-1", "H-1"), hazard("r-2", "H-2")))
    head = await log.head()
    async with Market(log, allow_simulated=True) as other:
        again = await sent(other, bundle("B-1", hazard("r-1", "H-1"), hazard("r-2", "H-2")))
    assert again.repeat
    assert again.line() == first.line()
    assert await log.head() == head


async def test_a_bundle_says_in_the_log_of_which_commands_it_is(market: Market, log: Log) -> None:
    await sent(market, bundle("B-1", hazard("r-1", "H-1"), hazard("r-2", "H-2")))
    [row] = await log.commands([command_of_bundle("B-1")])
    assert row.stream == "bundle-B-1"
    assert json.loads(row.body)["commands"] == ["r-1", "r-2"]


async def test_what_is_computed_from_the_record_cannot_follow_its_subject_in_a_bundle(market: Market, log: Log) -> None:
    books = Books(frozenset({"unit-T1"}))
    async with market_of(log, books.load) as computing:
        refused = await sent(computing, bundle("B-1", hazard("r-1", "H-1"), run("r-2")))
        accepted = await sent(computing, bundle("B-2", run("r-2"), hazard("r-1", "H-1")))
    assert refused.code == "NOT_READY"
    assert accepted.ok


def credit(identifier: str, amount: str) -> str:
    return line("CreditQuotaWage", "P-C1", identifier, unit="T1", amount=amount, source_doc="Q-1")


def reversal(identifier: str, of: str) -> str:
    return line("ReverseEntry", "P-C1", identifier, of=of, reason="数字错", approved_by="P-H1")


async def test_a_credit_that_is_spent_is_put_right_under_its_own_number_within_one_bundle(market: Market) -> None:
    """[rule 74] INSUFFICIENT of a reversal is asked after the last line; then nothing of the bundle is recorded."""
    memory = group()
    spent = [
        credit("q-1", "100.00"),
        line("DistributeWage", "P-T1L", "w-1", unit="T1", lines=[{"person": "P-A", "amount": "80.00"}]),
        reversal("e-1", "q-1"),
    ]
    alone = await market.submit([read for each in spent if isinstance(read := read_line(each.encode()), Command)])
    assert (
        [answer.code for answer in alone] == [memory.send(each).code for each in spent] == [None, None, "INSUFFICIENT"]
    )
    for name, amount, code, failed in (("B-1", "79.99", "INSUFFICIENT", "e-2"), ("B-2", "80.00", None, None)):
        lines = reversal("e-2", "q-1"), credit("q-2", amount)
        for answer in (await sent(market, bundle(name, *lines)), memory.send(text(name, *lines))):
            assert (answer.code, answer.line().get("failed")) == (code, failed)
    assert memory.balance("POOL_WAGE:T1") == "0.00"


async def test_a_command_between_does_not_spend_what_the_reversal_has_taken(market: Market) -> None:
    """[rule 74]"""
    wage = line("DistributeWage", "P-T1L", "w-2", unit="T1", lines=[{"person": "P-A", "amount": "1.00"}])
    first = bundle("B-1", credit("q-1", "100.00"), wage)
    second = bundle("B-2", reversal("e-1", "q-1"), wage.replace("w-2", "w-3"), credit("q-2", "200.00"))
    accepted, refused = await market.submit([first, second])
    assert accepted.ok
    assert (refused.code, refused.line()["failed"]) == ("INSUFFICIENT", "w-3")
