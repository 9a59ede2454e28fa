"""Units, persons and settlement months as they were known at a position, folded from their facts."""

from __future__ import annotations

from typing import NamedTuple

from ledger.calendars import local_day
from ledger.fact import Fact, StoredFact
from ledger.facts import BY_TOPIC
from ledger.facts.organisation import AssignmentEnded, PersonAssigned, PersonLeft, PersonRegistered
from ledger.facts.periods import PeriodClosed, PeriodCutOff, PeriodOpened
from ledger.state import organisation, person
from ledger.state.organisation import Organisation
from ledger.state.person import Post
from projections.exports.source import Source


class Month(NamedTuple):
    """A month of a settlement centre."""

    cutoff: str | None = None
    status: str = "open"
    closed_on: str | None = None
    closed_at: int | None = None
    digest: str | None = None


class User(NamedTuple):
    """A registered person, without the name."""

    person: str
    registered_on: str
    left: str | None
    posts: tuple[Post, ...]


class Masters(NamedTuple):
    """Master data that entries refer to."""

    organisation: Organisation
    persons: dict[str, User]
    months: dict[tuple[str, str], Month]


PERSONS = (PersonRegistered, PersonAssigned, AssignmentEnded, PersonLeft)
MONTHS = (PeriodOpened, PeriodCutOff, PeriodClosed)


def _topics(*fact_types: type[Fact]) -> list[str]:
    return [topic for topic, fact_type in BY_TOPIC.items() if issubclass(fact_type, fact_types)]


ORGANISATION = [topic for topic, fact_type in BY_TOPIC.items() if fact_type.__module__ == PersonRegistered.__module__]


async def masters(source: Source) -> Masters:
    """Read them all, up to the position of the export."""
    units, people, since = Organisation(), dict[str, person.Person](), dict[str, str]()
    months: dict[tuple[str, str], Month] = {}
    async for stored in source.facts(sorted({*ORGANISATION, *_topics(*MONTHS)})):
        fact = stored.fact
        if isinstance(fact, PERSONS):
            before = people.get(fact.person) or person.Person(fact.person)
            people[fact.person] = person.evolve(before, stored, ())
            since.setdefault(fact.person, fact.business_date)
        elif isinstance(fact, MONTHS):
            key = fact.centre, fact.period
            months[key] = _month(months.get(key, Month()), stored)
        else:
            units = organisation.evolve(units, stored)
    users = {name: User(name, since[name], each.left, each.posts) for name, each in sorted(people.items())}
    return Masters(units, users, months)


def _month(before: Month, stored: StoredFact) -> Month:
    match stored.fact:
        case PeriodOpened(cutoff=cutoff):
            return before._replace(cutoff=cutoff)
        case PeriodCutOff():
            return before._replace(status="cut_off")
        case PeriodClosed(digest=digest):
            day = local_day(stored.recorded_at)
            return before._replace(status="closed", closed_on=day, closed_at=stored.position, digest=digest)
        case _:
            return before
