"""Docstrings and comments are plain English: they begin with a verb or a name, and use no foreign turn."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HELD = ("api", "ledger", "migrations", "projections", "tests")

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
