"""The contract's tables are those of the ledger: commands with their fields, queries, refusal codes, policy keys."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator

import pytest

import projections.queries as queries
from api.http.problems import status_of
from ledger.decisions import TABLE
from ledger.errors import CODES
from ledger.facts import BY_NAME
from ledger.policy import KEYS
from tests.docs.citations import NUMBERED
from tests.docs.pages import code, lines_of, tables

ALONE = re.compile(r"(?<!\\)\|")
"""Divides the cells of a row; choices inside of a cell are divided by ``\\|``."""


def rows(first: str) -> Iterator[list[str]]:
    """The rows of all tables of the contract whose first column has this heading."""
    lines = lines_of(NUMBERED["contract"])
    for table in tables(NUMBERED["contract"], first):
        yield from ([cell.strip() for cell in ALONE.split(lines[row.line - 1])[1:-1]] for row in table.rows)


COMMANDS = {cells[0].split()[0]: cells for cells in rows("command")} | {"AdvanceClock": ["AdvanceClock", "until?"]}
"""The row of each command; that of AdvanceClock is its section (contract §2.14)."""


def test_every_command_has_its_row_and_every_row_its_command() -> None:
    assert sorted(COMMANDS) == sorted(TABLE)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_row_names_every_field_of_its_command(name: str) -> None:
    named = set(re.findall(r"\w+", COMMANDS[name][1]))
    if "slip" in named:
        named |= {"penalty", "case", "notice", "due"}  # they take the place of a slip (contract §2.6)
    assert set(TABLE[name].form.struct.__struct_fields__) <= named


def test_a_row_names_facts_that_there_are() -> None:
    column = [cells[4] for cells in rows("command")]
    assert len(column) > 100
    assert {name for cell in column for name in re.findall(r"[A-Z][a-z]+[A-Z]\w+", cell)} <= set(BY_NAME)


def test_the_commands_of_a_month_are_marked() -> None:
    marked = {name for name, cells in COMMANDS.items() if "▣" in cells[0]}
    assert marked == {name for name, decision in TABLE.items() if decision.period is not None}


def test_a_process_that_cites_sections_of_commands_cites_those_of_its_own() -> None:
    section, standing = "", {"AdvanceClock": "2.14"}
    for line in lines_of(NUMBERED["contract"]):
        section = line.split()[1] if line.startswith("### ") else section
        if line.startswith("| ") and line.split()[1] in TABLE:
            standing[line.split()[1]] = section
    for name, row in TABLE.items():
        module = row.function.__module__
        cited = re.findall(r"§(2\.\d+)", sys.modules[module].__doc__ or "")
        assert not cited or standing[name] in cited, f"{module}: {name} stands in contract §{standing[name]}"


def test_every_query_of_the_contract_is_answered() -> None:
    asked = {cells[0] for cells in rows("query")}
    assert len(asked) > 15
    assert asked <= set(queries.TABLE)


def test_every_refusal_code_has_its_status() -> None:
    told = {cells[0]: int(cells[1]) for cells in rows("code")}
    assert told.pop("UNKNOWN_x") == status_of("UNKNOWN_UNIT")
    assert told == {code: status_of(code) for code in CODES.values()}


def test_every_policy_key_has_its_default() -> None:
    told = {key: _default(cells[1]) for cells in rows("key") for key in code(cells[0])}
    assert told == {key: KEYS[key].default for key in told}
    assert {name for name, key in KEYS.items() if key.default is None} == {
        key for key, value in told.items() if value is None
    }


def _default(cell: str) -> object:
    return None if cell == "none" else json.loads(cell.strip("`"))
