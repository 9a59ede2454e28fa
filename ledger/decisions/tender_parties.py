"""Parties of a tender and their units: shared by bidding (``tenders``) and execution (``tender_work``)."""

from __future__ import annotations

from ledger.decisions.kernel.authority import Place, at, centre, centre_above, lead
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.roles import holds_at, roles_of
from ledger.decisions.kernel.stamp import Stamp
from ledger.errors import (
    State,
)
from ledger.state.tenders import Tender
from ledger.view import View
from ledger.vocabulary import (
    Role,
)

BEFORE_AWARD = ("requested", "approved", "published", "failed")
UNDER_AWARD = ("awarded", "accepted", "claimed", "acceptance_failed")


def tender_stream(tender: str) -> str:
    return f"tender-{tender}"


def tender_of(request: Request) -> Tender:
    return request.view.tender(request["tender"])


def of_payer(request: Request) -> str:
    return tender_of(request).unit


def _centre_of_request(request: Request) -> str | None:
    """The clerk of the payer's tender centre may file it where the tender is compulsory (TR-05)."""
    if not request.view.hazard(request["hazard"]).tender_compulsory:
        return None
    return request.organisation.centre_above(request["unit"], request.stamp.business_date)


def approves(view: View, stamp: Stamp, person: str, centre_unit: str) -> bool:
    """Approver of a centre: its deputy in charge, at the root the company's deputy (ORG-08, ORG-15)."""
    role = Role.COMPANY_DEPUTY if centre_unit == view.organisation.root else Role.UNIT_DEPUTY
    return holds_at(roles_of(view, stamp, person), (role,), (centre_unit,))


def _at_root(request: Request) -> bool:
    return tender_of(request).centre == request.organisation.root


OF_CENTRE = Place(lambda request: tender_of(request).centre, centre_above)
APPROVER = at(OF_CENTRE, Role.COMPANY_DEPUTY).when(_at_root) | at(OF_CENTRE, Role.UNIT_DEPUTY).when(
    lambda request: not _at_root(request)
)
CLERK = centre(OF_CENTRE, Role.CLERK)
WINNER = lead(Place(lambda request: tender_of(request).winner))
CLERK_IF_COMPULSORY = centre(Place(_centre_of_request, centre_above), Role.CLERK).when(
    lambda request: _centre_of_request(request) is not None
)


def in_state(view: View, tender: str, *states: str) -> Tender:
    found = view.tender(tender)
    if found.state not in states:
        raise State(f"{tender} is {found.state}")
    return found
