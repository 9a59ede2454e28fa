"""A process of clients that race: `python -m tests.faults.race_clients URL`.

It says "ready"; each line that it reads is a list of commands, which as many clients send at the same moment; each
line that it prints are their answers.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from ledger.log.store import Log
from ledger.market import Market
from tests.ledger.market.histories import reads


async def main(url: str) -> None:
    log = await Log.open(url, size=6)
    async with Market(log, allow_simulated=True) as market:

        async def client(line: str) -> dict[str, Any]:
            [answer] = await market.submit([reads(line)])
            return answer.line()

        print("ready", flush=True)
        while lines := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(await asyncio.gather(*map(client, json.loads(lines)))), flush=True)
    await log.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
