"""python -m tests.benchmarks [NAMES…] [--quick] [--json FILE]: one table, in one run, on one PostgreSQL."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic

from api.cli.options import run_to_end
from tests.benchmarks.append import append
from tests.benchmarks.bulk import bulk
from tests.benchmarks.codec import codec
from tests.benchmarks.http import http
from tests.benchmarks.market import market
from tests.benchmarks.mixed import mixed
from tests.benchmarks.place import FULL, QUICK, Place, Scale, place
from tests.benchmarks.reading import reading
from tests.benchmarks.reconciling import reconciling
from tests.benchmarks.results import Row, as_json, show
from tests.benchmarks.statements import statements
from tests.benchmarks.verifying import verifying
from tests.benchmarks.wages import wages

BENCHMARKS: dict[str, Callable[[Place], Awaitable[list[Row]]]] = {
    "append": append,
    "market": market,
    "http": http,
    "bulk": bulk,
    "mixed": mixed,
    "reading": reading,
    "reconciling": reconciling,
    "codec": codec,
    "statements": statements,
    "wages": wages,
    "verifying": verifying,
}


async def run(names: list[str], scale: Scale, file: Path | None) -> None:
    rows: list[Row] = []
    async with place(scale) as here:
        for name in names:
            began = monotonic()
            rows += await BENCHMARKS[name](here)
            await here.checkpoint()
            print(f"{name}: {monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    show(rows)
    if file is not None:
        file.write_text(as_json(rows), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all of them if none")
    parser.add_argument("--quick", action="store_true", help="a small version: shows that it runs, not how fast")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there as well")
    given = parser.parse_args()
    if unknown := set(given.names) - set(BENCHMARKS):
        parser.error(f"no benchmark is called {min(unknown)}; there are {', '.join(BENCHMARKS)}")
    run_to_end(run(given.names or list(BENCHMARKS), QUICK if given.quick else FULL, given.json))


if __name__ == "__main__":
    main()
