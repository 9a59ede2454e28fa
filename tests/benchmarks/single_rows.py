"""Commits of single rows by PostgreSQL itself: pgbench with a script of one insert."""

from __future__ import annotations

import asyncio
import os
import re
from asyncio.subprocess import PIPE
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg

from tests.benchmarks.bodies import state_of
from tests.benchmarks.place import Place

TABLE = "create table rows (position bigint generated always as identity primary key, stream text, body bytea)"


class SingleRows:
    """A table with a key, and rows as long as our facts."""

    def __init__(self, dsn: str, programs: Path, script: Path) -> None:
        self._dsn = dsn
        self._pgbench = programs / "pgbench"
        self._script = script

    @classmethod
    async def prepare(cls, place: Place) -> SingleRows:
        dsn = await place.empty_database()
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute(TABLE)
        finally:
            await connection.close()
        script = place.directory / "single_row.sql"
        body = state_of("unit-W1-out", 1).hex()
        script.write_text(f"insert into rows (stream, body) values ('unit-W1-out', '\\x{body}');\n", encoding="ascii")
        return cls(dsn, place.programs, script)

    async def rate(self, connections: int, seconds: float) -> float:
        """Commits a second."""
        parts, options = urlsplit(self._dsn), parse_qs(urlsplit(self._dsn).query)
        where = {"PGHOST": options["host"][0], "PGPORT": options["port"][0], "PGUSER": parts.username or ""}
        words = ["-n", "-M", "prepared", "-c", connections, "-j", min(2, connections), "-T", max(1, round(seconds))]
        words += ["-f", self._script, parts.path.lstrip("/")]
        process = await asyncio.create_subprocess_exec(
            self._pgbench, *map(str, words), env={**os.environ, **where}, stdout=PIPE, stderr=PIPE
        )
        said, complaint = await process.communicate()
        found = re.search(r"tps = ([0-9.]+)", said.decode())
        if found is None:
            raise RuntimeError(f"pgbench: {complaint.decode()}")
        return float(found[1])
