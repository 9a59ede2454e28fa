"""Facts of transfers between pools outside handover and tender: pass-down, adjustment, imported legs (P4, P6)."""

from __future__ import annotations

from ledger.consequences import DueChanges, Tags, short
from ledger.fact import Fact
from ledger.keys import UniqueKey
from ledger.vocabulary import CentreId, Fen, PersonId, TenderId, UnitId

PASS_DOWN = UniqueKey("pass-down", "unit", "doc")
ADJUSTMENT = UniqueKey("adjustment", "unit", "doc")
"""The unit is the payer."""


class PoolPassedDown(Fact, frozen=True, kw_only=True, tag="pool.passed-down.v1"):
    """**$** Payer leg: a unit gives a part of its pool to one below it, through clearing (P6a)."""

    unit: UnitId
    counter: UnitId
    centre: CentreId
    pool: str
    amount: Fen
    reason: str
    tender: TenderId | None = None
    doc: str | None = None

    def tags(self) -> Tags:
        return (PASS_DOWN.of(self),) if self.doc else ()


class PoolReceived(Fact, frozen=True, kw_only=True, tag="pool.received.v1"):
    """**$** Payee leg: the unit below receives it (P6b)."""

    unit: UnitId
    counter: UnitId
    centre: CentreId
    pool: str
    amount: Fen
    reason: str
    tender: TenderId | None = None


class TransferAdjustedOut(Fact, frozen=True, kw_only=True, tag="transfer.adjusted-out.v1"):
    """**$** Payer leg of an approved top-up (补差) for an earlier month (P4a)."""

    unit: UnitId
    counter: UnitId
    centre: CentreId
    amount: Fen
    reason: str
    approved_by: PersonId
    document: str | None = None
    doc: str | None = None

    def tags(self) -> Tags:
        return (ADJUSTMENT.of(self),) if self.doc else ()


class TransferAdjustedIn(Fact, frozen=True, kw_only=True, tag="transfer.adjusted-in.v1"):
    """**$** Payee leg of an approved top-up (P4b)."""

    unit: UnitId
    counter: UnitId
    centre: CentreId
    amount: Fen
    reason: str
    approved_by: PersonId
    document: str | None = None


LEG = UniqueKey("leg", "transfer", "leg")
"""A leg (``out``, ``in``) of an imported transfer."""


class TransferOutImported(Fact, frozen=True, kw_only=True, tag="transfer.out-imported.v1"):
    """**$** The payer's leg of a transfer that another system recorded (P4a)."""

    unit: UnitId
    counter: UnitId
    centre: CentreId
    kind: str
    amount: Fen
    shortfall: Fen
    document: str | None = None
    approved_by: PersonId | None = None

    def due_changes(self) -> DueChanges:
        return short(self.unit, f"transfer:{self.transfer}", self.shortfall, None)

    def tags(self) -> Tags:
        return (LEG(str(self.transfer), "out"),)


class TransferInImported(Fact, frozen=True, kw_only=True, tag="transfer.in-imported.v1"):
    """**$** The payee's leg of a transfer that another system recorded (P4b)."""

    unit: UnitId
    counter: UnitId
    centre: CentreId
    kind: str
    amount: Fen
    document: str | None = None
    approved_by: PersonId | None = None

    def tags(self) -> Tags:
        return (LEG(str(self.transfer), "in"),)
