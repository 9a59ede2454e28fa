"""The glossary: every code has its words in both languages, every term of the domain is explained, nothing is stale."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger import words
from ledger.words import GROUPS
from ledger.words.terms import Term, terms
from tests.docs.citations import wrong_citations
from tests.docs.codes import choices_of_commands, codes, document_states
from tests.docs.glossary import PAGE, ROOT, page, place
from tests.docs.pages import DOCS, tables

CODES = codes()
SHOWN = ("period", "sheet", "day_sheet", "exception", "deposit")
"""Kinds of which only queries say a state."""

SAID = {"how.gone", "mode.ack", "mode.deemed", "mode.reviewed", "mode.signed"}
"""Codes that only decisions say of a document, not a command."""


@pytest.mark.parametrize("group", sorted(CODES))
def test_every_code_has_words_and_every_word_has_a_code(group: str) -> None:
    assert set(GROUPS[group]) == CODES[group]


def test_every_state_of_a_document_has_words() -> None:
    worded = {tuple(code.split(".")) for code in GROUPS["state"]}
    told: dict[str, set[str]] = {}
    for kind, state in worded:
        told.setdefault(kind, set()).add(state)
    for kind in SHOWN:
        del told[kind]
    states = document_states()
    charging = ("slip", "penalty", "case", "notice", "due")
    assert set.union(*(told.pop(kind) for kind in charging)) == states["slip"]
    assert told == {kind: found for kind, found in states.items() if kind not in charging}


def test_every_state_that_a_query_says_has_words() -> None:
    said = {state for path in (ROOT / "projections" / "queries").glob("*.py") for state in _states_said(path)}
    worded = {state for state in GROUPS["state"] if state.partition(".")[0] in SHOWN}
    assert said <= {state.partition(".")[2] for state in GROUPS["state"]}
    assert {state.partition(".")[2] for state in worded} <= said


def _states_said(path: Path) -> Iterator[str]:
    """Texts that stand as a row's ``state``, or that a function ``_state`` returns."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        values: list[ast.AST] = []
        if isinstance(node, ast.Dict):
            values = [
                value
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant) and key.value == "state"
            ]
        elif isinstance(node, ast.FunctionDef) and node.name == "_state":
            values = [found.value for found in ast.walk(node) if isinstance(found, ast.Return) and found.value]
        for value in values:
            yield from _results(value)


def _results(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _results(node.body)
        yield from _results(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_every_choice_of_a_command_has_words() -> None:
    assert set(GROUPS["value"]) == choices_of_commands() | SAID


def test_every_word_is_there_in_both_languages() -> None:
    for group, found in GROUPS.items():
        for code, word in found.items():
            assert re.search(r"[\u4e00-\u9fff]", word.zh), (group, code)
            assert re.search(r"[A-Za-z]", word.en), (group, code)
            assert not word.meaning or word.meaning_zh, (group, code)


def test_a_code_without_words_is_called_by_itself() -> None:
    assert words.zh("fact", "SomethingNew") == "SomethingNew"
    assert words.word("refusal", "UNKNOWN_SLIP") == (
        "无此赔付单",
        "unknown compensation slip",
        "The compensation slip is not known.",
        "所引用的赔付单不存在。",
    )


def test_every_term_of_the_domain_is_explained() -> None:
    [table] = [table for table in tables(DOCS / "domain.md", "English") if table.header[1] == "中文"]
    asked = {part for row in table.rows for part in re.split(r"[;,()] ?", row.cells[1]) if part}
    known = {part for term in terms() for part in re.split(r", | [DIS]$", term.zh)}
    known |= {part for found in GROUPS.values() for word in found.values() for part in word.zh.split(", ")}
    assert asked <= known, asked - known


@pytest.mark.parametrize("term", terms(), ids=lambda term: term.en)
def test_a_term_is_where_it_says(term: Term) -> None:
    assert place(term)
    assert not list(wrong_citations(f"# {term.en}\n\n{term.see}\n", ROOT / "term.md"))


def test_the_page_is_the_one_that_the_code_makes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make it: python -m tests.docs.glossary"
