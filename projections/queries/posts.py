"""Holders of posts on a day, and the lists that are in force for them (DUTY-01, ORG-02)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from ledger.state.person import Person
from ledger.vocabulary import LEADS, Day, Role
from projections import read_models
from projections.queries.kernel import Reader

states, lists = read_models.states.c, read_models.duty_lists.c

MANAGERS = frozenset(
    {*LEADS, Role.COMPANY_DEPUTY, Role.MEMBER, Role.OFFICE, Role.SAFETY_OFFICE, Role.INSPECTOR, Role.CENTRE_HEAD}
)
"""Everyone in safety-production management has a duty list (ORG-02); workers may have one."""


MANY = 500
"""From so many persons on, the lists of all are read."""


class Holder(NamedTuple):
    """A person in a post on the day."""

    person: str
    home: str
    roles: tuple[str, ...]
    suspended: str | None
    state: Person

    @property
    def manages(self) -> bool:
        return any(role in MANAGERS for role in self.roles)

    @property
    def is_company_deputy(self) -> bool:
        """公司副职: appraised by the year, everybody else in safety management by the month (ORG-08)."""
        return Role.COMPANY_DEPUTY in self.roles


class InForce(NamedTuple):
    """A list that counts for a person on the day, with the place of its fact."""

    person: str
    kind: str
    version: str
    effective: Day
    approved_by: str
    position: int
    body: dict[str, Any]


async def holders(reader: Reader, unit: str | None, day: Day) -> dict[str, Holder]:
    """Everybody who has a post on the day and whose home is the unit or below it (None: everybody), by id."""
    key = "holders", unit, day
    if key not in reader.kept:
        reader.kept[key] = {holder.person: holder async for holder in _holders(reader, unit, day)}
    found: dict[str, Holder] = reader.kept[key]
    return found


async def _holders(reader: Reader, unit: str | None, day: Day) -> AsyncIterator[Holder]:
    organisation = await reader.organisation()
    for state in await reader.states(
        select(states.kind, states.body).where(states.kind == "person").order_by(states.id)
    ):
        roles = tuple(dict.fromkeys(role for role, _ in state.roles(day)))
        home = state.home(day)
        if not roles or home is None or (state.left is not None and state.left < day):
            continue
        if unit is None or organisation.within(home, unit, day):
            yield Holder(state.person, home, roles, state.suspended, state)


async def in_force(reader: Reader, kind: str, day: Day, persons: list[str] | None = None) -> dict[str, InForce]:
    """The latest list of this kind that has taken effect by the day, by person; of these persons, or of everybody."""
    if persons is not None and len(persons) > MANY:
        wanted = frozenset(persons)
        return {name: one for name, one in (await in_force(reader, kind, day)).items() if name in wanted}
    key = "in force", kind, day, None if persons is None else frozenset(persons)
    if key not in reader.kept:
        reader.kept[key] = await _in_force(reader, kind, day, persons)
    found: dict[str, InForce] = reader.kept[key]
    return found


async def _in_force(reader: Reader, kind: str, day: Day, persons: list[str] | None) -> dict[str, InForce]:
    wanted = (
        select(
            lists.person, lists.kind, lists.list_version, lists.effective, lists.approved_by, lists.position, lists.body
        )
        .ext(distinct_on(lists.person))
        .where(lists.kind == kind, lists.effective <= day, lists.position <= reader.position)
        .order_by(lists.person, lists.effective.desc(), lists.position.desc())
    )
    if persons is not None:
        wanted = wanted.where(lists.person.in_(persons))
    return {row.person: InForce(*row) for row in await reader.rows(wanted)}


def elements(listed: InForce) -> list[tuple[str, str, str]]:
    """(place, specialty, item) of an inspection list."""
    return [(item["place"], item["specialty"], item["item"]) for item in listed.body["items"]]
