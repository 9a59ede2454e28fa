"""A ledger of the first edition comes under the second with the first thing that is decided (contract §2.1)."""

from __future__ import annotations

import json

from ledger.calendars import microseconds
from ledger.decisions.organisation import EDITION
from ledger.log.row import Row
from ledger.log.store import Log
from ledger.market import Market
from ledger.tags import all_tags
from tests.golden import sample
from tests.ledger.market.histories import line, reads


async def record(log: Log, last: int) -> None:
    """The log of the version before, up to a position."""
    rows: list[Row] = []
    tags: list[tuple[str, int]] = []
    for stored, body, leaf in sample()[:last]:
        fact = stored.fact
        rows.append(
            Row(
                stored.position,
                fact.stream,
                fact.version,
                fact.topic,
                body,
                microseconds(stored.recorded_at),
                bytes.fromhex(leaf),
                fact.command,
                b"\0" * 32,
                sum(one.command_id == fact.command for one in rows),
            )
        )
        tags += [(tag, stored.position) for tag in all_tags(fact)]
    async with log.exclusive(5_000, 10_000) as session:
        await session.insert(rows, tags)


async def said(log: Log, after: int) -> list[tuple[str, str, object]]:
    bodies = [json.loads(row.body) for row in await log.after(after, 10)]
    return [(body["topic"], body.get("by"), body.get("edition")) for body in bodies]


async def test_the_first_fact_after_the_upgrade_says_so_once(log: Log) -> None:
    await record(log, 60)
    async with Market(log, allow_simulated=True) as market:
        feedback = [line("SubmitFeedback", "SYSTEM", "x-0", feedback="FB-0", topic="t", text="x")]
        person = line("RegisterPerson", "SYSTEM", "x-1", person="P-NEW", name="新人")
        refused, taken = await market.submit([reads(feedback[0]), reads(person)])
    assert (refused.ok, taken.ok) == (False, True)
    assert await said(log, 60) == [
        ("ledger.edition-adopted.v1", "SYSTEM", EDITION),
        ("person.registered.v1", "SYSTEM", None),
    ]
    async with Market(log, allow_simulated=True) as market:
        await market.submit([reads(line("RegisterPerson", "SYSTEM", "x-2", person="P-NEWER", name="新人"))])
    assert [topic for topic, *_ in await said(log, 62)] == ["person.registered.v1"]


async def test_a_new_ledger_is_of_this_edition_from_the_first(market: Market, log: Log) -> None:
    [(topic, _, edition), *_] = await said(log, 0)
    assert (topic, edition) == ("ledger.created.v1", EDITION)
    await market.submit([reads(line("RegisterPerson", "SYSTEM", "x-1", person="P-NEW", name="新人"))])
    [last] = await said(log, (await log.head()).position - 1)
    assert last[0] == "person.registered.v1"
