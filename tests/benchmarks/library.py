"""The `eventsourcing` library's PostgreSQL recorder as it comes: ordered by a table lock, one transaction an insert."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresFactory

from tests.benchmarks.bodies import state_of


def recorder(dsn: str) -> tuple[PostgresFactory, PostgresApplicationRecorder]:
    """With the library's own defaults; only stream names as text, as ours are."""
    parts, options = urlsplit(dsn), parse_qs(urlsplit(dsn).query)
    factory = PostgresFactory(
        {
            "POSTGRES_DBNAME": parts.path.lstrip("/"),
            "POSTGRES_HOST": options["host"][0],
            "POSTGRES_PORT": options["port"][0],
            "POSTGRES_USER": parts.username or "",
            "POSTGRES_PASSWORD": "not asked for on this socket",
            "ORIGINATOR_ID_TYPE": "text",
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
        }
    )
    with psycopg.connect(dsn) as alone:  # two processes that make the library's table at once are in each other's way
        alone.execute("select pg_advisory_xact_lock(1)")
        made = factory.application_recorder()
    assert isinstance(made, PostgresApplicationRecorder)
    return factory, made


def command(name: str, number: int) -> list[StoredEvent]:
    """Two events on two streams, as long as ours."""
    streams = (f"unit-{name}-out", f"unit-{name}-in")
    return [StoredEvent(stream, number, "bench.moved.v1", state_of(stream, number)) for stream in streams]
