"""A ledger that an earlier version recorded has the same root, balances and statements in the read models of today."""

from __future__ import annotations

import json

from projections.exports.log import log
from projections.exports.source import Wanted, source
from tests.golden import known, sample
from tests.projections.conftest import Books


async def test_the_golden_ledger_replays_to_its_root_balances_and_statement_digests(books: Books) -> None:
    golden = known("sample.json")
    await books.load(line.stored for line in sample())
    async with books.reading() as connection:
        exported = b"".join([block async for block in log(await source(connection, Wanted(), uses=()))])
    assert json.loads(exported.splitlines()[-1])["root"] == golden["root"]
    assert (await books.ask("Balances"))["balances"] == golden["balances"]
    digests = {
        name: (await books.ask("Statement", unit=name.split()[0], period=name.split()[1]))["digest"]
        for name in golden["statements"]
    }
    assert digests == golden["statements"]
