"""Rules of authority: small predicates that say who may give a command, combined with ``|``.

Each decision states its row of the contract (column "who") in one line of them.
"""

from __future__ import annotations

from collections.abc import Callable

from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.roles import holds_at
from ledger.errors import Authority, WrongCentre
from ledger.vocabulary import LEADS, SYSTEM, Role

Where = Callable[[Request], str | None]
"""Finds the unit that a rule of authority is about; None where there is none (then the rule does not help)."""


class Who:
    """A rule of authority.  ``other_centre`` recognises an actor who holds the role, but at another centre."""

    def __init__(
        self, allows: Callable[[Request], bool], other_centre: Callable[[Request], bool] | None = None
    ) -> None:
        self.allows = allows
        self.other_centre = other_centre or (lambda request: False)

    def __or__(self, other: Who) -> Who:
        return Who(
            lambda request: self.allows(request) or other.allows(request),
            lambda request: self.other_centre(request) or other.other_centre(request),
        )

    def check(self, request: Request) -> None:
        """Raises WRONG_CENTRE or AUTHORITY (contract §1.6)."""
        if self.allows(request):
            return
        if self.other_centre(request):
            raise WrongCentre(request.stamp.by)
        raise Authority(request.stamp.by)


ANYONE = Who(lambda request: request.stamp.by != SYSTEM)
SYS = Who(lambda request: request.stamp.by == SYSTEM)


def role(*names: Role) -> Who:
    """The role at any unit."""
    return Who(lambda request: any(held in names for held, _ in request.roles))


def at(where: Where, *names: Role) -> Who:
    """``role@U``: the role at exactly this unit."""
    return Who(lambda request: (unit := where(request)) is not None and holds_at(request.roles, names, (unit,)))


def above(where: Where, *names: Role) -> Who:
    """``role@↑``: the role at the unit or any unit above it."""
    return Who(
        lambda request: (unit := where(request)) is not None and holds_at(request.roles, names, request.path(unit))
    )


def centre(where: Where, *names: Role) -> Who:
    """``clerk@C``, ``centre_head@C``: held only at another centre is WRONG_CENTRE."""
    inside = at(where, *names)
    return Who(inside.allows, lambda request: any(held in names for held, _ in request.roles))


def lead(where: Where) -> Who:
    """``lead@U``: who speaks for the unit."""
    return at(where, *LEADS)


def lead_above(where: Where) -> Who:
    return above(where, *LEADS)


def person(name: str) -> Who:
    """The person whom the argument names."""
    return Who(lambda request: request.stamp.by == request[name])


# -- where: the unit that a rule is about -------------------------------------------------------------------------


def argument(name: str) -> Where:
    return lambda request: request[name]


def centre_of(where: Where) -> Where:
    """The settlement centre of a unit on the business date."""

    def find(request: Request) -> str | None:
        unit = where(request)
        return None if unit is None else request.organisation.centre(unit, request.stamp.business_date)

    return find


def root(request: Request) -> str:
    return request.organisation.root


def home_of(name: str) -> Where:
    """The home unit of the person whom an argument names."""
    return lambda request: request.view.person(request[name]).home(request.stamp.business_date)


def of_actor(request: Request) -> str | None:
    """The home unit of the person who gives the command; the ledger itself has none."""
    by = request.stamp.by
    return None if by == SYSTEM else request.view.person(by).home(request.stamp.business_date)


def of_party(request: Request) -> str | None:
    """The unit named, or the home of the person named; of a command that names neither, that of the actor."""
    if request["unit"] is not None:
        return str(request["unit"])
    return of_actor(request) if request["person"] is None else home_of("person")(request)


def of_hazard(request: Request) -> str:
    return request.view.hazard(request["hazard"]).unit


def of_notice(request: Request) -> str:
    return request.view.notice(request["notice"]).unit


def of_sender(request: Request) -> str:
    return request.view.handover(request["handover"]).sender


def of_receiver(request: Request) -> str:
    return request.view.handover(request["handover"]).receiver
