"""Facts of the payroll (工资发放) on ``period-<centre>-<yyyymm>``: the file that leaves, what HR says it paid."""

from __future__ import annotations

import msgspec

from ledger.fact import Fact
from ledger.vocabulary import CentreId, Fen, Month, PersonId


class PayrollLine(msgspec.Struct, frozen=True):
    """A person's pay: performance, safety wage, bonus."""

    person: PersonId
    perf: Fen
    safety: Fen
    bonus: Fen

    @property
    def total(self) -> int:
        return self.perf + self.safety + self.bonus


class PayrollExported(Fact, frozen=True, kw_only=True, tag="payroll.exported.v1"):
    """**$** Everything payable to the persons of the centre leaves for payroll, once per month (P18)."""

    centre: CentreId
    period: Month
    lines: tuple[PayrollLine, ...]
    total: Fen


class PayrollActual(msgspec.Struct, frozen=True):
    """The amounts that HR paid to a person and kept back."""

    person: PersonId
    paid: Fen
    deducted: Fen


class PayrollActualsImported(Fact, frozen=True, kw_only=True, tag="payroll.actuals-imported.v1"):
    """Memo: what was really paid; the reconciliation compares it with the file (R8)."""

    centre: CentreId
    period: Month
    lines: tuple[PayrollActual, ...]
