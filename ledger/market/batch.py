"""A batch of the market: commands decided one after the other, each on the states that the last one left.

A bundle is decided in a batch of its own upon this one, which is joined to it as a whole or forgotten (rule 41).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, MutableMapping
from functools import lru_cache
from typing import Any

import msgspec

from ledger.calendars import local_day, microseconds
from ledger.calendars import moment_of as text_of_moment
from ledger.decisions import Command, decide, uncovered
from ledger.decisions.organisation import EDITION
from ledger.errors import IdempotencyConflict, Invalid, NotReady, Refusal
from ledger.fact import Fact, StoredFact
from ledger.facts import encode
from ledger.facts.bundles import BundleRecorded, command_of_bundle
from ledger.interchange import Answer, Bundle, BundleAnswer, read_line, refused, refused_bundle
from ledger.log.batch import Batch
from ledger.log.row import Head
from ledger.market.computed_cache import ComputedCache
from ledger.market.receipts import Receipt, receipt_of
from ledger.market.submission import MarketSubmission, commands_of
from ledger.posting import entries
from ledger.tags import all_tags
from ledger.view import Lookup, Missing, View, evolve_into, held_by
from ledger.vocabulary import SYSTEM

Report = Callable[[Command, Exception], None]

moment_of = lru_cache(maxsize=64)(text_of_moment)
"""A batch has few different moments, and asks for each of them several times a command."""


class Draft:
    """A decided fact that has no version yet (``ledger.log.numbering``)."""

    __slots__ = ("fact", "posted", "tags")

    def __init__(self, fact: Fact) -> None:
        self.fact = fact
        self.posted = entries(fact)
        self.tags = all_tags(fact, self.posted)

    @property
    def stream(self) -> str:
        return self.fact.stream

    @property
    def topic(self) -> str:
        return self.fact.topic

    def body(self, version: int, prev: str) -> bytes:
        return encode(numbered(self.fact, version, prev))


def numbered(fact: Fact, version: int, prev: str) -> Fact:
    """The fact at its place in its stream."""
    return msgspec.structs.replace(fact, version=version, prev=prev)


def _asks_simulated(command: Command) -> bool:
    return command.decision.name == "CreateLedger" and command.arguments.get("clock") == "simulated"


def adoption(position: int, moment: str) -> Command:
    """The ledger's own command; nobody else's id can be the same before the position is reached."""
    line = {"id": f"edition:{EDITION}:{position}", "at": moment, "by": SYSTEM, "command": "AdoptEdition"}
    command = read_line(msgspec.json.encode(line | {"data": {"edition": EDITION}}))
    assert isinstance(command, Command)
    return command


def recorded_together(bundle: Bundle, moment: str) -> BundleRecorded:
    """The fact that follows those of a bundle's commands (rule 41)."""
    return BundleRecorded(
        stream=f"bundle-{bundle.id}",
        at=moment,
        by=SYSTEM,
        command=command_of_bundle(bundle.id),
        business_date=local_day(moment),
        bundle=bundle.id,
        commands=tuple(command.id for command in commands_of([bundle]) if not command.anonymous),
    )


