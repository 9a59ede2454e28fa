"""A command that waits to be recorded, and those who wait for its records."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.log.chain import Draft
from ledger.log.row import Row

Outcome = list[Row] | Exception


@dataclass(slots=True, eq=False)
class Waiting:
    command_id: str
    digest: bytes
    drafts: Sequence[Draft]
    callers: list[asyncio.Future[list[Row]]] = field(default_factory=list)

    def caller(self) -> asyncio.Future[list[Row]]:
        """One more who waits; a caller that gives up takes nothing away from the others."""
        caller: asyncio.Future[list[Row]] = asyncio.get_running_loop().create_future()
        self.callers.append(caller)
        return caller

    def answer(self, outcome: Outcome) -> None:
        for caller in self.callers:
            if caller.done():
                continue
            if isinstance(outcome, Exception):
                caller.set_exception(outcome)
            else:
                caller.set_result(outcome)
