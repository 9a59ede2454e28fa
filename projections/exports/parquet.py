"""Facts and entries as Parquet, for analysis: typed columns, a row group for each batch, so that memory stays flat.

Facts are printed as queries print them: money in the payload as text, names and sealed reporters null.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from ledger.calendars import parse_moment
from ledger.fact import StoredFact
from ledger.facts import decode
from projections.exports.manifest import sha256_of, write_manifest
from projections.exports.source import Posting, Source
from projections.presentation import printed
from projections.queries.facts import unsealed

FORMAT = "jiesuan parquet 1"
ROWS = 16_384
"""Rows of a row group."""

STORED = """
select position, to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), body, topic
from log.events where position > $1 and position <= $2 order by position
"""
_json = msgspec.json.Encoder().encode


async def parquet(source: Source, directory: Path) -> None:
    """``facts.parquet``, ``entries.parquet`` and the manifest."""
    files = {"facts.parquet": await _facts(source, directory), "entries.parquet": await _entries(source, directory)}
    write_manifest(directory, source, await source.root(), FORMAT, files)


async def _facts(source: Source, directory: Path) -> dict[str, Any]:
    with Columns(source, directory / "facts.parquet", facts_schema()) as file:
        async for rows in source.batches(STORED):
            found = [StoredFact(position, recorded_at, decode(body)) for position, recorded_at, body, _ in rows]
            opened = await unsealed(source.reader, found)
            file.add([_fact(printed(each, opened), each) for each in found])
    return file.about()


def _fact(shown: dict[str, Any], stored: StoredFact) -> dict[str, Any]:
    return {
        **shown,
        "topic": stored.fact.topic,
        "recorded_at": parse_moment(stored.recorded_at),
        "at": _moment(shown["at"]),
        "business_date": _day(shown["business_date"]),
        "data": _json(shown["data"]).decode(),
    }


async def _entries(source: Source, directory: Path) -> dict[str, Any]:
    total = {"debit": 0, "credit": 0}
    with Columns(source, directory / "entries.parquet", entries_schema()) as file:
        async for postings in source.postings():
            file.add([_entry(each) for each in postings])
            total["debit"] -= sum(each.amount for each in postings if each.amount < 0)
            total["credit"] += sum(each.amount for each in postings if each.amount > 0)
    return file.about() | {"totals_fen": total}


def _entry(posting: Posting) -> dict[str, Any]:
    quantity = None if posting.qty is None else Decimal(posting.qty)
    return posting._asdict() | {"business_date": _day(posting.business_date), "qty": quantity}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str) -> datetime | None:
    return parse_moment(text) if text else None


class Columns:
    """A Parquet file that is written in row groups."""

    def __init__(self, source: Source, path: Path, schema: Any) -> None:
        from pyarrow.parquet import ParquetWriter

        about = {"ledger": source.ledger, "clock": source.clock, "position": str(source.position), "format": FORMAT}
        self._path, self._schema, self._waiting = path, schema.with_metadata(about), list[dict[str, Any]]()
        self._writer = ParquetWriter(path, self._schema, compression="zstd")
        self.rows = 0

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        self._waiting += rows
        if len(self._waiting) >= ROWS:
            self._flush()

    def _flush(self) -> None:
        import pyarrow

        self.rows += len(self._waiting)
        self._writer.write_table(pyarrow.Table.from_pylist(self._waiting, self._schema))
        self._waiting = []

    def __enter__(self) -> Columns:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def about(self) -> dict[str, Any]:
        """The file's entry in the manifest."""
        return {"rows": self.rows, "sha256": sha256_of(self._path), "columns": self._schema.names}


def facts_schema() -> Any:
    """A fact: its envelope in columns, its payload as JSON."""
    import pyarrow as pa

    return pa.schema(
        [
            pa.field("position", pa.int64(), nullable=False),
            pa.field("recorded_at", pa.timestamp("us", "UTC"), nullable=False),
            pa.field("stream", pa.string(), nullable=False),
            pa.field("version", pa.int64(), nullable=False),
            pa.field("topic", pa.string(), nullable=False),
            pa.field("fact", pa.string(), nullable=False),
            pa.field("mirror", pa.bool_(), nullable=False),
            pa.field("at", pa.timestamp("us", "UTC")),
            pa.field("business_date", pa.date32()),
            *(pa.field(name, pa.string()) for name in ("shift", "posting_period", "adjusts_period", "by", "command")),
            *(pa.field(name, pa.string()) for name in ("transfer", "number")),
            pa.field("data", pa.string(), nullable=False),
        ]
    )


def entries_schema() -> Any:
    """A posting line: money in whole fen, credits positive."""
    import pyarrow as pa

    return pa.schema(
        [
            pa.field("position", pa.int64(), nullable=False),
            pa.field("line", pa.int32(), nullable=False),
            pa.field("account", pa.string(), nullable=False),
            pa.field("amount", pa.int64(), nullable=False),
            pa.field("balance_after", pa.int64(), nullable=False),
            pa.field("business_date", pa.date32(), nullable=False),
            pa.field("shift", pa.string()),
            pa.field("posting_period", pa.string(), nullable=False),
            *(pa.field(name, pa.string()) for name in ("adjusts_period", "statement_class", "transfer", "kind")),
            *(pa.field(name, pa.string()) for name in ("document", "number", "item", "list_version")),
            pa.field("qty", pa.decimal128(18, 4)),
            pa.field("unit_price", pa.int64()),
            pa.field("counter", pa.string()),
            pa.field("by", pa.string(), nullable=False),
            pa.field("fact", pa.string(), nullable=False),
            pa.field("recorded_at", pa.timestamp("us", "UTC"), nullable=False),
            pa.field("reverses", pa.int64()),
        ]
    )
