"""Places and specialties without a responsible person (ORG-20)."""

from __future__ import annotations

from collections import defaultdict

from ledger.fact import StoredFact, topic_of
from ledger.facts.responsibility import ResponsibilityAssigned, ResponsibilityEnded, grid_key
from ledger.state.responsibility import Grid
from ledger.vocabulary import Day, UnitId
from projections import read_models
from projections.queries.answers import boards as answers
from projections.queries.facts import stored_facts
from projections.queries.folds import folded
from projections.queries.kernel import Reader, Result, query

log = read_models.events.c
TOPICS = tuple(topic_of(fact_type) for fact_type in (ResponsibilityAssigned, ResponsibilityEnded))


@query(
    "ResponsibilityGaps",
    "register",
    at="/units/{unit}/responsibility-gaps",
    cli="responsibility-gaps UNIT DATE",
    answer=answers.ResponsibilityGaps,
)
async def responsibility_gaps(reader: Reader, unit: UnitId, date: Day) -> Result:
    """Every (place, specialty) ever given to a person at or below the unit that nobody answers for on the day."""
    of_place, persons = await _grid_facts(reader)
    homes = await homes_of(reader, persons, date)
    organisation = await reader.organisation()
    gaps = []
    for (place, specialty), facts in sorted(of_place.items()):
        grid: Grid = folded(grid_key(place, specialty), facts)
        ours = any(organisation.within(homes[holding.person], unit, date) for holding in grid.holdings)
        if ours and not any(holding.covers(date) for holding in grid.holdings):
            gaps.append({"place": place, "specialty": specialty})
    return {"gaps": gaps}


async def answered_places(reader: Reader, unit: UnitId | None, day: Day) -> set[tuple[str, str]]:
    """Every (place, specialty) that somebody whose home is the unit or below it (None: anybody) answers for."""
    organisation = await reader.organisation()
    answering = {where: person for where, grid in (await grids(reader)).items() if (person := responsible(grid, day))}
    homes = await homes_of(reader, set(answering.values()), day)
    return {
        where for where, person in answering.items() if unit is None or organisation.within(homes[person], unit, day)
    }


async def grids(reader: Reader) -> dict[tuple[str, str], Grid]:
    """The person who answers for each (place, specialty), by date (ORG-20)."""
    of_place, _ = await _grid_facts(reader)
    return {where: folded(grid_key(*where), facts) for where, facts in of_place.items()}


def responsible(grid: Grid | None, day: Day) -> str | None:
    """The one person who answers on the day."""
    return next((holding.person for holding in grid.holdings if holding.covers(day)), None) if grid else None


async def _grid_facts(reader: Reader) -> tuple[dict[tuple[str, str], list[StoredFact]], set[str]]:
    """The facts of each (place, specialty), and every person in them."""
    wanted = [log.stream == "org", log.topic.in_(TOPICS), log.position <= reader.position]
    of_place: defaultdict[tuple[str, str], list[StoredFact]] = defaultdict(list)
    persons: set[str] = set()
    for each in await stored_facts(reader, wanted, log.version):
        if isinstance(each.fact, ResponsibilityAssigned | ResponsibilityEnded):
            of_place[each.fact.place, each.fact.specialty].append(each)
            persons.add(each.fact.person)
    return of_place, persons


async def homes_of(reader: Reader, persons: set[str], day: Day) -> dict[str, str]:
    """Where each person belongs on the day."""
    root = (await reader.organisation()).root
    return {name: (await reader.state("person", name)).home(day) or root for name in sorted(persons)}