class MarketBatch(Batch[MarketSubmission, Answer]):
    """Decides submissions in order.

    ``changed`` are the states that its facts have changed; ``receipts`` grow with what it decides.
    """

    bundled = False

    def __init__(
        self,
        lookup: Lookup,
        tip: Head,
        receipts: MutableMapping[str, Receipt],
        *,
        now: int,
        simulated: bool,
        allow_simulated: bool,
        report: Report,
        computed: ComputedCache | None = None,
        held: Lookup | None = None,
    ) -> None:
        super().__init__(tip)
        self._lookup = lookup
        self._held = held or held_by(lookup)
        self._computed = computed or ComputedCache({})
        self.receipts = receipts
        self._wall = now
        self._simulated = simulated
        self._allow_simulated = allow_simulated
        self._report = report
        self.changed: dict[str, Any] = {}
        self.touched: MutableMapping[str, int] = {}
        self.stored: list[StoredFact] = []
        self._is_current = False

    def find(self, key: str) -> Any:
        if key in self.changed:
            return self.changed[key]
        try:
            return self._lookup(key)
        except Missing:
            if not self._computed.owns(key):
                raise
        return self._computed.lookup(key, self.touched)

    def run(self, submission: MarketSubmission, most: int) -> None:
        """Decide a submission as far as states are in memory, at most so many commands."""
        answers: list[Answer] = []
        submission.missing = set()
        for item in submission.next(most):
            try:
                answers.append(self._answer_bundle(item) if isinstance(item, Bundle) else self._answer(item))
            except Missing as missing:
                submission.missing.update(missing.keys)
                self._look_ahead(submission, submission.decided + len(answers))
                break
        self.answer(submission, answers)

    def _answer(self, command: Command) -> Answer:
        if receipt := self.receipts.get(command.id):
            return receipt.answer(command)
        if not self._is_current:
            self._adopt_edition()
        try:
            now = self._now(command)
            moment = moment_of(now)
            facts = decide(View(self.find), self._allowed(command), moment, bundled=self.bundled)
        except Refusal as refusal:
            return refused(command.id, refusal)
        except Missing:
            raise
        except Exception as defect:  # a defect of one decision must not take the others with it
            self._report(command, defect)
            return Answer(command.id, False, code="DEFECT", detail="an error of the ledger itself; it is logged")
        return self._record(command, facts, now, moment)

    def _answer_bundle(self, bundle: Bundle) -> Answer:
        """Its commands in order, recorded together with the bundle's own fact or not at all (rule 41)."""
        name = command_of_bundle(bundle.id)
        if receipt := self.receipts.get(name):
            again = all(command.may_be_answered_again for command in commands_of([bundle]))
            if receipt.digest != bundle.digest or not again:
                conflict = IdempotencyConflict("the bundle was sent before with other content")
                return refused_bundle(bundle.id, refused(None, conflict))
            answers = tuple(self.receipts[each.id].answer(each) for each in commands_of([bundle]))
            return BundleAnswer(bundle.id, True, answers=answers, repeat=True)
        part = BundleBatch(self)
        taken: list[Answer] = []
        for item in bundle.commands:
            answer = part.take(item)
            if not answer.ok:
                return refused_bundle(bundle.id, answer, item.id)
            taken.append(answer)
        if found := uncovered(View(part.find), (stored.fact for stored in part.stored)):
            failed, refusal = found
            return refused_bundle(bundle.id, refused(failed, refusal), failed)
        part.conclude(bundle, name)
        self._join(part)
        return BundleAnswer(bundle.id, True, answers=tuple(taken))

    def _join(self, part: BundleBatch) -> None:
        """All that the part has decided is decided here."""
        self.changed |= part.changed
        self.touched.update(part.own_touched)
        self.stored += part.stored
        self.accepted += part.accepted
        self.receipts.update(part.own_receipts)
        self.tip, self._simulated, self._is_current = part.tip, part._simulated, part._is_current

    def _adopt_edition(self) -> None:
        """A ledger of an older edition says first that it comes under this one (contract §2.1, AdoptEdition)."""
        organisation = self.find("org")
        if organisation.ledger and organisation.edition < EDITION:
            now = self.tip.recorded_at if self._simulated else max(self._wall, self.tip.recorded_at)
            moment = moment_of(now)
            command = adoption(self.tip.position, moment)
            self._record(command, decide(View(self.find), command, moment), now, moment)
        self._is_current = bool(organisation.ledger)

    def _allowed(self, command: Command) -> Command:
        if _asks_simulated(command) and not self._allow_simulated:
            raise Invalid("clock: a simulated clock is taken only where it is allowed (--simulated-clock)")
        return command

    def _now(self, command: Command) -> int:
        """When the ledger learns it, in microseconds: never before what it has learnt already."""
        simulated = self._simulated or (self.tip.position == 0 and _asks_simulated(command))
        own = microseconds(command.recorded_at or command.at) if simulated else self._wall
        return max(own, self.tip.recorded_at)

    def _record(self, command: Command, facts: tuple[Fact, ...], now: int, moment: str) -> Answer:
        receipt = self._take(command.id, command.digest, facts, now, moment)
        if command.decision.name == "CreateLedger":
            self._simulated = self.find("org").simulated
        return receipt.answer(command, repeat=False)

    def _take(self, name: str, digest: bytes, facts: tuple[Fact, ...], now: int, moment: str) -> Receipt:
        """These facts follow, recorded under this id."""
        drafts = [Draft(fact) for fact in facts]
        position, touched = self.tip.position, self.touched
        for draft in drafts:
            position += 1
            stored = StoredFact(position, moment, draft.fact)
            self.stored.append(stored)
            evolve_into(self.changed, self._held, stored, draft.posted, draft.tags)
            touched[draft.fact.stream] = position
            for key in draft.tags:
                touched[key] = position
        touched[f"command:{name}"] = position
        self.accept(name, digest, drafts, now)
        receipt = self.receipts[name] = receipt_of(digest, facts, self.tip.position)
        return receipt

    def _look_ahead(self, submission: MarketSubmission, start: int) -> None:
        """Note further states that it will ask for: decide on in vain, so that one reading brings them all."""
        ahead = [*commands_of(submission.commands[start : start + 501])]
        if len(ahead) == 1:
            return
        scratch = dict(self.changed)

        def find(key: str) -> Any:
            return scratch[key] if key in scratch else self._lookup(key)

        for command in ahead:
            try:
                facts = decide(View(find), command, moment_of(self._now(command)))
            except Missing as missing:
                submission.missing.update(key for key in missing.keys if not self._computed.owns(key))
            except Exception:  # noqa: S112 - its refusal is said when it is decided in earnest
                continue
            else:
                for fact in facts:
                    evolve_into(scratch, self._held, StoredFact(0, fact.at, fact))


class BundleBatch(MarketBatch):
    """The commands of one bundle, decided upon a batch under way, which knows nothing of them until they are joined."""

    bundled = True

    def __init__(self, under: MarketBatch) -> None:
        self.own_receipts: dict[str, Receipt] = {}
        self.own_touched: dict[str, int] = {}
        super().__init__(
            under.find,
            under.tip,
            ChainMap(self.own_receipts, under.receipts),
            now=under._wall,
            simulated=under._simulated,
            allow_simulated=under._allow_simulated,
            report=under._report,
            computed=under._computed,
            held=lambda key: under.changed[key] if key in under.changed else under._held(key),
        )
        self.touched = ChainMap(self.own_touched, under.touched)

    def find(self, key: str) -> Any:
        if self._computed.is_overtaken(key, self.own_touched):
            raise NotReady(f"{key} is computed from what is recorded: it cannot follow its subject in one bundle")
        return super().find(key)

    def take(self, item: Command | Answer) -> Answer:
        """The next of its commands; one of a wrong form has its answer."""
        return item if isinstance(item, Answer) else self._answer(item)

    def conclude(self, bundle: Bundle, name: str) -> None:
        """All are accepted: the bundle's own fact follows them."""
        now = max(self._wall, self.tip.recorded_at) if not self._simulated else self.tip.recorded_at
        moment = moment_of(now)
        self._take(name, bundle.digest, (recorded_together(bundle, moment),), now, moment)
