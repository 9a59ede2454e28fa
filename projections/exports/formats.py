"""The formats by name, and how one paper or a bundle of them becomes a file in each."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Protocol

import msgspec

from projections.exports import csv_files, lists, papers, pdf_files, text_files, xlsx_files
from projections.exports.model import Paper

Found = Mapping[str, Any]
"""The answer of a query."""


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    XLSX = "xlsx"
    PDF = "pdf"
    CSV = "csv"


MEDIA_TYPES = {
    Format.TEXT: "text/plain; charset=utf-8",
    Format.JSON: "application/json",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PDF: "application/pdf",
    Format.CSV: "text/csv; charset=utf-8",
}
SUFFIXES = {Format.TEXT: ".txt", Format.JSON: ".json", Format.XLSX: ".xlsx", Format.PDF: ".pdf", Format.CSV: ".csv"}
ZIP = "application/zip"


class Kind(NamedTuple):
    """A kind of paper: the query behind it, its layout, and the part of the answer that its JSON is."""

    query: str
    paper: Callable[[Found], Paper]
    json: Callable[[Found], Any] = lambda found: found
    is_table: bool = False
    """The CSV is one plain table, for other systems to read in."""


STATEMENT = Kind("StatementPaper", papers.statement, lambda found: found["statement"])
PERSONAL = Kind("PersonalStatement", lists.personal)
DAY_SHEET = Kind("DaySheet", lists.day_sheet)
PAYROLL = Kind("Payroll", lists.payroll, is_table=True)


def written(kind: Kind, found: Found, form: Format) -> bytes:
    """One paper as a file.  Raises MissingFont, CannotPrint."""
    if form is Format.JSON:
        return msgspec.json.format(msgspec.json.encode(kind.json(found)), indent=2) + b"\n"
    paper = kind.paper(found)
    match form:
        case Format.TEXT:
            return text_files.papers([paper])
        case Format.CSV:
            return csv_files.table(paper.sections[0]) if kind.is_table else csv_files.papers([paper])
        case Format.PDF:
            return pdf_files.papers([paper])
    with TemporaryDirectory(prefix="jiesuan-xlsx-") as directory:
        path = Path(directory) / "paper.xlsx"
        book = xlsx_files.Book(path, paper.made_at, has_summary=False)
        book.add(paper)
        book.close()
        return path.read_bytes()


LONGEST_NAME = 180
"""Bytes of a file's name without its suffix; file systems take 255."""


def file_name(paper: Paper, form: Format) -> str:
    """Such as 结算单 U1-JS-202603-W1-1.xlsx."""
    return _safe(f"{paper.kind} {paper.number}") + SUFFIXES[form]


def _safe(name: str) -> str:
    """A name that every file system takes."""
    shown = "".join("_" if sign in '<>:"/\\|?*' or not sign.isprintable() else sign for sign in name)
    return shown.encode()[:LONGEST_NAME].decode(errors="ignore").rstrip(" .")


class FileNames:
    """The names of one archive: each stands once, also where large and small letters are the same."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        """The name, or with the first number that makes it another one: 结算单 W1 (2).pdf."""
        stem, dot, suffix = name.rpartition(".")
        numbered = (f"{stem} ({number}){dot}{suffix}" for number in count(2))
        chosen = next(one for one in chain([name], numbered) if _alike(one) not in self._taken)
        self._taken.add(_alike(chosen))
        return chosen


def _alike(name: str) -> str:
    """The name as a file system sees it that knows neither case nor composed letters."""
    return unicodedata.normalize("NFKC", name).casefold()


# -- many papers in one file -----------------------------------------------------------------------------------------


class Bundle(Protocol):
    """A file that papers are added to; it is whole when it is closed."""

    def add(self, batch: Sequence[Found]) -> None: ...

    def close(self) -> None: ...


Print = Callable[[Sequence[Paper]], Sequence[bytes]]
"""Prints papers, each as a PDF of its own; in another process where that is wanted."""


def bundle(kind: Kind, form: Format, path: Path, printing: Print) -> Bundle:
    """A file for many papers: sheets of a workbook, a ZIP of PDFs, or one after the other."""
    match form:
        case Format.XLSX:
            return Sheets(kind, path)
        case Format.PDF:
            return Pdfs(kind, path, printing)
        case Format.JSON:
            return Json(kind, path)
    return Texts(kind, form, path)


def bundle_suffix(form: Format) -> str:
    return ".zip" if form is Format.PDF else SUFFIXES[form]


def bundle_type(form: Format) -> str:
    return ZIP if form is Format.PDF else MEDIA_TYPES[form]


class Sheets:
    """One workbook: a summary, and a sheet for each paper."""

    def __init__(self, kind: Kind, path: Path) -> None:
        self._kind, self._path = kind, path
        self._book: xlsx_files.Book | None = None

    def add(self, batch: Sequence[Found]) -> None:
        for found in batch:
            paper = self._kind.paper(found)
            if self._book is None:
                self._book = xlsx_files.Book(self._path, paper.made_at, has_summary=True)
            self._book.add(paper)

    def close(self) -> None:
        if self._book is not None:
            self._book.close()


class Pdfs:
    """A ZIP with a PDF for each paper: each unit gets, and signs, its own."""

    def __init__(self, kind: Kind, path: Path, printing: Print) -> None:
        self._kind, self._printing = kind, printing
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED)
        self._names = FileNames()

    def add(self, batch: Sequence[Found]) -> None:
        made = [self._kind.paper(found) for found in batch]
        for paper, printed in zip(made, self._printing(made), strict=True):
            self._zip.writestr(zipfile.ZipInfo(self._names.free(file_name(paper, Format.PDF))), printed)

    def close(self) -> None:
        self._zip.close()


class Json:
    """One array of answers."""

    def __init__(self, kind: Kind, path: Path) -> None:
        self._kind, self._file = kind, path.open("wb")
        self._before = b"[\n"

    def add(self, batch: Sequence[Found]) -> None:
        for found in batch:
            self._file.write(self._before + msgspec.json.encode(self._kind.json(found)))
            self._before = b",\n"

    def close(self) -> None:
        self._file.write(b"\n]\n" if self._before == b",\n" else b"[]\n")
        self._file.close()


class Texts:
    """Text or CSV, one paper after the other."""

    def __init__(self, kind: Kind, form: Format, path: Path) -> None:
        self._kind, self._form, self._file = kind, form, path.open("wb")
        self._is_first = True

    def add(self, batch: Sequence[Found]) -> None:
        for paper in map(self._kind.paper, batch):
            self._file.write(self._one(paper))
            self._is_first = False

    def _one(self, paper: Paper) -> bytes:
        if self._form is Format.TEXT:
            return (b"" if self._is_first else b"\f\n") + text_files.papers([paper])
        text = csv_files.papers([paper])
        return text if self._is_first else text.removeprefix(csv_files.BOM.encode())

    def close(self) -> None:
        self._file.close()
