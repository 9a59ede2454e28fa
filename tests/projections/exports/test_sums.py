"""Summary = sum of the lines = journal: of real months, and of any month in every format."""

from __future__ import annotations

import csv
import io
from collections import Counter
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from ledger.money import yuan
from projections.exports import csv_files, papers, text_files, xlsx_files
from projections.exports.model import Cell, Paper
from projections.queries.statement import summed
from projections.statement_classes import OPENING
from tests.projections.company import Company
from tests.projections.conftest import Books
from tests.projections.exports.formulas import Workbook

CLASSES = [kind for _, _, kind in papers.SUMMARY if kind] + [OPENING]


def by_class(paper: Paper) -> Counter[str]:
    """Income less expense of the lines of section B, by class."""
    section = paper.sections[0]
    income, expense, kind = (section.column(name) for name in ("income", "expense", "class"))
    sums: Counter[str] = Counter()
    for row in section.rows:
        sums[str(row[kind])] += int((amount(row[income]) - amount(row[expense])) * 100)
    return sums


def amount(cell: Cell) -> Decimal:
    return cell if isinstance(cell, Decimal) else Decimal(0)


def assert_it_adds_up(paper: Paper) -> None:
    sums = by_class(paper)
    for figure in paper.figures:
        if figure.share is not None:
            assert figure.value == Decimal(sums[figure.share.value] * figure.share.sign) / 100, figure
        if figure.of:
            assert figure.value == sum(sign * (paper.figure(key).value or 0) for sign, key in figure.of)


async def test_section_a_is_the_sum_of_section_b_for_every_unit_and_month(books: Books) -> None:
    await books.load(Company(per_day=80).facts(6000))
    for unit in ("U1W1", "U1W1T1", "U2"):
        closing = None
        for month in ("2026-01", "2026-02", "2026-03"):
            paper = papers.statement(await books.ask("StatementPaper", unit=unit, period=month))
            assert_it_adds_up(paper)
            if closing is not None:
                assert paper.figure("opening").value == closing, "a month opens with what the one before closed with"
            closing = paper.figure("closing").value


@st.composite
def months(draw: Any) -> dict[str, Any]:
    """The answer of StatementPaper for any month: lines of any class and amount, and the summary that they make."""
    drawn = draw(st.lists(st.tuples(st.sampled_from(CLASSES), st.integers(-(10**11), 10**11)), max_size=30))
    before = draw(st.integers(-(10**11), 10**11))
    classes: Counter[str] = Counter({OPENING: before})
    for kind, amount in drawn:
        classes[kind] += amount
    names = draw(st.lists(st.text(max_size=12), min_size=len(drawn), max_size=len(drawn)))
    told: dict[str, Any] = dict.fromkeys(
        ("shift", "kind", "number", "counter", "item", "list_version", "qty", "unit_price")
    )
    lines = [
        told
        | {
            "position": number,
            "line": 1,
            "fact": "WageDistributed",
            "credit": yuan(max(0, amount)),
            "debit": yuan(max(0, -amount)),
            "business_date": "2026-03-05",
            "document": name,
        }
        for number, ((_, amount), name) in enumerate(zip(drawn, names, strict=True), start=1)
    ]
    details = [{"hazard": None, "handler": "P-1", "confirmer": None, "class": kind} for kind, _ in drawn]
    made: dict[str, Any] = {name: yuan(amount) for name, amount in summed(dict(classes)).items()}
    made |= {"unit": "W1", "period": "2026-03", "centre": "U1", "issue": 0, "state": "draft", "simulated": False}
    made |= {"reserved": "0.00", "available": "0.00", "closing_words": "", "price_lists": [], "digest": "0" * 64}
    made |= {"lines": lines, "persons": [], "open_items": [], "prior_period_adjustments": []}
    made |= {"first_position": None, "last_position": None}
    head: dict[str, Any] = {"number": "N", "unit_name": "", "centre_name": "", "level": 3, "known": 1, "policies": None}
    nothing: dict[str, Any] = dict.fromkeys(("issued", "confirmed", "disputed", "window_until", "business_date"))
    debt = dict.fromkeys(("opening", "new", "recovered", "closing"), "0.00") | {"closing_words": ""}
    return {"statement": made, "details": details, "debt": debt, "names": {}, **head, **nothing}


@settings(max_examples=60, deadline=None)
@forall(months())
def test_any_month_adds_up_in_every_format(found: dict[str, Any]) -> None:
    paper = papers.statement(found)
    assert_it_adds_up(paper)
    section = paper.sections[0]
    totals = [section.total(section.column(name)) for name in ("income", "expense")]
    rows = list(csv.reader(io.StringIO(csv_files.papers([paper]).decode("utf-8-sig"), newline="")))
    lines = [row for row in rows if row[1] == "B" and len(row) == len(section.columns) + 2][1:]
    assert [sum((Decimal(row[at] or "0") for row in lines), Decimal(0)) for at in (13, 14)] == totals
    shown = text_files.papers([paper]).decode()
    assert all(f"{total:,f}" in shown for total in totals if section.rows)
    with TemporaryDirectory() as directory:
        path = Path(directory) / "x.xlsx"
        book = xlsx_files.Book(path, paper.made_at, has_summary=True)
        book.add(paper)
        book.close()
        made = Workbook(path)
    for sheet, place, cell in made.formulas():
        assert made.reckon(sheet, cell.formula or "") == cell.value, (sheet, place, cell)
