"""Command lines, settings, metrics and sentences of trouble in the documents are those of the program."""

from __future__ import annotations

import inspect
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from api.cli.app import app
from api.http.problems import STATUS
from api.metrics import Metrics
from api.settings import Settings
from migrations.postgres import DatabaseProblem
from tests.docs.pages import DOCS, blocks, code, lines_of, tables, where

OPERATIONS = DOCS / "operations.md"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "decisions" not in path.parts)
JIESUAN = typer.main.get_command(app)
WRONG_USAGE: Any = typer.BadParameter.__mro__[1]
"""typer brings its own click, whose errors have no public name."""


def command_lines(page: Path) -> Iterator[tuple[int, str, bool]]:
    """Every line that calls the program: in blocks ``console``, and between backquotes (maybe without arguments)."""
    for block in blocks(page, "console"):
        for number, text in enumerate(block.text, block.line):
            if text.startswith("jiesuan"):
                yield number, text, True
    for number, line in enumerate(lines_of(page), 1):
        yield from ((number, text, False) for text in code(line) if text.startswith("jiesuan "))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_every_command_line_exists(page: Path) -> None:
    wrong = [
        f"{where(page, number)}: {text}: {complaint}"
        for number, text, whole in command_lines(page)
        if (complaint := complaint_about(shlex.split(text, comments=True)[1:]))
        if whole or not complaint.startswith("Missing")
    ]
    assert not wrong, "\n".join(wrong)


def complaint_about(words: list[str]) -> str | None:
    """The program's complaint about a command line, None if it has none; the line is read, not run."""
    command: Any = JIESUAN
    context = None
    try:
        while True:
            context = command.make_context(command.name, list(words), parent=context)
            if not hasattr(command, "resolve_command"):
                return None
            _, command, words = command.resolve_command(context, [*context._protected_args, *context.args])
    except typer.Exit:  # it has told how it is used
        return None
    except WRONG_USAGE as error:
        return str(error.format_message())


@pytest.mark.parametrize(
    "line",
    [
        "nosuch",
        "check --depth 3",
        "rebuild journal register",
        "run",
        "policy list",
        "import findings a.csv --mapp m.toml",
    ],
)
def test_a_command_line_that_does_not_exist_is_found(line: str) -> None:
    assert complaint_about(shlex.split(line))


def test_every_setting_is_named() -> None:
    named = {word for line in lines_of(OPERATIONS) for word in code(line) if word.startswith("JIESUAN_")}
    assert named == {f"JIESUAN_{name.upper()}" for name in Settings.model_fields}


def test_every_metric_is_named() -> None:
    [table] = tables(OPERATIONS, "Metric")
    named = {code(row.cells[0])[0].removesuffix("_total") for row in table.rows}
    assert named == {metric.name for metric in Metrics().registry.collect()}


def sentences() -> dict[str, str]:
    """Every sentence of trouble by the name of its class; what is filled in is …"""

    def below(kind: type[DatabaseProblem]) -> Iterator[type[DatabaseProblem]]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    texts = {kind.__name__: " ".join((inspect.getdoc(kind) or "").split()) for kind in below(DatabaseProblem)}
    return {name: re.sub(r"'?\{\w+\}'?", "…", text) for name, text in texts.items()}


def test_every_sentence_of_trouble_is_explained_and_no_other() -> None:
    [table] = tables(OPERATIONS, "Sentence begins")
    beginnings = {row.cells[0].removesuffix(" …"): row.line for row in table.rows}
    said = sentences()
    wrong = [
        f"{where(OPERATIONS, line)}: nothing begins with: {beginning}"
        for beginning, line in beginnings.items()
        if not any(text.startswith(beginning) for text in said.values())
    ]
    missing = [f"{name}: {text}" for name, text in said.items() if not text.startswith(tuple(beginnings))]
    assert not wrong + missing, "\n".join(wrong + missing)


def test_every_code_of_trouble_is_one_of_http() -> None:
    [table] = tables(OPERATIONS, "Code")
    assert {code(row.cells[0])[0] for row in table.rows} <= STATUS.keys()
