"""Balances, registers, facts, documents."""

from __future__ import annotations

from typing import Any

from projections.queries.answers.kernel import (
    UNSET,
    Answer,
    Day,
    Line,
    Moment,
    Month,
    OpenItem,
    UnsetType,
    Yuan,
)


class Balances(Answer):
    position: int
    balances: dict[str, Yuan]
    """By account: credits less debits."""


class BalancesAt(Answer):
    position: int
    business_date: Day
    known_at: str | int | None
    balances: dict[str, Yuan]


class Entries(Answer, kw_only=True):
    account: str
    business_date: Day | UnsetType = UNSET
    known_at: str | int | UnsetType = UNSET
    entries: list[Line]
    next: int | None


class FactRow(Answer):
    """A fact with its envelope; ``data`` are the fields of its kind."""

    position: int
    stream: str
    version: int
    fact: str
    mirror: bool
    at: Moment
    recorded_at: Moment
    business_date: Day
    shift: str | None
    posting_period: Month | None
    adjusts_period: Month | None
    by: str | None
    command: str | None
    transfer: str | None
    number: str | None
    data: dict[str, Any]


class Facts(Answer):
    facts: list[FactRow]


class Replay(Answer):
    stream: str
    version: int
    position: int
    recorded_at: Moment
    facts: int
    state: dict[str, Any] | None


class AccountSum(Answer):
    account: str
    opening: Yuan
    debit: Yuan
    credit: Yuan
    closing: Yuan


class TrialBalance(Answer, kw_only=True):
    business_date: Day | UnsetType = UNSET
    known_at: str | int | UnsetType = UNSET
    accounts: list[AccountSum]
    sum: Yuan


class DocumentLine(Answer):
    party: str
    role: str | None
    amount: Yuan
    state: str


class DroppedLine(Answer):
    role: str
    party: str | None
    reason: str


class FactOfDocument(Answer):
    position: int
    fact: str
    at: Moment
    by: str | None
    documents: list[str]
    data: dict[str, Any]


class Document(Answer):
    kind: str
    id: str
    number: str | None
    unit: str | None
    state: str | None
    total: Yuan | None
    lines: list[DocumentLine]
    dropped: list[DroppedLine]
    window_until: Day | None
    facts: list[FactOfDocument]


class ListedDocument(Answer):
    id: str
    number: str | None
    unit: str | None
    business_date: Day
    state: str | None
    tier: str | None
    item: str | None
    total: Yuan | None
    parties: list[str]
    hazard: str | None


class Register(Answer):
    documents: list[ListedDocument]


class SlipSum(Answer, kw_only=True):
    """Those marks by which it was asked, then the figures."""

    unit: str | UnsetType | None = UNSET
    centre: str | UnsetType | None = UNSET
    person: str | UnsetType | None = UNSET
    kind: str | UnsetType = UNSET
    tier: str | UnsetType | None = UNSET
    item: str | UnsetType | None = UNSET
    month: Month | UnsetType = UNSET
    year: str | UnsetType = UNSET
    count: int
    """Of documents."""
    total: Yuan


class SlipSums(Answer):
    rows: list[SlipSum]


class ExposedDocument(Answer):
    document: str
    kind: str
    unit: str | None
    amount: Yuan
    window_until: Day | None


class Exposure(Answer, kw_only=True):
    business_date: Day | UnsetType = UNSET
    known_at: str | int | UnsetType = UNSET
    total: Yuan
    documents: list[ExposedDocument]


class OpenItems(Answer, kw_only=True):
    business_date: Day | UnsetType = UNSET
    known_at: str | int | UnsetType = UNSET
    items: list[OpenItem]


class LearnedAccount(Answer):
    account: str
    before: Yuan
    after: Yuan
    learned: Yuan


class LearnedEntry(Answer):
    account: str
    amount: Yuan


class LearnedFact(Answer):
    position: int
    recorded_at: Moment
    fact: str
    stream: str
    business_date: Day
    shift: str | None
    posting_period: Month | None
    adjusts_period: Month | None
    days_late: int
    documents: list[str]
    by: str | None
    command: str | None
    device: str | None
    seq: int | None
    offline: bool
    entries: list[LearnedEntry]


class Learned(Answer):
    since_position: int
    known_position: int
    period: Month | None
    unit: str | None
    accounts: list[LearnedAccount]
    facts: list[LearnedFact]
    next: int | None


class AmountInWords(Answer):
    words: str
