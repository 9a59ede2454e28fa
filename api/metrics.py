"""Figures of this process for Prometheus (GET /metrics)."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from ledger.log.pool import Pool
from ledger.log.row import Row
from ledger.log.store import Log, Session
from projections.progress import Status

SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


class Metrics:
    """Counters of one process, for all its ledgers."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        one, two = ["ledger"], ["ledger", "projection"]
        outcomes = "Commands by outcome: recorded, repeated, or the code"
        self.commands = Counter("jiesuan_commands", outcomes, [*one, "outcome"], registry=registry)
        self.batch = Histogram("jiesuan_batch_facts", "Facts of one commit", one, buckets=SIZES, registry=registry)
        self.append = Histogram(
            "jiesuan_append_seconds",
            "Until a batch is durable",
            one,
            buckets=SECONDS,
            registry=registry,
        )
        self.queue = Gauge("jiesuan_queue_commands", "Commands that wait for their decision", one, registry=registry)
        self.head = Gauge("jiesuan_log_position", "The last position of the log", one, registry=registry)
        self.position = Gauge("jiesuan_projection_position", "The last fact carried in", two, registry=registry)
        self.lag = Gauge("jiesuan_projection_lag_facts", "Facts not carried in yet", two, registry=registry)
        self.parked = Gauge("jiesuan_projection_parked", "1 where a fact cannot be digested", two, registry=registry)

    def count_commands(self, ledger: str, outcomes: Mapping[str, int]) -> None:
        for outcome, count in outcomes.items():
            self.commands.labels(ledger, outcome).inc(count)

    def note(self, ledger: str, queued: int, status: Status) -> None:
        """How things stand at the moment of reading."""
        self.queue.labels(ledger).set(queued)
        self.head.labels(ledger).set(status.head)
        for name, position in status.positions.items():
            self.position.labels(ledger, name).set(position)
            self.lag.labels(ledger, name).set(status.lag[name])
            self.parked.labels(ledger, name).set(name in status.parked)

    def text(self) -> bytes:
        return generate_latest(self.registry)


class MeasuredLog(Log):
    """A log that tells how large its batches are and how long each takes to be durable."""

    def __init__(self, pool: Pool, metrics: Metrics, ledger: str) -> None:
        super().__init__(pool)
        self._batch, self._append = metrics.batch.labels(ledger), metrics.append.labels(ledger)

    @asynccontextmanager
    async def exclusive(
        self, lock_timeout_ms: int = 5_000, statement_timeout_ms: int = 10_000
    ) -> AsyncIterator[Session]:
        async with super().exclusive(lock_timeout_ms, statement_timeout_ms) as session:
            yield MeasuredSession(session, self._batch, self._append)


class MeasuredSession(Session):
    """Observes what it inserts."""

    __slots__ = ("_append", "_batch")

    def __init__(self, session: Session, batch: Histogram, append: Histogram) -> None:
        super().__init__(session._connection)
        self._batch, self._append = batch, append

    async def insert(self, rows: Sequence[Row], tags: Sequence[tuple[str, int]] = ()) -> None:
        began = time.perf_counter()
        await super().insert(rows, tags)
        if rows:
            self._batch.observe(len(rows))
            self._append.observe(time.perf_counter() - began)
