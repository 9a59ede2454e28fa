"""The map: its drawing and table are the imports that there are, and every file that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import grimp
import pytest

from tests.docs.pages import DOCS, blocks, code, lines_of, tables, where

MAP = DOCS / "map.md"
ROOT = DOCS.parent
ROOMS = {code(row.cells[0])[0]: code(row.cells[1]) for table in tables(MAP, "Room") for row in table.rows}
SOURCE = ("ledger", "projections", "api", "migrations")

Edges = dict[str, set[str]]


def room_of(path: str) -> str:
    """The room of a module: the one that names the longest part of its path."""
    parts = [(len(part), room) for room, files in ROOMS.items() for part in files if _is_part(part, path)]
    return max(parts)[1]


def _is_part(part: str, path: str) -> bool:
    return path == part or path.startswith(part.removesuffix(".py") + "/")


def drawn() -> Edges:
    [block] = blocks(MAP, "mermaid")
    assert block.text[0] == "flowchart TD"
    found: Edges = {room: set() for room in ROOMS}
    for line in block.text[1:]:
        above, below = line.strip().split(" --> ")
        found[above] |= set(below.split(" & "))
    return found


def below(edges: Edges, room: str) -> set[str]:
    """Everything that the arrows lead to, step by step."""
    found, waiting = set[str](), list(edges[room])
    while waiting:
        if (next_room := waiting.pop()) not in found:
            found.add(next_room)
            waiting += edges[next_room]
    return found


def imported() -> Edges:
    """The rooms that each room imports; the packages themselves (``ledger``) hold nothing but their version."""
    graph = grimp.build_graph(*SOURCE, cache_dir=None)
    found: Edges = {room: set() for room in ROOMS}
    for module in graph.modules - {"ledger"}:
        rooms = {room_of(_path(name)) for name in graph.find_modules_directly_imported_by(module) if name != "ledger"}
        here = room_of(_path(module))
        found[here] |= rooms - {here}
    return found


def _path(module: str) -> str:
    path = module.replace(".", "/")
    return path if (ROOT / path).is_dir() else f"{path}.py"


def test_the_drawing_is_what_the_rooms_import() -> None:
    edges, imports = drawn(), imported()
    for room in ROOMS:
        assert imports[room] <= below(edges, room), f"{room} imports more than the drawing says"
        assert edges[room] <= imports[room], f"{room} does not import what the drawing says"


def test_no_arrow_says_what_another_way_says() -> None:
    edges = drawn()
    spare = [
        (room, other)
        for room, others in edges.items()
        for other in others
        if other in below(edges | {room: others - {other}}, room)
    ]
    assert not spare


def test_rooms_are_drawn_without_a_circle() -> None:
    edges = drawn()
    assert not [room for room in ROOMS if room in below(edges, room)]


def test_every_path_on_the_map_exists() -> None:
    named = [
        (number, path)
        for number, line in enumerate(lines_of(MAP), 1)
        for path in code(line)
        if re.fullmatch(r"(?:ledger|projections|api|migrations|tests|docs)(?:/[\w./]+)?", path)
    ]
    assert len(named) > 60
    missing = [f"{where(MAP, number)}: {path}" for number, path in named if not (ROOT / path).exists()]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize(
    ("recipe", "name"),
    [
        ("A new process", r"notices?\b|TradeNotice"),
        ("A new query", "TenderBoard|tenders"),
        ("A new projection", "hazard_outcomes|HAZARDS|Indicator"),
        ("A new job", "IssueStatements|statements"),
    ],
)
def test_the_example_of_a_recipe_is_in_every_file_of_it(recipe: str, name: str) -> None:
    files = recipe_files(recipe)
    assert len(files) >= 4
    unknown = [path for path in files if not re.search(name, (ROOT / path).read_text(encoding="utf-8"))]
    assert not unknown


def recipe_files(title: str) -> list[str]:
    """The files that the table under a heading names."""
    lines = lines_of(MAP)
    start = lines.index(f"## {title}")
    end = next((number for number in range(start + 1, len(lines)) if lines[number].startswith("## ")), len(lines))
    rows = [line for line in lines[start:end] if line.startswith("| `")]
    return [path for row in rows for path in code(row) if (ROOT / path).is_file()]


def test_a_process_is_known_where_the_recipe_says_and_by_readers_of_many() -> None:
    """A file that knows the example's facts or states, and is not in the recipe, reads those of other processes too."""
    named = {*recipe_files("A new process")}
    knows = re.compile(r"ledger\.(?:facts|state|decisions)\.notices import|\bTradeNotice")
    files = (path for room in SOURCE for path in (ROOT / room).rglob("*.py"))
    knowing = {path for path in files if knows.search(path.read_text(encoding="utf-8"))}
    others = re.compile(r"ledger\.(?:facts|state)\.(?!notices|pools)\w+ import|\bSlip[A-Z]|\bslip_", re.MULTILINE)
    alone = {str(path.relative_to(ROOT)) for path in knowing if not others.search(path.read_text(encoding="utf-8"))}
    assert alone <= named, alone - named


def test_every_file_of_the_source_is_in_a_room() -> None:
    files = [path for room in SOURCE for path in Path(ROOT / room).rglob("*.py")]
    assert len(files) > 300
    assert all(room_of(str(path.relative_to(ROOT))) for path in files if path != ROOT / "ledger" / "__init__.py")
