"""Two processes, one log: the answers are those of one serial ledger, and no fact is lost or doubled."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from typing import Any

from ledger.decisions import Command, decide
from ledger.errors import Refusal
from ledger.facts.periods import PeriodClosed
from ledger.log.store import Log
from ledger.market import Market
from ledger.market.batch import Draft
from ledger.market.states import stored_fact
from ledger.view import View
from tests.conftest import Database
from tests.faults.processes import line as read_line_of
from tests.faults.processes import running
from tests.ledger.market.histories import command, line, reads
from tests.spec import MemoryLedger, fixture_lines, group

CLIENTS, ROUNDS = 32, 6


async def set_up(log: Log) -> int:
    """The group of the contract, and a pool that is worth quarrelling over."""
    async with Market(log, allow_simulated=True) as market:
        opening = line("OpenBalances", "SYSTEM", "o-1", as_of="2026-02-05", balances={"POOL_WAGE:T1": "200.00"})
        answers = await market.submit([reads(each) for each in (*fixture_lines(), opening)])
    assert all(answer.ok for answer in answers)
    return answers[-1].position or 0


def memory_with_pool() -> MemoryLedger:
    memory = group()
    memory.send(line("OpenBalances", "SYSTEM", "o-1", as_of="2026-02-05", balances={"POOL_WAGE:T1": "200.00"}))
    return memory


async def crowd(url: str) -> list[dict[str, Any]]:
    """64 clients in two processes on one unit, and all that they were told."""

    async def play(name: str) -> list[dict[str, Any]]:
        async with running("market_clients", url, name, CLIENTS, ROUNDS) as process:
            return [json.loads(await read_line_of(process)) for _ in range(CLIENTS * ROUNDS)]

    told = await asyncio.gather(play("a"), play("b"))
    return [each for part in told for each in part]


async def test_64_clients_in_two_processes_get_the_answers_of_one_serial_ledger(database: Database) -> None:
    log = await Log.open(database.dsn)
    begun = await set_up(log)
    told = await crowd(database.dsn)
    rows = await log.after(0, 100_000)
    await log.close()

    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    versions = defaultdict(list)
    for row in rows:
        versions[row.stream].append(row.version)
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
    accepted = {each["answer"]["position"]: each for each in told if each["answer"]["ok"]}
    assert len({row.command_id for row in rows if row.position > begun}) == len(accepted)
    assert 0 < len(accepted) < len(told), "both acceptances and refusals were to be seen"

    memory = memory_with_pool()
    refused = [each for each in told if not each["answer"]["ok"]]
    explained = [False] * len(refused)
    check_refusals(memory, refused, explained)
    for position in sorted(accepted):
        answer = memory.send(accepted[position]["sent"])
        assert answer.line() == accepted[position]["answer"]
        check_refusals(memory, refused, explained)
    assert all(explained), [each for each, found in zip(refused, explained, strict=True) if not found][:3]


def check_refusals(memory: MemoryLedger, refused: list[dict[str, Any]], explained: list[bool]) -> None:
    """Which refusals would the serial ledger give at this point, if it may have been their turn now?"""
    now = len(memory.facts)
    for index, each in enumerate(refused):
        if not explained[index] and each["since"] <= now <= each["until"]:
            explained[index] = code_of(memory, reads(each["sent"])) == each["answer"]["code"]


def code_of(memory: MemoryLedger, command: Command) -> str | None:
    try:
        decide(View(memory.lookup), command, max(memory.now, command.at))
    except Refusal as refusal:
        return refusal.code
    return None


async def test_nothing_lands_in_a_month_that_another_process_closes(database: Database) -> None:
    """Money is posted without pause while the month is closed under the same lock; afterwards it posts to the next."""
    log = await Log.open(database.dsn)
    await set_up(log)
    closed_at = 0
    async with Market(log, allow_simulated=True) as ours:

        async def post(number: int) -> None:
            wage = {"unit": "T1", "amount": "1.00", "source_doc": f"D-{number}"}
            [answer] = await ours.submit([command("CreditQuotaWage", "P-C1", f"w-{number}", **wage)])
            assert answer.ok

        async def close() -> None:
            nonlocal closed_at
            await asyncio.sleep(0.02)
            closed_at = await close_month(database.dsn, "U1", "2026-02")

        await asyncio.gather(close(), *(post(number) for number in range(40)), pause_and(post, range(40, 120)))
    posted = [stored_fact(row) for row in await log.after(0, 10_000) if row.topic == "wage.quota-credited.v1"]
    await log.close()
    before = {each.fact.posting_period for each in posted if each.position < closed_at}
    after = {each.fact.posting_period for each in posted if each.position > closed_at}
    assert (before, after) == ({"2026-02"}, {"2026-03"})
    assert all(each.fact.adjusts_period == "2026-02" for each in posted if each.position > closed_at)


async def pause_and(post: Any, numbers: range) -> None:
    for number in numbers:
        await post(number)


async def close_month(url: str, centre: str, month: str) -> int:
    """Another holder of the log closes the month, whatever the decision of ClosePeriod would still ask for."""
    from tests.ledger.log.appender import Appender

    log = await Log.open(url)
    closing = PeriodClosed(
        stream=f"period-{centre}-{month.replace('-', '')}",
        centre=centre,
        period=month,
        at="2026-02-28T16:00:00.000000Z",
        by="P-H1",
        command="close-1",
        business_date="2026-02-28",
    )
    async with Appender(log, clock=lambda: 0) as appender:
        [row] = await appender.append("close-1", b"", [Draft(closing)])
    await log.close()
    return row.position


async def test_a_retry_after_a_process_died_between_commit_and_answer_gets_the_first_receipt(
    database: Database,
) -> None:
    log = await Log.open(database.dsn)
    await set_up(log)
    async with running("killable_market", database.dsn, "k-1") as process:
        assert await read_line_of(process) == "committed"
        process.kill()
        await process.wait()
    head = await log.head()
    async with Market(log, allow_simulated=True) as market:
        credit = {"unit": "T1", "amount": "10.00", "source_doc": "D-k-1"}
        [answer] = await market.submit([command("CreditQuotaWage", "P-C1", "k-1", **credit)])
    assert answer.repeat
    assert answer.facts == ("QuotaWageCredited",)
    assert answer.position == head.position
    assert await log.head() == head
    await log.close()
