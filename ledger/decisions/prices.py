"""The price system (价格体系): immutable versions per owner, urgent items, retirement (PRICE; contract §2.2)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

import msgspec

from ledger.calendars import local_day, parse_moment
from ledger.decisions.in_force import price_in_force
from ledger.decisions.kernel.authority import SYS, argument, at
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Already, Basis, Duplicate, Invalid, Locked, NoPrice, State, TooLate
from ledger.facts.prices import (
    Charge,
    Matrix,
    PriceItem,
    PriceListPublished,
    PriceListRetired,
    UrgentPriceItemApproved,
)
from ledger.money import plain
from ledger.view import View
from ledger.vocabulary import (
    PAST,
    Day,
    Fen,
    ItemCode,
    ItemKind,
    Level,
    MatrixKind,
    Moment,
    Rate,
    Role,
    Severity,
    Tier,
    UnitId,
)

URGENT_SECONDS = 24 * 3600
"""An urgent price is approved within 24 hours of the need (PRICE-08)."""

NO_LINKAGE = Decimal(1)
PUBLISHERS = at(argument("owner"), Role.SAFETY_OFFICE, Role.UNIT_HEAD) | SYS


class ItemForm(msgspec.Struct, frozen=True):
    """A price item as it is published."""

    item: ItemCode
    kind: ItemKind
    uom: str
    price: Fen
    name: str | None = None
    locked: bool = False


class MatrixForm(msgspec.Struct, frozen=True):
    """A liability matrix as it is published."""

    matrix: ItemCode
    kind: MatrixKind
    tiers: dict[Tier, tuple[Charge, ...]]
    level: Level | None = None
    severity: Severity | None = None
    locked: bool = False


@decision("PublishPriceList", who=PUBLISHERS, unit=argument("owner"))
def publish_price_list(
    view: View,
    stamp: Stamp,
    owner: UnitId,
    version: str,
    effective: Day,
    items: tuple[ItemForm, ...],
    matrices: tuple[MatrixForm, ...] = (),
    linkage: Rate = NO_LINKAGE,
    legal_basis: str = "",
    consultation: str | None = None,
    notice: str = "",
    reason: str | None = None,
) -> Facts:
    """A new version of an owner's list, from today or later on, with its legal basis and notice (PRICE-01, L3).

    It cannot redefine what a superior's list has locked (PRICE-06).
    """
    if not version:
        raise Invalid("version: a name is needed")
    _only_once(item.item for item in items)
    _only_once(matrix.matrix for matrix in matrices)
    for matrix in matrices:
        for charges in matrix.tiers.values():
            _only_once(charge.role for charge in charges)
    if view.prices(owner).version(version):
        raise Duplicate(f"{owner}@{version}")
    if effective < local_day(stamp.now):
        raise TooLate(f"effective {effective} is before today")
    names = {item.item for item in items}, {matrix.matrix for matrix in matrices}
    if locked := locked_above(view, owner, effective, *names):
        raise Locked(*sorted(locked))
    for name, text in (("legal_basis", legal_basis), ("notice", notice)):
        if not text.strip():
            raise Basis(name)
    yield PriceListPublished(
        stream=f"pricelist-{owner}",
        owner=owner,
        list_version=version,
        effective=effective,
        items=tuple(map(_item, items)),
        matrices=tuple(map(_matrix, matrices)),
        linkage=plain(linkage),
        legal_basis=legal_basis,
        notice=notice,
        consultation=consultation,
        reason=reason,
    )


def _only_once(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Invalid(f"{name}: given twice")
        seen.add(name)


def _item(form: ItemForm) -> PriceItem:
    return PriceItem(form.item, str(form.kind), form.uom, form.price, form.name, form.locked)


def _matrix(form: MatrixForm) -> Matrix:
    tiers = {str(tier): charges for tier, charges in form.tiers.items()}
    level, severity = form.level and str(form.level), form.severity and str(form.severity)
    return Matrix(form.matrix, str(form.kind), tiers, level, severity, form.locked)


def locked_above(view: View, owner: UnitId, day: Day, items: set[str], matrices: set[str]) -> set[str]:
    """Those items and matrices that a superior's list in force on that day has locked."""
    locked: set[str] = set()
    for superior in view.organisation.path(owner, day)[1:]:
        if version := view.prices(superior).in_force(day):
            locked |= {name for name in items if name in version.items and version.items[name].locked}
            locked |= {name for name in matrices if name in version.matrices and version.matrices[name].locked}
    return locked


@decision(
    "ApproveUrgentPriceItem",
    who=at(argument("owner"), Role.UNIT_HEAD, Role.UNIT_DEPUTY, Role.SAFETY_OFFICE),
    unit=argument("owner"),
)
def approve_urgent_price_item(
    view: View,
    stamp: Stamp,
    owner: UnitId,
    item: ItemCode,
    kind: ItemKind,
    uom: str,
    price: Fen,
    occurred_at: Annotated[Moment, PAST],
    legal_basis: str = "",
) -> Facts:
    """An item without a price gets one within 24 hours, in force from the day of the need on (PRICE-08)."""
    effective = local_day(occurred_at)
    if locked_above(view, owner, effective, {item}, set()):
        raise Locked(item)
    if (parse_moment(stamp.at) - parse_moment(occurred_at)).total_seconds() > URGENT_SECONDS:
        raise TooLate(f"occurred at {occurred_at}")
    if _is_priced(view, owner, item, effective):
        raise Already(item)
    if not legal_basis.strip():
        raise Basis("legal_basis")
    yield UrgentPriceItemApproved(
        stream=f"pricelist-{owner}",
        owner=owner,
        item=PriceItem(item, str(kind), uom, price),
        occurred_at=occurred_at,
        effective=effective,
        legal_basis=legal_basis,
    )


def _is_priced(view: View, owner: UnitId, item: ItemCode, day: Day) -> bool:
    try:
        price_in_force(view, owner, item, day)
    except NoPrice:
        return False
    return True


@decision("RetirePriceList", who=PUBLISHERS, unit=argument("owner"))
def retire_price_list(view: View, stamp: Stamp, owner: UnitId, version: str, effective: Day, reason: str) -> Facts:
    """A version leaves force once; the older one of its owner lives again (PRICE-01, contract §5.18)."""
    published = view.prices(owner).version(version)
    if published is None or published.retired is not None:
        raise State(f"{owner}@{version}")
    yield PriceListRetired(
        stream=f"pricelist-{owner}", owner=owner, list_version=version, effective=effective, reason=reason
    )
