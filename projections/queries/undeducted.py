"""Persons of whom a month's wage was told and nothing of their dues was decided (rule 61)."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.calendars import next_month
from ledger.facts.dues import CompensationDeducted, DeductionCarried
from ledger.facts.pools import EntryReversed
from ledger.money import yuan
from ledger.state.periods import Periods
from ledger.state.person import Person
from ledger.vocabulary import CentreId, Month, period_stream, person_stream
from projections import read_models
from projections.queries.answers import oversight as answers
from projections.queries.facts import topics
from projections.queries.kernel import Reader, Result, query
from projections.reconciliation.books_as_of import books_at
from projections.reconciliation.bulk_reader import among, facts
from projections.reconciliation.loader import persons_of

log = read_models.events.c


@query("Undeducted", "register", at="/oversight/undeducted", cli="oversight undeducted", answer=answers.Undeducted)
async def undeducted(reader: Reader, centre: CentreId, period: Month) -> Result:
    """Persons at home at a centre at the end of a month who owe, whose gross wage is told, and no deduction decided.

    Dues under appeal do not count, nor those that were raised after the posting period of such a deduction.
    """
    closed: Periods = await reader.state("periods", "") or Periods()
    up_to = period
    while closed.is_closed(centre, up_to):
        up_to = next_month(up_to)
    people = await persons_of(await books_at(reader), period_stream(centre, period), period)
    owing = {person.person: person for person, _ in people if period in person.gross and _due(person, up_to)}
    decided = await _decided(reader, owing, period)
    return {
        "undeducted": [
            {"person": name, "due": yuan(_due(owing[name], up_to)), "gross": yuan(owing[name].gross[period].gross)}
            for name in sorted(owing)
            if name not in decided
        ]
    }


def _due(person: Person, month: str) -> int:
    return sum(due.open for due in person.dues.until(month) if not due.appealed)


async def _decided(reader: Reader, people: Iterable[str], period: Month) -> set[str]:
    """Those whose deduction of the month stands."""
    streams = [person_stream(person) for person in people]
    told = await facts(
        reader, among(log.stream, streams), topics(CompensationDeducted, DeductionCarried, EntryReversed)
    )
    undone = {one.fact.of for one in told if isinstance(one.fact, EntryReversed)}
    return {
        fact.person
        for _, _, fact in told
        if isinstance(fact, CompensationDeducted | DeductionCarried)
        and fact.period == period
        and fact.command not in undone
    }
