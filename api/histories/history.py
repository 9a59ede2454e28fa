"""A history: lines of commands, bundles and queries in, one answer each in the same order (contract §1.1–1.2).

Commands are decided in stretches; while one is being decided, the next is read.  A query waits for everything before
it, and what follows waits for the query.  When the database is lost for good, the rest of the history is answered
UNAVAILABLE and nothing of it is tried: order is kept, and the same history may simply be sent again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from api.histories.lines import Lines
from ledger.decisions import Command
from ledger.interchange import Answer, Bundle, Query, Unreadable, read_line, refused_bundle
from ledger.log.errors import Busy, CommitInDoubt, LogError, LogUnavailable

STRETCH_LINES = 2_000
LINES_AT_A_TIME = 64
"""So many lines are parsed before other tasks run."""

PATIENCE_SECONDS = 60.0
_encode = msgspec.json.Encoder().encode


class Recorder(Protocol):
    """Records commands and bundles: the market."""

    async def submit(self, commands: Sequence[Command | Bundle]) -> list[Answer]: ...


class Backend(Recorder, Protocol):
    """The part of a ledger that a history needs."""

    async def ask(self, query: Query) -> Answer: ...


@dataclass(slots=True)
class Stretch:
    """Lines that are answered together: commands, lines answered already, and at most one query, the last."""

    items: list[Command | Bundle | Answer] = field(default_factory=list)
    query: Query | None = None

    def add(self, item: Command | Bundle | Query | Answer) -> None:
        if isinstance(item, Query):
            self.query = item
        else:
            self.items.append(item)

    @property
    def lines(self) -> int:
        return len(self.items) + (self.query is not None)

    @property
    def full(self) -> bool:
        return self.query is not None or len(self.items) >= STRETCH_LINES


class Buffer:
    """The stretch that is being read.  It is taken when the one before is answered, however long it has become."""

    def __init__(self) -> None:
        self._open = Stretch()
        self._finished = False
        self._changed = asyncio.Event()

    async def add(self, item: Command | Bundle | Query | Answer) -> None:
        """One more line; waits while the stretch is full."""
        while self._open.full:
            await self._change()
        self._open.add(item)
        self._changed.set()

    def finish(self) -> None:
        self._finished = True
        self._changed.set()

    async def take(self) -> Stretch | None:
        """Return the stretch that has been read; None when that was all."""
        while not self._open.lines:
            if self._finished:
                return None
            await self._change()
        taken, self._open = self._open, Stretch()
        self._changed.set()
        return taken

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


def read(line: bytes) -> Command | Bundle | Query | Answer:
    """A command, bundle or query, or the answer that an unreadable line gets."""
    try:
        return read_line(line)
    except Unreadable as unreadable:
        return unreadable.answer


def written(answers: Iterable[Answer]) -> bytes:
    """Answers as JSON Lines."""
    return b"".join(_encode(answer.line()) + b"\n" for answer in answers)


class History:
    """Answers one caller's lines in their order, up to the first refusal if it is to ``stop`` there.

    ``refused`` counts, ``first`` is the first refusal with its place among the lines; ``trouble`` says why the rest was
    not tried.
    """

    def __init__(self, backend: Backend, *, stop: bool = False) -> None:
        self._backend = backend
        self._stop = stop
        self.lines = 0
        self.refused = 0
        self.first: tuple[int, Answer] | None = None
        self.trouble: LogError | None = None

    async def answers(self, blocks: AsyncIterator[bytes]) -> AsyncIterator[list[Answer]]:
        """The answers, as soon as they are definite, some at a time."""
        buffer = Buffer()
        reading = asyncio.create_task(_read(blocks, buffer), name="reading a history")
        try:
            while (stretch := await buffer.take()) is not None:
                answers = await (self._one_by_one(stretch) if self._stop else self._answered(stretch))
                self._count(answers)
                yield answers
                if self._stop and self.refused:
                    return
            await reading
        finally:
            reading.cancel()
            await asyncio.wait([reading])

    def _count(self, answers: Sequence[Answer]) -> None:
        refused = [number for number, answer in enumerate(answers) if not answer.ok]
        if refused and self.first is None:
            self.first = (self.lines + refused[0] + 1, answers[refused[0]])
        self.lines += len(answers)
        self.refused += len(refused)

    async def _one_by_one(self, stretch: Stretch) -> list[Answer]:
        """Each line is answered before the next one is sent, up to the first that is refused."""
        answers: list[Answer] = []
        for item in (*stretch.items, *(() if stretch.query is None else (stretch.query,))):
            alone = Stretch([], item) if isinstance(item, Query) else Stretch([item])
            answers += await self._answered(alone)
            if not answers[-1].ok:
                break
        return answers

    async def _answered(self, stretch: Stretch) -> list[Answer]:
        decided = iter(await self._decided([item for item in stretch.items if not isinstance(item, Answer)]))
        answers = [item if isinstance(item, Answer) else next(decided) for item in stretch.items]
        if stretch.query is not None:
            answers.append(await self._asked(stretch.query))
        return answers

    async def _decided(self, commands: list[Command | Bundle]) -> list[Answer]:
        if self.trouble is not None:
            return [not_recorded(command, self.trouble) for command in commands]
        try:
            return await submitted(self._backend, commands) if commands else []
        except LogError as trouble:
            self.trouble = LogUnavailable(
                f"An earlier line could not be recorded, so this one was not tried: {trouble}"
            )
            return [not_recorded(command, trouble) for command in commands]

    async def _asked(self, query: Query) -> Answer:
        try:
            return await self._backend.ask(query)
        except LogError as trouble:
            return not_recorded(query, trouble)


async def submitted(backend: Recorder, commands: Sequence[Command | Bundle]) -> list[Answer]:
    """Sends again, with the same ids, what is in doubt or found the queue full: nothing is recorded twice."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return await backend.submit(commands)
        except (Busy, CommitInDoubt):
            if time.monotonic() > patience:
                raise
            await asyncio.sleep(0.1)


def not_recorded(line: Command | Bundle | Query, trouble: LogError) -> Answer:
    """Nothing of the line is recorded; or, when its commit was in doubt, nobody knows yet."""
    code = "UNKNOWN_OUTCOME" if isinstance(trouble, CommitInDoubt) else "UNAVAILABLE"
    answer = Answer(line.id, False, code=code, detail=f"{trouble}; send it again with the same id")
    return refused_bundle(line.id, answer) if isinstance(line, Bundle) else answer


async def _read(blocks: AsyncIterator[bytes], buffer: Buffer) -> None:
    """Cut and parse, some lines at a time."""
    lines = Lines()
    try:
        async for block in blocks:
            await _parse(lines.feed(block), buffer)
        await _parse(lines.end(), buffer)
    finally:
        buffer.finish()


async def _parse(lines: Sequence[bytes], buffer: Buffer) -> None:
    for number, line in enumerate(lines, 1):
        await buffer.add(read(line))
        if number % LINES_AT_A_TIME == 0:
            await asyncio.sleep(0)
