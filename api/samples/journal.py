"""A history under construction: commands in any order, written in the order of time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(eq=False)
class Entry:
    """One command; another one may refer to it, and gets its id.

    One that was kept on a device says which (``source``) and when it arrived (``recorded_at``).
    """

    at: datetime
    by: str
    command: str
    data: dict[str, Any]
    recorded_at: datetime | None = None
    source: dict[str, Any] | None = None

    @property
    def envelope(self) -> dict[str, Any]:
        """The members besides id, command and data."""
        members: dict[str, Any] = {"at": _text(self.at), "by": self.by}
        if self.recorded_at is not None:
            members["recorded_at"] = _text(self.recorded_at)
        return members if self.source is None else {**members, "source": self.source}


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S+08:00")


class Journal:
    """Collects commands and numbers them."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def add(self, at: datetime, by: str, command: str, /, **data: Any) -> Entry:
        entry = Entry(at, by, command, data)
        self._entries.append(entry)
        return entry

    def lines(self) -> list[str]:
        """JSON Lines (contract §1.1), in the order of arrival; those of one moment as they were added."""
        ordered = sorted(self._entries, key=lambda entry: entry.recorded_at or entry.at)
        ids = {id(entry): f"demo-{number:04d}" for number, entry in enumerate(ordered, 1)}

        def known(value: Any) -> Any:
            return ids[id(value)] if isinstance(value, Entry) else value

        return [
            json.dumps(
                {
                    "id": ids[id(entry)],
                    **entry.envelope,
                    "command": entry.command,
                    "data": {name: known(value) for name, value in entry.data.items()},
                },
                ensure_ascii=False,
                separators=(",", ":"),
            )
            for entry in ordered
        ]
