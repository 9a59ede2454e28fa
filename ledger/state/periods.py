"""Settlement months: which are announced and closed, and what a centre has done in one (key: its stream)."""

from __future__ import annotations

from functools import cached_property

import msgspec
from immutables import Map

from ledger.fact import StoredFact, topic_of
from ledger.facts.payroll import PayrollActualsImported, PayrollExported, PayrollLine
from ledger.facts.periods import PeriodClosed, PeriodCutOff, PeriodOpened
from ledger.facts.pools import EntryReversed
from ledger.facts.reconciliation import DepartmentListImported, ExceptionRaised, ExceptionResolved, ReconciliationRun
from ledger.state.kind import register
from ledger.state.reconciliation import Raised
from ledger.vocabulary import Day, Month, PersonId


class Periods(msgspec.Struct, frozen=True, dict=True):
    """Which months are announced and which are closed, by centre (key ``periods``)."""

    opened: frozenset[tuple[str, Month]] = frozenset()
    closed: frozenset[tuple[str, Month]] = frozenset()

    def is_closed(self, centre: str, month: Month) -> bool:
        """Every month up to a centre's last closed one is closed, opened or not (rule 26)."""
        last = self.last_closed(centre)
        return last is not None and month <= last

    def last_closed(self, centre: str) -> Month | None:
        return self._last.get(centre)

    def open_before(self, centre: str, month: Month) -> list[Month]:
        """Announced months before this one that the centre has not closed."""
        earlier = (opened for place, opened in self.opened if place == centre and opened < month)
        return sorted(opened for opened in earlier if not self.is_closed(centre, opened))

    @cached_property
    def _last(self) -> dict[str, Month]:
        """The last closed month of each centre; every command that moves money asks."""
        last: dict[str, Month] = {}
        for centre, month in self.closed:
            last[centre] = max(month, last.get(centre, month))
        return last

    @cached_property
    def latest(self) -> Month:
        """After this month none is closed anywhere; empty if none is."""
        return max(self._last.values(), default="")


def evolve_periods(state: Periods, stored: StoredFact) -> Periods:
    match stored.fact:
        case PeriodOpened(centre=centre, period=period):
            return msgspec.structs.replace(state, opened=state.opened | {(centre, period)})
        case PeriodClosed(centre=centre, period=period):
            return msgspec.structs.replace(state, closed=state.closed | {(centre, period)})
        case _:
            return state


class CentreMonth(msgspec.Struct, frozen=True):
    """``reconciled`` says that the books were compared since the cut-off; ``run`` is the last run's position."""

    cutoff: Day | None = None
    pay_day: Day | None = None
    is_cut_off: bool = False
    is_closed: bool = False
    run: int = 0
    reconciled: bool = False
    lists: int = 0
    exceptions: Map[str, Raised] = Map()
    is_exported: bool = False
    exported: tuple[PayrollLine, ...] = ()
    has_actuals: bool = False

    def paid(self, person: PersonId, pay: str) -> int:
        """One kind of a person's pay that left with the payroll."""
        return sum(line.of(pay) for line in self.exported if line.person == person)

    @property
    def is_opened(self) -> bool:
        return self.cutoff is not None


LISTED, ACTUALS = topic_of(DepartmentListImported), topic_of(PayrollActualsImported)


def evolve_centre(state: CentreMonth, stored: StoredFact) -> CentreMonth:
    """Fold one fact of the stream ``period-<centre>-<yyyymm>``."""
    replace, fact = msgspec.structs.replace, stored.fact
    match fact:
        case PeriodOpened(cutoff=cutoff, pay_day=pay_day):
            return replace(state, cutoff=cutoff, pay_day=pay_day)
        case PeriodCutOff():
            return replace(state, is_cut_off=True, reconciled=False)
        case PeriodClosed():
            return replace(state, is_closed=True)
        case DepartmentListImported():
            return replace(state, lists=state.lists + 1)
        case ReconciliationRun():
            return replace(state, run=stored.position, reconciled=state.is_cut_off)
        case ExceptionRaised(exception=name, kind=kind, ref=ref, amount=amount):
            raised = Raised(kind, ref, amount, stored.position)
            return replace(state, exceptions=state.exceptions.set(name, raised))
        case ExceptionResolved(exception=name, how=how):
            resolved = replace(state.exceptions[name], how=how)
            return replace(state, exceptions=state.exceptions.set(name, resolved))
        case PayrollExported(lines=lines):
            return replace(state, is_exported=True, exported=lines)
        case PayrollActualsImported():
            return replace(state, has_actuals=True)
        case EntryReversed(original_topic=topic) if topic == LISTED:
            return replace(state, lists=state.lists - 1)
        case EntryReversed(original_topic=topic) if topic == ACTUALS:
            return replace(state, has_actuals=False)
        case _:
            return state


KINDS = (
    register("periods", Periods, evolve_periods, pinned=True),
    register("period-", CentreMonth, evolve_centre),
)
