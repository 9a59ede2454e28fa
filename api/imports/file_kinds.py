"""A file by its first bytes: whether it is what its name or mapping says, and in which encoding it is written."""

from __future__ import annotations

import codecs
from pathlib import Path

from api.imports.problems import ImportProblem

SIGNATURES = {
    b"PK\x03\x04": "a workbook (.xlsx) or another packed file",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old workbook (.xls), or one with a password",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"<html": "a web page",
    b"<!DOCTYPE html": "a web page",
    b"<?xml": "an XML file",
    b"{\\rtf": "a text document",
}
"""Beginnings of files that are no list of rows, whatever they are called."""

ADVICE = {"csv": "save it as .csv, or as .xlsx", "xlsx": "save it as .xlsx", "json": "an array of objects is needed"}
PACKED = b"PK\x03\x04"
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    b"\x84\x31\x95\x33": "gb18030",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
OLDER_PARTS = ("gbk", "gb2312")
"""The older two are parts of GB 18030."""


def refuse_other_kind(path: Path, kind: str) -> None:
    """Raises ImportProblem for a file that is evidently of another kind, or cannot be read at all."""
    try:
        with path.open("rb") as file:
            begins = file.read(64)
    except OSError as error:
        raise ImportProblem(f"{path} cannot be read: {error.strerror}") from error
    start = begins.removeprefix(codecs.BOM_UTF8).lstrip()
    found = next((name for sign, name in SIGNATURES.items() if start.lower().startswith(sign.lower())), None)
    if found is not None and not (kind == "xlsx" and start.startswith(PACKED)):
        raise ImportProblem(f"{path} is {found}: {ADVICE[kind]}")


def encoding_of(content: bytes, named: str) -> str:
    """The encoding that a byte order mark gives away, else the one that the mapping names."""
    found = next((name for mark, name in BYTE_ORDER_MARKS.items() if content.startswith(mark)), named)
    return "gb18030" if found in OLDER_PARTS else found
