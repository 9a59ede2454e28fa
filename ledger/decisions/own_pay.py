"""Nobody pays himself alone: who takes a wage out of a pool for himself needs another's word (rule 52)."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.decisions.kernel.roles import holds_at, leads_at, roles_of
from ledger.decisions.kernel.stamp import Stamp
from ledger.errors import Authority, Sod
from ledger.view import View
from ledger.vocabulary import PersonId, Role, UnitId

PAYERS = (Role.CLERK, Role.CENTRE_HEAD)


def approved_own_pay(
    view: View, stamp: Stamp, unit: UnitId, paid: Iterable[PersonId], approver: PersonId | None
) -> PersonId | None:
    """The clerk or head of the unit's centre, or the lead of a unit above (AUTHORITY); never the actor (SOD).

    None where the actor is not among those who are paid.
    """
    if stamp.by not in paid:
        return None
    if approver is None or approver == stamp.by:
        raise Sod(f"{stamp.by} pays himself")
    organisation, day = view.organisation, stamp.business_date
    held = roles_of(view, stamp, approver)
    above = organisation.path(unit, day)[1:]
    if not (holds_at(held, PAYERS, (organisation.centre(unit, day),)) or leads_at(organisation, held, above)):
        raise Authority(f"approved_by: {approver} neither pays at the centre of {unit} nor leads a unit above")
    return approver
