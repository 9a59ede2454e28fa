"""One approver beside the person who acts (``approved_by``): four eyes on money (contract §1.3, §5.2)."""

from __future__ import annotations

from ledger.decisions.kernel.request import Stamp
from ledger.decisions.kernel.roles import roles_of
from ledger.errors import Authority, Sod
from ledger.view import View
from ledger.vocabulary import CentreId, PersonId, Role


def approved_by_centre(
    view: View,
    stamp: Stamp,
    approver: PersonId | None,
    centre: CentreId,
    *,
    or_leading_group: bool = False,
    or_unit_head: bool = False,
) -> PersonId:
    """The approver, who is not the actor (SOD) and heads the centre, or its unit, or sits in the leading group."""
    if approver is None:
        raise Authority("approved_by is missing")
    if approver == stamp.by:
        raise Sod(approver)
    roles = roles_of(view, approver, stamp.business_date)
    leads_group = or_leading_group and any(role == Role.LEADING_GROUP for role, _ in roles)
    heads = (Role.CENTRE_HEAD, Role.UNIT_HEAD) if or_unit_head else (Role.CENTRE_HEAD,)
    if not any((head, centre) in roles for head in heads) and not leads_group:
        raise Authority(f"approved_by: {approver} is not {' or '.join(heads)} @{centre}")
    return approver
