"""One approver beside the person who acts (``approved_by``): four eyes on money (contract §1.3, §5.2)."""

from __future__ import annotations

from ledger.decisions.kernel.roles import holds_at, leads_at, roles_of
from ledger.decisions.kernel.stamp import Stamp
from ledger.errors import Authority, Sod
from ledger.view import View
from ledger.vocabulary import PersonId, Role, UnitId

Post = tuple[tuple[Role, ...], tuple[UnitId, ...]]
"""Any of these roles at any of these units."""


def approved_by_one(view: View, stamp: Stamp, approver: PersonId | None, *posts: Post) -> PersonId:
    """The approver: not the actor (SOD), and holder of one of the posts (AUTHORITY)."""
    if approver is None:
        raise Authority("approved_by is missing")
    if approver == stamp.by:
        raise Sod(approver)
    if not holds_one(view, stamp, approver, *posts):
        wanted = " or ".join(f"{'/'.join(roles)}@{'/'.join(units)}" for roles, units in posts)
        raise Authority(f"approved_by: {approver} is not {wanted}")
    return approver


def holds_one(view: View, stamp: Stamp, person: PersonId, *posts: Post) -> bool:
    roles = roles_of(view, stamp, person)
    return any(holds_at(roles, names, units) for names, units in posts)


def approved_by_lead(view: View, stamp: Stamp, approver: PersonId | None, *units: UnitId) -> PersonId:
    """The approver: not the actor (SOD), and lead of one of the units (AUTHORITY)."""
    if approver is None:
        raise Authority("approved_by is missing")
    if approver == stamp.by:
        raise Sod(approver)
    if not leads_at(view.organisation, roles_of(view, stamp, approver), units):
        raise Authority(f"approved_by: {approver} is no lead of {', '.join(units)}")
    return approver
