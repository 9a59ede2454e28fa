"""The units and the people that there are on a day (rule 51)."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from sqlalchemy import select

from ledger.facts.organisation import PersonRegistered, PersonRenamed
from ledger.state.organisation import Organisation
from ledger.state.person import Person, Post
from ledger.vocabulary import Day, Role, UnitId
from projections import read_models
from projections.queries.answers import organisation as answers
from projections.queries.facts import topics
from projections.queries.kernel import Reader, Result, query
from projections.reconciliation.bulk_reader import facts

states = read_models.states.c


@query("Units", "register", at="/units", cli="units", answer=answers.Units)
async def units(reader: Reader, date: Day | None = None, unit: UnitId | None = None) -> Result:
    """Every registered unit as on a day (today), or one with all below it; with its settlement centre."""
    organisation, day = await reader.organisation(), date or await reader.today()
    listed = [name for name in sorted(organisation.units) if unit is None or organisation.within(name, unit, day)]
    return {"units": [_unit(organisation, name, day) for name in listed]}


def _unit(organisation: Organisation, name: str, day: str) -> dict[str, Any]:
    node = organisation.units[name]
    return {
        "unit": name,
        "name": node.name_on(day),
        "level": node.level,
        "parent": organisation.parent(name, day),
        "centre": organisation.centre(name, day),
        "kind": node.kind,
        "retired": node.retired,
    }


@query("People", "register", at="/people", cli="people", answer=answers.People)
async def people(
    reader: Reader,
    unit: UnitId | None = None,
    subtree: bool = False,
    role: Role | None = None,
    date: Day | None = None,
) -> Result:
    """Everybody, or who holds an assignment (in a role) on a day (today) at a unit; with all roles on that day."""
    organisation, day = await reader.organisation(), date or await reader.today()
    asked = None if unit is None else {unit}
    if unit is not None and subtree:
        asked = {name for name in organisation.units if organisation.within(name, unit, day)}
    known = {state.person: state for state in await registered(reader)}
    found = {
        name: state for name, state in known.items() if (asked, role) == (None, None) or _is_at(state, asked, role, day)
    }
    names = await names_on(reader, day) if found else {}
    return {"people": [_person(state, names[name], day) for name, state in sorted(found.items())]}


async def registered(reader: Reader) -> list[Person]:
    """Every person whom the ledger knows, by id."""
    wanted = select(states.kind, states.body).where(states.kind == "person").order_by(states.id)
    return [state for state in await reader.states(wanted) if state.registered]


def _is_at(state: Person, units: Container[str] | None, role: str | None, day: str) -> bool:
    return any((role is None or held == role) and (units is None or unit in units) for held, unit in state.roles(day))


async def names_on(reader: Reader, day: str) -> dict[str, str]:
    """The names of persons on a day: the first one until a later one was recorded for it (rule 23)."""
    names: dict[str, str] = {}
    for _, _, fact in await facts(reader, topics(PersonRegistered, PersonRenamed)):
        assert isinstance(fact, PersonRegistered | PersonRenamed)
        if isinstance(fact, PersonRegistered) or fact.business_date <= day:
            names[fact.person] = fact.name
    return names


def _person(state: Person, name: str, day: str) -> dict[str, Any]:
    posts = sorted((post for post in state.posts if post.covers(day)), key=lambda post: (post.unit, post.role))
    return {
        "person": state.person,
        "name": name,
        "home": state.home(day),
        "roles": [_role(post) for post in posts],
        "suspended": state.suspended is not None,
        "left": state.left,
    }


def _role(post: Post) -> dict[str, Any]:
    return {"role": post.role, "unit": post.unit, "since": post.since, "until": post.until}
