"""Ids that are the same in every run: of a row by its content, of a unit or person by its name."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

_NOT_IN_AN_ID = re.compile(r"[^\w.]+")
LONGEST_SLUG = 36


class Named(NamedTuple):
    """A unit or person as the file names it."""

    id: str
    name: str


def tidy(text: str) -> str:
    """One spelling of a name: composed characters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def named(text: str, by: str, prefix: str) -> Named:
    """By its id as it stands, or by a name: a readable id with a digest, as two names may read alike."""
    name = tidy(text)
    if by == "id":
        return Named(name, name)
    slug = _NOT_IN_AN_ID.sub("-", name).strip("-.")[:LONGEST_SLUG]
    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    return Named(f"{prefix}{slug}-{digest}", name)


class RowIds:
    """The id of a row is of its content and its ordinal among identical rows: equal rows are findings of their own."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._seen: Counter[str] = Counter()

    def next(self, digest: str) -> str:
        self._seen[digest] += 1
        return f"{self._source}-{digest[:16]}-{self._seen[digest]}"


def content_digest(content: Mapping[str, str]) -> str:
    """SHA-256 of what the mapping reads of a row: amounts and dates in one form, whatever the file's is."""
    canonical = json.dumps(dict(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
