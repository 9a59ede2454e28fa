"""The page about imports: its table and mapping give the rows, slips and balances that it shows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from api.imports.findings.mapping import Fields, FindingsMapping
from api.imports.findings.rows import Finding
from api.imports.pipeline import Prepared
from ledger.facts.slips import SlipConfirmed
from ledger.money import yuan
from tests.api.imports.memory import MemoryBook
from tests.docs.pages import DOCS, blocks, code, lines_of, tables, where

PAGE = DOCS / "importing.md"


def shown(first: str) -> list[tuple[str, ...]]:
    [table] = tables(PAGE, first)
    return [row.cells for row in table.rows]


async def imported(directory: Path) -> tuple[MemoryBook, Prepared[Finding]]:
    """The example of the page, imported into an empty ledger."""
    [table], [mapping] = blocks(PAGE, "csv"), blocks(PAGE, "toml")
    (directory / "findings.csv").write_text("\n".join(table.text) + "\n", encoding="utf-8")
    (directory / "map.toml").write_text("\n".join(mapping.text) + "\n", encoding="utf-8")
    book = MemoryBook()
    prepared, outcome = await book.imports(directory / "findings.csv", directory / "map.toml")
    assert not outcome.refused
    return book, prepared


async def test_the_bad_row_is_named_as_the_page_says(tmp_path: Path) -> None:
    _, prepared = await imported(tmp_path)
    assert [tuple(map(str, row)) for row in prepared.bad] == shown("Line"), where(PAGE, 1)


async def test_the_slips_and_balances_are_those_of_the_page(tmp_path: Path) -> None:
    book, _ = await imported(tmp_path)
    units = book.ledger.states["org"].units
    slips, sums = Counter[str](), Counter[str]()
    for fact in book.of_kind(SlipConfirmed):
        for line in fact.lines:
            slips[units[line.party].name] += 1
            sums[units[line.party].name] += line.amount
    assert [(name, str(slips[name]), yuan(sums[name])) for name in slips] == shown("Unit"), where(PAGE, 1)
    balances = {account: yuan(amount) for account, amount in book.ledger.balances.items()}
    assert {code(account)[0]: amount for account, amount in shown("Account")} == balances, where(PAGE, 1)


async def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    book, _ = await imported(tmp_path)
    first = len(book.ledger.facts)
    await book.imports(tmp_path / "findings.csv", tmp_path / "map.toml")
    assert len(book.ledger.facts) == first


def test_every_table_and_field_of_a_mapping_is_explained() -> None:
    assert {code(cells[0])[0] for cells in shown("Table")} == set(FindingsMapping.model_fields)
    named = {word for line in lines_of(PAGE) for word in code(line)}
    assert set(Fields.model_fields) <= named
