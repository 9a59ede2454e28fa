"""Places and specialties without a responsible person (ORG-20)."""

from __future__ import annotations

from collections import defaultdict

from ledger.fact import Recorded
from ledger.facts.responsibility import ResponsibilityAssigned, ResponsibilityEnded
from ledger.state.responsibility import Grid, grid_key
from ledger.vocabulary import Day, UnitId
from projections import read_models
from projections.queries.facts import recorded
from projections.queries.folds import folded
from projections.queries.kernel import Reader, Result, query

log = read_models.events.c
TOPICS = tuple(str(kind.__struct_config__.tag) for kind in (ResponsibilityAssigned, ResponsibilityEnded))


@query("ResponsibilityGaps", "register")
async def responsibility_gaps(reader: Reader, unit: UnitId, date: Day) -> Result:
    """Every (place, specialty) ever given to a person at or below the unit that nobody answers for on the day."""
    wanted = [log.stream == "org", log.topic.in_(TOPICS), log.position <= reader.position]
    of_place: defaultdict[tuple[str, str], list[Recorded]] = defaultdict(list)
    persons: set[str] = set()
    for each in await recorded(reader, wanted, log.version):
        if isinstance(each.fact, ResponsibilityAssigned | ResponsibilityEnded):
            of_place[each.fact.place, each.fact.specialty].append(each)
            persons.add(each.fact.person)
    homes = await _homes(reader, persons, date)
    organisation = await reader.organisation()
    gaps = []
    for (place, specialty), facts in sorted(of_place.items()):
        grid: Grid = folded(grid_key(place, specialty), facts)
        ours = any(organisation.within(homes[holding.person], unit, date) for holding in grid.holdings)
        if ours and not any(holding.covers(date) for holding in grid.holdings):
            gaps.append({"place": place, "specialty": specialty})
    return {"gaps": gaps}


async def _homes(reader: Reader, persons: set[str], day: Day) -> dict[str, str]:
    """Where each person belongs on the day."""
    root = (await reader.organisation()).root
    return {name: (await reader.state("person", name)).home(day) or root for name in sorted(persons)}
