"""Pools and wages (工资总额池): openings, budgets, quota wages (SW, PERF-09; contract §2.1, §2.9, §2.11)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from ledger.accounts import CENTRAL, OPENING, PERSONAL, ROOTED, Account, AccountCode, owner_stream, parse
from ledger.decisions.evidence import check_evidence
from ledger.decisions.kernel.approval import approved_by_one
from ledger.decisions.kernel.authority import (
    SYS,
    anywhere,
    argument,
    centre,
    centre_of,
    centre_over,
    lead,
    of_actor,
    role,
)
from ledger.decisions.kernel.judging import UnitNotItself, given
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.own_pay import approved_own_pay
from ledger.decisions.retirement import check_active
from ledger.decisions.wage_total import check_indicator, counted_at, source_account
from ledger.errors import Criteria, Duplicate, Insufficient, Invalid, Sod, State, Unknown
from ledger.facts.pools import (
    BUDGET,
    DISTRIBUTION,
    QUOTA_WAGE,
    SAFETY_GOAL,
    BalanceOpened,
    BudgetAllocated,
    OpenedBalance,
    QuotaWageCredited,
    SafetyGoalAchieved,
    WageDistributed,
    WageIndicatorSet,
    WageLine,
)
from ledger.money import yuan
from ledger.view import View
from ledger.vocabulary import (
    PAST,
    SYSTEM,
    AccountId,
    Amount,
    ApproverId,
    Day,
    Fen,
    PersonId,
    Role,
    SignedFen,
    Span,
    UnitId,
    Year,
    person_stream,
    unit_stream,
)

IndicatorSource = Literal["wage", "project", "bonus", "group", "quota"]
BudgetSource = Literal["wage", "group", "project"]
Pool = Literal["wage", "safety", "project"]

STRICTLY_ABOVE = centre_over(argument("unit"))
CLERK_OR_HEAD = centre(centre_of(argument("unit")), Role.CLERK, Role.CENTRE_HEAD) | SYS


# -- opening balances -----------------------------------------------------------------------------------------------


def owners_are_known(request: Request) -> None:
    """Every opened account belongs to a known unit or person that can have an account of its code word."""
    for account in request["balances"]:
        if account == OPENING:
            raise Invalid(f"{OPENING} is what balances are opened against")
        _check_owner(request.view, parse(account))


def _check_owner(view: View, account: Account) -> None:
    code, owner = account
    units, root = view.organisation.units, view.organisation.root
    if code in PERSONAL:
        if not view.person(owner).registered:
            raise Unknown("PERSON", owner)
    elif owner not in units:
        raise Unknown("UNIT", owner)
    elif (code in CENTRAL and not units[owner].centre and owner != root) or (code in ROOTED and owner != root):
        raise Invalid(f"{owner} has no account of code {code}")


def _as_of(request: Request) -> tuple[Day, str | None]:
    return request["as_of"], None


@decision(
    "OpenBalances",
    who=anywhere(Role.CLERK, Role.CENTRE_HEAD, Role.ADMIN) | SYS,
    unit=of_actor,
    known=owners_are_known,
    dated=_as_of,
    any_age=True,
)
def open_balances(
    view: View,
    stamp: Stamp,
    balances: dict[AccountId, SignedFen],
    as_of: Annotated[Day, PAST],
    reason: str | None = None,
    approved_by: ApproverId | None = None,
) -> Facts:
    """期初建账: a book begins with balances from outside, each account before any other entry (P0, contract §2.1).

    STATE for an account with entries; with a ``reason`` and an approver only if an opening stands on it (rule 75).
    SOD for what is one's own; what persons are to be paid needs an approver, too, where a person sends it (rule 52).
    """
    if not balances:
        raise Invalid("balances: at least one is needed")
    if any(account.partition(":")[0] in OWN and parse(account).owner == stamp.by for account in balances):
        raise Sod(stamp.by)
    approver = None if reason is None else approved_opening(view, stamp, balances, approved_by)
    for account in balances:
        if is_opened(view, account) if reason is not None else has_entries(view, account):
            raise State(account)
    if stamp.by != SYSTEM and any(account.partition(":")[0] in PAID for account in balances):
        approver = approved_opening(view, stamp, balances, approved_by)
    owners = sorted({str(owner_stream(account)) for account in balances})
    for stream in owners:
        opened = [OpenedBalance(account, balances[account]) for account in sorted(balances)]
        mine = tuple(line for line in opened if owner_stream(line.account) == stream)
        yield BalanceOpened(
            stream=stream, balances=mine, as_of=as_of, fund=view.organisation.root, reason=reason, approved_by=approver
        )


PAID = frozenset({AccountCode.PAY_PERF, AccountCode.PAY_SAFETY, AccountCode.PAY_BONUS, AccountCode.DEP_RISK})
OWN = PAID | {AccountCode.DUE_PERSON}
"""Accounts on which nobody opens a balance of his own."""


def approved_opening(
    view: View, stamp: Stamp, balances: dict[AccountId, SignedFen], approver: PersonId | None
) -> PersonId:
    """The head of the root's centre or its leading group, neither the actor nor an owner of what is paid."""
    paid = {parse(account).owner for account in balances if account.partition(":")[0] in PAID}
    if approver in paid:
        raise Sod(approver)
    return approved_by_one(view, stamp, approver, (OPENERS, (view.organisation.root,)))


OPENERS = (Role.CENTRE_HEAD, Role.LEADING_GROUP)


def is_opened(view: View, account: AccountId) -> bool:
    """Does an opening stand on the account?"""
    code, owner = parse(account)
    return code in (view.person(owner) if code in PERSONAL else view.unit(owner)).opened


