"""Conditions on facts, over the index of what they and their commands name (rule 51)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, union

from ledger.errors import Invalid, Unknown
from ledger.fact import topic_of
from ledger.facts import BY_NAME
from ledger.facts.followup import ReporterUnsealed
from ledger.facts.organisation import ClockAdvanced
from ledger.state import table
from ledger.vocabulary import DOCUMENTS, SYSTEM, person_stream
from projections import read_models
from projections.mentions import DATA, MONEY, SEALED
from projections.queries.kernel import Reader

log, states = read_models.events.c, read_models.states.c
index, mentions, reversals = read_models.fact_index.c, read_models.mentions.c, read_models.reversals.c
Condition = ColumnElement[bool]


def of_kind(name: str) -> Condition:
    """Facts of a kind, by its name."""
    if name not in BY_NAME:
        raise Invalid(f"fact: {name} is not known")
    return _indexed(index.topic == topic_of(BY_NAME[name]))


def of_period(period: str) -> Condition:
    """Facts that posted in a month."""
    return _indexed(index.posting_period == period)


def of_command(command: str) -> Condition:
    """Facts of a command; the id of an anonymous report finds nothing (rule 38)."""
    told = read_models.events.alias().c
    reports = select(told.position).where(told.command_id == command, told.position.in_(_reports()))
    return and_(log.command_id == command, ~exists(reports))


def _reports() -> Select[Any]:
    return select(index.position).where(index.report.is_not(None))


def _indexed(*wanted: Condition) -> Condition:
    return log.position.in_(select(index.position).where(*wanted))


async def of_hand(reader: Reader, by: str) -> Condition:
    """Facts by a person or by the ledger itself; an anonymous report only once it is unsealed."""
    if by != SYSTEM:
        person = await reader.state("person", by)
        if person is None or not person.registered:
            raise Unknown("person", by)
    return _indexed(index.by == by, _is_told(reader))


def _is_told(reader: Reader) -> Condition:
    """The fact is no anonymous report, or one that was opened."""
    opening, opened = read_models.subjects.alias().c, read_models.fact_index.alias().c
    unsealed = select(opening.position).where(
        opening.subject == index.report,
        opening.position == opened.position,
        opening.position <= reader.position,
        opened.topic == topic_of(ReporterUnsealed),
    )
    return or_(index.report.is_(None), exists(unsealed))


async def about(reader: Reader, subject: str) -> Condition:
    """Facts of commands whose data names a document, that move its money, or that AdvanceClock records of it."""
    kind, _, name = subject.partition(":")
    if kind not in DOCUMENTS:
        raise Invalid(f"subject: {subject} is no document, as slip:SL-1")
    known = select(states.id).where(states.kind == kind, states.id == name)
    if f"{kind}:" in table.KINDS and not await reader.rows(known):
        raise Unknown(kind, name)
    told = read_models.events.alias().c
    recorded = select(told.position).where(mentions.name == subject, told.position == mentions.position, _by_time(told))
    return log.position.in_(
        union(_paid(subject), _of_commands(mentions.name == subject, mentions.how == DATA), recorded)
    )


def concerning(reader: Reader, person: str) -> Condition:
    """Every fact on his stream, on an account of his or of a command whose data names him.

    Left out are other persons' streams, and the discoverer of an anonymous report that is sealed.
    """
    stream = person_stream(person)
    facts = read_models.events.alias().c
    own = select(facts.position).where(facts.stream == stream)
    told = or_(mentions.how == DATA, and_(mentions.how == SEALED, mentions.position.in_(_told(reader))))
    found = union(own, _paid(stream), _of_commands(mentions.name == stream, told))
    return and_(log.position.in_(found), or_(log.stream == stream, ~log.stream.startswith(person_stream(""))))


def _told(reader: Reader) -> Select[Any]:
    return select(index.position).where(index.report.is_not(None), _is_told(reader))


def _paid(name: str) -> Select[Any]:
    """Facts that move the money of a person or document."""
    return select(mentions.position).where(mentions.name == name, mentions.how == MONEY)


def _of_commands(*wanted: Condition) -> Select[Any]:
    """All facts of the commands whose data names it; that of AdvanceClock names nothing but a moment."""
    naming = read_models.events.alias().c
    commands = select(naming.command_id).where(*wanted, naming.position == mentions.position, ~_by_time(naming))
    all_of_them = read_models.events.alias().c
    return select(all_of_them.position).where(all_of_them.command_id.in_(commands))


def _by_time(fact: Any) -> Condition:
    """The fact is of an AdvanceClock, which ends with ClockAdvanced."""
    one = read_models.events.alias().c
    last = select(one.topic).where(one.command_id == fact.command_id).order_by(one.ordinal.desc()).limit(1)
    return last.scalar_subquery() == topic_of(ClockAdvanced)


def taken_back(reader: Reader, *, wanted: bool) -> Condition:
    """Facts that were reversed, or those that were not."""
    found = select(reversals.original).where(reversals.original == log.position, reversals.position <= reader.position)
    return exists(found) if wanted else ~exists(found)
