"""Material of the checks: a centre's month, read at one position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ledger.fact import StoredFact
from ledger.facts.reconciliation import ListRow
from ledger.facts.tenders import TenderAwarded, TenderDirected
from ledger.state.assessment import Assessment
from ledger.state.hazards import Hazard
from ledger.state.liability import Liability
from ledger.state.notices import Notice
from ledger.state.prices import PriceBook
from ledger.state.safety_wages import Entitlement
from projections.reconciliation.doubles import DoubleCharge


class Link(NamedTuple):
    """A stored fact in its stream: is its leaf what it hashes to, and does ``prev`` name the leaf before it?"""

    stream: str
    version: int
    follows: int
    is_intact: bool


class ClearingLeg(NamedTuple):
    """One entry on the centre's clearing account."""

    transfer: str
    amount: int
    is_reversal: bool


class AccountSums(NamedTuple):
    """An account of the centre as three books have it.

    ``journal`` and ``folded`` are the balance now; ``moved`` and ``summed`` the month's movement, kept beside the
    entries and summed from them; ``opening`` is what earlier months left, ``carried`` what the last close restated.
    """

    account: str
    journal: int
    folded: int
    moved: int
    summed: int
    opening: int
    carried: int | None


class Papers(NamedTuple):
    """Documents as they stand: what the postings are compared with.

    ``confirmations`` are all facts, on any stream, by which slips and penalties were posted; ``occurred`` is the day
    that a notice is priced by; ``numbers`` gives the id of ``<kind>:<official number>``.
    """

    liabilities: Mapping[str, Liability]
    confirmations: Mapping[str, Sequence[StoredFact]]
    notices: Mapping[str, Notice]
    occurred: Mapping[str, str]
    numbers: Mapping[str, str]


class Payroll(NamedTuple):
    """By person: what was exported, what was deducted in the books, what HR paid and kept back (None: not told)."""

    exported: Mapping[str, int]
    deducted: Mapping[str, int]
    actual: Mapping[str, tuple[int, int]] | None


class Production(NamedTuple):
    """A unit's quota wages of the month: credited, and distributed (daily wages included)."""

    unit: str
    credited: int
    distributed: int


class Budget(NamedTuple):
    """How much of a source a unit may use in a period, and how much it and the units below it have."""

    unit: str
    limit: int
    used: int


Award = TenderAwarded | TenderDirected


class Material(NamedTuple):
    """Everything read for one run; ``facts`` are the month's money facts on the streams of the centre's units."""

    position: int
    centre: str
    period: str
    units: frozenset[str]
    paths: Mapping[tuple[str, str], tuple[str, ...]]
    facts: Sequence[StoredFact]
    reversed: frozenset[int]
    links: Sequence[Link]
    numbers: Sequence[str]
    unbalanced: Sequence[tuple[int, int]]
    accounts: Sequence[AccountSums]
    clearing: Sequence[ClearingLeg]
    papers: Papers
    awards: Mapping[str, Sequence[Award]]
    accepted: Mapping[str, Sequence[StoredFact]]
    books: Mapping[str, PriceBook]
    lists: Sequence[ListRow] | None
    assessments: Mapping[str, Assessment]
    entitlements: Mapping[tuple[str, str], Entitlement]
    payroll: Payroll
    budgets: Sequence[Budget]
    hazards: Sequence[Hazard]
    production: Sequence[Production]
    doubles: Sequence[DoubleCharge]

    def standing(self) -> list[StoredFact]:
        """The month's facts without those reversed in it and without the reversals."""
        return [one for one in self.facts if one.position not in self.reversed]
