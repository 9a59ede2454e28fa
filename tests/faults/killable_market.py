"""A market that dies between commit and answer: `python -m tests.faults.killable_market URL COMMAND`.

It says "committed" when the facts are durable and then never answers.
"""

from __future__ import annotations

import asyncio
import sys

from ledger.log.store import Log
from ledger.market import Market
from ledger.market.batch import Batch
from tests.ledger.market.histories import command


class Mute(Market):
    """Stops for good where the answer would be given."""

    def written(self, page: Batch) -> None:
        if not page.decided:
            super().written(page)  # the states had to be read first
            return
        print("committed", flush=True)
        sys.stdin.read()


async def main(url: str, identifier: str) -> None:
    log = await Log.open(url)
    async with Mute(log) as market:
        credit = {"unit": "T1", "amount": "10.00", "source_doc": f"D-{identifier}"}
        await market.submit([command("CreditQuotaWage", "P-C1", identifier, **credit)])


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
