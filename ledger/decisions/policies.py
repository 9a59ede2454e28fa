"""Policies and delegations: effective-dated values per unit, and roles lent for a time (domain §9, ORG-15)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import msgspec

from ledger.decisions.in_force import earliest_effective
from ledger.decisions.kernel.authority import SYS, Place, Who, argument, at, role, root, word
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.roles import holds_at, roles_of
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Basis, Invalid, Locked, Sod, State, TooLate
from ledger.facts.policies import DelegationGranted, DelegationRevoked, PolicyPublished
from ledger.policy import KEYS, Value, valid
from ledger.view import View
from ledger.vocabulary import NEW, SYSTEM, Day, DelegationId, PersonId, Role, UnitId

LEGAL_CAP = Decimal("0.20")
"""No more than this share of a month's wage may be deducted (L1)."""

OWN_KEYS = frozenset(
    {
        *("settle.from", "payout.daily", "dispute.window", "statement.window", "late.days", "remind.offsets"),
        *("training.pass", "training.on_serious", "advice.below", "chain.several", "proposal.days", "tender.force"),
        "reports.due",
    }
)
"""Keys that a unit below the root may set for itself (rule 53)."""

WINDOWS = frozenset({"dispute.window", "statement.window"})
LONGEST_WINDOW = 10
"""Days that a window has at most (rule 53)."""

_canonical = msgspec.json.Encoder(order="sorted")


def _scope(request: Request) -> str:
    """The unit that a policy is published for, the root without one."""
    return str(request["unit"] or root(request))


def _unit_of_delegation(request: Request) -> str:
    return request.view.policies.delegations[request["delegation"]].unit


def holder_of_every_role(where: Place, roles: str) -> Who:
    """Only who holds all of these roles at the unit may lend them; borrowed ones may be passed on (contract §5.10)."""

    def holds(request: Request) -> bool:
        unit = where(request)
        lent = all(unit is not None and holds_at(request.roles, (name,), (unit,)) for name in request[roles])
        return lent and request.stamp.by != SYSTEM

    return word(holds)


GRANTOR = word(lambda request: request.view.policies.delegations[request["delegation"]].grantor == request.stamp.by)


@decision(
    "PublishPolicy", who=at(_scope, Role.SAFETY_OFFICE, Role.UNIT_HEAD) | role(Role.LEADING_GROUP) | SYS, unit=_scope
)
def publish_policy(
    view: View,
    stamp: Stamp,
    key: str,
    value: Any,
    effective: Day,
    unit: UnitId | None = None,
    locked: bool = False,
    legal_basis: str = "",
    consultation: str | None = None,
    reason: str | None = None,
) -> Facts:
    """A known key gets a value of its form for a unit and all below it, from today or later on (PLAT-11).

    The first value of a key at a unit may reach back as far as months are open (rule 25).  A value that a superior has
    locked, or that the law guards, cannot be loosened; each names its legal basis (L3).
    """
    scope = unit or view.organisation.root
    if not loosens_guard(key, value) and not (key in KEYS and valid(key, value)):
        raise Invalid(f"{key}: not a known policy, or not a value of its form")
    is_first = scope not in view.policies.values.get(key, {})
    if effective < earliest_effective(view, stamp, scope, is_first=is_first):
        raise TooLate(f"effective {effective} is too early")
    if loosens_guard(key, value):
        raise Locked(f"{key} is guarded by law")
    if superior := locked_above(view, key, scope, effective):
        raise Locked(f"{key} is locked by {superior}")
    if scope != view.organisation.root and key not in OWN_KEYS and not sets_from_above(view, stamp, scope):
        raise Locked(f"{key} is set for {scope} by a leading group above it")
    if widens(view, key, value, scope, effective):
        raise Locked(f"{key}: longer than a unit may make it")
    if not legal_basis.strip():
        raise Basis("legal_basis")
    yield PolicyPublished(
        stream="policy",
        key=key,
        value=_canonical.encode(value).decode(),
        effective=effective,
        unit=scope,
        locked=locked,
        legal_basis=legal_basis,
        consultation=consultation,
        reason=reason,
    )


def sets_from_above(view: View, stamp: Stamp, scope: UnitId) -> bool:
    """The ledger itself, or a leading group held strictly above the unit (rule 53)."""
    above = view.organisation.path(scope, stamp.business_date)[1:]
    return stamp.by == SYSTEM or holds_at(roles_of(view, stamp, stamp.by), (Role.LEADING_GROUP,), above)


def widens(view: View, key: str, value: Value, scope: UnitId, day: Day) -> bool:
    """Is it a window of more than ten days, or more ``late.days`` than are in force above (rule 53)?"""
    above = view.organisation.path(scope, day)[1:]
    late = key == "late.days" and bool(above) and value > view.policies.value(key, above, day)
    return late or (key in WINDOWS and value > LONGEST_WINDOW)


def loosens_guard(key: str, value: Value) -> bool:
    """Would the value take away what the law grants: the cap, the floor, the exemption of self-reports (L1, L6)?"""
    match key:
        case "deduct.cap":
            return valid(key, value) and Decimal(value) > LEGAL_CAP
        case "deduct.floor":
            return value is None
        case "self_report.exempt":
            return value is False
        case _:
            return False


def locked_above(view: View, key: str, unit: UnitId, day: Day) -> str | None:
    """The superior whose value of the key is locked on that day, if there is one."""
    for superior in view.organisation.path(unit, day)[1:]:
        published = view.policies.published(key, superior, day)
        if published and published.locked:
            return superior
    return None


@decision("GrantDelegation", who=holder_of_every_role(argument("unit"), "roles"), unit=argument("unit"))
def grant_delegation(
    view: View,
    stamp: Stamp,
    delegation: Annotated[DelegationId, NEW],
    to: PersonId,
    unit: UnitId,
    roles: tuple[Role, ...],
    valid_from: Day,
    until: Day,
    reason: str,
) -> Facts:
    """A holder of roles at a unit lends them to somebody else from one day to another; never to himself (ORG-15)."""
    if to == stamp.by:
        raise Sod(to)
    if not roles:
        raise Invalid("roles: at least one is needed")
    if until < valid_from:
        raise Invalid(f"until {until} is before valid_from {valid_from}")
    yield DelegationGranted(
        stream="policy",
        delegation=delegation,
        grantor=stamp.by,
        to=to,
        unit=unit,
        roles=tuple(str(name) for name in roles),
        valid_from=valid_from,
        until=until,
        reason=reason,
    )


@decision(
    "RevokeDelegation",
    who=GRANTOR | at(_unit_of_delegation, Role.UNIT_HEAD) | role(Role.ADMIN),
    unit=_unit_of_delegation,
)
def revoke_delegation(view: View, stamp: Stamp, delegation: DelegationId, reason: str) -> Facts:
    """A delegation is taken back once, and only while it has not run out (ORG-15)."""
    granted = view.policies.delegations[delegation]
    if granted.revoked_from is not None or granted.until < stamp.business_date:
        raise State(f"{delegation} is over")
    yield DelegationRevoked(stream="policy", delegation=delegation, reason=reason)
