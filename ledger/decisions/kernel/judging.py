"""Roles that do not count where somebody is judged: nobody is judged from below, no unit judges itself.

Contract, rules 3 and 53.
"""

from __future__ import annotations

from collections.abc import Callable

from ledger.authority import PAYERS, judges_itself
from ledger.decisions.kernel.request import Counting, Request
from ledger.decisions.kernel.roles import Held, headed_by
from ledger.decisions.kernel.stamp import Stamp
from ledger.view import View
from ledger.vocabulary import Role

JUDGES_OF_THE_ROOT = (Role.LEADING_GROUP, Role.SAFETY_OFFICE)

Whom = Callable[[Request], str | None]


def judging(whom: Whom) -> Counting:
    """Roles held at or below a unit do not count towards who heads it that day (rule 3)."""

    def counting(request: Request, held: frozenset[Held]) -> frozenset[Held]:
        person = whom(request)
        return held if person is None else from_above(request.view, request.stamp, person, held)

    return counting


def from_above(view: View, stamp: Stamp, person: str, held: frozenset[Held]) -> frozenset[Held]:
    """Those of the roles that count towards a person: a head is judged from strictly above his unit.

    The head of the root is judged by the leading group or the safety office of the root, whatever role is asked.
    """
    organisation, day = view.organisation, stamp.business_date
    headed = headed_by(view, person, day)
    if organisation.root in headed:
        judge = any((role, organisation.root) in held for role in JUDGES_OF_THE_ROOT)
        stands_for = {(role, organisation.root) for role in Role if role not in PAYERS} if judge else set()
        return frozenset({*stands_for, *(one for one in held if one[0] in PAYERS)})
    return frozenset(
        (role, unit)
        for role, unit in held
        if role in PAYERS or not any(organisation.within(unit, head, day) for head in headed)
    )


class UnitNotItself:
    """Roles held at the unit or below do not count in what is decided about it; at the root they do (rule 53)."""

    __slots__ = ("unit",)

    def __init__(self, unit: Whom) -> None:
        self.unit = unit

    def __call__(self, request: Request, held: frozenset[Held]) -> frozenset[Held]:
        judged, organisation, day = self.unit(request), request.organisation, request.stamp.business_date
        return frozenset(one for one in held if judged is None or not judges_itself(organisation, judged, *one, day))


def given(name: str) -> Whom:
    """The person or unit that a field names."""
    return lambda request: request[name]


def unit_or_person(request: Request, held: frozenset[Held]) -> frozenset[Held]:
    """Of a unit by rule 53, of a person by rule 3."""
    return (judging if request["unit"] is None else UnitNotItself)(
        given("person" if request["unit"] is None else "unit")
    )(request, held)
