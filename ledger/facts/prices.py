"""Facts of the price lists: immutable versions with effective dates, and urgent items (PRICE)."""

from __future__ import annotations

import msgspec

from ledger.fact import Fact
from ledger.vocabulary import Day, Fen, Moment, UnitId


class PriceItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a price list (价格项目); ``price`` is whole fen before linkage.

    A catalogue entry (目录条目) names a finding instead and the ``matrix`` that it is charged by (rule 8).
    """

    item: str
    kind: str
    uom: str
    price: Fen
    name: str | None = None
    locked: bool = False
    matrix: str | None = None


class Charge(msgspec.Struct, frozen=True):
    """The share of a role of the liability chain."""

    role: str
    amount: Fen


class Matrix(msgspec.Struct, frozen=True, omit_defaults=True):
    """追责标准: amounts by tier and role, for a severity or a hazard level."""

    matrix: str
    kind: str
    tiers: dict[str, tuple[Charge, ...]]
    level: str | None = None
    severity: str | None = None
    locked: bool = False


class PriceListPublished(Fact, frozen=True, kw_only=True, tag="pricelist.published.v1"):
    """A version of an owner's list; it replaces the older one of the same owner entirely from ``effective`` on.

    ``drops`` says that what it leaves out of that one is left out on purpose (rule 27).
    """

    owner: UnitId
    list_version: str
    effective: Day
    items: tuple[PriceItem, ...]
    matrices: tuple[Matrix, ...]
    linkage: str
    legal_basis: str
    notice: str
    consultation: str | None = None
    reason: str | None = None
    drops: bool = False


class PriceListRetired(Fact, frozen=True, kw_only=True, tag="pricelist.retired.v1"):
    """From ``effective`` on the version is not in force, and the older one lives again."""

    owner: UnitId
    list_version: str
    effective: Day
    reason: str


class UrgentPriceItemApproved(Fact, frozen=True, kw_only=True, tag="pricelist.urgent-item-approved.v1"):
    """A price for what had none, approved within 24 h, in force from the occurrence on (PRICE-08)."""

    owner: UnitId
    item: PriceItem
    occurred_at: Moment
    effective: Day
    legal_basis: str
