"""Who takes part in a tender, and where: shared by bidding (``tenders``) and execution (``tender_work``)."""

from __future__ import annotations

from ledger.decisions.case import Case, Who, at, centre, holds_at, lead, roles_of
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


def tender_of(case: Case) -> Tender:
    return case.view.tender(case["tender"])


def of_payer(case: Case) -> str:
    return tender_of(case).unit


def of_tender_centre(case: Case) -> str:
    return tender_of(case).centre


def of_winner(case: Case) -> str | None:
    return tender_of(case).winner


def _centre_of_request(case: Case) -> str | None:
    """The clerk of the payer's tender centre may file it where the tender is compulsory (TR-05)."""
    if not case.view.hazard(case["hazard"]).tender_compulsory:
        return None
    return case.organisation.centre_above(case["unit"], case.stamp.business_date)


def approves(view: View, person: str, centre_unit: str, day: Day) -> bool:
    """Approver of a centre: its deputy in charge, at the root the company's deputy (ORG-08, ORG-15)."""
    role = Role.COMPANY_DEPUTY if centre_unit == view.organisation.root else Role.UNIT_DEPUTY
    return holds_at(roles_of(view, person, day), (role,), (centre_unit,))


APPROVER = Who(lambda case: approves(case.view, case.stamp.by, tender_of(case).centre, case.stamp.business_date))
CLERK = centre(of_tender_centre, Role.CLERK)
WINNER = lead(of_winner)
CLERK_IF_COMPULSORY = Who(
    at(_centre_of_request, Role.CLERK).allows,
    lambda case: _centre_of_request(case) is not None and any(held == Role.CLERK for held, _ in case.roles),
)


def in_state(view: View, tender: str, *states: str) -> Tender:
    found = view.tender(tender)
    if found.state not in states:
        raise State(f"{tender} is {found.state}")
    return found
