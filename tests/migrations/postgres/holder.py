"""A process that holds a data directory: python -m tests.migrations.postgres.holder DATA PURPOSE [BINDIR].

It prints one line, "ready DSN" or "problem SENTENCE", and then does nothing until it is ended.
"""

import asyncio
import sys
from pathlib import Path

from migrations import postgres
from migrations.postgres import binaries


async def main(data: str, purpose: str, bindir: str | None = None) -> None:
    programs = binaries.at(Path(bindir)) if bindir else None
    try:
        async with postgres.server(Path(data), purpose, binaries=programs, settings={"fsync": "off"}) as server:
            print("ready", server.dsn("postgres"), flush=True)
            await asyncio.Event().wait()
    except postgres.DatabaseProblem as problem:
        print("problem", problem, flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
