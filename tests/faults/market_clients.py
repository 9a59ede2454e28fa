"""A process with a market and many clients: `python -m tests.faults.market_clients URL NAME CLIENTS ROUNDS`.

Each client plays its own part of a crowded day on one unit and prints a line for every answer: what it sent, what it
was told, and between which positions of the log the answer must have been decided.
"""

from __future__ import annotations

import asyncio
import json
import sys
from random import Random

from ledger.log.store import Log
from ledger.market import Market
from tests.ledger.market.histories import line, reads

DAY = "2026-02-05"


def plays(name: str, client: int, round_: int, random: Random) -> str:
    """One command of a client: everybody wants the same pool and the same few hazards."""
    identifier = f"{name}-{client}-{round_}"
    hazard = f"H-{random.randint(1, 25)}"
    at = f"{DAY}T09:00:00+08:00"
    match random.randint(0, 4):
        case 0:
            return line(
                "ReportHazard",
                "P-T1L",
                identifier,
                at,
                hazard=hazard,
                unit="T1",
                place="机头",
                category="site_quality",
                tier="T3",
                description="浮煤",
            )
        case 1:
            return line("ClaimRectification", "P-T1L", identifier, at, hazard=hazard, evidence=["paper:照片"])
        case 2:
            doc = f"D-{random.randint(1, 60)}"
            return line("CreditQuotaWage", "P-C1", identifier, at, unit="T1", amount="10.00", source_doc=doc)
        case _:
            paid = [{"person": "P-A", "amount": f"{random.randint(1, 30)}.00"}]
            return line("DistributeWage", "P-T1L", identifier, at, unit="T1", lines=paid)


async def main(url: str, name: str, clients: int, rounds: int) -> None:
    log = await Log.open(url, size=6)
    async with Market(log, allow_simulated=True) as market:

        async def client(number: int) -> None:
            random = Random(f"{name}-{number}")
            for round_ in range(rounds):
                sent = plays(name, number, round_, random)
                since = (await log.head()).position
                [answer] = await market.submit([reads(sent)])
                until = (await log.head()).position
                print(json.dumps({"sent": sent, "answer": answer.line(), "since": since, "until": until}), flush=True)

        await asyncio.gather(*map(client, range(clients)))
    await log.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
