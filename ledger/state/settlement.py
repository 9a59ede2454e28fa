"""A settlement month: what a centre has done in it (key: its stream), and what became of each unit's statement.

A unit's month (key ``month:<unit>/<month>``) also sums what was posted in it to the unit's accounts: the close
restates balances from there.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from immutables import Map

from ledger.accounts import AccountCode, owner_stream
from ledger.fact import StoredFact
from ledger.facts.daily import DailyQuotaWageAccrued
from ledger.facts.payroll import PayrollActualsImported, PayrollExported
from ledger.facts.periods import DaySheetSealed, PeriodClosed, PeriodCutOff, PeriodOpened
from ledger.facts.reconciliation import (
    DepartmentListImported,
    ExceptionRaised,
    ExceptionResolved,
    ReconciliationRun,
)
from ledger.facts.statements import StatementConfirmed, StatementDisputed, StatementIssued
from ledger.posting import Entries
from ledger.state.exceptions import Raised
from ledger.vocabulary import Day, Moment, unit_stream

STALE_BY = frozenset({AccountCode.POOL_WAGE, AccountCode.POOL_SAFETY, AccountCode.POOL_PROJECT, AccountCode.DUE_UNIT})
"""A statement is stale when something is posted here in its month after it was issued (contract §2.13)."""


class CentreMonth(msgspec.Struct, frozen=True):
    """``reconciled`` says that the books were compared since the cut-off; ``run`` is the last run's position."""

    cutoff: Day | None = None
    is_cut_off: bool = False
    is_closed: bool = False
    run: int = 0
    reconciled: bool = False
    lists: int = 0
    exceptions: Map[str, Raised] = Map()
    is_exported: bool = False
    has_actuals: bool = False

    @property
    def is_opened(self) -> bool:
        return self.cutoff is not None


def evolve_centre(state: CentreMonth, stored: StoredFact) -> CentreMonth:
    """Fold one fact of the stream ``period-<centre>-<yyyymm>``."""
    replace, fact = msgspec.structs.replace, stored.fact
    match fact:
        case PeriodOpened(cutoff=cutoff):
            return replace(state, cutoff=cutoff)
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
        case PayrollExported():
            return replace(state, is_exported=True)
        case PayrollActualsImported():
            return replace(state, has_actuals=True)
        case _:
            return state


class Issue(msgspec.Struct, frozen=True):
    """One issue of a statement: issued, then disputed or confirmed; ``position`` is that of its fact."""

    issue: int
    position: int
    digest: str
    window_over: Moment
    state: Literal["issued", "disputed", "confirmed"] = "issued"


class UnitMonth(msgspec.Struct, frozen=True):
    """``moved`` is credits less debits by account code word; ``stale``: posted to since the last issue."""

    unit: str
    month: str
    issues: tuple[Issue, ...] = ()
    stale: bool = False
    moved: dict[str, int] = {}

    @property
    def latest(self) -> Issue | None:
        return self.issues[-1] if self.issues else None

    @property
    def state(self) -> Literal["draft", "issued", "disputed", "confirmed"]:
        """Draft before the first issue (contract §5.42)."""
        return self.issues[-1].state if self.issues else "draft"

    @property
    def is_settled(self) -> bool:
        """Confirmed or deemed, and nothing was posted since."""
        return self.state == "confirmed" and not self.stale


def begin_unit_month(name: str) -> UnitMonth:
    """``"W1/2026-03"``"""
    unit, _, month = name.rpartition("/")
    return UnitMonth(unit, month)


def evolve_unit(state: UnitMonth, stored: StoredFact, posted: Entries) -> UnitMonth:
    """Fold one fact of the unit's statement, or one that posts to the unit's accounts in the month."""
    fact = stored.fact
    match fact:
        case StatementIssued(issue=number, digest=digest, window_over=over):
            issued = Issue(number, stored.position, digest, over)
            return msgspec.structs.replace(state, issues=(*state.issues, issued), stale=False)
        case StatementConfirmed():
            return _latest(state, "confirmed")
        case StatementDisputed():
            return _latest(state, "disputed")
        case _:
            return _post(state, posted) if posted else state


def _latest(state: UnitMonth, now: Literal["disputed", "confirmed"]) -> UnitMonth:
    *older, latest = state.issues
    return msgspec.structs.replace(state, issues=(*older, msgspec.structs.replace(latest, state=now)))


def _post(state: UnitMonth, posted: Entries) -> UnitMonth:
    stream, moved, touched = unit_stream(state.unit), dict(state.moved), False
    for entry in posted:
        if owner_stream(entry.account) == stream:
            word = entry.account.partition(":")[0]
            moved[word] = moved.get(word, 0) + entry.amount
            touched = touched or word in STALE_BY
    return msgspec.structs.replace(state, moved=moved, stale=state.stale or (touched and bool(state.issues)))


class DaySheet(msgspec.Struct, frozen=True):
    """A team's day (key ``day-sheet:<unit>/<day>``): who was given a daily wage, and is the sheet sealed (``used``)?"""

    waged: tuple[str, ...] = ()
    used: bool = False


def evolve_day_sheet(state: DaySheet, stored: StoredFact) -> DaySheet:
    match stored.fact:
        case DailyQuotaWageAccrued(person=person):
            return msgspec.structs.replace(state, waged=(*state.waged, person))
        case DaySheetSealed():
            return msgspec.structs.replace(state, used=True)
        case _:
            return state
