"""A process that holds a data directory: python -m tests.api.serving DATA PURPOSE [BINDIR].

It prints one line, "ready DSN" or "problem SENTENCE", and then does nothing until it is ended.
"""

import asyncio
import signal
import sys
from pathlib import Path

from api import embedded
from api.embedded import binaries


async def main(data: str, purpose: str, bindir: str | None = None) -> None:
    programs = binaries.at(Path(bindir)) if bindir else None
    try:
        async with embedded.server(Path(data), purpose, binaries=programs, settings={"fsync": "off"}) as server:
            print("ready", server.dsn("postgres"), flush=True)
            await asyncio.Event().wait()
    except embedded.DatabaseProblem as problem:
        print("problem", problem, flush=True)


if __name__ == "__main__":
    for ending in (signal.SIGINT, signal.SIGHUP):  # whoever runs the tests in the background may have them ignored
        signal.signal(ending, signal.default_int_handler if ending is signal.SIGINT else signal.SIG_DFL)
    asyncio.run(main(*sys.argv[1:]))
