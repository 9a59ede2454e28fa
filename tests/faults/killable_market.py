"""A market that dies between commit and answer: `python -m tests.faults.killable_market URL COMMAND`.

It says "committed" when the facts are durable and then never answers.
"""

from __future__ import annotations

import asyncio
import sys
from unittest.mock import patch

from ledger.log.store import Log
from ledger.market import Market
from ledger.market.batch import MarketBatch
from ledger.market.decider import Decider
from tests.ledger.market.histories import command


def stop(_decider: Decider, batch: MarketBatch) -> None:
    """For good, where the answer would be given."""
    if batch.rows:  # the states had to be read first
        print("committed", flush=True)
        sys.stdin.read()


async def main(url: str, identifier: str) -> None:
    log = await Log.open(url)
    async with Market(log) as market:
        credit = {"unit": "T1", "amount": "10.00", "source_doc": f"D-{identifier}"}
        with patch.object(Decider, "durable", stop):
            await market.submit([command("CreditQuotaWage", "P-C1", identifier, **credit)])


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
