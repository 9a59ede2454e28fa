"""Findings of a check: which rule is broken, and where."""

from __future__ import annotations

from typing import NamedTuple

MOST = 100
"""The most findings of one rule that are listed; the rest is counted."""


class Finding(NamedTuple):
    """A broken invariant: which rule, where in the log or whose, and what is wrong."""

    rule: str
    where: str
    what: str
    position: int | None = None


class Findings:
    """The list of findings; a rule that is broken everywhere is not repeated without end."""

    def __init__(self) -> None:
        self._found: dict[str, list[Finding]] = {}
        self._more: dict[str, int] = {}

    def add(self, rule: str, where: str, what: str, position: int | None = None) -> None:
        found = self._found.setdefault(rule, [])
        if len(found) < MOST:
            found.append(Finding(rule, where, what, position))
        else:
            self._more[rule] = self._more.get(rule, 0) + 1

    def all(self) -> list[Finding]:
        listed = [finding for found in self._found.values() for finding in found]
        return listed + [Finding(rule, "…", f"{count} more") for rule, count in self._more.items()]
