"""The page about indicators lists the packs, sources and conditions that there are, and its own pack can be read."""

from __future__ import annotations

from projections import packs
from tests.docs.pages import DOCS, blocks, code, tables

PAGE = DOCS / "indicators.md"


def test_every_pack_is_listed_with_its_name() -> None:
    [table] = tables(PAGE, "Pack")
    listed = {code(row.cells[0])[0]: row.cells[1] for row in table.rows}
    assert listed.keys() == packs.all_packs().keys()
    assert all(pack.name.removesuffix("指标") in listed[name] for name, pack in packs.all_packs().items())


def test_every_source_is_listed_with_what_can_be_counted_of_it() -> None:
    [table] = tables(PAGE, "Source")
    listed = {code(row.cells[0])[0]: tuple(code(row.cells[2])) for row in table.rows}
    assert listed == packs.SOURCES


def test_the_pack_that_is_shown_can_be_read() -> None:
    [shown] = blocks(PAGE, "toml")
    assert packs.read("\n".join(shown.text).encode(), "indicators.md").id == "own"
