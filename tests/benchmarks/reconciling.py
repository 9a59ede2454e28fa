"""A centre's month is reconciled: 1,000 units and 200,000 lines of departments' lists (domain §11)."""

from __future__ import annotations

import csv
from pathlib import Path
from time import perf_counter

import asyncpg

from api.bootstrap import open_ledger
from api.imports.monthly.kinds import LISTS
from api.imports.monthly.mapping import MonthlyMapping
from api.imports.monthly.reader import MonthlyReader
from api.imports.run import run_import, table_of
from api.ledger import Ledger
from api.settings import Settings
from ledger.decisions import Command
from ledger.interchange import Query, read
from ledger.money import yuan
from tests.benchmarks.month import CENTRE, DAY, PERIOD, BusyMonth
from tests.benchmarks.place import Place
from tests.benchmarks.results import Row, at_most
from tests.projections.history import Writer

UNITS, TARGET_SECONDS = 1_000, 60
HEAD = ("doc", "kind", "amount", "unit", "item", "qty", "date")
MONTH = {"centre": CENTRE, "period": PERIOD}


async def reconciling(place: Place) -> list[Row]:
    dsn, lines = await place.ledger_database(), place.scale.facts // 5
    month = BusyMonth(UNITS, lines)
    connection = await asyncpg.connect(dsn)
    try:
        position = await Writer().write(connection, month.facts())
    finally:
        await connection.close()
    file = _list_of(month, place.directory / "lists.csv")
    async with open_ledger(Settings(database_url=dsn), "benchmark", allow_simulated=True) as ledger:
        await ledger.reader.reach(position, 3600)
        await _sent(ledger, "OpenPeriod", "2026-03-31T08:00:00+08:00")  # a service has been up for long
        await place.checkpoint()
        began = perf_counter()
        await _import(ledger, file)
        imported = perf_counter()
        await _sent(ledger, "RunReconciliation", "2026-04-01T08:00:00+08:00")
        done = perf_counter()
        await _check(ledger, lines)
    what = f"{UNITS:,} units, {lines:,} list lines"
    return [
        Row("reconciling", f"{what}: file read, rehearsed and recorded", imported - began, "s"),
        Row("reconciling", f"{what}: month reconciled", done - imported, "s"),
        Row("reconciling", f"{what}: end to end", done - began, "s", target=at_most(TARGET_SECONDS)),
    ]


def _list_of(month: BusyMonth, path: Path) -> Path:
    """The list of all departments as a file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEAD)
        for name, kind, amount, unit, item, qty in month.listed:
            rows.writerow((name, kind, yuan(amount), unit, item, qty, DAY))
    return path


async def _import(ledger: Ledger, file: Path) -> None:
    fields = {name: {"column": name} for name in HEAD} | {"department": {"value": "安监处"}}
    mapping = MonthlyMapping.model_validate({"source": "bench", "fields": fields})
    reader = MonthlyReader(LISTS, mapping, (CENTRE, PERIOD), "SYSTEM", None)
    done = await run_import(ledger, await table_of(file, reader), reader, apply=True, strict=True)
    assert not done.prepared.bad, done.prepared.bad[0]
    assert done.outcome
    assert not done.outcome.refused


async def _sent(ledger: Ledger, name: str, at: str) -> None:
    command = read({"id": name, "at": at, "by": "SYSTEM", "command": name, "data": MONTH})
    assert isinstance(command, Command)
    [answer] = await ledger.submit([command])
    assert answer.ok, answer


async def _check(ledger: Ledger, lines: int) -> None:
    """Assert that the planted difference was found, and no other but what the made-up charges repeat (R15)."""
    answer = await ledger.ask(Query("q", "Exceptions", MONTH))
    found = [one for one in (answer.result or {})["exceptions"] if one["kind"] != "DOUBLE_CHARGE"]
    assert {one["kind"] for one in found} == {"AMOUNT_MISMATCH"}, found[:3]
    assert len(found) == (lines - 51) // 1000 + 1
