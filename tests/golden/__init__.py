"""A ledger that an earlier version recorded, facts of every kind, and what it made of them (README.md)."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ledger.fact import Fact, StoredFact
from ledger.facts import decode

HERE = Path(__file__).parent


class Exported(NamedTuple):
    """A line of an exported log: the fact at its place, its stored bytes and its leaf (hex)."""

    stored: StoredFact
    body: bytes
    leaf: str


def lines(name: str) -> list[bytes]:
    return gzip.decompress((HERE / name).read_bytes()).splitlines()


def known(name: str) -> dict[str, Any]:
    """Figures and digests that the earlier version gave."""
    found: dict[str, Any] = json.loads((HERE / name).read_bytes())
    return found


@cache
def sample() -> tuple[Exported, ...]:
    """The sample company's ledger; its last line, which says the root, left out."""
    return tuple(map(_read, lines("sample.jsonl.gz")[:-1]))


def _read(line: bytes) -> Exported:
    row = json.loads(line)
    body = line[line.index(b'"body":') + len(b'"body":') : -1]
    return Exported(StoredFact(row["position"], row["recorded_at"], decode(body)), body, row["leaf"])


@cache
def every_fact() -> tuple[Fact, ...]:
    """Nine of every kind, the last a mirror."""
    return tuple(map(decode, lines("every_fact.jsonl.gz")))
