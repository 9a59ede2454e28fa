"""Facts of the payroll (工资发放): the file that leaves, the pay that comes back, what HR says it paid.

They stand on ``period-<centre>-<yyyymm>``; what comes back is the person's.
"""

from __future__ import annotations

import msgspec

from ledger.consequences import Tags
from ledger.fact import Fact
from ledger.keys import Key, UniqueKey
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

    def of(self, pay: str) -> int:
        """One kind of the pay."""
        return {"perf": self.perf, "safety": self.safety, "bonus": self.bonus}[pay]


class PayrollExported(Fact, frozen=True, kw_only=True, tag="payroll.exported.v1"):
    """**$** Everything payable to the persons of the centre leaves for payroll, once per month (P18)."""

    centre: CentreId
    period: Month
    lines: tuple[PayrollLine, ...]
    total: Fen


PAYROLL_RETURN = UniqueKey("payroll-return", "doc")
"""The bank's paper on a payment that came back."""

CAME_BACK = Key("came-back", "centre", "period", "person", "pay")
"""How much of one kind of a person's pay came back of a centre's payroll of a month."""


class PayrollReturned(Fact, frozen=True, kw_only=True, tag="payroll.returned.v1"):
    """**$** Pay that was exported could not be paid (退票): it is payable again, mirrored on the period (P18)."""

    centre: CentreId
    period: Month
    person: PersonId
    pay: str
    amount: Fen
    doc: str
    reason: str
    approved_by: PersonId

    def tags(self) -> Tags:
        return (PAYROLL_RETURN.of(self), CAME_BACK.of(self))


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
