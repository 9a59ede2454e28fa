"""Facts of the policy stream: effective-dated policy keys and delegations (domain §9, ORG-15)."""

from __future__ import annotations

from ledger.fact import Fact
from ledger.vocabulary import Day, DelegationId, PersonId, UnitId


class PolicyPublished(Fact, frozen=True, kw_only=True, tag="policy.published.v1"):
    """From ``effective`` on the key has this value at the unit and below; ``value`` is canonical JSON text."""

    key: str
    value: str
    effective: Day
    unit: UnitId
    locked: bool = False
    legal_basis: str = ""
    consultation: str | None = None
    reason: str | None = None


class DelegationGranted(Fact, frozen=True, kw_only=True, tag="delegation.granted.v1"):
    """The grantor lends his roles at a unit from ``valid_from`` to ``until`` (inclusive)."""

    delegation: DelegationId
    grantor: PersonId
    to: PersonId
    unit: UnitId
    roles: tuple[str, ...]
    valid_from: Day
    until: Day
    reason: str


class DelegationRevoked(Fact, frozen=True, kw_only=True, tag="delegation.revoked.v1"):
    """The delegation is void from this fact's business date on."""

    delegation: DelegationId
    reason: str
