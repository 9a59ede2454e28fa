"""Papers are printed by processes of their own: what they say of trouble is heard, and none is left behind."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from api.papers import press
from projections.exports.fonts import MissingFont
from projections.exports.formats import PAYROLL
from projections.exports.model import Paper
from projections.exports.pdf_files import CannotPrint

pytestmark = pytest.mark.integration


@pytest.fixture
def paper() -> Paper:
    line = {"person": "P-A", "perf": "1.00", "safety": "0.00", "bonus": "0.00", "total": "1.00"}
    told = {"centre": "U1", "centre_name": "一矿", "period": "2026-03", "position": 1, "by": "P-H1", "total": "1.00"}
    return PAYROLL.paper({**told, "exported_at": "2026-04-02T02:00:00.000000Z", "lines": [line]})


def children() -> set[str]:
    return {word for path in Path(f"/proc/{os.getpid()}/task").glob("*/children") for word in path.read_text().split()}


def test_papers_come_back_in_their_order_and_the_printers_end(paper: Paper) -> None:
    before = children()
    with press.press() as printing:
        made = printing([paper._replace(title=f"表 {number}") for number in range(5)])
        again = printing([paper._replace(title=f"表 {number}") for number in range(5)])
        assert children() - before
    assert made == again
    assert len(set(made)) == 5
    assert children() == before


WITHOUT_FONT = """
from projections.exports import fonts, pdf_files, printer
def missing(order):
    raise fonts.MissingFont('The Chinese font is missing.')
pdf_files.carried_out = missing
printer.main()
"""
WITHOUT_TEMPLATE = """
import pathlib, tempfile
from projections.exports import pdf_files, printer
with tempfile.NamedTemporaryFile(suffix='.typ') as broken:
    broken.write(b'#panic()')
    broken.flush()
    pdf_files.TEMPLATE = pathlib.Path(broken.name)
    printer.main()
"""


@pytest.mark.parametrize(
    ("program", "trouble", "sentence"),
    [
        ("pass", CannotPrint, "has ended; is there enough memory"),
        (WITHOUT_FONT, MissingFont, "font is missing"),
        (WITHOUT_TEMPLATE, CannotPrint, "could not be laid out"),
    ],
)
def test_trouble_of_a_printer_is_heard(
    paper: Paper, program: str, trouble: type[Exception], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "PRINTER", (sys.executable, "-c", program))
    before = children()
    with press.press(1) as printing, pytest.raises(trouble, match=sentence):
        printing([paper])
    assert children() == before
