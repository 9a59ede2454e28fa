"""Who may give which command, as data: roles, and the places where they count (contract §1.6, rules 1 and 51).

Decisions enter their rows here; queries read them (``WhoMay``), and so does whoever draws the matrix of rights.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

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


class Row(NamedTuple):
    """Who may give a command with some data; ``anyone`` stands for every registered person."""

    offices: tuple[Office, ...]
    anyone: bool = False


ROWS: dict[str, Row] = {}
"""The rows by command, entered by the decisions themselves."""