def has_entries(view: View, account: AccountId) -> bool:
    """Has it other entries than openings that are reversed, and their reversals (rule 23)?"""
    code, owner = parse(account)
    book = view.person(owner) if code in PERSONAL else view.unit(owner)
    return code in book.moved or (code in book.opened and code in book.balances)


# -- budgets --------------------------------------------------------------------------------------------------------


@decision(
    "SetWageIndicator",
    who=centre(STRICTLY_ABOVE, Role.CENTRE_HEAD) | role(Role.LEADING_GROUP) | SYS,
    counting=UnitNotItself(given("unit")),
    unit=argument("unit"),
)
def set_wage_indicator(
    view: View, stamp: Stamp, unit: UnitId, year: Span, source: IndicatorSource, amount: Fen, doc: str
) -> Facts:
    """How much of a source a unit and all below it may use in a year, quarter or month (SW-05, rule 20)."""
    check_indicator(view, stamp, source, unit, year, amount)
    yield WageIndicatorSet(
        stream=unit_stream(unit),
        unit=unit,
        year=year,
        source_kind=source,
        source_account=source_account(view, source, unit),
        amount=amount,
        doc=doc,
    )


@decision(
    "AchieveSafetyGoal",
    who=role(Role.LEADING_GROUP),
    counting=UnitNotItself(given("unit")),
    unit=argument("unit"),
    asks=(SAFETY_GOAL,),
)
def achieve_safety_goal(
    view: View,
    stamp: Stamp,
    unit: UnitId,
    year: Year,
    evidence: tuple[str, ...] = (),
    approvals: tuple[PersonId, ...] = (),
) -> Facts:
    """The leading group states once a year that a unit has reached its safety goal, with evidence (SW-02)."""
    check_evidence(evidence)
    if view.is_taken(SAFETY_GOAL, unit, year):
        raise Duplicate(f"{unit} {year}")
    yield SafetyGoalAchieved(stream=unit_stream(unit), unit=unit, year=year, evidence=evidence, approvals=approvals)


@decision("AllocateBudget", who=CLERK_OR_HEAD, unit=argument("unit"), asks=(BUDGET,))
def allocate_budget(
    view: View,
    stamp: Stamp,
    unit: UnitId,
    pool: Pool,
    source: BudgetSource,
    year: Year,
    amount: Amount,
    doc: str,
) -> Facts:
    """A source fills a pool within its indicator, once per document; group money needs the safety goal (SW-01…05)."""
    check_active(view, stamp, unit)
    if source == "group" and not view.is_taken(SAFETY_GOAL, unit, year):
        raise Criteria(f"{unit} has not reached the safety goal of {year}")
    if view.is_taken(BUDGET, unit, doc):
        raise Duplicate(f"{unit} {doc}")
    yield BudgetAllocated(
        stream=unit_stream(unit),
        unit=unit,
        pool=pool,
        source_kind=source,
        source_account=source_account(view, source, unit),
        year=year,
        amount=amount,
        doc=doc,
        totals=counted_at(view, stamp, source, unit, amount, year),
    )


# -- wages ----------------------------------------------------------------------------------------------------------


@decision(
    "CreditQuotaWage",
    who=centre(centre_of(argument("unit")), Role.CLERK) | SYS,
    unit=argument("unit"),
    asks=(QUOTA_WAGE,),
)
def credit_quota_wage(view: View, stamp: Stamp, unit: UnitId, amount: Amount, source_doc: str) -> Facts:
    """Settled production feeds the wage pool, once per document and within its indicators (P2, rule 20)."""
    check_active(view, stamp, unit)
    if view.is_taken(QUOTA_WAGE, unit, source_doc):
        raise Duplicate(f"{unit} {source_doc}")
    yield QuotaWageCredited(
        stream=unit_stream(unit),
        unit=unit,
        amount=amount,
        source_doc=source_doc,
        totals=counted_at(view, stamp, "quota", unit, amount),
    )


class WagePaid(msgspec.Struct, frozen=True):
    """The wage of a person out of a pool."""

    person: PersonId
    amount: Amount


@decision(
    "DistributeWage",
    who=lead(argument("unit")) | centre(centre_of(argument("unit")), Role.CLERK),
    unit=argument("unit"),
    asks=(DISTRIBUTION,),
)
def distribute_wage(
    view: View,
    stamp: Stamp,
    unit: UnitId,
    lines: tuple[WagePaid, ...],
    doc: str | None = None,
    approved_by: ApproverId | None = None,
) -> Facts:
    """The pool becomes wages of persons, each named once, within what is available (P3, TR-15).

    A paper pays once (rule 21); whoever pays himself needs another's word (rule 52).
    """
    if not lines:
        raise Invalid("lines: at least one person is needed")
    if len({line.person for line in lines}) < len(lines):
        raise Invalid("lines: a person is named twice")
    if doc is not None and view.is_taken(DISTRIBUTION, unit, doc):
        raise Duplicate(f"{unit} {doc}")
    total = sum(line.amount for line in lines)
    if total > (available := view.unit(unit).available()):
        raise Insufficient(f"{yuan(total)} of {yuan(available)}")
    approver = approved_own_pay(view, stamp, unit, (line.person for line in lines), approved_by)
    distributed = WageDistributed(
        stream=unit_stream(unit),
        unit=unit,
        lines=tuple(WageLine(line.person, line.amount) for line in lines),
        total=total,
        doc=doc,
        approved_by=approver,
    )
    yield distributed
    for line in distributed.lines:
        yield own_share(distributed, line)


def own_share(distributed: WageDistributed, line: WageLine) -> Any:
    """The mirror on a person's stream tells his own wage and nobody else's."""
    return msgspec.structs.replace(
        distributed, stream=person_stream(line.person), lines=(line,), total=line.amount, mirror=True
    )
