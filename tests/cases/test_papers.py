"""Papers that are signed say everything: long reasons, rare signs, and each unit has a file of its own."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pypdf
import pytest

from api.papers.press import press
from projections.exports.formats import STATEMENT, FileNames, Format, bundle, written
from tests.cases.lists import CASES
from tests.projections.conftest import Books
from tests.spec import MemoryLedger, group

Line = dict[str, Any]


def lines_of(case: str) -> list[Line]:
    return [json.loads(line) for line in (CASES / case / "history.jsonl").read_text(encoding="utf-8").splitlines()]


def happened(case: str) -> MemoryLedger:
    """The group, and what a case tells of it."""
    ledger = group()
    for line in lines_of(case):
        if "command" in line:
            assert ledger.send(line).ok, line
    return ledger


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


async def paper_of(books: Books, case: str) -> list[str]:
    """The text of each page of the statement of W1 in March."""
    await books.load(happened(case).facts)
    return pages_of(written(STATEMENT, await books.ask("StatementPaper", unit="W1", period="2026-03"), Format.PDF))


async def test_b09_a_long_reason_stands_whole_on_the_paper_that_is_signed(books: Books) -> None:
    reason = lines_of("b09-pdf-cuts-a-long-reason")[1]["data"]["reason"]
    pages = await paper_of(books, "b09-pdf-cuts-a-long-reason")
    text = "".join(pages)
    assert [text.count(sign) for sign in "起长止"] == [reason.count(sign) for sign in "起长止"]
    assert all(f"第 {number} 页 共 {len(pages)} 页" in page for number, page in enumerate(pages, 1))


async def test_b09_a_reason_of_many_short_lines_stands_whole_too(books: Books) -> None:
    ledger = group()
    for line in lines_of("b09-pdf-cuts-a-long-reason"):
        reason = "\n".join(["断", *["行"] * 150, "尾"])
        told = {**line["data"], "reason": reason} if line["command"] == "AdjustTransfer" else line["data"]
        assert ledger.send({**line, "data": told}).ok
    await books.load(ledger.facts)
    found = await books.ask("StatementPaper", unit="W1", period="2026-03")
    text = "".join(pages_of(written(STATEMENT, found, Format.PDF)))
    assert [text.count(sign) for sign in "断尾"] == [1, 1]


async def test_b09_a_sign_without_a_shape_is_printed_as_its_number(books: Books) -> None:
    text = "".join(await paper_of(books, "b09-pdf-drops-a-private-use-sign"))
    assert "王[U+E863]龙" in "".join(text.split()), text


async def test_b10_every_unit_has_a_paper_of_its_own_in_the_archive(books: Books, tmp_path: Path) -> None:
    await books.load(happened("b10-two-papers-one-name-in-zip").facts)
    asked = [await books.ask("StatementPaper", unit=unit, period="2026-03") for unit in ("掘进:一队", "掘进?一队")]
    path = tmp_path / "all.zip"
    with press(processes=1) as printing:
        made = bundle(STATEMENT, Format.PDF, path, printing)
        for found in asked:
            made.add([found])
        made.close()
    with ZipFile(path) as archive:
        names = archive.namelist()
        texts = ["".join(pages_of(archive.read(name))) for name in names]
    assert len({name.casefold() for name in names}) == 2
    assert ["掘进:一队" in text for text in texts] == [True, False]


@pytest.mark.parametrize(
    ("one", "other"), [("队.pdf", "队.pdf"), ("Team.pdf", "TEAM.pdf"), ("队 (2).pdf", "队.pdf"), ("Ａ.pdf", "A.pdf")]
)
def test_b10_names_that_a_file_system_takes_for_one_are_told_apart(one: str, other: str) -> None:
    names = FileNames()
    given = [names.free(name) for name in (one, other, other)]
    assert len({name.casefold() for name in given}) == 3
    assert all(name.endswith(".pdf") for name in given)
