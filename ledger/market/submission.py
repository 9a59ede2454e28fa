"""One caller's commands in the market, and which states they need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ledger.decisions import Command
from ledger.interchange import Answer
from ledger.log.queue import Submission
from ledger.market.lookahead import named_keys


@dataclass(eq=False, slots=True)
class MarketSubmission(Submission[Command, Answer]):
    """The states that the first ``prepared`` commands name have been read; ``missing`` were asked for in vain.

    ``computed`` are the computed states that were asked for, in so many ``tries``.
    """

    prepared: int = 0
    missing: set[str] = field(default_factory=set)
    computed: set[str] = field(default_factory=set)
    tries: int = 0

    def reset(self) -> None:
        self.decided = self.prepared = len(self.answers)

    def named_keys(self, most: int) -> Iterator[str]:
        """The states that the next commands name, each command once."""
        for command in self.commands[max(self.decided, self.prepared) : self.decided + most]:
            yield from named_keys(command)
        self.prepared = max(self.prepared, min(len(self.commands), self.decided + most))
