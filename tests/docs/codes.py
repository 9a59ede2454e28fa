"""Which codes the ledger has, from the places that decide it; the glossary has to name them all and no other."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from api.http.problems import TITLES
from ledger import accounts, errors, policy, vocabulary
from ledger.analysis import RATES
from ledger.decisions import TABLE as COMMANDS
from ledger.decisions.organisation import UnitLevel
from ledger.facts import BY_TOPIC
from ledger.state import liability, reconciliation, statements, table
from ledger.vocabulary import DOCUMENTS
from projections import statement_classes
from projections.exports import lists, papers
from projections.exports.model import Column
from projections.queries import TABLE as QUERIES
from projections.queries.documents import HOLDING

FACTS = {kind.__name__: kind for kind in BY_TOPIC.values()}
REFUSALS = {code: kind for kind, code in errors.CODES.items()}
ENUMS: dict[str, type[StrEnum]] = {
    "category": vocabulary.Category,
    "clock": vocabulary.Clock,
    "family": vocabulary.Family,
    "item_kind": vocabulary.ItemKind,
    "level": vocabulary.Level,
    "matrix_kind": vocabulary.MatrixKind,
    "role": vocabulary.Role,
    "severity": vocabulary.Severity,
    "tier": vocabulary.Tier,
}


def codes() -> dict[str, set[str]]:
    """The codes of every group, from the place in the code that decides which there are."""
    return {group: {str(code) for code in enum} for group, enum in ENUMS.items()} | {
        "account": {*accounts.AccountCode, accounts.OPENING},
        "check": set(reconciliation.CHECKS),
        "class": {
            value for name, value in vars(statement_classes).items() if name.isupper() and isinstance(value, str)
        },
        "command": set(COMMANDS),
        "document": {*DOCUMENTS, *HOLDING},
        "exception": set(reconciliation.CHECK_OF),
        "fact": set(FACTS),
        "heading": headings(),
        "policy": set(policy.KEYS),
        "problem": set(TITLES) - set(REFUSALS),
        "query": set(QUERIES),
        "rate": set(RATES),
        "refusal": set(REFUSALS),
        "unit_level": {str(level) for level in get_args(UnitLevel)},
    }


def headings() -> set[str]:
    """Columns and figures of papers; the payroll file's headings are words and codes at once."""
    tables = [value for module in (papers, lists) for name, value in vars(module).items() if name != "PAYROLL"]
    columns = {one for table in tables if isinstance(table, tuple) for one in table if isinstance(one, Column)}
    figures = {*(key for key, _, _ in papers.SUMMARY), *lists.EARNED, *lists.OWED, *lists.SCORES, *FIGURES}
    return {*(one.heading or one.key for one in columns), *figures}


FIGURES = ("closing", "reserved", "available", "entitlement", "due_closing", "payable")
"""Figures that a paper reckons from others, or names alone."""


def document_states() -> dict[str, set[str]]:
    """The states that a document of each kind can be in; slips, penalties, cases and notices share one state."""
    found = {
        kind.rstrip(":"): choices
        for kind, row in table.KINDS.items()
        if inspect.isclass(row.type) and (choices := _choices(row.type, "state"))
    }
    return found | {
        "line": _choices(liability.LiabilityLine, "state"),
        "appeal": _choices(liability.LiabilityLine, "appeal"),
        "statement": {"draft", "stale", *_choices(statements.Issue, "state")},
    }


def _choices(struct: type, field: str) -> set[str]:
    """Codes that a field's type allows; empty for one that is not there, or that is any text."""
    hint = get_type_hints(struct).get(field)
    return {str(code) for literal in _literals(hint) for code in get_args(literal)}


def choices_of_commands() -> set[str]:
    """``field.code`` of every choice that a command's form gives; quarters and months of a year name themselves."""
    found = set[str]()
    for row in COMMANDS.values():
        hints = get_type_hints(row.function, include_extras=True)
        for field in list(inspect.signature(row.function).parameters)[2:]:
            found |= {f"{name}.{code}" for name, hint in _fields(field, hints[field]) for code in get_args(hint)}
    named = {f"level.{level}" for level in get_args(UnitLevel)}
    return {code for code in found if not re.search(r"\.(Q\d|\d\d)$", code)} - named


def _fields(name: str, hint: Any) -> Iterator[tuple[str, Any]]:
    """Every choice in a field, also in the objects that it holds."""
    if get_origin(hint) is Literal:
        yield name, hint
    elif inspect.isclass(hint) and issubclass(hint, msgspec.Struct):
        for inner, kind in get_type_hints(hint, include_extras=True).items():
            yield from _fields(inner, kind)
    else:
        for part in get_args(hint):
            yield from _fields(name, part)


def _literals(hint: Any) -> Iterator[Any]:
    if get_origin(hint) is Literal:
        yield hint
    for part in get_args(hint):
        yield from _literals(part)
