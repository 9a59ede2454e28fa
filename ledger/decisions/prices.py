"""The price system (价格体系): immutable versions per owner, urgent items, retirement (PRICE; contract §2.2)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

import msgspec

from ledger.calendars import local_day, parse_moment
from ledger.decisions.in_force import earliest_effective, price_in_force
from ledger.decisions.kernel.authority import SYS, argument, at
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Already, Basis, Criteria, Duplicate, Invalid, Locked, NoPrice, State, TooLate
from ledger.facts.prices import (
    Charge,
    Matrix,
    PriceItem,
    PriceListPublished,
    PriceListRetired,
    UrgentPriceItemApproved,
)
from ledger.money import plain
from ledger.state.prices import PriceBook
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


CATALOGUE = frozenset(
    {ItemKind.VIOLATION, ItemKind.HAZARD, ItemKind.STOPPAGE, ItemKind.SHIFT_EVALUATION, ItemKind.QUALITY}
)
"""Kinds of items that name a finding: catalogue entries (rule 8)."""


class ItemForm(msgspec.Struct, frozen=True):
    """A price item as it is published: a catalogue entry has a name, and a matrix instead of a price."""

    item: ItemCode
    kind: ItemKind
    uom: str
    price: Fen | None = None
    name: str | None = None
    locked: bool = False
    matrix: ItemCode | None = None

    def __post_init__(self) -> None:
        if self.kind in CATALOGUE:
            if self.name is None:
                raise ValueError(f"{self.item}: a catalogue entry has a name")
        elif self.price is None or self.matrix is not None:
            raise ValueError(f"{self.item}: an item of kind {self.kind} has a price and no matrix")


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
    drops: bool = False,
) -> Facts:
    """A new version of an owner's list, from today or later on, with its legal basis and notice (PRICE-01, L3).

    The first one may reach back as far as months are open (rule 25).  It cannot redefine what a superior's list has
    locked (PRICE-06), under whatever id (rule 9); what it leaves out it has to leave out on purpose (CRITERIA).
    """
    if not version:
        raise Invalid("version: a name is needed")
    _only_once(item.item for item in items)
    _only_once(matrix.matrix for matrix in matrices)
    for matrix in matrices:
        for charges in matrix.tiers.values():
            _only_once(charge.role for charge in charges)
    check_catalogue(view, owner, effective, items, matrices)
    book, today = view.prices(owner), local_day(stamp.now)
    if book.version(version):
        raise Duplicate(f"{owner}@{version}")
    may_reach_back = all(one.recorded == today for one in book.versions)
    if effective < earliest_effective(view, stamp, owner, is_first=may_reach_back):
        raise TooLate(f"effective {effective} is too early")
    names = {item.item for item in items}, {matrix.matrix for matrix in matrices}
    if locked := locked_above(view, owner, effective, *names) | locked_kinds(view, owner, effective, matrices):
        raise Locked(*sorted(locked))
    for name, text in (("legal_basis", legal_basis), ("notice", notice)):
        if not text.strip():
            raise Basis(name)
    if not drops and (dropped := dropped_of(book, effective, *names)):
        raise Criteria(f"left out: {', '.join(sorted(dropped))}")
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
        drops=drops,
    )


def check_catalogue(
    view: View, owner: UnitId, day: Day, items: Iterable[ItemForm], matrices: Iterable[MatrixForm]
) -> None:
    """INVALID: the matrix of an entry is of its kind, in this list or in a superior's that is in force that day."""
    own = {form.matrix: str(form.kind) for form in matrices}
    for entry in items:
        if entry.matrix is None:
            continue
        if own.get(entry.matrix, kind_above(view, owner, day, entry.matrix)) != entry.kind:
            raise Invalid(f"{entry.item}: {entry.matrix} is no matrix of kind {entry.kind}")


def kind_above(view: View, owner: UnitId, day: Day, matrix: str) -> str | None:
    """The kind of a matrix of the nearest superior that has it in force that day."""
    above = (view.prices(superior).matrix(matrix, day) for superior in view.organisation.path(owner, day)[1:])
    return next((found.kind for found in above if found is not None), None)


def dropped_of(book: PriceBook, day: Day, items: set[str], matrices: set[str]) -> set[str]:
    """Items and matrices of the version in force that day that the new one lacks (rule 27)."""
    before = book.in_force(day)
    return set() if before is None else (before.items.keys() - items) | (before.matrices.keys() - matrices)


def _only_once(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Invalid(f"{name}: given twice")
        seen.add(name)


def _item(form: ItemForm) -> PriceItem:
    return PriceItem(form.item, str(form.kind), form.uom, form.price or 0, form.name, form.locked, form.matrix)


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


def locked_kinds(view: View, owner: UnitId, day: Day, matrices: Iterable[MatrixForm]) -> set[str]:
    """Those matrices for whose kind, severity and level a superior has a locked one in force that day (rule 9)."""
    versions = (view.prices(superior).in_force(day) for superior in view.organisation.path(owner, day)[1:])
    locked = {
        (matrix.kind, matrix.severity, matrix.level)
        for version in versions
        if version is not None
        for matrix in version.matrices.values()
        if matrix.locked
    }
    return {form.matrix for form in matrices if (form.kind, form.severity, form.level) in locked}


TRADED = (ItemKind.HANDOVER, ItemKind.QUOTA, ItemKind.GENERAL)
APPROVERS = at(argument("owner"), Role.UNIT_HEAD, Role.SAFETY_OFFICE) | at(argument("owner"), Role.UNIT_DEPUTY).when(
    lambda request: request["kind"] in TRADED
)
"""A deputy prices what is traded, no findings (rule 11)."""


@decision("ApproveUrgentPriceItem", who=APPROVERS, unit=argument("owner"))
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
    """A version leaves force once, today or later; the older one of its owner lives again (PRICE-01, contract §5.18).

    STATE unless it is in force, TOO_LATE for a day before today (rule 82).
    """
    published = view.prices(owner).version(version)
    if published is None or published.retired is not None:
        raise State(f"{owner}@{version}")
    if effective < local_day(stamp.now):
        raise TooLate(f"effective {effective} is before today")
    yield PriceListRetired(
        stream=f"pricelist-{owner}", owner=owner, list_version=version, effective=effective, reason=reason
    )
