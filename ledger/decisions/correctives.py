"""Corrective notices (整改问题通知单): a unit puts something right, verified from above (ASS-27, rule 34)."""

from __future__ import annotations

from typing import Annotated, Literal

from ledger import calendars
from ledger.consequences import timer
from ledger.decisions.deadlines import until_the_end_of
from ledger.decisions.evidence import check_evidence
from ledger.decisions.kernel.authority import above, argument, document, lead, role, word
from ledger.decisions.kernel.judging import UnitNotItself
from ledger.decisions.kernel.places import document_unit
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Basis, Invalid, Sod, State
from ledger.facts.correctives import (
    CorrectiveAnswered,
    CorrectiveCompleted,
    CorrectiveIssued,
    CorrectiveOverdue,
    CorrectiveReturned,
    CorrectiveVerified,
)
from ledger.facts.hazards import ReminderSent
from ledger.state.correctives import Corrective, CorrectiveState
from ledger.view import View
from ledger.vocabulary import NEW, CorrectiveId, Day, PersonId, Quarter, Role, UnitId, unit_stream

OF_CORRECTIVE = document("corrective")
REMIND, OVERDUE = "remind-corrective", "corrective-overdue"


def _puts_it_right(request: Request) -> bool:
    """Is the actor the person whom the unit's answer names?"""
    return request.stamp.by == request.view.corrective(request["corrective"]).doer


def _judged(request: Request) -> str | None:
    return document_unit(request, "corrective")


@decision("IssueCorrective", who=role(Role.LEADING_GROUP, Role.OFFICE, Role.SAFETY_OFFICE), unit=argument("unit"))
def issue_corrective(
    view: View,
    stamp: Stamp,
    corrective: Annotated[CorrectiveId, NEW],
    unit: UnitId,
    text: str,
    due: Day,
    basis: str = "",
    quarter: Quarter | None = None,
    person: PersonId | None = None,
) -> Facts:
    """A unit that has left its targets is told to put it right until a day; BASIS without a ground."""
    if not basis.strip():
        raise Basis("basis is needed")
    yield CorrectiveIssued(
        stream=unit_stream(unit),
        corrective=corrective,
        unit=unit,
        text=text,
        basis=basis,
        due=due,
        quarter=quarter,
        person=person,
        falls_due=until_the_end_of(view, stamp, unit, due, REMIND, OVERDUE),
    )


@decision("AnswerCorrective", who=lead(OF_CORRECTIVE), unit=OF_CORRECTIVE)
def answer_corrective(view: View, stamp: Stamp, corrective: CorrectiveId, measures: str, person: PersonId) -> Facts:
    """The unit says how it will be put right and by whom; STATE unless issued."""
    found = _in_state(view, corrective, "issued")
    yield CorrectiveAnswered(stream=unit_stream(found.unit), corrective=corrective, measures=measures, person=person)


@decision("CompleteCorrective", who=lead(OF_CORRECTIVE) | word(_puts_it_right), unit=OF_CORRECTIVE)
def complete_corrective(view: View, stamp: Stamp, corrective: CorrectiveId, evidence: tuple[str, ...] = ()) -> Facts:
    """It is put right, with EVIDENCE; STATE unless answered.  Nobody is reminded of it any more."""
    found = _in_state(view, corrective, "answered")
    check_evidence(evidence)
    yield CorrectiveCompleted(
        stream=unit_stream(found.unit), corrective=corrective, evidence=evidence, falls_no_more=found.falls_due
    )


@decision(
    "VerifyCorrective",
    who=above(OF_CORRECTIVE, Role.OFFICE, Role.SAFETY_OFFICE),
    counting=UnitNotItself(_judged),
    unit=OF_CORRECTIVE,
)
def verify_corrective(
    view: View,
    stamp: Stamp,
    corrective: CorrectiveId,
    result: Literal["pass", "fail"],
    comment: str | None = None,
    due: Day | None = None,
) -> Facts:
    """An office above the unit looks: the notice is closed, or answered again until a day that is not over (rule 53).

    STATE unless completed, SOD for who completed it; INVALID if neither the new nor the old due of one that is
    returned lies ahead.
    """
    found = _in_state(view, corrective, "completed")
    if stamp.by == found.completed_by:
        raise Sod(stamp.by)
    if result == "pass":
        yield CorrectiveVerified(stream=unit_stream(found.unit), corrective=corrective, comment=comment)
        return
    days = [day for day in (due, found.due) if day is not None and calendars.midnight(day, 1) > stamp.at]
    if not days:
        raise Invalid("due: neither the new nor the old one lies ahead")
    yield CorrectiveReturned(
        stream=unit_stream(found.unit),
        corrective=corrective,
        due=days[0],
        comment=comment,
        falls_due=until_the_end_of(view, stamp, found.unit, days[0], REMIND, OVERDUE),
    )


def _in_state(view: View, corrective: str, state: CorrectiveState) -> Corrective:
    found = view.corrective(corrective)
    if found.state != state:
        raise State(f"{corrective} is {found.state}")
    return found


# -- time -------------------------------------------------------------------------------------------------------------


def remind(view: View, stamp: Stamp, kind: str, entry: str) -> Facts:
    """Whoever puts it right is reminded while it is issued or answered, else who answers for it, else the unit."""
    name, _, hours = entry.partition("/")
    found = view.corrective(name)
    yield ReminderSent(
        stream=unit_stream(found.unit),
        kind="corrective",
        document=name,
        target=found.doer or found.person or found.unit,
        due=stamp.at,
        text=f"corrective {name}: due {found.due}",
        entry=timer(f"{REMIND}/{hours}", name),
    )


def mark_overdue(view: View, stamp: Stamp, kind: str, name: str) -> Facts:
    """00:00 after its day, while it is issued or answered."""
    found = view.corrective(name)
    yield CorrectiveOverdue(stream=unit_stream(found.unit), corrective=name, due=found.due)
