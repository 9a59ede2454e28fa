"""One pass over an exported log: everything that it must be, with the position of whatever is not."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from . import canonical
from .books import CONCERNED, Books
from .hashes import Tree, leaf_hash, microseconds
from .log_file import Broken, End, Line, lines
from .posting import Body

SHOWN = 1_000
"""Findings beyond so many are counted only."""


class Finding(NamedTuple):
    """Something that is not as it must be: which check, at which position (of a line that is no fact: None)."""

    check: str
    position: int | None
    what: str


@dataclass
class Report:
    """Result of one pass."""

    ledger: str = ""
    clock: str = ""
    facts: int = 0
    entries: int = 0
    first_at: str = ""
    last_at: str = ""
    root: str = ""
    complete: bool = False
    findings: list[Finding] = field(default_factory=list)
    more: int = 0
    remarks: list[str] = field(default_factory=list)
    balances: dict[str, int] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """0 sound, 1 not as it was recorded, 2 cannot be decided: the end of the file is missing."""
        return 1 if self.findings else 0 if self.complete else 2

    def found(self, check: str, position: int | None, what: str) -> None:
        if len(self.findings) < SHOWN:
            self.findings.append(Finding(check, position, what))
        else:
            self.more += 1


def verify(file: Iterable[bytes], known: Mapping[int, str] | None = None) -> Report:
    """Check a file.  ``known`` are roots that somebody has kept, by size of the tree: the log must still have them."""
    was_enabled = gc.isenabled()
    gc.disable()  # nothing here has cycles, and looking for them takes a tenth of the time
    try:
        return _Pass(known or {}).over(file)
    finally:
        if was_enabled:
            gc.enable()


class _Pass:
    """Memory of the pass: the heads of streams, sums of accounts, one hash for each bit of the tree's size."""

    def __init__(self, known: Mapping[int, str]) -> None:
        self._report = Report()
        self._known = dict(known)
        self._tree = Tree()
        self._books = Books()
        self._heads: dict[str, tuple[int, str]] = {}
        self._position = 0
        self._recorded_at = ""
        self._time = 0

    def over(self, file: Iterable[bytes]) -> Report:
        report = self._report
        for line in lines(file):
            if report.complete:
                report.found("end", None, "there is more after the end")
                break
            match line:
                case Line():
                    self._fact(line)
                case End():
                    self._end(line)
                case Broken(number, why):
                    report.found("form", None, f"line {number}: {why}")
        return self._closed()

    def _fact(self, line: Line) -> None:
        report = self._report
        self._order(line)
        found = leaf_hash(line.position, self._time, line.body)
        if found.hex() != line.leaf:
            report.found("leaf", line.position, "its leaf is not the hash of its position, time and body")
        self._tree.add(found)
        if (root := self._known.pop(self._tree.size, None)) is not None and root != self._tree.root():
            report.found("known_root", line.position, f"the tree of {self._tree.size} facts had the root {root}")
        self._chain(line)
        report.facts += 1

    def _order(self, line: Line) -> None:
        if line.position != self._position + 1:
            self._report.found("positions", line.position, f"it follows {self._position}")
        if line.recorded_at != self._recorded_at:
            if line.recorded_at < self._recorded_at:
                self._report.found("recorded_at", line.position, f"it was recorded before {self._recorded_at}")
            try:
                self._time = microseconds(line.recorded_at)
            except ValueError as error:
                self._report.found("recorded_at", line.position, str(error))
            self._recorded_at = line.recorded_at
        self._report.first_at = self._report.first_at or line.recorded_at
        self._position = line.position

    def _chain(self, line: Line) -> None:
        """Check what the body says of its place, and of money."""
        report, stream = self._report, line.stream
        version, prev = self._heads.get(stream, (0, ""))
        self._heads[stream] = line.version, line.leaf
        try:
            body = canonical.read(line.body)
        except canonical.NotCanonical as error:
            report.found("canonical", line.position, str(error))
            return
        if line.version != version + 1:
            report.found("versions", line.position, f"version {line.version} of {stream} follows {version}")
        if body.get("prev", "") != prev:
            report.found("chain", line.position, f"prev is not the leaf of version {version} of {stream}")
        if (body.get("stream"), body.get("version"), body.get("topic")) != (stream, line.version, line.topic):
            report.found("envelope", line.position, "stream, version or topic are others than in the body")
        if line.topic in CONCERNED:
            self._post(line, body)

    def _post(self, line: Line, body: Body) -> None:
        try:
            for check, what in self._books.follow(body):
                self._report.found(check, line.position, what)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            self._report.found("body", line.position, f"it lacks what a {line.topic} says: {error!r}")

    def _end(self, line: End) -> None:
        report = self._report
        report.complete, report.ledger, report.clock = True, line.ledger, line.clock
        if line.size != self._tree.size:
            report.found("end", None, f"the log ends at {line.size}, here are {self._tree.size} facts")
        if line.root != self._tree.root():
            report.found("root", None, "the root at the end is not that of these facts")

    def _closed(self) -> Report:
        report = self._report
        report.root, report.last_at = self._tree.root(), self._recorded_at
        report.entries, report.balances = self._books.entries, self._books.balances()
        report.remarks = list(self._books.remarks())
        for size, root in sorted(self._known.items()):
            if not (size == 0 and root == Tree().root()):
                report.found("known_root", None, f"the log once had {size} facts and the root {root}: some are gone")
        return report
