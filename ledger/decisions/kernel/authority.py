"""Rules of authority: small predicates that say who may give a command, combined with ``|``.

Each decision states its row of the contract (column "who") in one line of them.  A role has a place (rule 1): it is
held at a unit, at or above it, or at a settlement centre.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ledger.authority import Office, Reach, Row, SeenFrom
from ledger.decisions.kernel.places import concerned, document_unit
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.roles import holds_at, leads_at
from ledger.errors import Authority, WrongCentre
from ledger.state.organisation import Organisation
from ledger.vocabulary import LEADS, SYSTEM, Day, Role

Test = Callable[[Request], bool]


def _itself(organisation: Organisation, unit: str, day: Day) -> tuple[str, ...]:
    return (unit,)


class Place:
    """The unit that a rule of authority is about; None where there is none (then the rule does not help).

    ``seen_from`` are the units that it may be for a unit that the data names.
    """

    __slots__ = ("find", "seen_from")

    def __init__(self, find: Callable[[Request], str | None], seen_from: SeenFrom = _itself) -> None:
        self.find = find
        self.seen_from = seen_from

    def __call__(self, request: Request) -> str | None:
        return self.find(request)


Where = Place | Callable[[Request], str | None]


def place(where: Where) -> Place:
    """A place that is simply found is the unit that the data names."""
    return where if isinstance(where, Place) else Place(where)


class Held(NamedTuple):
    """A role held at a place, or so far above it; under a condition of the data, if there is one."""

    roles: tuple[Role, ...]
    place: Place
    reach: Reach
    of_centre: bool = False
    leads: bool = False
    when: Test | None = None

    def allows(self, request: Request) -> bool:
        if self.when is not None and not self.when(request):
            return False
        if self.reach is Reach.ANYWHERE:
            return any(held in self.roles for held, _ in request.roles)
        unit = self.place.find(request)
        if unit is None:
            return False
        units = (unit,) if self.reach is Reach.HERE else request.path(unit)
        if self.leads:
            return leads_at(request.organisation, request.roles, units)
        return holds_at(request.roles, self.roles, units)

    def elsewhere(self, request: Request) -> bool:
        """Is it asked at one centre, and held only at another?"""
        if not self.of_centre or (self.when is not None and not self.when(request)):
            return False
        return any(held in self.roles for held, _ in request.roles)

    def asks(self, request: Request) -> tuple[str, ...]:
        """The roles that would do, each with its place: ``clerk@U1``, or ``office@W1↑`` there or above."""
        unit = None if self.reach is Reach.ANYWHERE else self.place.find(request)
        if (self.when is not None and not self.when(request)) or (unit is None and self.reach is not Reach.ANYWHERE):
            return ()
        place = "" if unit is None else f"@{unit}{'↑' if self.reach is Reach.ABOVE else ''}"
        return tuple(f"{name}{place}" for name in (("lead",) if self.leads else self.roles))

    def only_if(self, test: Test) -> Held:
        given = self.when
        return self._replace(when=test if given is None else lambda request: given(request) and test(request))

    @property
    def office(self) -> Office:
        seen_from = centre_of(self.place).seen_from if self.of_centre else self.place.seen_from
        return Office(self.roles, self.reach, seen_from, self.leads)


class Word(NamedTuple):
    """A word that somebody has of his own, whatever role he holds: the person, the issuer, the system, anyone."""

    allows: Test
    anyone: bool = False

    def elsewhere(self, request: Request) -> bool:
        return False

    def asks(self, request: Request) -> tuple[str, ...]:
        return ()

    def only_if(self, test: Test) -> Word:
        return self._replace(allows=lambda request: test(request) and self.allows(request))


class Who:
    """A rule of authority: it allows whom one of its terms allows."""

    __slots__ = ("terms",)

    def __init__(self, *terms: Held | Word) -> None:
        self.terms = terms

    def __or__(self, other: Who) -> Who:
        return Who(*self.terms, *other.terms)

    def when(self, test: Test) -> Who:
        """The same, only where the data fulfil a condition."""
        return Who(*(term.only_if(test) for term in self.terms))

    def allows(self, request: Request) -> bool:
        return any(term.allows(request) for term in self.terms)

    def check(self, request: Request) -> None:
        """Raises WRONG_CENTRE or AUTHORITY (contract §1.6), with the roles that would do."""
        for term in self.terms:
            if term.allows(request):
                return
        asked = ", ".join(dict.fromkeys(role for term in self.terms for role in term.asks(request)))
        said = f"{request.stamp.by}: needed is {asked}" if asked else request.stamp.by
        raise (WrongCentre if any(term.elsewhere(request) for term in self.terms) else Authority)(said)

    @property
    def row(self) -> Row:
        """The roles and their places, conditions and own words left out (query WhoMay)."""
        offices = tuple(term.office for term in self.terms if isinstance(term, Held))
        return Row(offices, any(isinstance(term, Word) and term.anyone for term in self.terms))


def word(test: Test) -> Who:
    """Somebody's own word."""
    return Who(Word(test))


