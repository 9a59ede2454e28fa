"""A history under construction: commands in any order, written in the order of time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(eq=False)
class Entry:
    """One command; another one may refer to it, and gets its id."""

    at: datetime
    by: str
    command: str
    data: dict[str, Any]


class Journal:
    """Collects commands and numbers them."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def add(self, at: datetime, by: str, command: str, **data: Any) -> Entry:
        entry = Entry(at, by, command, data)
        self._entries.append(entry)
        return entry

    def lines(self) -> list[str]:
        """JSON Lines (contract §1.1), commands of one moment in the order in which they were added."""
        ordered = sorted(self._entries, key=lambda entry: entry.at)
        ids = {id(entry): f"demo-{number:04d}" for number, entry in enumerate(ordered, 1)}

        def known(value: Any) -> Any:
            return ids[id(value)] if isinstance(value, Entry) else value

        return [
            json.dumps(
                {
                    "id": ids[id(entry)],
                    "at": entry.at.strftime("%Y-%m-%dT%H:%M:%S+08:00"),
                    "by": entry.by,
                    "command": entry.command,
                    "data": {name: known(value) for name, value in entry.data.items()},
                },
                ensure_ascii=False,
                separators=(",", ":"),
            )
            for entry in ordered
        ]
