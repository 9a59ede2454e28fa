"""An exported log, line by line: a fact on each, then one line with their number and the root of the tree."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

TEXT = rb'("[^"\\]*(?:\\.[^"\\]*)*")'
FACT = re.compile(
    rb'\{"position":([1-9][0-9]{0,18}),"recorded_at":"([0-9T:.-]{26}Z)","stream":' + TEXT + rb',"version":'
    rb'([1-9][0-9]{0,18}),"topic":' + TEXT + rb',"leaf":"([0-9a-f]{64})","(body|body_base64)":'
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
    """Read line by line; a line that cannot be read is reported, not raised."""
    texts: dict[bytes, str] = {}  # streams and topics come again and again
    for number, line in enumerate(file, 1):
        found = FACT.match(line)
        if found is None:
            yield _other(number, line)
            continue
        position, recorded_at, stream, version, topic, leaf, form = found.groups()
        try:
            named = texts.get(stream) or texts.setdefault(stream, json.loads(stream))
            kind = texts.get(topic) or texts.setdefault(topic, json.loads(topic))
            body = _body(line, found.end(), form)
        except ValueError as error:
            yield Broken(number, str(error))
            continue
        yield Line(number, int(position), recorded_at.decode(), named, int(version), kind, leaf.decode(), body)


def _body(line: bytes, begin: int, form: bytes) -> bytes:
    if not line.endswith(b"}\n"):
        raise ValueError("it is cut off")
    body = line[begin:-2]
    return body if form == b"body" else base64.b64decode(body.strip(b'"'), validate=True)


def _other(number: int, line: bytes) -> End | Broken:
    try:
        said: Any = json.loads(line)
        return End(int(said["end"]), str(said["root"]), str(said["ledger"]), str(said["clock"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return Broken(number, "it is neither a fact nor the end of a log")
