"""The facts themselves, in order of position."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from ledger.calendars import moment
from ledger.fact import Fact, StoredFact, topic_of
from ledger.facts import decode
from ledger.facts.anonymity import anonymous_report
from ledger.facts.followup import ReporterUnsealed
from ledger.vocabulary import CommandId, Month, PersonId
from projections import read_models
from projections.presentation import printed
from projections.queries import fact_search as search
from projections.queries.answers import books as answers
from projections.queries.kernel import Reader, Result, page, query

log, subjects = read_models.events.c, read_models.subjects.c
UNSEALED = topic_of(ReporterUnsealed)


@query("Facts", "mentions", at="/facts", cli="facts", answer=answers.Facts)
async def facts(
    reader: Reader,
    after: int | None = None,
    limit: int | None = None,
    stream: str | None = None,
    command: CommandId | None = None,
    fact: str | None = None,
    by: str | None = None,
    subject: str | None = None,
    person: PersonId | None = None,
    period: Month | None = None,
    reversed: bool | None = None,  # noqa: A002
) -> Result:
    """Facts after a position, of all that there are or as they are chosen; sealed fields stay closed.

    ``subject`` is a document as ``slip:SL-1``: facts of commands whose data names it, that move its money, or that
    AdvanceClock records of it.  ``person``: every fact on his stream, on an account of his or of a command whose data
    names him, other persons' streams excepted.  ``reversed``: those that were taken back, or those that were not.
    """
    wanted = [log.position > (after or 0), log.position <= reader.position]
    if stream is not None:
        wanted.append(log.stream == stream)
    if command is not None:
        wanted.append(search.of_command(command))
    if fact is not None:
        wanted.append(search.of_kind(fact))
    if by is not None:
        wanted.append(await search.of_hand(reader, by))
    if subject is not None:
        wanted.append(await search.about(reader, subject))
    if person is not None:
        wanted.append(search.concerning(reader, person))
    if period is not None:
        wanted.append(search.of_period(period))
    if reversed is not None:
        wanted.append(search.taken_back(reader, wanted=reversed))
    order = log.version if stream is not None else log.position
    found = await stored_facts(reader, wanted, order, page(limit))
    opened = await unsealed(reader, found)
    return {"facts": [printed(each, opened) for each in found]}


def topics(*fact_types: type[Fact]) -> ColumnElement[bool]:
    """Facts of one of these types."""
    return log.topic.in_([topic_of(fact_type) for fact_type in fact_types])


async def unsealed(reader: Reader, found: Iterable[StoredFact]) -> frozenset[str]:
    """Which anonymous reports among these facts the leading group has opened by now."""
    reports = {report for each in found if (report := anonymous_report(each.fact))}
    if not reports:
        return frozenset()
    opened = (
        select(subjects.subject)
        .select_from(read_models.subjects.join(read_models.events, subjects.position == log.position))
        .where(and_(subjects.subject.in_(reports), log.topic == UNSEALED, log.position <= reader.position))
    )
    return frozenset(row.subject for row in await reader.rows(opened))


async def stored_facts(
    reader: Reader, wanted: Iterable[ColumnElement[bool]], order: ColumnElement[Any], limit: int | None = None
) -> list[StoredFact]:
    """Facts of the log, decoded."""
    statement = select(log.position, log.recorded_at, log.body).where(*wanted).order_by(order).limit(limit)
    return [
        StoredFact(position, moment(at), decode(bytes(body))) for position, at, body in await reader.rows(statement)
    ]
