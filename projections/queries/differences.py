"""The differences between two states of knowledge about a period, and the facts that made them (domain §1.11, §12.16).

A fact is about a month if it happened in it, was posted to it, adjusts it, or settles it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, case, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from ledger.accounts import OPENING
from ledger.calendars import days_between, local_day
from ledger.errors import Invalid
from ledger.fact import Source, StoredFact
from ledger.money import yuan
from ledger.posting import entries
from ledger.tags import all_tags
from ledger.vocabulary import Month, UnitId, period_stream, unit_stream
from projections import read_models
from projections.presentation import is_sealed, printed
from projections.queries.answers import books as answers
from projections.queries.axes import known
from projections.queries.documents_as_of import documents_named
from projections.queries.facts import stored_facts, unsealed
from projections.queries.kernel import Reader, Result, page, query

log, journal, listed = read_models.events.c, read_models.entries.c, read_models.subjects.c
SHOWN = ("position", "recorded_at", "fact", "stream", "business_date", "shift", "posting_period", "adjusts_period")


@query("Learned", "journal", "register", at="/learned", cli="diff", answer=answers.Learned)
async def learned(
    reader: Reader,
    since_known_at: str | None = None,
    since_position: int | None = None,
    known_at: str | None = None,
    known_position: int | None = None,
    period: Month | None = None,
    unit: UnitId | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> Result:
    """List what was recorded after one moment or position and up to another: the balances it changed, and the facts.

    ``period``: what is about this month; ``unit``: what stands on its book.  Amounts are what the account's entries
    about the month (all of them without ``period``) come to, as known before and after.
    """
    first = await known(reader, since_known_at, since_position)
    last = reader.position
    if known_at is not None or known_position is not None:
        last = await known(reader, known_at, known_position)
    if last < first:
        raise Invalid(f"position {last} comes before {first}: what is learned later is asked for")
    size = page(limit)
    wanted = [*_between(first, last, after), *_about(period), *_of(unit)]
    found = await stored_facts(reader, wanted, log.position, size + 1)
    opened = await unsealed(reader, found)
    shown = found[:size]
    return {
        "since_position": first,
        "known_position": last,
        "period": period,
        "unit": unit,
        "accounts": await _accounts(reader, first, last, period, unit),
        "facts": [_told(each, opened, unit) for each in shown],
        "next": shown[-1].position if len(found) > size else None,
    }


# -- which facts ----------------------------------------------------------------------------------------------------


def _between(first: int, last: int, after: int | None) -> list[ColumnElement[bool]]:
    return [log.position > max(first, after or 0), log.position <= last]


def _about(period: Month | None) -> list[ColumnElement[bool]]:
    """The envelope is read from the stored bytes: only facts between two positions are looked at."""
    if period is None:
        return []
    body = cast(func.convert_from(log.body, "UTF8"), JSONB)
    settles = and_(log.stream.startswith("period-"), log.stream.endswith(period_stream("", period)[len("period-") :]))
    happened = body["business_date"].astext.startswith(f"{period}-")
    posted = or_(body["posting_period"].astext == period, body["adjusts_period"].astext == period)
    return [or_(settles, happened, posted)]


def _of(unit: UnitId | None) -> list[ColumnElement[bool]]:
    """Copies on other streams say nothing new, but on the unit's own stream they are what concerns it."""
    mirror = cast(func.convert_from(log.body, "UTF8"), JSONB)["mirror"].astext
    if unit is None:
        return [mirror.is_(None)]
    stream = unit_stream(unit)
    touching = select(listed.position).where(listed.subject == stream)
    return [or_(log.stream == stream, log.position.in_(touching))]


def _told(each: StoredFact, opened: frozenset[str], unit: UnitId | None) -> dict[str, Any]:
    """A fact without its payload: dates, document, from which device, what it posted (to the unit)."""
    fact, shown = each.fact, printed(each, opened)
    source = Source() if fact.source is None or is_sealed(fact, opened) else fact.source
    posted = [entry for entry in entries(fact) if unit is None or entry.account.endswith(f":{unit}")]
    return {
        **{name: shown[name] for name in SHOWN},
        "days_late": days_between(fact.business_date, local_day(each.recorded_at)),
        "documents": documents_named(all_tags(fact)),
        "by": shown["by"],
        "command": shown["command"],
        "device": source.device,
        "seq": source.seq,
        "offline": source.offline,
        "entries": [{"account": entry.account, "amount": yuan(entry.amount)} for entry in posted],
    }


# -- which balances -------------------------------------------------------------------------------------------------


async def _accounts(
    reader: Reader, first: int, last: int, period: Month | None, unit: UnitId | None
) -> list[dict[str, str]]:
    """Accounts with entries about the month in between: what they come to as known before, and as known after."""
    about = list(_entries_about(period))
    if unit is not None:
        about.append(func.split_part(journal.account, ":", 2) == unit)
    touched = select(journal.account).where(journal.position > first, journal.position <= last, *about)
    before = func.sum(case((journal.position <= first, journal.amount), else_=literal(0)))
    wanted = (
        select(journal.account, before, func.sum(journal.amount))
        .where(journal.account.in_(touched), journal.account != OPENING, journal.position <= last, *about)
        .group_by(journal.account)
        .order_by(journal.account)
    )
    rows = [(account, int(was), int(is_now)) for account, was, is_now in map(tuple, await reader.rows(wanted))]
    return [
        {"account": account, "before": yuan(was), "after": yuan(is_now), "learned": yuan(is_now - was)}
        for account, was, is_now in rows
    ]


def _entries_about(period: Month | None) -> Iterable[ColumnElement[bool]]:
    if period is None:
        return
    yield or_(
        journal.business_date.startswith(f"{period}-"),
        journal.posting_period == period,
        journal.adjusts_period == period,
    )
