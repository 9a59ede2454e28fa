"""An exported log, line by line: a fact on each, then one line with their number and the root of the tree."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

FACT = re.compile(
    rb'\{"position":([1-9][0-9]{0,18}),"recorded_at":"([0-9]{4}-[0-9-]{5}T[0-9:]{8}\.[0-9]{6}Z)",'
    rb'"stream":("(?:[^"\\]|\\.)*"),"version":([1-9][0-9]{0,18}),"topic":("(?:[^"\\]|\\.)*"),"leaf":"([0-9a-f]{64})",'
    rb'"(body|body_base64)":'
)


class Line(NamedTuple):
    """A fact as the log stores it; ``number`` is its line in the file."""

    number: int
    position: int
    recorded_at: str
    stream: str
    version: int
    topic: str
    leaf: str
    body: bytes


class End(NamedTuple):
    """The last line: how many facts there are, the root of the tree over them, whose log it is and by which clock."""

    size: int
    root: str
    ledger: str
    clock: str


class Broken(NamedTuple):
    """A line that is neither, and why."""

    number: int
    why: str


def lines(file: Iterable[bytes]) -> Iterator[Line | End | Broken]:
    """What each line says."""
    for number, line in enumerate(file, 1):
        found = FACT.match(line)
        yield _other(number, line) if found is None else _fact(number, line, found)


def _fact(number: int, line: bytes, found: re.Match[bytes]) -> Line | Broken:
    position, recorded_at, stream, version, topic, leaf, form = found.groups()
    if not line.endswith(b"}\n"):
        return Broken(number, "it is cut off")
    body = line[found.end() : -2]
    try:
        if form == b"body_base64":
            body = base64.b64decode(body.strip(b'"'), validate=True)
        said = _text(stream), _text(topic)
    except ValueError as error:
        return Broken(number, str(error))
    return Line(number, int(position), recorded_at.decode(), said[0], int(version), said[1], leaf.decode(), body)


def _text(quoted: bytes) -> str:
    return quoted[1:-1].decode() if b"\\" not in quoted else str(json.loads(quoted))


def _other(number: int, line: bytes) -> End | Broken:
    try:
        said: Any = json.loads(line)
        return End(int(said["end"]), str(said["root"]), str(said["ledger"]), str(said["clock"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return Broken(number, "it is neither a fact nor the end of a log")
