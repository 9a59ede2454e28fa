"""Receipts: what a command id has been answered before, so that a repeat gets the first answer again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ledger.decisions import Command
from ledger.errors import IdempotencyConflict
from ledger.fact import Fact, StoredFact
from ledger.interchange import Answer, refused


class Receipt(NamedTuple):
    """The content that was decided, the principal facts and the last position of the command."""

    digest: bytes
    facts: tuple[str, ...]
    position: int

    def answer(self, command: Command, repeat: bool = True) -> Answer:
        """The first answer again, or a conflict if the content is another one (contract §1.2)."""
        if self.digest != command.digest or (repeat and not command.may_be_answered_again):
            return refused(command.id, IdempotencyConflict("the id was sent before with other content"))
        return Answer(command.id, True, facts=self.facts, position=self.position, repeat=repeat)


def receipt_of(digest: bytes, facts: Iterable[Fact], position: int) -> Receipt:
    return Receipt(digest, tuple(type(fact).__name__ for fact in facts if not fact.mirror), position)


def receipts_of(rows: Sequence[tuple[bytes, StoredFact]]) -> dict[str, Receipt]:
    """By command id, from the stored facts (digest, fact) in order of position."""
    found: dict[str, list[tuple[bytes, StoredFact]]] = {}
    for digest, stored in rows:
        found.setdefault(stored.fact.command, []).append((digest, stored))
    return {
        command: receipt_of(facts[0][0], [stored.fact for _, stored in facts], facts[-1][1].position)
        for command, facts in found.items()
    }
