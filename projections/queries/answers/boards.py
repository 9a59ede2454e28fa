"""Tenders, hazards, prices, policies, proposals."""

from __future__ import annotations

from typing import Any

from msgspec import field

from projections.queries.answers.kernel import (
    UNSET,
    Answer,
    Day,
    Moment,
    Month,
    Number,
    PlaceOfSpecialty,
    UnsetType,
    Yuan,
)


class BidRow(Answer):
    unit: str
    days: int | None
    staff: int | None
    plan: str | None
    qualified: bool


class TenderRow(Answer):
    tender: str
    number: str | None
    payer: str
    centre: str
    state: str
    reason: str
    critical: bool
    requested_on: Day
    item: str | None
    est_qty: Number | None
    funds: str
    bid_deadline: Moment | None
    open_to: list[str]
    bids: list[BidRow]
    winner: str | None
    list_version: str | None
    unit_price: Yuan | None
    premium: Number | None
    reserve: Yuan
    claimed_qty: Number | None
    accepted_qty: Number | None
    attempts: int
    total: Yuan | None
    hazard: str
    part: str | None
    """payer, winner, bidder or may_bid, where a unit is asked about."""
    place: str | None
    hazard_level: str | None
    deadline: Day | None


class TenderBoard(Answer, kw_only=True):
    business_date: Day
    known_at: str | int | UnsetType = UNSET
    tenders: list[TenderRow]
    next: str | None


class HazardRow(Answer):
    hazard: str
    unit: str
    origin: str
    state: str
    level: str | None
    category: str
    tier: str
    place: str
    description: str
    source_list: str | None
    risk: str | None
    item: str | None
    reported_on: Day
    manage: str | None
    deadline: Day | None
    days_overdue: int | None
    person: str | None
    executor: str | None
    finished_at: Moment | None
    attempts: int
    repeat: int | None
    tender: str | None
    tender_compulsory: bool
    merged_into: str | None


class HazardRate(Answer):
    value: Number | None
    num: int
    den: int
    num_hazards: list[str]
    den_hazards: list[str]


class HazardRates(Answer):
    period: Month
    on_time: HazardRate
    closure: HazardRate
    repeat_rate: HazardRate


class HazardRegister(Answer, kw_only=True):
    as_of: Day
    business_date: Day | UnsetType = UNSET
    known_at: str | int | UnsetType = UNSET
    unit: str | None
    hazards: list[HazardRow]
    next: str | None
    rates: HazardRates


class HazardRecord(Answer):
    hazard: str
    unit: str
    state: str
    place: str
    category: str
    tier: str
    item: str | None
    reporter: str | None
    reported_at: Moment
    level: str | None
    clause: str | None
    manage: str | None
    deadline: Day | None
    liable: str | None
    finished_at: Moment | None
    description: str | None
    cause: int | None
    measures: str | None
    budget: Yuan | None
    claimant: str | None
    cost: Yuan | None
    acceptor: str | None
    accepted_at: Moment | None
    comment: str | None
    report_no: str | None
    merged_into: str | None


class HazardRecords(Answer):
    hazards: list[HazardRecord]
    next: str | None


class PriceListInForce(Answer):
    owner: str
    level: int
    version: str
    effective: Day
    linkage: Number


class PriceInForce(Answer):
    item: str
    kind: str
    name: str | None
    uom: str
    matrix: str | None
    price: Yuan
    linkage: Number
    unit_price: Yuan
    list_version: str
    locked: bool
    urgent: bool
    owner: str
    level: int


class MatrixCharge(Answer):
    role: str
    amount: Yuan


class MatrixInForce(Answer, kw_only=True):
    matrix: str
    kind: str
    for_: str | None = field(name="for")
    """The severity or level that it is for."""
    locked: bool
    tiers: dict[str, list[MatrixCharge]]
    list_version: str
    owner: str
    level: int


class PriceBook(Answer):
    unit: str
    date: Day
    lists: list[PriceListInForce]
    items: list[PriceInForce]
    matrices: list[MatrixInForce]


class PolicyInForce(Answer):
    key: str
    value: Any
    origin: str
    """published, default or missing."""
    scope: str | None
    effective: Day | None
    locked_by: str | None
    legal_basis: str | None
    consultation: str | None


class Policies(Answer):
    unit: str
    date: Day
    policies: list[PolicyInForce]


class RiskRow(Answer):
    risk: str
    unit: str
    place: str
    level: str
    person: str
    state: str
    measures: list[str]
    review_by: Day
    overdue: bool


class Risks(Answer):
    risks: list[RiskRow]


class ProposalRow(Answer):
    proposal: str
    command: str
    data: dict[str, Any]
    by: str
    digest: str
    asked: list[str]
    approved: list[str]
    state: str
    until: Moment


class Proposals(Answer):
    proposals: list[ProposalRow]


class ResponsibilityGaps(Answer):
    gaps: list[PlaceOfSpecialty]
