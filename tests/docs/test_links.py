"""Links between documents lead somewhere, and the index knows every document."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, lines_of, where

ROOT = DOCS.parent
PAGES = sorted(DOCS.rglob("*.md"))
FRONT = sorted(ROOT.glob("*.md"))
"""README, CONTRIBUTING, CHANGELOG: the pages that one meets first."""
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_ANCHOR = re.compile(r'<a id="([^"]+)"></a>')


def anchors(page: Path) -> set[str]:
    """The anchors of a page: those that it sets, and those that the usual viewers make of its headings."""
    lines = lines_of(page)
    titles = (line.lstrip("#").strip().lower() for line in lines if line.startswith("#"))
    placed = {name for line in lines for name in _ANCHOR.findall(line)}
    return placed | {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", [*FRONT, *PAGES], ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    wrong = []
    for number, line in enumerate(lines_of(page), 1):
        for target in _LINK.findall(line):
            if "://" in target:
                continue
            name, _, anchor = target.partition("#")
            found = (page.parent / name).resolve() if name else page
            if not found.exists() or not found.is_relative_to(ROOT):
                wrong.append(f"{where(page, number)}: there is no {target}")
            elif anchor and anchor not in anchors(found):
                wrong.append(f"{where(page, number)}: {name or page.name} has no heading {anchor}")
    assert not wrong, "\n".join(wrong)


def test_the_index_leads_to_every_document() -> None:
    index = DOCS / "README.md"
    linked = {(DOCS / target).resolve() for line in lines_of(index) for target in _LINK.findall(line)}
    missing = [str(page.relative_to(DOCS)) for page in PAGES if not linked & {page, page.parent} and page != index]
    assert not missing, f"{where(index, 1)}: nothing leads to {', '.join(missing)}"
