"""One command as a decision sees it: what was asked, by whom, when it counts, and who may ask it.

The rules of authority are small values that are combined with ``|``, so that each decision states its row of the
contract (column "who") in one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ledger.errors import Authority, WrongCentre
from ledger.fact import Source
from ledger.state.organisation import Organisation
from ledger.view import View
from ledger.vocabulary import LEADS, SYSTEM, Day, Moment, Role

Arguments = dict[str, Any]


class Stamp:
    """When, by whom and from where: the envelope of everything that a command records.

    ``at`` is when it happened, ``now`` when the ledger learns it; ``business_date`` and ``shift`` decide price, chain
    and roles (contract §1.5).
    """

    __slots__ = ("at", "business_date", "by", "command", "explicit_date", "late_approval", "now", "shift", "source")

    def __init__(
        self,
        *,
        command: str,
        at: Moment,
        now: Moment,
        by: str,
        business_date: Day = "",
        shift: str | None = None,
        source: Source | None = None,
        late_approval: str | None = None,
        explicit_date: bool = False,
    ) -> None:
        self.command = command
        self.at = at
        self.now = now
        self.by = by
        self.business_date = business_date
        self.shift = shift
        self.source = source
        self.late_approval = late_approval
        self.explicit_date = explicit_date

    def on(self, business_date: Day, shift: str | None, at: Moment | None = None) -> Stamp:
        """The same stamp for another business date (and moment)."""
        return Stamp(
            command=self.command,
            at=at or self.at,
            now=self.now,
            by=self.by,
            business_date=business_date,
            shift=shift,
            source=self.source,
            late_approval=self.late_approval,
            explicit_date=self.explicit_date,
        )

    @property
    def imported(self) -> bool:
        return self.source is not None and self.source.input_mode == "import"


class Case:
    """A command under decision: view, stamp and arguments, and the roles that its actor holds that day."""

    __slots__ = ("_roles", "arguments", "organisation", "stamp", "view")

    def __init__(self, view: View, stamp: Stamp, arguments: Arguments) -> None:
        self.view = view
        self.stamp = stamp
        self.arguments = arguments
        self.organisation: Organisation = view.organisation
        self._roles: frozenset[tuple[str, str]] | None = None

    @property
    def roles(self) -> frozenset[tuple[str, str]]:
        """(role, unit) of the actor on the business date, delegations included."""
        if self._roles is None:
            self._roles = roles_of(self.view, self.stamp.by, self.stamp.business_date)
        return self._roles

    def path(self, unit: str) -> tuple[str, ...]:
        return self.organisation.path(unit, self.stamp.business_date)

    def __getitem__(self, name: str) -> Any:
        return self.arguments.get(name)


def roles_of(view: View, person: str, day: Day) -> frozenset[tuple[str, str]]:
    """Every (role, unit) that counts for a person on a day: assignments and delegations (ORG-15)."""
    if person == SYSTEM:
        return frozenset()
    return frozenset((*view.person(person).roles(day), *view.policies.delegated(person, day)))


def holds_at(roles: frozenset[tuple[str, str]], wanted: Iterable[str], units: Iterable[str]) -> bool:
    places = tuple(units)
    return any((role, unit) in roles for role in wanted for unit in places)


Where = Callable[[Case], str | None]
"""Finds the unit that a rule of authority is about; None where there is none (then the rule does not help)."""


class Who:
    """Who may give a command.  ``centre_rule`` marks rules that ask for a clerk or head at one certain centre."""

    def __init__(self, allows: Callable[[Case], bool], other_centre: Callable[[Case], bool] | None = None) -> None:
        self.allows = allows
        self.other_centre = other_centre or (lambda case: False)

    def __or__(self, other: Who) -> Who:
        return Who(
            lambda case: self.allows(case) or other.allows(case),
            lambda case: self.other_centre(case) or other.other_centre(case),
        )

    def check(self, case: Case) -> None:
        """Raises WRONG_CENTRE or AUTHORITY (contract §1.6)."""
        if self.allows(case):
            return
        if self.other_centre(case):
            raise WrongCentre(case.stamp.by)
        raise Authority(case.stamp.by)


ANYONE = Who(lambda case: case.stamp.by != SYSTEM)
SYS = Who(lambda case: case.stamp.by == SYSTEM)


def role(*names: Role) -> Who:
    """The role at any unit."""
    return Who(lambda case: any(held in names for held, _ in case.roles))


def at(where: Where, *names: Role) -> Who:
    """``role@U``: the role at exactly this unit."""
    return Who(lambda case: (unit := where(case)) is not None and holds_at(case.roles, names, (unit,)))


def above(where: Where, *names: Role) -> Who:
    """``role@↑``: the role at the unit or any unit above it."""
    return Who(lambda case: (unit := where(case)) is not None and holds_at(case.roles, names, case.path(unit)))


def centre(where: Where, *names: Role) -> Who:
    """``clerk@C``, ``centre_head@C``: held only at another centre is WRONG_CENTRE."""
    inside = at(where, *names)
    return Who(inside.allows, lambda case: any(held in names for held, _ in case.roles))


def lead(where: Where) -> Who:
    """``lead@U``: who speaks for the unit."""
    return at(where, *LEADS)


def lead_above(where: Where) -> Who:
    return above(where, *LEADS)


def person(name: str) -> Who:
    """The person whom the argument names."""
    return Who(lambda case: case.stamp.by == case[name])


def is_lead(view: View, person: str, unit: str, day: Day) -> bool:
    return holds_at(roles_of(view, person, day), LEADS, (unit,))


# -- where: the unit that a rule is about -------------------------------------------------------------------------


def argument(name: str) -> Where:
    return lambda case: case[name]


def centre_of(where: Where) -> Where:
    """The settlement centre of a unit on the business date."""

    def find(case: Case) -> str | None:
        unit = where(case)
        return None if unit is None else case.organisation.centre(unit, case.stamp.business_date)

    return find


def root(case: Case) -> str:
    return case.organisation.root


def home_of(name: str) -> Where:
    """The home unit of the person whom an argument names."""
    return lambda case: case.view.person(case[name]).home(case.stamp.business_date)


def of_hazard(case: Case) -> str:
    return case.view.hazard(case["hazard"]).unit


def of_slip(case: Case) -> str:
    return case.view.slip(case["slip"]).unit


def of_notice(case: Case) -> str:
    return case.view.notice(case["notice"]).unit


def of_sender(case: Case) -> str:
    return case.view.handover(case["handover"]).sender


def of_receiver(case: Case) -> str:
    return case.view.handover(case["handover"]).receiver
