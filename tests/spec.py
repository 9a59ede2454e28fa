"""given / when / then for decisions, and a whole ledger in memory for histories without a database.

``MemoryLedger`` is one strictly serial ledger: a dictionary of states, the decisions, nothing else.  What the
database-backed market answers must be what this answers.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from ledger.decisions import Command, decide
from ledger.errors import IdempotencyConflict, Refusal
from ledger.fact import Fact, Recorded
from ledger.interchange import Answer, Unreadable, read_line, refused
from ledger.money import yuan
from ledger.posting import entries
from ledger.state import kinds
from ledger.subjects import subjects
from ledger.view import View

VECTORS = Path(__file__).parent / "vectors"


class MemoryLedger:
    """A ledger in memory: the same decisions and states, no log, no lock."""

    def __init__(self) -> None:
        self.states: dict[str, Any] = {}
        self.facts: list[Recorded] = []
        self.receipts: dict[str, tuple[bytes, Answer]] = {}
        self.balances: Counter[str] = Counter()
        self.now = ""

    def lookup(self, key: str) -> Any:
        if key not in self.states:
            self.states[key] = kinds.begin(key)
        return self.states[key]

    def send(self, line: str | dict[str, Any]) -> Answer:
        """Decide one command and record its facts, or say why not."""
        text = line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)
        try:
            command = read_line(text.encode())
        except Unreadable as unreadable:
            return unreadable.answer
        assert isinstance(command, Command), "queries need projections"
        if command.id in self.receipts:
            digest, answer = self.receipts[command.id]
            if digest != command.digest:
                return refused(command.id, IdempotencyConflict(command.id))
            return answer
        now = max(self.now, command.recorded_at or command.at)
        try:
            facts = decide(View(self.lookup), command, now)
        except Refusal as refusal:
            return refused(command.id, refusal)
        self.now = now
        return self.record(command, facts)

    def record(self, command: Command, facts: tuple[Fact, ...]) -> Answer:
        for fact in facts:
            recorded = Recorded(len(self.facts) + 1, self.now, fact)
            self.facts.append(recorded)
            posted = entries(fact)
            assert sum(entry.amount for entry in posted) == 0, fact
            for entry in posted:
                self.balances[entry.account] += entry.amount
            for key in (fact.stream, *subjects(fact, posted), f"command:{fact.command}"):
                if kind := kinds.kind_of(key):
                    self.states[key] = kind.evolve(self.lookup(key), recorded, posted)
        names = tuple(type(fact).__name__ for fact in facts if not fact.mirror)
        answer = Answer(command.id, True, facts=names, position=len(self.facts))
        self.receipts[command.id] = (command.digest, answer)
        return answer

    def balance(self, account: str) -> str:
        return yuan(self.balances[account])


def fixture_lines() -> list[str]:
    """The 106 commands that every vector starts from."""
    return [line for line in (VECTORS / "fixture.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]


def group() -> MemoryLedger:
    """A ledger with the group of COMMANDS.md §1.7, ready for a scenario."""
    ledger = MemoryLedger()
    for line in fixture_lines():
        answer = ledger.send(line)
        assert answer.ok, (line, answer)
    return ledger
