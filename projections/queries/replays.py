"""Replay by the `eventsourcing` library: the state of a unit, person or document after any of its facts."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import select, union

from ledger.calendars import moment
from ledger.errors import Invalid, Unknown
from ledger.keys import bounded
from ledger.state import table
from projections import read_models
from projections.presentation import state_data
from projections.queries.answers import books as answers
from projections.queries.kernel import Reader, Result, query
from projections.replay import History, Replays

log, subjects = read_models.events.c, read_models.subjects.c


@query("Replay", at="/replay/{stream}", cli="replay STREAM", answer=answers.Replay)
async def replay(reader: Reader, stream: str, version: int | None = None, position: int | None = None) -> Result:
    """The state of a unit, person or document (``unit-W1``, ``person-P-A``, ``slip:SL-1``), replayed from its facts.

    Now, at a ``version``, or as known at a ``position``.  Facts are folded from the log by the `eventsourcing`
    library's application, a reader beside our own states; no read model is asked.
    """
    if version is not None and position is not None:
        raise Invalid("version or position, not both")
    if version is not None and version < 1:
        raise Invalid(f"version: {version} is below 1")
    if position is not None and position < 0:
        raise Invalid(f"position: {position} is below 0")
    word, name = replayed_kind(stream)
    key = bounded(stream)
    until = reader.position if position is None else min(position, reader.position)
    rows = [row for row in await facts_about(reader, key) if row.position <= until]
    if not rows:
        raise Unknown(word.rstrip("-:"), name or stream)
    numbered = [index for index, row in enumerate(rows) if word.endswith(":") or row.stream == key]
    if version is not None:
        if version > len(numbered):
            raise Invalid(f"version: {stream} has {len(numbered)}, not {version}")
        numbered = numbered[:version]
        rows = rows[: numbered[-1] + 1]
    history = History((key, row.position, moment(row.recorded_at), row.topic, bytes(row.body)) for row in rows)
    replayed = await asyncio.to_thread(Replays(history).replay, key)
    return {
        "stream": stream,
        "version": len(numbered),
        "position": replayed.last.position,
        "recorded_at": replayed.last.recorded_at,
        "facts": replayed.version,
        "state": None if replayed.state is None else state_data(replayed.state),
    }


def replayed_kind(stream: str) -> tuple[str, str]:
    """The kind of a unit, person, other stream or document, and its name.  Raises Invalid for any other key."""
    word, name = table.split(stream)
    if word not in table.KINDS or (word.endswith(":") and table.begin(stream) is not None):
        raise Invalid(f"stream: {stream} is no unit, person or document, such as unit-W1, person-P-A or slip:SL-1")
    return word, name


async def facts_about(reader: Reader, key: str) -> list[Any]:
    """The facts on the stream of a key, and those on other streams that are tagged with it, in order."""
    positions = union(
        select(log.position).where(log.stream == key), select(subjects.position).where(subjects.subject == key)
    ).subquery()
    columns = log.position, log.recorded_at, log.stream, log.topic, log.body
    wanted = select(*columns).join_from(positions, read_models.events, log.position == positions.c.position)
    return await reader.rows(wanted.order_by(log.position))
