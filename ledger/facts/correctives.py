"""Facts of a corrective notice (整改问题通知单) on the stream of its unit (rule 34)."""

from __future__ import annotations

from ledger.consequences import FallsDue, Timers, timers_ended, timers_set
from ledger.fact import Fact
from ledger.vocabulary import CorrectiveId, Day, PersonId, Quarter, UnitId


class CorrectiveIssued(Fact, frozen=True, kw_only=True, tag="corrective.issued.v1"):
    """A unit has to put something right until a day; ``person`` answers for it, ``quarter`` is that of the finding."""

    corrective: CorrectiveId
    unit: UnitId
    text: str
    basis: str
    due: Day
    quarter: Quarter | None = None
    person: PersonId | None = None
    falls_due: tuple[FallsDue, ...] = ()

    def timers(self) -> Timers:
        return timers_set(self.falls_due, self.corrective)


class CorrectiveAnswered(Fact, frozen=True, kw_only=True, tag="corrective.answered.v1"):
    """The unit says how it will be put right, and by whom."""

    corrective: CorrectiveId
    measures: str
    person: PersonId


class CorrectiveCompleted(Fact, frozen=True, kw_only=True, tag="corrective.completed.v1"):
    """It is put right, with evidence."""

    corrective: CorrectiveId
    evidence: tuple[str, ...]
    falls_no_more: tuple[str, ...] = ()

    def timers(self) -> Timers:
        return timers_ended(self.falls_no_more, self.corrective)


class CorrectiveVerified(Fact, frozen=True, kw_only=True, tag="corrective.verified.v1"):
    """Somebody above the unit has looked, and it is put right."""

    corrective: CorrectiveId
    comment: str | None = None


class CorrectiveReturned(Fact, frozen=True, kw_only=True, tag="corrective.returned.v1"):
    """Somebody above the unit has looked, and it is not put right: it has to be until ``due``."""

    corrective: CorrectiveId
    due: Day
    comment: str | None = None
    falls_due: tuple[FallsDue, ...] = ()

    def timers(self) -> Timers:
        return timers_set(self.falls_due, self.corrective)


class CorrectiveOverdue(Fact, frozen=True, kw_only=True, tag="corrective.overdue.v1"):
    """The day is over, and it is not put right."""

    corrective: CorrectiveId
    due: Day

    def timers(self) -> Timers:
        return timers_ended(("corrective-overdue",), self.corrective)
