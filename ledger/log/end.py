"""The end of the log as a writer knows it, so that little has to be asked for under the lock."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.log.row import NEW_STREAM, NO_FACTS, Head, Row, StreamHead
from ledger.log.store import Log, Session


class End:
    """The last position and the heads of streams.

    ``tip`` and ``heads`` run ahead of what is ``durable`` while a batch is made; if it is lost, `forget` them.
    """

    def __init__(self, stream_heads: int, tail_facts: int) -> None:
        self._stream_heads = stream_heads
        self._tail_facts = tail_facts
        self.heads: dict[str, StreamHead] = {}
        self.durable = self.tip = NO_FACTS
        self._is_known = False

    async def find(self, log: Log) -> None:
        """Where the log ends, if that was forgotten."""
        if not self._is_known:
            self._set(await log.head())

    async def catch_up(self, session: Session) -> list[Row] | None:
        """Under the lock: what others have recorded since; None if it is too much, and then all else is forgotten."""
        tail = await session.after(self.tip.position, self._tail_facts + 1)
        if len(tail) > self._tail_facts:
            self.heads.clear()
            self._set(await session.head())
            return None
        for row in tail:
            if row.stream in self.heads:
                self.heads[row.stream] = StreamHead(row.version, row.leaf)
        if tail:
            self._set(Head(tail[-1].position, tail[-1].recorded_at))
        return tail

    async def learn(self, log: Log, streams: Iterable[str]) -> None:
        """Ask for the heads of streams that are not remembered; those without a fact are new."""
        missing = [stream for stream in dict.fromkeys(streams) if stream not in self.heads]
        if missing:
            found = await log.stream_heads(missing)
            for stream in missing:
                self.heads[stream] = found.get(stream, NEW_STREAM)

    def trim(self) -> None:
        """Back to the bound: the streams that have rested longest are forgotten."""
        for stream in list(self.heads)[: max(0, len(self.heads) - self._stream_heads)]:
            del self.heads[stream]

    def forget(self) -> None:
        self.heads.clear()
        self._is_known = False

    def _set(self, head: Head) -> None:
        self.durable = self.tip = head
        self._is_known = True
