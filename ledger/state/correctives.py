"""A corrective notice (整改问题通知单) from issue to close (key ``corrective:<id>``; rule 34)."""

from __future__ import annotations

from typing import Literal

import msgspec

from ledger.consequences import FallsDue
from ledger.fact import Fact, StoredFact
from ledger.facts.correctives import (
    CorrectiveAnswered,
    CorrectiveCompleted,
    CorrectiveIssued,
    CorrectiveOverdue,
    CorrectiveReturned,
    CorrectiveVerified,
)
from ledger.state.columns import Columns, person
from ledger.state.kind import document
from ledger.vocabulary import Day

CorrectiveState = Literal["issued", "answered", "completed", "closed"]


class Corrective(msgspec.Struct, frozen=True):
    """``person`` answers for it, ``doer`` puts it right; ``overdue``: marked, and not completed since.

    ``falls_due`` are the reminders and the mark that its day has put on the agenda.
    """

    corrective: str
    unit: str
    text: str
    due: Day
    since: Day
    state: CorrectiveState = "issued"
    person: str | None = None
    doer: str | None = None
    completed_by: str | None = None
    overdue: bool = False
    falls_due: tuple[str, ...] = ()

    @property
    def columns(self) -> Columns:
        return Columns(
            unit=self.unit,
            state=self.state,
            since=self.since,
            until=self.due,
            parties=person(self.person or self.doer),
        )


def evolve(state: Corrective | None, stored: StoredFact) -> Corrective | None:
    """Fold one fact that names the corrective notice."""
    fact = stored.fact
    if isinstance(fact, CorrectiveIssued):
        return Corrective(
            corrective=fact.corrective,
            unit=fact.unit,
            text=fact.text,
            due=fact.due,
            since=fact.business_date,
            person=fact.person,
            falls_due=_names(fact.falls_due),
        )
    return None if state is None else _changed(state, fact)


def _changed(state: Corrective, fact: Fact) -> Corrective:
    replace = msgspec.structs.replace
    match fact:
        case CorrectiveAnswered(person=person):
            return replace(state, state="answered", doer=person)
        case CorrectiveCompleted():
            return replace(state, state="completed", completed_by=fact.by, overdue=False, falls_due=())
        case CorrectiveVerified():
            return replace(state, state="closed")
        case CorrectiveReturned(due=due, falls_due=falls_due):
            return replace(state, state="answered", completed_by=None, due=due, falls_due=_names(falls_due))
        case CorrectiveOverdue():
            return replace(state, overdue=True)
        case _:
            return state


def _names(falls_due: tuple[FallsDue, ...]) -> tuple[str, ...]:
    return tuple(due.what for due in falls_due)


KINDS = (document("corrective", Corrective, evolve),)
