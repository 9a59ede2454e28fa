"""Which price, matrix or policy value is in force for a unit on a business date (PRICE-01, contract §2.2, §2.15).

The nearest owner at or above the unit decides; the date is always the business date of the occurrence.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ledger.calendars import local_day, next_month
from ledger.decisions.kernel.stamp import Stamp
from ledger.errors import NoPrice
from ledger.facts.prices import Matrix
from ledger.state.prices import Price, version_price
from ledger.view import View
from ledger.vocabulary import Day, ItemCode, UnitId


class Standard(NamedTuple):
    """A liability matrix (追责标准) and where it stands (``owner@version``)."""

    matrix: Matrix
    list_version: str


def price_in_force(view: View, unit: UnitId, item: ItemCode, day: Day) -> Price:
    """The price of an item: the first owner from the unit upwards whose list of that day holds it, else NO_PRICE."""
    for owner in view.organisation.path(unit, day):
        if price := view.prices(owner).price(item, day):
            return price
    raise NoPrice(item)


def find_matrix(view: View, unit: UnitId, matrix: str, day: Day) -> Standard:
    """The liability matrix in force for a unit on a day, found like a price; NO_PRICE if nobody has published it."""
    for owner in view.organisation.path(unit, day):
        version = view.prices(owner).in_force(day)
        if version and matrix in version.matrices:
            return Standard(version.matrices[matrix], f"{owner}@{version.version}")
    raise NoPrice(matrix)


def price_of_version(view: View, list_version: str, item: ItemCode) -> Price:
    """The price of an item in a named version ``owner@version``, in force or not; NO_PRICE if it is not there."""
    owner, _, name = list_version.partition("@")
    version = view.prices(owner).version(name) if owner in view.organisation.units else None
    if version is None or item not in version.items:
        raise NoPrice(f"{item} in {list_version}")
    return version_price(owner, version, item)


def policy(view: View, key: str, unit: UnitId, day: Day) -> Any:
    """The value of a policy key for a unit on a day: the nearest scope's at or above it, else the default."""
    return view.policies.value(key, view.organisation.path(unit, day), day)


def earliest_effective(view: View, stamp: Stamp, owner: UnitId, *, is_first: bool) -> Day:
    """From when on something published now may hold: today; a first word as far back as months are open (rule 25)."""
    if not is_first:
        return local_day(stamp.now)
    closed = view.periods.last_closed(view.organisation.centre(owner, stamp.business_date))
    return f"{next_month(closed)}-01" if closed else ""
