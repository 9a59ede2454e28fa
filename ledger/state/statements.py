"""A unit's month: what became of its statement, and what was posted in it (key ``month:<unit>/<month>``).

The close restates balances from what was posted.
"""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

from ledger.accounts import AccountCode, owner_stream
from ledger.fact import StoredFact
from ledger.facts.statements import (
    PersonFigures,
    StatementConfirmed,
    StatementDisputed,
    StatementIssued,
    StatementTotals,
)
from ledger.posting import Entries
from ledger.state.kind import StateKind
from ledger.vocabulary import Day, Moment, SignedFen, unit_stream

STALE_BY = frozenset({AccountCode.POOL_WAGE, AccountCode.POOL_SAFETY, AccountCode.POOL_PROJECT, AccountCode.DUE_UNIT})
"""A statement is stale when something is posted here in its month after it was issued (contract §2.13)."""


class Issue(msgspec.Struct, frozen=True):
    """One issue of a statement: issued, then disputed or confirmed; ``position`` is that of its fact."""

    issue: int
    position: int
    digest: str
    window_over: Moment
    by: str = ""
    business_date: Day = ""
    figures: str = ""
    """One digest over the wage pool's and the persons' figures, open items left out."""
    state: Literal["issued", "disputed", "confirmed"] = "issued"


class UnitMonth(msgspec.Struct, frozen=True):
    """``moved`` is credits less debits by account code word; ``stale``: posted to since the last issue."""

    unit: str
    month: str
    issues: tuple[Issue, ...] = ()
    stale: bool = False
    moved: dict[str, SignedFen] = {}

    @property
    def latest(self) -> Issue | None:
        return self.issues[-1] if self.issues else None

    @property
    def state(self) -> Literal["draft", "issued", "disputed", "confirmed"]:
        """Draft before the first issue (contract §5.42)."""
        return self.issues[-1].state if self.issues else "draft"

    @property
    def is_due(self) -> bool:
        """Was anything posted in it that a statement shows?  A unit retired before the month needs none else."""
        return any(word in self.moved for word in STALE_BY)

    @property
    def is_settled(self) -> bool:
        """Confirmed or deemed, and nothing was posted since."""
        return self.state == "confirmed" and not self.stale


def figures_of(totals: StatementTotals, persons: tuple[PersonFigures, ...]) -> str:
    return hashlib.sha256(msgspec.json.encode((totals, persons))).hexdigest()


def begin(name: str) -> UnitMonth:
    """``"W1/2026-03"``"""
    unit, _, month = name.rpartition("/")
    return UnitMonth(unit, month)


def evolve(state: UnitMonth, stored: StoredFact, posted: Entries) -> UnitMonth:
    """Fold one fact of the unit's statement, or one that posts to the unit's accounts in the month."""
    fact = stored.fact
    match fact:
        case StatementIssued(issue=number, digest=digest, window_over=over):
            issued = Issue(
                number,
                stored.position,
                digest,
                over,
                fact.by,
                fact.business_date,
                figures_of(fact.totals, fact.persons),
            )
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


KINDS = (StateKind("month:", UnitMonth, begin, evolve),)
