"""Our facts under the `eventsourcing` library's recorder interface, to be read only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent, Subscription

from ledger.vocabulary import Moment


class ReadOnly(PermissionError):
    """Facts are recorded by the market alone."""


@dataclass(frozen=True)
class Row(StoredEvent):
    """A stored fact as the library's event: ``originator_id`` is the key that it is replayed for."""

    position: int
    recorded_at: Moment


class History(ApplicationRecorder):
    """The facts that concern some units, persons or documents, in the order of the log.

    The events of a key are numbered 1, 2, 3 …; they are those of its own stream and those on other streams that are
    tagged with it, such as a credit to a centre's fund.  Notification ids are positions.
    """

    def __init__(self, facts: Iterable[tuple[str, int, Moment, str, bytes]]) -> None:
        """The facts as (key, position, moment of recording, topic, body), by position."""
        self._events: dict[str, list[Row]] = {}
        self._notifications: dict[int, Notification] = {}
        for key, position, recorded_at, topic, body in facts:
            events = self._events.setdefault(key, [])
            row = Row(key, len(events) + 1, topic, body, position, recorded_at)
            events.append(row)
            self._notifications[position] = Notification(key, row.originator_version, topic, body, id=position)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        found = self._events.get(str(originator_id), [])[gt or 0 : lte]
        return (found[::-1] if desc else found)[:limit]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        first = 0 if start is None else start if inclusive_of_start else start + 1
        found = (
            self._notifications[position]
            for position in sorted(self._notifications)
            if position >= first and (stop is None or position <= stop)
        )
        return [each for each in found if not topics or each.topic in topics][:limit]

    def max_notification_id(self) -> int | None:
        return max(self._notifications, default=None)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> NoReturn:
        raise ReadOnly("facts are recorded by the market alone")

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        raise ReadOnly("a history does not grow: read it again")
