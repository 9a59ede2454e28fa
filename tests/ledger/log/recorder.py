"""Our log under the `eventsourcing` library's synchronous interfaces, to be written too, so that its suites can try it.

The service does not go this way: it awaits the log directly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import Event, Thread
from types import TracebackType
from typing import Any, TypeVar
from uuid import UUID, uuid4

import msgspec
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)

from ledger.log.canonical import encode
from ledger.log.row import Row
from ledger.log.store import EVERYTHING, Log
from tests.ledger.log.appender import Appender

PAGE = 500
POLL_SECONDS = 0.02

T = TypeVar("T")


class BackgroundLog:
    """A log and its appender on an event loop in a thread of their own, for callers that block."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="background log", daemon=True)

    def __enter__(self) -> BackgroundLog:
        self._thread.start()
        self.call(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _open(self) -> None:
        self.log = await Log.open(self._url)
        self.appender = await Appender(self.log).__aenter__()

    async def _close(self) -> None:
        await self.appender.__aexit__(None, None, None)
        await self.log.close()


@dataclass(frozen=True)
class Enclosed:
    """A library's event as a draft: its opaque state rides in a canonical body as hexadecimal text."""

    event: StoredEvent
    version: int
    tags: Sequence[str] = ()

    @property
    def stream(self) -> str:
        return str(self.event.originator_id)

    @property
    def topic(self) -> str:
        return self.event.topic

    def check(self, version: int) -> None:
        if version != self.version:
            raise IntegrityError(f"{self.stream} goes on with version {version}, not {self.version}")

    def body(self, version: int, prev: str) -> bytes:
        state = self.event.state.hex()
        return encode({"prev": prev, "state": state, "stream": self.stream, "topic": self.topic, "version": version})


class _Body(msgspec.Struct):
    state: str


def enclosed_state(body: bytes) -> bytes:
    """The state of a library's event."""
    return bytes.fromhex(msgspec.json.decode(body, type=_Body).state)


class LogAggregateRecorder(AggregateRecorder):
    """Streams.  `first_version` is what the application calls the first version of a stream; the log says 1."""

    def __init__(self, background: BackgroundLog, *, first_version: int = 1) -> None:
        self._background = background
        self._shift = 1 - first_version

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        self._append(stored_events)
        return None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        after = 0 if gt is None else gt + self._shift
        until = EVERYTHING if lte is None else lte + self._shift
        rows = self._background.call(self._versions(str(originator_id), after, until, desc, limit))
        return [self._stored_event(row) for row in rows]

    async def _versions(self, stream: str, after: int, until: int, desc: bool, limit: int | None) -> list[Row]:
        """Versions have no gaps, so how many there are between two of them is known without looking."""
        log = self._background.log
        heads = await log.stream_heads([stream])
        until = min(until, heads[stream].version) if heads else 0
        wanted = max(0, until - after)
        if limit is not None and limit < wanted:
            after, wanted = (until - limit if desc else after), limit
        rows = await log.stream(stream, after, wanted)
        return rows[::-1] if desc else rows

    def _append(self, events: Sequence[StoredEvent]) -> list[Row]:
        drafts = [Enclosed(event, event.originator_version + self._shift) for event in events]
        digest = sha256(b"".join(draft.body(draft.version, "") for draft in drafts)).digest()
        return self._background.call(self._background.appender.append(f"recorder-{uuid4()}", digest, drafts))

    def _stored_event(self, row: Row) -> StoredEvent:
        return StoredEvent(
            originator_id=row.stream,
            originator_version=row.version - self._shift,
            topic=row.topic,
            state=enclosed_state(row.body),
        )


class LogApplicationRecorder(LogAggregateRecorder, ApplicationRecorder):
    """Streams and the one order over all of them: notification ids are positions."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        return [row.position for row in self._append(stored_events)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        after = 0 if start is None else start - inclusive_of_start
        until = EVERYTHING if stop is None else stop
        rows = self._background.call(self._positions(after, until, limit, topics))
        return [self._notification(row) for row in rows]

    def max_notification_id(self) -> int | None:
        return self._background.call(self._background.log.head()).position or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        return TailSubscription(self, gt, topics)

    async def _positions(self, after: int, until: int, limit: int, topics: Sequence[str]) -> list[Row]:
        found: list[Row] = []
        while len(found) < limit and after < until:
            page = await self._background.log.after(after, min(PAGE, until - after))
            found += (row for row in page if not topics or row.topic in topics)
            if len(page) < min(PAGE, until - after):
                break
            after = page[-1].position
        return found[:limit]

    def _notification(self, row: Row) -> Notification:
        event = self._stored_event(row)
        return Notification(
            id=row.position,
            originator_id=event.originator_id,
            originator_version=event.originator_version,
            topic=event.topic,
            state=event.state,
        )


class TailSubscription(Subscription[ApplicationRecorder]):
    """Follows the log by position; positions have no gaps and never appear late, so nothing is missed."""

    def __init__(self, recorder: ApplicationRecorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self._page: Iterator[Notification] = iter(())
        self._stopped = Event()

    def stop(self) -> None:
        super().stop()
        self._stopped.set()

    def __next__(self) -> Notification:
        while not self._stopped.is_set():
            notification = next(self._page, None) or self._next_page()
            if notification is not None:
                self._last_notification_id = notification.id
                return notification
            self._stopped.wait(POLL_SECONDS)
        raise StopIteration

    def _next_page(self) -> Notification | None:
        self._page = iter(
            self._recorder.select_notifications(
                self._last_notification_id, PAGE, topics=self._topics, inclusive_of_start=False
            )
        )
        return next(self._page, None)
