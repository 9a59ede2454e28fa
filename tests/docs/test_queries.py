"""The page of queries says what the table says, and every door that it names is open."""

from __future__ import annotations

from typing import Any

import typer

from api.cli.app import app
from api.cli.queries import door_of
from projections.queries import SUBJECTS, TABLE, subject_of
from tests.docs.queries import PAGE, page


def test_the_page_is_made_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make it again: python -m tests.docs.queries"


def test_every_query_has_a_subject() -> None:
    assert {subject_of(query) for query in TABLE.values()} == set(SUBJECTS)


def test_every_subcommand_that_a_query_names_is_there() -> None:
    """Those that are written by hand too."""
    missing = []
    for query in TABLE.values():
        found: Any = typer.main.get_command(app)
        for word in door_of(query).words:
            found = getattr(found, "commands", {}).get(word)
        if query.cli is not None and found is None:
            missing.append(query.cli)
    assert missing == []


def test_a_query_has_an_address_or_says_why_not() -> None:
    assert [query.name for query in TABLE.values() if (query.at is None) != bool(query.why)] == []
