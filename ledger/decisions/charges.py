"""By which standard a finding is charged, and that it is charged once (rules 7, 8, 10, 58).

Slips, notices, penalties and cases ask the same things of the hazard that they name; slips and penalties also of the
catalogue entry, of lines that somebody has set himself, and of the team and the fund.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ledger.decisions.in_force import find_matrix, price_in_force
from ledger.decisions.kernel.approval import approved_by_one
from ledger.decisions.kernel.stamp import Stamp
from ledger.errors import Already, Invalid, NoPrice, Sod, State, WrongDoc
from ledger.facts.prices import Matrix, PriceItem
from ledger.facts.slips import Line
from ledger.state.hazards import Hazard
from ledger.view import View
from ledger.vocabulary import SYSTEM, Day, Role, Tier

GONE = frozenset({"rejected", "merged"})
CHARGES_OF_A_FINDING = frozenset({"slip", "notice", "case"})
"""One of these is enough for one finding; of penalties, one of each kind."""


def check_charged_at_all(hazard: Hazard | None) -> None:
    """STATE: nobody answers for a hazard that was rejected, or merged into another one."""
    if hazard is not None and hazard.state in GONE:
        raise State(f"{hazard.hazard} is {hazard.state}")


def check_tier(hazard: Hazard | None, tier: str) -> None:
    """WRONG_DOC: who found it decides the tier, not who charges it."""
    if hazard is not None and hazard.tier != tier:
        raise WrongDoc(f"{hazard.hazard} is a finding of {hazard.tier}")


def check_charged_once(view: View, hazard: Hazard | None, penalty: str | None = None) -> None:
    """ALREADY: a slip, notice or case on the hazard is alive; for a penalty, one of its kind."""
    for key in hazard.charges if hazard is not None else ():
        document = view.state(key)
        kind = key.partition(":")[0]
        rival = kind in CHARGES_OF_A_FINDING if penalty is None else kind == "penalty" and document.penalty == penalty
        if rival and document.is_alive:
            raise Already(key)


# -- the catalogue (rule 8) -----------------------------------------------------------------------------------------


class Standard(NamedTuple):
    """The catalogue entry and the matrix that a command names, and those found in force on the day."""

    item: str | None
    entry: PriceItem | None
    name: str | None
    matrix: Matrix | None

    def check(self, *kinds: str) -> None:
        """WRONG_DOC: the entry is of another kind, or has another matrix than the one given beside it."""
        if self.entry is None:
            return
        if self.entry.kind not in kinds:
            raise WrongDoc(f"{self.item} is of kind {self.entry.kind}")
        if self.entry.matrix not in (None, self.name):
            raise WrongDoc(f"{self.item} is charged by {self.entry.matrix}")

    def check_priced(self, *, by_matrix: bool) -> None:
        """NO_PRICE: the entry is in no list in force, or there is no matrix to charge by."""
        if self.item is not None and self.entry is None:
            raise NoPrice(self.item)
        if by_matrix and self.name is None:
            raise NoPrice(f"{self.item} has no matrix")


def standard_of(view: View, unit: str, item: str | None, matrix: str | None, day: Day) -> Standard:
    """The standard in force for a unit on a day; what is not there is refused later, in its place (NO_PRICE)."""
    entry = known_item(view, unit, item, day)
    name = matrix if matrix is not None or entry is None else entry.matrix
    try:
        found = find_matrix(view, unit, name, day).matrix if name is not None else None
    except NoPrice:
        found = None
    return Standard(item, entry, name, found)


def known_item(view: View, unit: str, item: str | None, day: Day) -> PriceItem | None:
    """The item in force, None without one."""
    try:
        return price_in_force(view, unit, item, day).item if item is not None else None
    except NoPrice:
        return None


# -- lines that somebody sets himself (rule 10) -----------------------------------------------------------------------


def approver_of_lines(
    view: View, stamp: Stamp, unit: str, tier: str, lines: Iterable[Line], approver: str | None
) -> str | None:
    """Amounts that no standard sets need a second pair of eyes; an authority's (T1) and SYS do not.

    SOD if the approver is the actor or charged, AUTHORITY unless safety office or leading group at the unit or above.
    """
    given = tuple(lines)
    if approver is None and (not given or tier == Tier.T1 or stamp.by == SYSTEM):
        return None
    if any(line.party == approver for line in given):
        raise Sod(f"{approver} is charged")
    path = view.organisation.path(unit, stamp.business_date)
    return approved_by_one(view, stamp, approver, ((Role.SAFETY_OFFICE, Role.LEADING_GROUP), path))


# -- whose team, whose fund (rule 58) ---------------------------------------------------------------------------------


def check_team(view: View, unit: str, team: str | None, day: Day) -> None:
    """INVALID: a team of another workshop does not answer."""
    organisation = view.organisation
    if team is not None and not organisation.within(team, organisation.at_level(unit, 3, day) or unit, day):
        raise Invalid(f"team: {team} is not of {unit}")


def fund_of(view: View, stamp: Stamp, unit: str, centre: str | None) -> str:
    """The centre whose safety fund is paid: that of the issuer's home, the root for the system.

    INVALID: one named instead is neither that nor at or above the unit; the system may name any.
    """
    organisation, day = view.organisation, stamp.business_date
    home = None if stamp.by == SYSTEM else view.person(stamp.by).home(day)
    own = organisation.centre(home, day) if home else organisation.root
    if centre in (None, own) or stamp.by == SYSTEM:
        return centre or own
    if not organisation.within(unit, str(centre), day):
        raise Invalid(f"centre: {centre} is neither {own} nor above {unit}")
    return str(centre)