ANYONE = Who(Word(lambda request: request.stamp.by != SYSTEM, anyone=True))
SYS = word(lambda request: request.stamp.by == SYSTEM)


def anywhere(*names: Role) -> Who:
    """The role at any unit: auditors, workers' representatives, and the two commands that say so (rule 1)."""
    return Who(Held(names, CONCERNED, Reach.ANYWHERE))


def at(where: Where, *names: Role) -> Who:
    """``role@U``: the role at exactly this unit."""
    return Who(Held(names, place(where), Reach.HERE))


def above(where: Where, *names: Role) -> Who:
    """``role@↑``: the role at the unit or any unit above it."""
    return Who(Held(names, place(where), Reach.ABOVE))


def role(*names: Role) -> Who:
    """A role without mark: at the unit concerned or above (rule 1)."""
    return above(CONCERNED, *names)


def centre(where: Where, *names: Role) -> Who:
    """``clerk@C``, ``centre_head@C``: held only at another centre is WRONG_CENTRE."""
    return Who(Held(names, place(where), Reach.HERE, of_centre=True))


def lead(where: Where) -> Who:
    """``lead@U``: who speaks for the unit."""
    return Who(Held(tuple(sorted(LEADS)), place(where), Reach.HERE, leads=True))


def lead_above(where: Where) -> Who:
    return Who(Held(tuple(sorted(LEADS)), place(where), Reach.ABOVE, leads=True))


def person(name: str) -> Who:
    """The person whom the argument names."""
    return word(lambda request: request.stamp.by == request[name])


# -- where: the unit that a rule is about -------------------------------------------------------------------------

CONCERNED = Place(concerned)
"""The unit concerned (rule 1)."""


def argument(name: str) -> Place:
    return Place(lambda request: request[name])


def document(kind: str) -> Place:
    """The unit of the document whose id the command gives."""
    return Place(lambda request: document_unit(request, kind))


def centre_of(where: Where) -> Place:
    """The settlement centre of a unit on the business date."""

    def find(request: Request) -> str | None:
        unit = where(request)
        return None if unit is None else request.organisation.centre(unit, request.stamp.business_date)

    def seen_from(organisation: Organisation, unit: str, day: Day) -> tuple[str, ...]:
        return tuple(organisation.centre(found, day) for found in place(where).seen_from(organisation, unit, day))

    return Place(find, seen_from)


def centre_over(where: Where) -> Place:
    """The nearest centre strictly above a unit, the root's own for the root (rule 53)."""

    def find(request: Request) -> str | None:
        unit, organisation = where(request), request.organisation
        if unit is None:
            return None
        return organisation.centre_above(unit, request.stamp.business_date) or organisation.root

    return Place(find, lambda organisation, unit, day: (organisation.centre_above(unit, day) or organisation.root,))


def centres_above(organisation: Organisation, unit: str, day: Day) -> tuple[str, ...]:
    """Every centre at or above a unit: one of them settles between it and another."""
    return tuple(node for node in organisation.path(unit, day) if organisation.units[node].centre)


def centre_above(organisation: Organisation, unit: str, day: Day) -> tuple[str, ...]:
    """The centre of a unit's tenders: the nearest strictly above it."""
    found = organisation.centre_above(unit, day)
    return () if found is None else (found,)


root = Place(
    lambda request: request.organisation.root,
    lambda organisation, unit, day: (organisation.root,),
)


def home_of(name: str) -> Place:
    """The home unit of the person whom an argument names."""
    return Place(lambda request: request.view.person(request[name]).home(request.stamp.business_date))


def of_actor(request: Request) -> str | None:
    """The home unit of the person who gives the command; the ledger itself has none."""
    by = request.stamp.by
    return None if by == SYSTEM else request.view.person(by).home(request.stamp.business_date)


def of_party(request: Request) -> str | None:
    """The unit named, or the home of the person named; of a command that names neither, that of the actor."""
    if request["unit"] is not None:
        return str(request["unit"])
    return of_actor(request) if request["person"] is None else home_of("person")(request)


of_hazard, of_notice, of_sender = map(document, ("hazard", "notice", "handover"))
of_receiver = Place(lambda request: request.view.handover(request["handover"]).receiver)
