"""Facts of what persons owe: dues, gross wages as a memo, the monthly deduction, write-offs (PERF-09, F-12)."""

from __future__ import annotations

from ledger.consequences import Counted, Counts, DueChange, DueChanges, Tags
from ledger.fact import Fact
from ledger.facts.pools import DuePart
from ledger.keys import UniqueKey
from ledger.vocabulary import CentreId, DueId, Fen, Month, PersonId, UnitId

OVERPAYMENT = UniqueKey("overpayment", "doc")
"""The paper on which a due stands that no other document charges."""


class DueRaised(Fact, frozen=True, kw_only=True, tag="person.due-raised.v1"):
    """A due (待扣赔付) of a person, to be deducted oldest first.

    On its own (``due``) it claims back what was overpaid (多发): **$** from the person to the fund of ``centre``, or to
    the pool of ``unit`` that paid too much (P7; rules 22 and 83).  Otherwise it is a mirror of what another document
    charges.
    """

    person: PersonId
    document: str
    kind: str
    amount: Fen
    centre: CentreId
    due: DueId | None = None
    unit: UnitId | None = None
    reason: str | None = None
    doc: str | None = None
    approved_by: PersonId | None = None

    def due_changes(self) -> DueChanges:
        """A debt to a pool is no claim of a fund."""
        if self.due is None:
            return ()
        return (DueChange(self.person, f"due:{self.due}", self.amount, None if self.unit else self.centre),)

    def tags(self) -> Tags:
        return () if self.doc is None else (OVERPAYMENT.of(self),)


class DueCancelled(Fact, frozen=True, kw_only=True, tag="person.due-cancelled.v1"):
    """Mirror on the person's stream: the due of a document is gone, wholly or in part."""

    person: PersonId
    document: str
    kind: str
    amount: Fen
    centre: CentreId


GROSS_WAGE = UniqueKey("gross-wage", "person", "period")


class GrossWageImported(Fact, frozen=True, kw_only=True, tag="wage.gross-imported.v1"):
    """Memo: the gross wage of a month, from which cap and floor of the deduction are reckoned."""

    person: PersonId
    period: Month
    gross: Fen
    min_wage: Fen | None = None

    def tags(self) -> Tags:
        return (GROSS_WAGE.of(self),)


DEDUCTION = UniqueKey("deduction", "person", "period")
"""One deduction of a person's month, also where nothing is left to deduct."""


class CompensationDeducted(Fact, frozen=True, kw_only=True, tag="due.deducted.v1"):
    """**$** The month's deduction from the performance wage, oldest due first (P9, F-12)."""

    person: PersonId
    period: Month
    gross: Fen
    floor: Fen
    cap: Fen
    amount: Fen
    due_before: Fen
    due_after: Fen
    parts: tuple[DuePart, ...]

    def due_changes(self) -> DueChanges:
        return tuple(part.paid_by(self.person) for part in self.parts)

    def tags(self) -> Tags:
        return (DEDUCTION.of(self),)

    def counts(self) -> Counts:
        return (Counted(self.stream, "deducted", self.amount),)


class DeductionCarried(Fact, frozen=True, kw_only=True, tag="due.carried.v1"):
    """The rest that is due, lines under appeal included, waits for the next month."""

    person: PersonId
    period: Month
    amount: Fen

    def tags(self) -> Tags:
        return (DEDUCTION.of(self),)


class DueWrittenOff(Fact, frozen=True, kw_only=True, tag="due.written-off.v1"):
    """**$** The fund forgoes a due of a person, or of a unit, that cannot be collected (核销, P17)."""

    amount: Fen
    reason: str
    centre: CentreId
    approvals: tuple[PersonId, ...]
    parts: tuple[DuePart, ...]
    person: PersonId | None = None
    unit: UnitId | None = None

    @property
    def party(self) -> str:
        return self.unit or str(self.person)

    def due_changes(self) -> DueChanges:
        return tuple(part.paid_by(self.party, unit=self.unit is not None) for part in self.parts)
