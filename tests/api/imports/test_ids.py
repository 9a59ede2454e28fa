"""Commands of an import are those of every version before: by id and digest a repeat finds what is recorded."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable

from api.imports.findings.mapping import FindingsMapping
from api.imports.findings.reader import FindingsReader
from api.imports.mapping import mapping_of
from api.imports.monthly.kinds import KINDS, Frame, Kind
from api.imports.monthly.mapping import MonthlyMapping
from api.imports.monthly.rows import Known, read_lines
from api.imports.pipeline import prepare
from api.imports.tables import read_table
from api.prevention.acts import of_hazard
from api.prevention.mapping import HazardMapping
from api.prevention.rows import HazardRow
from api.samples import DOUBLE_PREVENTION
from ledger.decisions import Command
from tests.api.imports.memory import NOW, SAMPLES, MemoryBook

HAZARD = {
    "hazard": "H-5",
    "unit": "W1",
    "state": "closed",
    "place": "巷道",
    "category": "hazard",
    "tier": "T2",
    "description": "x",
    "reporter": "P-SI",
    "reported_at": "2026-02-02T01:00:00.000000Z",
    "level": "C",
    "manage": "term",
    "measures": "m",
    "budget": "1.00",
    "deadline": "2026-02-20",
    "liable": "P-S1",
    "finished_at": "2026-02-03T06:30:15.000000Z",
    "claimant": "P-S1",
    "cost": "2.00",
    "acceptor": "P-SO",
    "accepted_at": "2026-02-04T01:00:00.000000Z",
    "comment": "ok",
}


def digest_of(commands: Iterable[Command]) -> str:
    lines = (f"{command.id} {command.digest.hex()}\n" for command in commands)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def test_of_findings() -> None:
    rules = mapping_of(SAMPLES / "upper_big_branch.toml", FindingsMapping)
    table = read_table(SAMPLES / "upper_big_branch_violations.csv", rules.table, rules.columns)
    prepared = asyncio.run(prepare(table, FindingsReader(rules, NOW), MemoryBook()))
    assert digest_of(prepared.commands) == "8b9abd79fb56ca515cc73554052cfa91727da6bf145b3624bef9340c0d05c193"


def test_of_a_months_files() -> None:
    commands = [command for kind in KINDS.values() for command in monthly(kind)]
    assert digest_of(commands) == "0e927556f6aa8f92a3151605197f1ddb60c045d293b7b2417c9abb83e5a569aa"


def monthly(kind: Kind) -> Iterable[Command]:
    """The commands of the sample file of a kind, in a ledger that knows all its units and persons."""
    file = SAMPLES / "settlement" / f"{kind.name.replace('-', '_')}.csv"
    mapping = mapping_of(file.with_suffix(".toml"), MonthlyMapping)
    rows = read_table(file, mapping.table, mapping.columns).rows
    texts = {cell for row in rows for cell in row.cells.values()}
    known = Known("2026-12-01", {text: text for text in texts}, frozenset(texts))
    lines, bad = read_lines(rows, mapping, kind.fields, known)
    assert not bad
    frame = Frame(mapping.source, "U1", "2026-03", "SYSTEM", "2026-03-31T10:00:00Z")
    return [command for entry in kind.entries(frame, lines) for command in entry.commands]


def test_of_hazards() -> None:
    commands = of_hazard(mapping_of(DOUBLE_PREVENTION, HazardMapping), HazardRow(2, HAZARD))
    assert digest_of(commands) == "d1199f1da0393d2dad669b8b70c15dda3c3a41cbbce3bdef35aeea6ad74201f4"
