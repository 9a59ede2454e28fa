"""Decisions of accidents (事故) and cases (一事一案), decided one by one by the leading group (PERF-02, PERF-07)."""

from __future__ import annotations

from typing import Annotated

from ledger.decisions import charges, liability
from ledger.decisions.kernel.authority import above, argument, role
from ledger.decisions.kernel.envelope import official_number
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.liability import GivenLine, unit_of
from ledger.errors import Basis, Invalid, State
from ledger.facts.cases import AccidentRecorded, CaseClosed, CaseDecided, CaseOpened
from ledger.view import View
from ledger.vocabulary import (
    NEW,
    PAST,
    AccidentId,
    CaseId,
    CentreId,
    HazardId,
    Moment,
    PersonId,
    Role,
    UnitId,
    unit_stream,
)


def case_stream(case: str) -> str:
    return f"case-{case}"


@decision(
    "RecordAccident",
    who=role(Role.SAFETY_OFFICE, Role.COMPANY_HEAD) | above(argument("unit"), Role.UNIT_HEAD),
    unit=argument("unit"),
)
def record_accident(
    view: View,
    stamp: Stamp,
    accident: Annotated[AccidentId, NEW],
    unit: UnitId,
    class_code: str,
    class_table: str,
    severity: str,
    occurred: Annotated[Moment, PAST],
    place: str,
    description: str,
) -> Facts:
    """An accident is recorded with its class and the table that the class is taken from."""
    yield AccidentRecorded(
        stream=unit_stream(unit),
        accident=accident,
        unit=unit,
        class_code=class_code,
        class_table=class_table,
        severity=severity,
        occurred=occurred,
        place=place,
        description=description,
    )


@decision("OpenCase", who=role(Role.SAFETY_OFFICE, Role.COMPANY_DEPUTY), unit=argument("unit"))
def open_case(
    view: View,
    stamp: Stamp,
    case: Annotated[CaseId, NEW],
    unit: UnitId,
    description: str,
    hazard: HazardId | None = None,
    accident: AccidentId | None = None,
) -> Facts:
    """One matter, one case: INVALID unless it is about exactly one hazard or accident, ALREADY if that is charged."""
    if (hazard is None) == (accident is None):
        raise Invalid("either a hazard or an accident")
    charges.check_charged_once(view, view.hazard(hazard) if hazard is not None else None)
    yield CaseOpened(
        stream=case_stream(case),
        number=official_number(view, view.organisation.root, "CASE", stamp.business_date),
        case=case,
        unit=unit,
        description=description,
        hazard=hazard,
        accident=accident,
    )


@decision("DecideCase", who=role(Role.LEADING_GROUP), unit=unit_of, concerns=unit_of)
def decide_case(
    view: View,
    stamp: Stamp,
    case: CaseId,
    lines: tuple[GivenLine, ...],
    reason: str,
    basis: str = "",
    approvals: tuple[PersonId, ...] = (),
    centre: CentreId | None = None,
) -> Facts:
    """The leading group decides what each pays (P7); STATE unless open, BASIS, SOD if one who decides is charged."""
    given = liability.explicit_lines(view, lines)
    opened = view.liability("case", case)
    if opened.state != "opened":
        raise State(opened.state)
    if not basis.strip():
        raise Basis("basis is needed")
    decided = CaseDecided(
        stream=case_stream(case),
        case=case,
        lines=given,
        total=sum(line.amount for line in given),
        basis=basis,
        reason=reason,
        approvals=approvals,
        centre=centre or view.organisation.root,
    )
    document = view.after((decided,)).liability("case", case)
    liability.check_not_charged(document, stamp, approvals)
    yield decided
    if given:
        yield from liability.confirm(view, document, "decided")


@decision("CloseCase", who=role(Role.SAFETY_OFFICE, Role.LEADING_GROUP), unit=unit_of)
def close_case(view: View, stamp: Stamp, case: CaseId, summary: str) -> Facts:
    """The file is closed; STATE if undecided or an appeal is pending."""
    document = view.liability("case", case)
    if document.state != "decided" or document.under_appeal:
        raise State("an appeal is pending" if document.under_appeal else document.state)
    yield CaseClosed(stream=case_stream(case), case=case, summary=summary)
