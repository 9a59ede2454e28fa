"""All statements of a centre's month as files: 1,000 units with forty lines each."""

from __future__ import annotations

import resource
from time import perf_counter, process_time

import asyncpg

from api.bootstrap import open_ledger
from api.ledger import Ledger
from api.papers.bundles import export_all
from api.settings import Settings
from projections.exports.formats import STATEMENT, Format
from tests.benchmarks.month import CENTRE, PERIOD, BusyMonth
from tests.benchmarks.place import Place
from tests.benchmarks.results import Row, at_most
from tests.projections.history import Writer

FORMATS = (Format.PDF, Format.XLSX, Format.CSV)
TARGET_SECONDS = 60
DOCUMENTS_OF_A_UNIT = 22
"""Of which each makes 1.8 lines of a statement."""


async def statements(place: Place) -> list[Row]:
    units = min(1_000, place.scale.facts // 500)
    dsn, writer = await place.ledger_database(), Writer()
    connection = await asyncpg.connect(dsn)
    try:
        await writer.write(connection, BusyMonth(units, units * DOCUMENTS_OF_A_UNIT).facts())
    finally:
        await connection.close()
    async with open_ledger(Settings(database_url=dsn), "benchmark", allow_simulated=True) as ledger:
        await ledger.reader.reach(writer.position, 3600)
        await place.checkpoint()
        return [row for form in FORMATS for row in await _exported(place, ledger, form)]


async def nobody(done: int, total: int | None = None, step: str | None = None) -> None:
    """Nobody looks how far it is."""


async def _exported(place: Place, ledger: Ledger, form: Format) -> list[Row]:
    path = place.directory / f"statements.{form}"
    began, used, children = perf_counter(), process_time(), _of_children()
    count = await export_all(ledger, STATEMENT, CENTRE, PERIOD, form, path, nobody)
    seconds, cpu, printing = perf_counter() - began, process_time() - used, _of_children() - children
    size = path.stat().st_size / 1e6
    path.unlink()
    target = at_most(TARGET_SECONDS) if count >= 900 else None
    return [
        Row("statements", f"{count:,} statements as {form}, {size:.0f} MB", seconds, "s", target=target),
        Row("statements", f"processor time of it ({form}), without PostgreSQL's", cpu + printing, "s"),
    ]


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
