"""Reading a page: its blocks of code, its tables, its diagrams, each with the line where it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

DOCS = Path(__file__).parents[2] / "docs"
PROCESSES = DOCS / "processes"

_EDGE = re.compile(r"(\[\*\]|\w+) --> (\[\*\]|\w+)(?: : (.+))?")
_CODE = re.compile(r"`([^`]+)`")


def where(path: Path, line: int) -> str:
    """``docs/processes/slips.md:12``, as an editor opens it."""
    return f"{path.relative_to(DOCS.parent)}:{line}"


class Block(NamedTuple):
    """A fenced block of code; ``line`` is that of its first line of content."""

    language: str
    line: int
    text: tuple[str, ...]


class Row(NamedTuple):
    line: int
    cells: tuple[str, ...]


class Table(NamedTuple):
    header: tuple[str, ...]
    rows: tuple[Row, ...]


class Edge(NamedTuple):
    line: int
    before: str
    after: str
    commands: tuple[str, ...]


class Diagram(NamedTuple):
    """A state diagram; its comment ``%% hazard`` names the kind of document."""

    kind: str
    line: int
    edges: tuple[Edge, ...]


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def blocks(path: Path, language: str) -> list[Block]:
    """The fenced blocks of one language."""
    return [block for block in all_blocks(path) if block.language == language]


def all_blocks(path: Path) -> list[Block]:
    return list(_blocks(lines_of(path)))


def _blocks(lines: list[str]) -> Iterator[Block]:
    start: int | None = None
    language = ""
    for number, line in enumerate(lines, 1):
        if not line.startswith("```"):
            continue
        if start is None:
            start, language = number + 1, line[3:].strip()
        else:
            yield Block(language, start, tuple(lines[start - 1 : number - 1]))
            start = None


def tables(path: Path, first: str) -> list[Table]:
    """The tables whose first column has this heading."""
    found, rows = list[Table](), list[Row]()
    for number, line in enumerate([*lines_of(path), ""], 1):
        if line.startswith("|"):
            rows.append(Row(number, tuple(cell.strip() for cell in line.strip("|").split("|"))))
        elif rows:
            if rows[0].cells[0] == first:
                found.append(Table(rows[0].cells, tuple(rows[2:])))
            rows = []
    return found


def code(text: str) -> list[str]:
    """Texts that stand in backquotes."""
    return _CODE.findall(text)


def diagrams(path: Path) -> list[Diagram]:
    return [_diagram(path, block) for block in blocks(path, "mermaid")]


def _diagram(path: Path, block: Block) -> Diagram:
    assert block.text[0] == "stateDiagram-v2", where(path, block.line)
    kind, edges = "", list[Edge]()
    for number, text in enumerate(block.text[1:], block.line + 1):
        line = text.strip()
        if line.startswith("%%"):
            kind = line.removeprefix("%%").strip()
        elif line and not line.startswith("direction "):
            found = _EDGE.fullmatch(line)
            assert found, f"{where(path, number)}: not an edge: {line}"
            before, after, commands = found.groups()
            edges.append(Edge(number, before, after, tuple((commands or "").split(", ")) if commands else ()))
    return Diagram(kind, block.line, tuple(edges))


class Exchange(NamedTuple):
    """A line of a worked example and the answer that the page shows for it."""

    line: int
    sent: dict[str, Any]
    answer: dict[str, Any]


def exchanges(path: Path) -> list[Exchange]:
    """The worked example: in a block ``jsonl`` each command is followed by its answer."""
    found = list[Exchange]()
    for block in blocks(path, "jsonl"):
        values = [(number, json.loads(text)) for number, text in enumerate(block.text, block.line)]
        for (number, sent), (below, answer) in zip(values[::2], values[1::2], strict=True):
            assert "ok" in answer, f"{where(path, below)}: here the answer is expected"
            found.append(Exchange(number, sent, answer))
    return found
