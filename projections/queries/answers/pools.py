"""Pools, funds and persons."""

from __future__ import annotations

from projections.queries.answers.kernel import UNSET, Answer, Day, Deduction, UnsetType, Yuan


class Pool(Answer, kw_only=True):
    account: str
    business_date: Day | UnsetType = UNSET
    known_at: str | int | UnsetType = UNSET
    balance: Yuan
    reserved: Yuan
    available: Yuan
    due: Yuan


class Fund(Answer, kw_only=True):
    account: str
    business_date: Day | UnsetType = UNSET
    known_at: str | int | UnsetType = UNSET
    balance: Yuan
    uncollected: Yuan
    spendable: Yuan


class Payables(Answer):
    perf: Yuan
    safety: Yuan
    bonus: Yuan


class DueOfPerson(Answer):
    document: str | None
    amount: Yuan
    open: Yuan
    appealed: bool


class Person(Answer):
    person: str
    home: str | None
    pay: Payables
    due: Yuan
    dues: list[DueOfPerson]
    deposit: Yuan
    streak: int
    points: int
    suspended: bool
    deductions: list[Deduction]


class SafetyPoolSources(Answer):
    wage: Yuan
    group: Yuan


class RemainderDecided(Answer):
    date: Day
    decision: str
    amount: Yuan
    reason: str
    approvals: list[str]


class SafetyPool(Answer):
    unit: str
    year: str
    goal: bool
    sources: SafetyPoolSources
    wages: int
    entitled: Yuan
    paid: Yuan
    unpaid: Yuan
    decided: list[RemainderDecided]
    rule: str
    left: Yuan
