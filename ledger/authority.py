"""The column "who" of the commands as data: roles, and the places where they count (contract §1.6, rules 1 and 51).

Decisions enter their rows here; queries read them (``WhoMay``), and so does whoever draws the matrix of rights.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from ledger.state.holdings import POST_LEVEL, Holding, places_of
from ledger.state.organisation import Organisation
from ledger.vocabulary import Day, Role, UnitId

SeenFrom = Callable[[Organisation, UnitId, Day], tuple[UnitId, ...]]
"""The units at which a role is asked for where only one unit of the data is known."""


class Reach(StrEnum):
    """How far from the unit a role may be held."""

    HERE = "here"
    ABOVE = "above"
    ANYWHERE = "anywhere"


class Office(NamedTuple):
    """One part of a row's column "who": any of these roles, held so far from the unit."""

    roles: tuple[Role, ...]
    reach: Reach
    seen_from: SeenFrom
    leads: bool = False
    """A worker at a post of level 5 counts as well (rule 4)."""

    def allows(self, organisation: Organisation, held: Holding, unit: UnitId, day: Day) -> bool:
        """Does the role count here, with the unit standing for any that the data name?"""
        posted = self.leads and held.role == Role.WORKER and organisation.units[held.unit].level == POST_LEVEL
        if held.role not in self.roles and not posted:
            return False
        if self.reach is Reach.ANYWHERE:
            return True
        seen = self.seen_from(organisation, unit, day)
        asked = seen if self.reach is Reach.HERE else {node for one in seen for node in organisation.path(one, day)}
        return any(place in asked for place in places_of(organisation, held.role, held.unit, day))


class Row(NamedTuple):
    """One command's column "who"; ``anyone`` stands for every registered person."""

    offices: tuple[Office, ...]
    anyone: bool = False
    not_itself: bool = False
    """Roles held at the unit or below do not count (rule 53)."""


PAYERS = frozenset({Role.CLERK, Role.CENTRE_HEAD})
"""They pay what others have judged."""


def judges_itself(organisation: Organisation, judged: UnitId, role: str, unit: UnitId, day: Day) -> bool:
    """Is the role held where it does not count in what is decided about a unit?  At the root it does (rule 53)."""
    return role not in PAYERS and judged != organisation.root and organisation.within(unit, judged, day)


ROWS: dict[str, Row] = {}
"""The rows by command, entered by the decisions themselves."""
