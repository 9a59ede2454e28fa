"""One caller's commands and bundles in the market, and which states they need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ledger.decisions import Command
from ledger.facts.bundles import command_of_bundle
from ledger.interchange import Answer, Bundle
from ledger.log.queue import Submission
from ledger.market.lookahead import named_keys


def commands_of(items: Iterable[Command | Bundle]) -> Iterator[Command]:
    """The commands, those of bundles one by one; what is of a wrong form is none."""
    for item in items:
        if isinstance(item, Command):
            yield item
        else:
            yield from (command for command in item.commands if isinstance(command, Command))


def ids_of(item: Command | Bundle) -> Iterator[str]:
    """The ids under which it may have been recorded before."""
    if isinstance(item, Bundle):
        yield command_of_bundle(item.id)
    yield from (command.id for command in commands_of([item]))


@dataclass(eq=False, slots=True)
class MarketSubmission(Submission[Command | Bundle, Answer]):
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
        for command in commands_of(self.commands[max(self.decided, self.prepared) : self.decided + most]):
            yield from named_keys(command)
        self.prepared = max(self.prepared, min(len(self.commands), self.decided + most))
