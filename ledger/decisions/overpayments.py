"""Decisions of what was overpaid (多发): the person owes it to the fund or the pool that paid too much (rule 22)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from ledger.decisions.kernel.approval import approved_by_one
from ledger.decisions.kernel.authority import centre, centre_of, home_of
from ledger.decisions.kernel.request import Arguments, Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Duplicate, Exceeds, Invalid, Sod
from ledger.facts.dues import OVERPAYMENT, DueRaised
from ledger.money import yuan
from ledger.view import View
from ledger.vocabulary import (
    NEW,
    Amount,
    ApproverId,
    CentreId,
    DueId,
    Fen,
    PersonId,
    Role,
    UnitId,
    person_stream,
    unit_stream,
)

HOME = home_of("person")


def claimant(request: Request) -> str | None:
    """The unit whose pool overpaid, or the centre whose fund did: the one named, else that of the home."""
    return request["unit"] or request["centre"] or centre_of(HOME)(request)


CLAIMANT_CENTRE = centre_of(claimant)


def _one_claimant(arguments: Arguments) -> None:
    if "unit" in arguments and "centre" in arguments:
        raise Invalid("unit, centre: the pool or the fund that overpaid, not both")


@decision(
    "RaiseDue",
    who=centre(CLAIMANT_CENTRE, Role.CLERK),
    unit=claimant,
    concerns=claimant,
    valid=_one_claimant,
    asks=(OVERPAYMENT,),
)
def raise_due(
    view: View,
    stamp: Stamp,
    due: Annotated[DueId, NEW],
    person: PersonId,
    amount: Amount,
    reason: str,
    doc: str,
    centre: CentreId | None = None,
    unit: UnitId | None = None,
    approved_by: ApproverId | None = None,
) -> Facts:
    """A person owes what he was paid too much, to the fund of the centre or to the pool that paid (rules 22 and 83).

    The clerk, the centre's head who approves and the person are three (SOD).  DUPLICATE paper; EXCEEDS the pay that he
    was ever credited, less what is claimed back already (rule 52).
    """
    fund = centre or home_centre(view, stamp, unit, person)
    if approved_by == person:
        raise Sod(person)
    approver = approved_by_one(view, stamp, approved_by, ((Role.CENTRE_HEAD,), (fund,)))
    if view.is_taken(OVERPAYMENT, doc):
        raise Duplicate(doc)
    if amount > (left := view.person(person).credited - claimed_back(view, person)):
        raise Exceeds(f"{yuan(amount)} of {yuan(max(0, left))} that {person} was paid")
    raised = DueRaised(
        stream=person_stream(person),
        person=person,
        document=due,
        kind="due",
        amount=amount,
        centre=fund,
        due=due,
        unit=unit,
        reason=reason,
        doc=doc,
        approved_by=approver,
    )
    yield raised
    yield msgspec.structs.replace(raised, stream=unit_stream(fund), mirror=True)


def home_centre(view: View, stamp: Stamp, unit: UnitId | None, person: PersonId) -> CentreId:
    """The settlement centre of a unit, else of the person's home."""
    organisation, day = view.organisation, stamp.business_date
    return organisation.centre(unit or view.person(person).home(day) or organisation.root, day)


def claimed_back(view: View, person: PersonId) -> Fen:
    """The sum of the dues so raised that stand; after an appeal, what it left of them (rule 52)."""
    raised = view.all_of(f"due:{name}" for name in view.person(person).overpayments)
    return sum(line.stands for due in raised.values() if due.state == "raised" for line in due.lines)
