"""Jobs in the database: every process of the ledger sees the same ones, and knows whose process has died."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from api.jobs.registry import File
from ledger.calendars import moment
from migrations import Connection

WORKERS = 7_420_003
"""The class of advisory locks that are held as long as a process lives that does jobs."""

PIECE = 1_000_000
KEPT_BYTES = 1_000_000_000
"""Files of earlier jobs are kept up to this sum; the oldest make room."""
LARGEST_FILE = 500_000_000
KEPT_JOBS = 10_000
LOST = "The process that was to do it has ended; ask again."

_ALIVE = f"""exists (select from pg_locks where locktype = 'advisory' and classid = {WORKERS} and objid = worker
             and objsubid = 2 and database = (select oid from pg_database where datname = current_database()))"""
_FIELDS = f"""number, id, job, data, step, done, total, asked_at, begun_at, ended_at, code, answer, file_name,
    media_type, size, sha256, is_expired,
    case when state in ('waiting', 'running') and not {_ALIVE} then 'lost' else state end as state,
    case when state in ('waiting', 'running') and not {_ALIVE} then '{LOST}' else detail end as detail"""

BECOME_WORKER = f"""with mine as materialized (select nextval('jobs.workers')::integer as worker)
    select worker from mine where pg_try_advisory_lock({WORKERS}, worker)"""
ADD = """insert into jobs.jobs (id, job, data, worker) values ($1, $2, $3, $4)
    on conflict (id) do nothing returning number"""
ONE = f"select {_FIELDS} from jobs.jobs where id = $1"
LATEST = f"""select {_FIELDS} from jobs.jobs where ($1::text is null or
    number < (select number from jobs.jobs where id = $1)) order by number desc limit $2"""
BEGIN = "update jobs.jobs set state = 'running', begun_at = clock_timestamp() where number = $1"
REPORT = "update jobs.jobs set done = $2, total = $3, step = $4 where number = $1"
END = """update jobs.jobs set state = $2, code = $3, detail = $4, answer = $5, step = null,
    ended_at = clock_timestamp() where number = $1 and state in ('waiting', 'running')"""
NAME_FILE = """update jobs.jobs set file_name = $2, media_type = $3, size = $4, sha256 = $5 where number = $1"""
MARK_LOST = f"""update jobs.jobs set state = 'lost', detail = '{LOST}', ended_at = clock_timestamp()
    where state in ('waiting', 'running') and not {_ALIVE}"""
EXPIRE = """with kept as (select number, sum(size) over (order by number desc) as together from jobs.jobs
        where size is not null and not is_expired),
    gone as (delete from jobs.pieces where number in (select number from kept where together > $1))
    update jobs.jobs set is_expired = true where number in (select number from kept where together > $1)"""
FORGET = """delete from jobs.jobs where state in ('done', 'failed', 'lost')
    and number <= (select max(number) from jobs.jobs) - $1"""


class Standing(msgspec.Struct, frozen=True):
    """A job as it stands, as the doors show it."""

    id: str
    job: str
    data: dict[str, Any]
    state: str
    """waiting, running, done, failed, or lost: its process has died."""
    step: str | None
    done: int
    total: int | None
    asked_at: str
    begun_at: str | None
    ended_at: str | None
    code: str | None
    detail: str | None
    file: dict[str, Any] | None
    """Name, media type, size and SHA-256 of a result that is a file."""
    is_expired: bool
    """The file had to make room for later ones."""


def standing(row: asyncpg.Record) -> Standing:
    """A row as it is shown."""
    named = row["file_name"] is not None
    return Standing(
        id=row["id"],
        job=row["job"],
        data=msgspec.json.decode(row["data"]),
        state=row["state"],
        step=row["step"],
        done=row["done"],
        total=row["total"],
        asked_at=moment(row["asked_at"]),
        begun_at=_moment(row["begun_at"]),
        ended_at=_moment(row["ended_at"]),
        code=row["code"],
        detail=row["detail"],
        file={"name": row["file_name"], **{name: row[name] for name in ("media_type", "size", "sha256")}}
        if named
        else None,
        is_expired=row["is_expired"],
    )


def _moment(at: datetime | None) -> str | None:
    return None if at is None else moment(at)


async def keep_file(connection: Connection, number: int, file: File) -> None:
    """Put a file into the database, piece by piece, in the caller's transaction."""
    digest, size, piece = hashlib.sha256(), 0, 0
    with file.path.open("rb") as opened:
        while block := opened.read(PIECE):
            await connection.execute("insert into jobs.pieces values ($1, $2, $3)", number, piece, block)
            digest.update(block)
            size, piece = size + len(block), piece + 1
    await connection.execute(NAME_FILE, number, file.name, file.media_type, size, digest.hexdigest())


async def pieces(pool: asyncpg.Pool, job: str) -> AsyncIterator[bytes]:
    """The file that a job has made."""
    piece = 0
    wanted = "select bytes from jobs.pieces where number = (select number from jobs.jobs where id = $1) and piece = $2"
    while (block := await pool.fetchval(wanted, job, piece)) is not None:
        yield bytes(block)
        piece += 1


async def make_room(connection: Connection) -> None:
    """Old files make room for new ones, and jobs of long ago are forgotten."""
    await connection.execute(MARK_LOST)
    await connection.execute(EXPIRE, KEPT_BYTES)
    await connection.execute(FORGET, KEPT_JOBS)


def is_too_large(path: Path) -> bool:
    return path.stat().st_size > LARGEST_FILE
