"""Parties of a tender and their units: shared by bidding (``tenders``) and execution (``tender_work``)."""

from __future__ import annotations

from ledger.decisions.kernel.authority import Who, at, centre, lead
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.roles import holds_at, roles_of
from ledger.errors import (
    State,
)
from ledger.state.tenders import Tender
from ledger.view import View
from ledger.vocabulary import (
    Day,
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


def of_tender_centre(request: Request) -> str:
    return tender_of(request).centre


def of_winner(request: Request) -> str | None:
    return tender_of(request).winner


def _centre_of_request(request: Request) -> str | None:
    """The clerk of the payer's tender centre may file it where the tender is compulsory (TR-05)."""
    if not request.view.hazard(request["hazard"]).tender_compulsory:
        return None
    return request.organisation.centre_above(request["unit"], request.stamp.business_date)


def approves(view: View, person: str, centre_unit: str, day: Day) -> bool:
    """Approver of a centre: its deputy in charge, at the root the company's deputy (ORG-08, ORG-15)."""
    role = Role.COMPANY_DEPUTY if centre_unit == view.organisation.root else Role.UNIT_DEPUTY
    return holds_at(roles_of(view, person, day), (role,), (centre_unit,))


APPROVER = Who(
    lambda request: approves(request.view, request.stamp.by, tender_of(request).centre, request.stamp.business_date)
)
CLERK = centre(of_tender_centre, Role.CLERK)
WINNER = lead(of_winner)
CLERK_IF_COMPULSORY = Who(
    at(_centre_of_request, Role.CLERK).allows,
    lambda request: _centre_of_request(request) is not None and any(held == Role.CLERK for held, _ in request.roles),
)


def in_state(view: View, tender: str, *states: str) -> Tender:
    found = view.tender(tender)
    if found.state not in states:
        raise State(f"{tender} is {found.state}")
    return found
