"""A centre's month is reconciled: 1,000 units and 200,000 lines of departments' lists (DOMAIN.md §11)."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter, process_time
from typing import Any

import asyncpg

from api.bootstrap import open_ledger
from api.ledger import Ledger
from api.settings import Settings
from ledger.decisions import Command
from ledger.fact import Fact
from ledger.facts.reconciliation import DepartmentListImported, ListRow
from ledger.interchange import Query, read
from ledger.vocabulary import period_stream
from tests.benchmarks.month import CENTRE, DAY, PERIOD, BusyMonth
from tests.benchmarks.place import Place
from tests.benchmarks.results import Row, at_most
from tests.projections.history import Writer

UNITS, LINES_OF_A_LIST, TARGET_SECONDS = 1_000, 5_000, 60


async def reconciling(place: Place) -> list[Row]:
    dsn, lines = await place.ledger_database(), place.scale.facts // 5
    month = BusyMonth(UNITS, lines)
    connection = await asyncpg.connect(dsn)
    try:
        writer = Writer()
        await writer.write(connection, month.facts())
        await writer.write(connection, _lists(month))
    finally:
        await connection.close()
    await place.settle()
    async with open_ledger(Settings(database_url=dsn), "benchmark", allow_simulated=True) as ledger:
        await ledger.reader.reach(writer.position, 3600)
        await place.settle()
        return await _reconciled(ledger, lines)


def _lists(month: BusyMonth) -> Iterator[Fact]:
    stream = period_stream(CENTRE, PERIOD)
    for start in range(0, len(month.listed), LINES_OF_A_LIST):
        rows = tuple(
            ListRow(name, kind, amount, DAY, unit, item or None, qty or None)
            for name, kind, amount, unit, item, qty in month.listed[start : start + LINES_OF_A_LIST]
        )
        own: dict[str, Any] = {"stream": stream, "command": f"l-{start}", "by": "P-C1", "at": f"{DAY}T03:00:00.000000Z"}
        yield DepartmentListImported(
            list=f"L-{start}", centre=CENTRE, period=PERIOD, department="安监处", rows=rows, business_date=DAY, **own
        )


async def _reconciled(ledger: Ledger, lines: int) -> list[Row]:
    data = {"centre": CENTRE, "period": PERIOD}
    command = read(
        {"id": "run", "at": "2026-04-01T08:00:00+08:00", "by": "SYSTEM", "command": "RunReconciliation", "data": data}
    )
    assert isinstance(command, Command)
    began, used = perf_counter(), process_time()
    [answer] = await ledger.submit([command])
    seconds, cpu = perf_counter() - began, process_time() - used
    assert answer.ok, answer
    found = await ledger.ask(Query("q", "Exceptions", data))
    kinds = {one["kind"] for one in found.result["exceptions"]}
    assert kinds == {"AMOUNT_MISMATCH"}, (kinds, found.result["exceptions"][:3])
    what = f"{UNITS:,} units and {lines:,} list lines reconciled"
    return [
        Row("reconciling", f"{what}, command to answer", seconds, "s", target=at_most(TARGET_SECONDS)),
        Row("reconciling", "processor time of it, without PostgreSQL's", cpu, "s"),
    ]
