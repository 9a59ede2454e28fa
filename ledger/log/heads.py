"""The stream heads that a writer remembers, so that it need not ask for them under the lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ledger.log.row import NEW_STREAM, Row, StreamHead


class StreamHeads(dict[str, StreamHead]):
    """Least recently grown or asked for goes first, when `trim` is called between batches."""

    def __init__(self, bound: int) -> None:
        super().__init__()
        self._bound = bound

    def missing(self, streams: Iterable[str]) -> list[str]:
        return [stream for stream in dict.fromkeys(streams) if stream not in self]

    def learn(self, streams: Iterable[str], found: Mapping[str, StreamHead]) -> None:
        """What the log answered for these streams; those it has no fact of are new."""
        for stream in streams:
            self[stream] = found.get(stream, NEW_STREAM)

    def follow(self, tail: Iterable[Row]) -> None:
        """What others have recorded since, as far as it concerns streams that are remembered."""
        for record in tail:
            if record.stream in self:
                self[record.stream] = StreamHead(record.version, record.leaf)

    def grow(self, records: Iterable[Row]) -> None:
        """What we record ourselves."""
        for record in records:
            self.pop(record.stream, None)
            self[record.stream] = StreamHead(record.version, record.leaf)

    def trim(self) -> None:
        for stream in list(self)[: max(0, len(self) - self._bound)]:
            del self[stream]
