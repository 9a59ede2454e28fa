"""An owner's price lists: which version, item and matrix is in force on a business date (``pricelist-<owner>``)."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import msgspec

from ledger.calendars import local_day
from ledger.fact import StoredFact
from ledger.facts.prices import Matrix, PriceItem, PriceListPublished, PriceListRetired, UrgentPriceItemApproved
from ledger.money import times
from ledger.state.kind import StateKind, without_entries
from ledger.vocabulary import Day


class Version(msgspec.Struct, frozen=True):
    version: str
    effective: Day
    items: dict[str, PriceItem]
    matrices: dict[str, Matrix]
    linkage: str
    retired: Day | None = None
    recorded: Day = ""

    @property
    def took_effect(self) -> bool:
        return self.retired is None or self.effective < self.retired


class Urgent(msgspec.Struct, frozen=True):
    """An urgent item (应急价格): in force until a later version of the same owner takes effect."""

    item: PriceItem
    effective: Day


class Price(NamedTuple):
    """The price of an item: r2(price × linkage) in fen, and where it stands (``owner@version``)."""

    item: PriceItem
    unit_price: int
    list_version: str


class PriceBook(msgspec.Struct, frozen=True):
    """``urgent`` by item, in the order of approval."""

    owner: str
    versions: tuple[Version, ...] = ()
    urgent: dict[str, tuple[Urgent, ...]] = {}

    def in_force(self, day: Day) -> Version | None:
        """The latest version in effect and not retired; retiring one lets the older one live again."""
        living = [
            version
            for version in self.versions
            if version.effective <= day and (version.retired is None or day < version.retired)
        ]
        return living[-1] if living else None

    def version(self, name: str) -> Version | None:
        return next((version for version in self.versions if version.version == name), None)

    def price(self, item: str, day: Day) -> Price | None:
        """The owner's price of an item on a day, urgent items included; None if he has none."""
        version = self.in_force(day)
        if urgent := self._urgent(item, day):
            return Price(urgent.item, urgent.item.price, f"{self.owner}@urgent-{urgent.effective}")
        if version is None or item not in version.items:
            return None
        return version_price(self.owner, version, item)

    def _urgent(self, item: str, day: Day) -> Urgent | None:
        """The urgent item in force: one that a later version has ended stays ended, also when that one is retired."""
        found = [one for one in self.urgent.get(item, ()) if one.effective <= day]
        latest = max(found, key=lambda one: one.effective, default=None)
        if latest and any(latest.effective < one.effective <= day for one in self.versions if one.took_effect):
            return None
        return latest

    def matrix(self, name: str, day: Day) -> Matrix | None:
        version = self.in_force(day)
        return version.matrices.get(name) if version else None


def version_price(owner: str, version: Version, item: str) -> Price:
    """The price of an item in a given version, linkage applied and rounded once."""
    found = version.items[item]
    return Price(found, times(found.price, Decimal(version.linkage)), f"{owner}@{version.version}")


def evolve(state: PriceBook, stored: StoredFact) -> PriceBook:
    """Fold one fact of a price list stream."""
    match stored.fact:
        case PriceListPublished() as fact:
            version = Version(
                fact.list_version,
                fact.effective,
                {item.item: item for item in fact.items},
                {matrix.matrix: matrix for matrix in fact.matrices},
                fact.linkage,
                recorded=local_day(stored.recorded_at),
            )
            versions = tuple(sorted((*state.versions, version), key=lambda one: one.effective))
            return msgspec.structs.replace(state, versions=versions)
        case PriceListRetired(list_version=name, effective=effective):
            versions = tuple(
                msgspec.structs.replace(one, retired=effective) if one.version == name else one
                for one in state.versions
            )
            return msgspec.structs.replace(state, versions=versions)
        case UrgentPriceItemApproved(item=item, effective=effective):
            approved = (*state.urgent.get(item.item, ()), Urgent(item, effective))
            return msgspec.structs.replace(state, urgent={**state.urgent, item.item: approved})
        case _:
            return state


KINDS = (StateKind("pricelist-", PriceBook, PriceBook, without_entries(evolve), pinned=True),)
