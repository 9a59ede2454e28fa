"""The page about reconciliation: its example is played in the order of the page and finds what the page shows."""

from __future__ import annotations

import json
import shlex
import tomllib
from pathlib import Path
from typing import Any

from api.imports.monthly.kinds import KINDS
from ledger.state.reconciliation import BLOCKING, CHECKS, MUST_DISAPPEAR
from projections.queries import TABLE
from tests.api.doors import found_group, invoked, run_history
from tests.conftest import Database
from tests.docs.pages import DOCS, Block, Table, all_blocks, blocks, code, tables, where

PAGE = DOCS / "reconciliation.md"
SAMPLES = DOCS.parent / "api" / "samples" / "settlement"


def example() -> list[Block | Table]:
    """Blocks and tables between the two headings, in order."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    begin, end = (lines.index(heading) + 1 for heading in ("## A worked example", "## What is compared"))
    parts: list[tuple[int, Block | Table]] = [(block.line, block) for block in all_blocks(PAGE)]
    parts += [(table.rows[0].line, table) for table in tables(PAGE, "Exception")]
    return [part for line, part in sorted(parts, key=lambda pair: pair[0]) if begin < line < end]


async def jiesuan(database: Database, directory: Path, words: list[str]) -> Any:
    """A command line of the page, with files of the directory."""
    given = [str(directory / word) if word.endswith((".csv", ".toml")) else word for word in words]
    return await invoked(database.dsn, *given)


def told_of(one: dict[str, Any]) -> tuple[str, ...]:
    return one["exception"], one["amount"], "yes" if one["blocking"] else "no", one["how"] or "open"


async def test_the_example_finds_what_the_page_shows(database: Database, tmp_path: Path) -> None:
    await found_group(database.dsn)
    for part in example():
        if isinstance(part, Table):
            found = await jiesuan(database, tmp_path, ["exceptions", "2026-03", "--centre", "U1", "--json"])
            rows = json.loads(found.stdout)["exceptions"]
            told = [
                (one["exception"], one["amount"], "yes" if one["blocking"] else "no", one["how"] or "open")
                for one in rows
            ]
            shown = [(code(row.cells[0])[0], *row.cells[1:]) for row in part.rows]
            assert told == shown, where(PAGE, part.rows[0].line)
        elif part.language == "json":
            answers = await run_history(database.dsn, "\n".join(part.text).encode() + b"\n")
            assert all(answer["ok"] for answer in answers), (where(PAGE, part.line), answers)
        elif part.language in ("csv", "toml"):
            (tmp_path / f"lists.{part.language}").write_text("\n".join(part.text) + "\n", encoding="utf-8")
        else:
            for line in part.text:
                done = await jiesuan(database, tmp_path, shlex.split(line)[1:])
                assert done.exit_code == 0, (where(PAGE, part.line), line, done.output)
                if "--known-position" in line:  # an earlier run's, not just any
                    again = await jiesuan(database, tmp_path, [*shlex.split(line)[1:], "--json"])
                    assert json.loads(again.stdout)["same"] is True, again.stdout


def test_the_files_of_the_page_are_the_samples() -> None:
    [first, _], [mapping] = blocks(PAGE, "csv"), blocks(PAGE, "toml")
    assert "\n".join(first.text) + "\n" == (SAMPLES / "lists.csv").read_text(encoding="utf-8")
    assert "\n".join(mapping.text) + "\n" == (SAMPLES / "lists.toml").read_text(encoding="utf-8")


async def test_every_sample_is_taken(database: Database) -> None:
    await found_group(database.dsn)
    for kind in KINDS.values():
        name = kind.name.replace("-", "_")
        month = (["--period", "2026-03"] if kind.needs_period else []) + (
            ["--centre", "U1"] if kind.name in ("lists", "payroll-actuals") else []
        )
        line = ["import", kind.name, str(SAMPLES / f"{name}.csv"), "--map", str(SAMPLES / f"{name}.toml"), *month]
        done = await jiesuan(database, SAMPLES, [*line, "--at", "2026-03-31T18:00:00+08:00", "--json"])
        assert done.exit_code == 0, done.output
        said = json.loads(done.stdout)
        assert said["new"] == said["rows"] > 0
        assert set(tomllib.loads((SAMPLES / f"{name}.toml").read_text(encoding="utf-8"))["fields"]) <= set(kind.fields)


def test_every_check_and_kind_of_exception_is_explained() -> None:
    [table] = tables(PAGE, "Check")
    assert {row.cells[0]: tuple(code(row.cells[2])) for row in table.rows} == CHECKS
    for row in table.rows:
        kinds = set(code(row.cells[2]))
        expected = "must disappear" if kinds <= MUST_DISAPPEAR else "blocks" if kinds <= BLOCKING else ""
        assert row.cells[3] == expected, where(PAGE, row.line)


def test_every_kind_of_file_is_explained() -> None:
    [table] = tables(PAGE, "Command")
    shown = {code(row.cells[0])[0].split()[-1]: (code(row.cells[1]), code(row.cells[2])) for row in table.rows}
    assert shown == {
        kind.name: (
            [name for name, field in kind.fields.items() if field.needed],
            [name for name, field in kind.fields.items() if not field.needed],
        )
        for kind in KINDS.values()
    }


def test_every_query_of_the_page_exists_with_these_fields() -> None:
    [table] = tables(PAGE, "Query")
    for row in table.rows:
        name = code(row.cells[0])[0]
        fields = {field.strip().rstrip("?") for field in row.cells[0].rpartition("`")[2].split(",")}
        assert fields == set(TABLE[name].hints), where(PAGE, row.line)
