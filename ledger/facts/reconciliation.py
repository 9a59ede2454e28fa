"""Facts of the reconciliation (对账, R1–R15) on ``period-<centre>-<yyyymm>`` (TR-11)."""

from __future__ import annotations

import msgspec

from ledger.fact import Fact
from ledger.vocabulary import CentreId, CommandId, Day, Fen, ListId, Month, PersonId, SignedFen


class ListRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a department's list: a document by its own number, else by day, unit, item and quantity."""

    doc: str
    kind: str
    amount: Fen
    date: Day | None = None
    unit: str | None = None
    item: str | None = None
    qty: str | None = None


class DepartmentListImported(Fact, frozen=True, kw_only=True, tag="reconciliation.list-imported.v1"):
    """买卖明细: what a department has on its own list for the month; a second list adds to the first."""

    list: ListId
    centre: CentreId
    period: Month
    department: str
    rows: tuple[ListRow, ...]


class Check(msgspec.Struct, frozen=True):
    """One match of the run and how many exceptions it found."""

    check: str
    found: int


class ReconciliationRun(Fact, frozen=True, kw_only=True, tag="reconciliation.run.v1"):
    """The books were compared as known at position ``known``; whoever repeats it there finds the same ``digest``."""

    centre: CentreId
    period: Month
    known: int
    checks: tuple[Check, ...]
    digest: str


class ExceptionRaised(Fact, frozen=True, kw_only=True, tag="reconciliation.exception-raised.v1"):
    """A difference that has to disappear or to be resolved; ``exception`` is ``KIND:ref``."""

    centre: CentreId
    period: Month
    exception: str
    kind: str
    ref: str
    amount: SignedFen | None = None


class ExceptionResolved(Fact, frozen=True, kw_only=True, tag="reconciliation.exception-resolved.v1"):
    """Not found any more (``gone``), or resolved by hand: reversed, corrected, adjusted, accepted with approval."""

    centre: CentreId
    period: Month
    exception: str
    how: str
    reason: str | None = None
    of: CommandId | None = None
    approved_by: PersonId | None = None
