"""Docstrings, comments and pages are plain English: they begin with a verb or a name, and use no foreign turn."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import lines_of

ROOT = Path(__file__).parents[2]
HELD = ("api", "ledger", "migrations", "projections", "tests")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

OPENING = re.compile(r"(What|Who|Whom|Whose)\b")
FOREIGN = re.compile(r"how-maniest|\banew\b|\bat a stretch\b|\bof then\b", re.IGNORECASE)


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Docstrings and comments with their lines; attribute docstrings too."""
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string.lstrip("# ")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


def paragraphs(path: Path) -> Iterator[tuple[int, str]]:
    """Paragraphs and entries of lists of a page with their lines; no headings, tables, blocks of code."""
    fenced, begun, words = False, 0, list[str]()
    for number, line in enumerate([*lines_of(path), ""], 1):
        text = line.strip()
        fenced ^= text.startswith("```")
        is_prose = bool(text) and not fenced and not text.startswith(("```", "|", "#"))
        if words and (not is_prose or text.startswith("* ")):
            yield begun, " ".join(words)
            words = []
        if is_prose:
            begun = begun if words else number
            words.append(text.lstrip("* "))


def sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in re.split(r"(?<=[.!?:])\s+|\n\s*\n|\n\s*\* ", text)]


def wrong(text: str) -> list[str]:
    """Sentences that begin with What or Who and are no question, and words that are not English."""
    nouns = [one for one in sentences(text) if OPENING.match(one) and not one.endswith("?")]
    return [*nouns, *FOREIGN.findall(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Reads a line.  What follows is left.", ["What follows is left."]),
        ("Who may?\n\nWhose it is.", ["Whose it is."]),
        ("The rule that says what and who.", []),
        ("The how-maniest, made anew.", ["how-maniest", "anew"]),
    ],
)
def test_a_sentence_that_begins_with_what_or_who_is_found(text: str, found: list[str]) -> None:
    assert wrong(text) == found


@pytest.mark.parametrize("package", HELD)
def test_the_prose_of_a_package_is_plain(package: str) -> None:
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    found = [
        f"{path.relative_to(ROOT)}:{line}: {each}"
        for path in files
        for line, text in prose(path)
        for each in wrong(text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_prose_of_a_page_is_plain(page: Path) -> None:
    found = [f"{page.relative_to(ROOT)}:{line}: {each}" for line, text in paragraphs(page) for each in wrong(text)]
    assert not found, "\n".join(found)
