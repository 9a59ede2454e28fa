"""A process that dies between commit and answer: `python -m tests.faults.killable URL COMMAND`.

It says "committed" when the facts are durable and then never answers.
"""

from __future__ import annotations

import asyncio
import sys

from ledger.log.store import Log
from tests.ledger.log.appender import Appender, DraftBatch, Drafting
from tests.ledger.log.notes import Note, digest


class Mute(Drafting):
    """Stops for good where the answer would be given."""

    def durable(self, batch: DraftBatch) -> None:
        print("committed", flush=True)
        sys.stdin.read()


class MuteAppender(Appender):
    source = Mute


async def main(url: str, command: str) -> None:
    log = await Log.open(url)
    async with MuteAppender(log) as appender:
        await appender.append(command, digest(command), [Note("unit-W1"), Note("unit-W2")])


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
