"""Files of a data set, and the manifest that says what is in them: rows, control totals and SHA-256 of each."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from ledger.calendars import moment
from ledger.money import yuan
from projections.exports.csv_files import FORMULA
from projections.exports.source import Source

BOM = b"\xef\xbb\xbf"
DANGEROUS = (*FORMULA, "'")
"""Text that begins so gets an apostrophe in front; an apostrophe gets another one, so that it can be undone."""


class Table:
    """A CSV file that is written row by row: UTF-8 with BOM, so that a spreadsheet reads Chinese, lines end with CRLF.

    Texts are made safe for spreadsheets; numbers and dates that we have made ourselves are given as ``Plain``.
    """

    def __init__(self, directory: Path, name: str, columns: Sequence[str], totals: Sequence[str] = ()) -> None:
        self.name, self.columns = name, columns
        self.rows = 0
        self.totals = dict.fromkeys(totals, 0)
        """Sums in whole fen, told in the manifest in yuan."""
        self._file = (directory / name).open("wb")
        self._digest = hashlib.sha256()
        self._put(BOM)
        self._write([columns])

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        rows = [[cell(value) for value in row] for row in rows]
        self.rows += len(rows)
        self._write(rows)

    def sum_up(self, total: str, fen: int) -> None:
        self.totals[total] += fen

    def _write(self, rows: Iterable[Sequence[object]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        self._put(text.getvalue().encode())

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        self._file.write(data)

    def __enter__(self) -> Table:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def about(self) -> dict[str, Any]:
        """The file's entry in the manifest, once it is written."""
        return {
            "rows": self.rows,
            "sha256": self._digest.hexdigest(),
            "columns": list(self.columns),
            "totals": {name: yuan(fen) for name, fen in self.totals.items()},
        }


class Plain(str):
    """Text that is a number or a date made here: it is written as it is."""

    __slots__ = ()


def cell(value: object) -> object:
    """A value as a cell: nothing for None, texts that could be formulas with an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Plain) and value.startswith(DANGEROUS):
        return "'" + value
    return value


def text_of(cell: str) -> str:
    """The text of such a cell."""
    return cell.removeprefix("'")


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(
    directory: Path, source: Source, root: str, form: str, files: Mapping[str, Mapping[str, Any]], **more: object
) -> None:
    """``manifest.json``: whose books these are, up to which position, and what each file holds."""
    told = {
        "format": form,
        "ledger": source.ledger,
        "clock": source.clock,
        "simulated_clock": source.clock == "simulated",
        "first_position": min(1, source.position),
        "last_position": source.position,
        "last_recorded_at": None if source.recorded_at is None else moment(source.recorded_at),
        "posting_period": source.period,
        "log_root": root,
        "currency": "CNY",
        **more,
        "files": files,
    }
    text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    (directory / "manifest.json").write_text(text, encoding="utf-8")
