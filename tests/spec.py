"""given / when / then for decisions, and a whole ledger in memory for histories without a database.

``MemoryLedger`` is one strictly serial ledger: a dictionary of states, the decisions, nothing else.  The
database-backed market must answer as this does.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from ledger.decisions import Command, decide, uncovered
from ledger.errors import CODES, IdempotencyConflict, Refusal
from ledger.fact import Fact, StoredFact
from ledger.interchange import Answer, Bundle, BundleAnswer, Unreadable, read_line, refused, refused_bundle
from ledger.market.batch import recorded_together
from ledger.money import yuan
from ledger.posting import entries
from ledger.state import table
from ledger.tags import all_tags
from ledger.view import View

VECTORS = Path(__file__).parent / "vectors"


class MemoryLedger:
    """A ledger in memory: the same decisions and states, no log, no lock."""

    def __init__(self) -> None:
        self.states: dict[str, Any] = {}
        self.facts: list[StoredFact] = []
        self.receipts: dict[str, tuple[bytes, Answer]] = {}
        self.bundles: dict[str, tuple[bytes, Answer]] = {}
        self.balances: Counter[str] = Counter()
        self.now = ""
        self.computed: dict[str, Callable[[MemoryLedger, str], Any]] = {}
        """Computes as read models would, by the word before the colon of the key."""

    def copy(self) -> MemoryLedger:
        """A ledger with the same past and a future of its own: states and facts are frozen, the containers are not."""
        copy = MemoryLedger()
        copy.states = dict(self.states)
        copy.facts = list(self.facts)
        copy.receipts = dict(self.receipts)
        copy.bundles = dict(self.bundles)
        copy.balances = self.balances.copy()
        copy.now = self.now
        copy.computed = dict(self.computed)
        return copy

    def lookup(self, key: str) -> Any:
        if key not in self.states:
            word, _, name = key.partition(":")
            if word in self.computed:
                return self.computed[word](self, name)
            self.states[key] = table.begin(key)
        return self.states[key]

    def send(self, line: str | dict[str, Any]) -> Answer:
        """Decide one command and record its facts, or say why not."""
        text = line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)
        try:
            command = read_line(text.encode())
        except Unreadable as unreadable:
            return unreadable.answer
        if isinstance(command, Bundle):
            return self.take_bundle(command)
        assert isinstance(command, Command), "queries need projections"
        return self.take(command)

    def take_bundle(self, bundle: Bundle) -> Answer:
        """All commands of a bundle in their order, or none."""
        if bundle.id in self.bundles:
            digest, answer = self.bundles[bundle.id]
            conflict = refused(None, IdempotencyConflict(bundle.id))
            return answer if digest == bundle.digest else refused_bundle(bundle.id, conflict)
        before, answers = self.copy(), list[Answer]()
        for item in bundle.commands:
            answer = self.take(item, bundled=True) if isinstance(item, Command) else item
            if not answer.ok:
                self.__dict__ = before.__dict__
                return refused_bundle(bundle.id, answer, item.id)
            answers.append(answer)
        recorded = [stored.fact for stored in self.facts[len(before.facts) :]]
        if found := uncovered(View(self.lookup), recorded):
            self.__dict__ = before.__dict__
            return refused_bundle(bundle.id, refused(found[0], found[1]), found[0])
        self.record_facts((recorded_together(bundle, self.now),))
        done = BundleAnswer(bundle.id, True, answers=tuple(answers))
        self.bundles[bundle.id] = (bundle.digest, done)
        return done

    def take(self, command: Command, *, bundled: bool = False) -> Answer:
        """The same for a command that has been read already."""
        if command.id in self.receipts:
            digest, answer = self.receipts[command.id]
            if digest != command.digest:
                return refused(command.id, IdempotencyConflict(command.id))
            return answer
        now = max(self.now, command.recorded_at or command.at)
        try:
            facts = decide(View(self.lookup), command, now, bundled=bundled)
        except Refusal as refusal:
            return refused(command.id, refusal)
        self.now = now
        return self.record(command, facts)

    def record(self, command: Command, facts: tuple[Fact, ...]) -> Answer:
        self.record_facts(facts)
        names = tuple(type(fact).__name__ for fact in facts if not fact.mirror)
        answer = Answer(command.id, True, facts=names, position=len(self.facts))
        self.receipts[command.id] = (command.digest, answer)
        return answer

    def record_facts(self, facts: tuple[Fact, ...]) -> None:
        for fact in facts:
            recorded = StoredFact(len(self.facts) + 1, self.now, fact)
            self.facts.append(recorded)
            posted = entries(fact)
            assert sum(entry.amount for entry in posted) == 0, fact
            for entry in posted:
                self.balances[entry.account] += entry.amount
            for key in (fact.stream, *all_tags(fact, posted), f"command:{fact.command}"):
                if kind := table.kind_of(key):
                    self.states[key] = kind.evolve(self.lookup(key), recorded, posted)

    def balance(self, account: str) -> str:
        return yuan(self.balances[account])


def fixture_lines() -> list[str]:
    """The 106 commands that every vector starts from."""
    return [line for line in (VECTORS / "fixture.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]


def found_group() -> MemoryLedger:
    """The group of contract §1.7, command by command."""
    ledger = MemoryLedger()
    for line in fixture_lines():
        answer = ledger.send(line)
        assert answer.ok, (line, answer)
    return ledger


_founded = cache(found_group)


def group() -> MemoryLedger:
    """A ledger with the group of contract §1.7, ready for a scenario."""
    return _founded().copy()


# -- given / when / then --------------------------------------------------------------------------------------------

MORNING = "2026-02-02T09:00:00+08:00"
"""When commands of a specification happen unless they say otherwise: a Monday."""

Line = dict[str, Any]


def do(command: str, by: str = "SYSTEM", at: str = MORNING, *, known_as: str | None = None, **data: Any) -> Line:
    """A command with its fields; ``known_as`` is its id where a later one refers to it."""
    line: Line = {"at": at, "by": by, "command": command, "data": data}
    return line if known_as is None else {**line, "id": known_as}


def stamped(command: Line, **members: Any) -> Line:
    """The same command with further members of its envelope (``business_date``, ``recorded_at`` …)."""
    return {**command, **members}


class Story:
    """A ledger with the group of contract §1.7 and what happens to it, told as given, when, then."""

    def __init__(self) -> None:
        self.ledger = group()
        self.answer: Answer | None = None
        self.told = len(self.ledger.facts)

    def given(self, *commands: Line) -> Story:
        """These commands were accepted."""
        for command in commands:
            answer = self._send(command)
            assert answer.ok, (command, answer)
        return self

    def when(self, command: Line) -> Story:
        """This command is given; what becomes of it is asked next."""
        self.told = len(self.ledger.facts)
        self.answer = self._send(command)
        return self

    def then_refused(self, refusal: type[Refusal] | str) -> Story:
        """The code of the refusal; nothing is recorded."""
        assert self.answer is not None
        code = refusal if isinstance(refusal, str) else CODES[refusal]
        assert (self.answer.ok, self.answer.code) == (False, code), self.answer
        assert len(self.ledger.facts) == self.told
        return self

    def then_facts(self, *names: str) -> Story:
        """The principal facts of the command, in their order."""
        assert self.answer is not None
        assert self.answer.ok, self.answer
        assert self.answer.facts == names
        return self

    def then_balances(self, balances: dict[str, str]) -> Story:
        assert {account: self.ledger.balance(account) for account in balances} == balances
        return self

    @property
    def recorded(self) -> list[Fact]:
        """The facts of the last accepted command, mirrors included."""
        last = self.ledger.facts[-1].fact.command
        return [recorded.fact for recorded in self.ledger.facts if recorded.fact.command == last]

    def _send(self, command: Line) -> Answer:
        return self.ledger.send({"id": f"spec-{len(self.ledger.facts)}", **command})


def given(*commands: Line) -> Story:
    """A story in which these commands were accepted."""
    return Story().given(*commands)


def when(command: Line) -> Story:
    """A story in which only the group is set up."""
    return Story().when(command)
