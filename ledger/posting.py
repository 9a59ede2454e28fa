"""Posting rules: what each fact debits and credits (domain §4, P0 … P20).

The only place where the account chart meets the facts.  Decisions use it to guard pools, states to carry balances,
projections to write the journal.  The entries of every fact sum to zero; most facts move no money, and a mirror
never does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ledger.accounts import OPENING, POOLS, AccountCode, account_of
from ledger.fact import Fact
from ledger.facts.appeals import AppealDecided, AppealHeld
from ledger.facts.daily import DailyQuotaWageAccrued
from ledger.facts.deposits import DepositCollected, DepositForfeited, DepositReturned
from ledger.facts.dues import CompensationDeducted, DueRaised, DueWrittenOff
from ledger.facts.handovers import HandoverItemTransferredIn, HandoverItemTransferredOut
from ledger.facts.notices import TradeNoticeConfirmed, TradeNoticeReceived
from ledger.facts.payroll import PayrollExported, PayrollReturned
from ledger.facts.penalties import PenaltyConfirmed
from ledger.facts.points import RewardGranted
from ledger.facts.pools import (
    BalanceOpened,
    BudgetAllocated,
    EntryReversed,
    QuotaWageCredited,
    UnitDueRecovered,
    WageDistributed,
)
from ledger.facts.safety_wages import SafetyWageAccrued, SafetyWageRemainderDecided
from ledger.facts.slips import SlipConfirmed
from ledger.facts.tenders import TenderSettledIn, TenderSettledOut
from ledger.facts.transfers import (
    PoolPassedDown,
    PoolReceived,
    TransferAdjustedIn,
    TransferAdjustedOut,
    TransferInImported,
    TransferOutImported,
)
from ledger.facts.unit_year import BonusAwarded, EqualForcePenaltyConfirmed


class Entry(NamedTuple):
    """One posting line: positive fen credit the account, negative fen debit it; ``counter`` is the other party."""

    account: str
    amount: int
    counter: str | None = None


Entries = tuple[Entry, ...]


Rule = Callable[[Any], Entries]

RULES: dict[type[Fact], Rule] = {}
"""The posting rule of every kind of fact that moves money."""


def entries(fact: Fact) -> Entries:
    """The entries that a fact debits and credits; they sum to zero."""
    rule = RULES.get(type(fact))
    return () if rule is None or fact.mirror else rule(fact)


def posts(*fact_types: type[Fact]) -> Callable[[Rule], Rule]:
    """Enter the posting rule of these kinds of facts."""

    def enter(rule: Rule) -> Rule:
        RULES.update(dict.fromkeys(fact_types, rule))
        return rule

    return enter


def credit(account: str, amount: int, counter: str | None = None) -> Entries:
    return (Entry(account, amount, counter),) if amount else ()


def debit(account: str, amount: int, counter: str | None = None) -> Entries:
    return (Entry(account, -amount, counter),) if amount else ()


def move(amount: int, source: str, target: str, counter: str | None = None) -> Entries:
    """Debit ``source``, credit ``target``."""
    return debit(source, amount, counter) + credit(target, amount, counter)


def obligation(
    unit: str, amount: int, shortfall: int, pool: AccountCode = AccountCode.POOL_WAGE, counter: str | None = None
) -> Entries:
    """A payment of a unit: from its pool as far as it goes, the shortfall to DUE_UNIT (TR-15)."""
    return debit(account_of(pool, unit), amount - shortfall, counter) + debit(
        account_of(AccountCode.DUE_UNIT, unit), shortfall, counter
    )


@posts(BalanceOpened)
def _(fact: BalanceOpened) -> Entries:
    opened = tuple(Entry(line.account, line.amount) for line in fact.balances if line.amount)
    return opened + credit(OPENING, -sum(line.amount for line in fact.balances))


@posts(BudgetAllocated)
def _(fact: BudgetAllocated) -> Entries:
    return move(fact.amount, fact.source_account, account_of(POOLS[fact.pool], fact.unit))


@posts(QuotaWageCredited)
def _(fact: QuotaWageCredited) -> Entries:
    return move(fact.amount, account_of(AccountCode.SRC_QUOTA, fact.unit), account_of(AccountCode.POOL_WAGE, fact.unit))


@posts(UnitDueRecovered)
def _(fact: UnitDueRecovered) -> Entries:
    return move(fact.amount, account_of(AccountCode.POOL_WAGE, fact.unit), account_of(AccountCode.DUE_UNIT, fact.unit))


@posts(WageDistributed)
def _(fact: WageDistributed) -> Entries:
    paid = tuple(
        Entry(account_of(AccountCode.PAY_PERF, line.person), line.amount, fact.unit)
        for line in fact.lines
        if line.amount
    )
    return debit(account_of(AccountCode.POOL_WAGE, fact.unit), fact.total) + paid


@posts(DailyQuotaWageAccrued, SafetyWageAccrued)
def _(fact: DailyQuotaWageAccrued | SafetyWageAccrued) -> Entries:
    daily = isinstance(fact, DailyQuotaWageAccrued)
    pool, pay = (
        (AccountCode.POOL_WAGE, AccountCode.PAY_PERF) if daily else (AccountCode.POOL_SAFETY, AccountCode.PAY_SAFETY)
    )
    paid = credit(account_of(pay, fact.person), fact.amount, fact.unit)
    return debit(account_of(pool, fact.unit), fact.amount, fact.person) + paid


@posts(SafetyWageRemainderDecided)
def _(fact: SafetyWageRemainderDecided) -> Entries:
    pool = account_of(AccountCode.POOL_SAFETY, fact.unit)
    match fact.decision:
        case "to_fund":
            fund = account_of(AccountCode.FUND_SAFETY, fact.centre)
            return debit(pool, fact.amount, fact.centre) + credit(fund, fact.amount, fact.unit)
        case "return":
            return move(fact.amount, pool, account_of(AccountCode.SRC_WAGE, fact.unit))
        case _:
            return ()


@posts(HandoverItemTransferredOut)
def _(fact: HandoverItemTransferredOut) -> Entries:
    paid = obligation(fact.unit, fact.amount, fact.shortfall, POOLS[fact.pool], counter=fact.counter)
    return paid + credit(account_of(AccountCode.CLR_TRADE, fact.centre), fact.amount, fact.unit)


@posts(HandoverItemTransferredIn)
def _(fact: HandoverItemTransferredIn) -> Entries:
    clearing, pool = account_of(AccountCode.CLR_TRADE, fact.centre), account_of(POOLS[fact.pool], fact.unit)
    return debit(clearing, fact.amount, fact.unit) + credit(pool, fact.amount, fact.counter)


@posts(TenderSettledOut)
def _(fact: TenderSettledOut) -> Entries:
    paid = obligation(fact.unit, fact.amount, fact.shortfall, POOLS[fact.pool], counter=fact.counter)
    return paid + credit(account_of(AccountCode.CLR_TRADE, fact.centre), fact.amount, fact.unit)


@posts(TenderSettledIn)
def _(fact: TenderSettledIn) -> Entries:
    clearing, pool = account_of(AccountCode.CLR_TRADE, fact.centre), account_of(POOLS[fact.pool], fact.unit)
    return debit(clearing, fact.amount, fact.unit) + credit(pool, fact.amount, fact.counter)


@posts(SlipConfirmed, PenaltyConfirmed)
def _(fact: SlipConfirmed | PenaltyConfirmed) -> Entries:
    fund = account_of(AccountCode.FUND_SAFETY, fact.centre)
    pool = POOLS[fact.funds] if isinstance(fact, SlipConfirmed) else AccountCode.POOL_WAGE
    charged: Entries = ()
    for line in fact.lines:
        if line.unit:
            charged += obligation(line.party, line.amount, line.shortfall, pool, counter=fact.centre)
        else:
            charged += debit(account_of(AccountCode.DUE_PERSON, line.party), line.amount, fact.centre)
        charged += credit(fund, line.amount, line.party)
    return charged


@posts(AppealHeld)
def _(fact: AppealHeld) -> Entries:
    payer, pool = fact.centre, AccountCode.FUND_SAFETY
    if fact.claimant:
        payer, pool = fact.claimant, AccountCode.POOL_WAGE
    held = obligation(payer, fact.amount, fact.shortfall, pool=pool, counter=fact.party)
    return held + credit(account_of(AccountCode.ESC_DISPUTE, fact.centre), fact.amount, fact.party)


@posts(AppealDecided)
def _(fact: AppealDecided) -> Entries:
    back = account_of(POOLS[fact.funds] if fact.pool else AccountCode.PAY_PERF, fact.party)
    due = account_of(AccountCode.DUE_UNIT if fact.pool else AccountCode.DUE_PERSON, fact.party)
    return (
        debit(account_of(AccountCode.ESC_DISPUTE, fact.centre), fact.amount, fact.party)
        + _stays(fact)
        + credit(due, fact.off_due, fact.centre)
        + credit(back, fact.paid_back, fact.centre)
    )


def _stays(fact: AppealDecided) -> Entries:
    """The part that the appeal leaves goes back where it came from; the fund bore what was written off (rule 18)."""
    fund = account_of(AccountCode.FUND_SAFETY, fact.centre)
    if not fact.claimant:
        return credit(fund, fact.remains + fact.written_off, fact.party)
    pool = account_of(AccountCode.POOL_WAGE, fact.claimant)
    return credit(pool, fact.remains, fact.party) + credit(fund, fact.written_off, fact.party)


@posts(DueRaised)
def _(fact: DueRaised) -> Entries:
    """One that another document charges is posted there."""
    if fact.due is None:
        return ()
    due, claimant = account_of(AccountCode.DUE_PERSON, fact.person), fact.unit or fact.centre
    return debit(due, fact.amount, claimant) + credit(paid_by(fact), fact.amount, fact.person)


def paid_by(fact: DueRaised) -> str:
    """The account that had paid too much."""
    if fact.unit:
        return account_of(AccountCode.POOL_WAGE, fact.unit)
    return account_of(AccountCode.FUND_SAFETY, fact.centre)


@posts(CompensationDeducted)
def _(fact: CompensationDeducted) -> Entries:
    return move(
        fact.amount, account_of(AccountCode.PAY_PERF, fact.person), account_of(AccountCode.DUE_PERSON, fact.person)
    )


@posts(DueWrittenOff)
def _(fact: DueWrittenOff) -> Entries:
    code = AccountCode.DUE_UNIT if fact.unit else AccountCode.DUE_PERSON
    fund, due = account_of(AccountCode.FUND_SAFETY, fact.centre), account_of(code, fact.party)
    return debit(fund, fact.amount, fact.party) + credit(due, fact.amount, fact.centre)


@posts(TradeNoticeConfirmed)
def _(fact: TradeNoticeConfirmed) -> Entries:
    target = account_of(AccountCode.CLR_TRADE if fact.fixer else AccountCode.FUND_SAFETY, fact.centre)
    payer, counter = fact.paid_by, fact.fixer or fact.centre
    paid = obligation(payer, fact.amount, fact.shortfall, POOLS[fact.pool], counter)
    return paid + credit(target, fact.amount, payer)


@posts(TradeNoticeReceived)
def _(fact: TradeNoticeReceived) -> Entries:
    clearing, pool = account_of(AccountCode.CLR_TRADE, fact.centre), account_of(POOLS[fact.pool], fact.unit)
    return debit(clearing, fact.amount, fact.unit) + credit(pool, fact.amount, fact.counter)


@posts(EntryReversed)
def _(fact: EntryReversed) -> Entries:
    return tuple(Entry(line.account, line.amount, line.counter) for line in fact.lines)


@posts(PoolPassedDown, TransferAdjustedOut)
def _(fact: PoolPassedDown | TransferAdjustedOut) -> Entries:
    pool = POOLS[fact.pool] if isinstance(fact, PoolPassedDown) else AccountCode.POOL_WAGE
    clearing = account_of(AccountCode.CLR_TRADE, fact.centre)
    return debit(account_of(pool, fact.unit), fact.amount, fact.counter) + credit(clearing, fact.amount, fact.unit)


@posts(TransferOutImported)
def _(fact: TransferOutImported) -> Entries:
    return obligation(fact.unit, fact.amount, fact.shortfall, counter=fact.counter) + credit(
        account_of(AccountCode.CLR_TRADE, fact.centre), fact.amount, fact.unit
    )


@posts(PoolReceived, TransferAdjustedIn, TransferInImported)
def _(fact: PoolReceived | TransferAdjustedIn | TransferInImported) -> Entries:
    pool = POOLS[fact.pool] if isinstance(fact, PoolReceived) else AccountCode.POOL_WAGE
    clearing = account_of(AccountCode.CLR_TRADE, fact.centre)
    return debit(clearing, fact.amount, fact.unit) + credit(account_of(pool, fact.unit), fact.amount, fact.counter)


@posts(PayrollExported)
def _(fact: PayrollExported) -> Entries:
    out, paid = account_of(AccountCode.OUT_PAYROLL, fact.centre), Entries()
    for line in fact.lines:
        paid += debit(account_of(AccountCode.PAY_PERF, line.person), line.perf, fact.centre)
        paid += debit(account_of(AccountCode.PAY_SAFETY, line.person), line.safety, fact.centre)
        paid += debit(account_of(AccountCode.PAY_BONUS, line.person), line.bonus, fact.centre)
        paid += credit(out, line.total, line.person)
    return paid


PAY = {"perf": AccountCode.PAY_PERF, "safety": AccountCode.PAY_SAFETY, "bonus": AccountCode.PAY_BONUS}
"""The account of each kind of pay."""


@posts(PayrollReturned)
def _(fact: PayrollReturned) -> Entries:
    out, pay = account_of(AccountCode.OUT_PAYROLL, fact.centre), account_of(PAY[fact.pay], fact.person)
    return debit(out, fact.amount, fact.person) + credit(pay, fact.amount, fact.centre)


def deposit_source(fact: DepositCollected | DepositReturned) -> str:
    """Where a deposit comes from and goes back to: the root's custody, or held back from the performance wage."""
    return (
        account_of(AccountCode.PAY_PERF, fact.person)
        if fact.mode == "holdback"
        else account_of(AccountCode.SRC_DEPOSIT, fact.root)
    )


@posts(DepositCollected)
def _(fact: DepositCollected) -> Entries:
    return move(fact.amount, deposit_source(fact), account_of(AccountCode.DEP_RISK, fact.person))


@posts(DepositReturned)
def _(fact: DepositReturned) -> Entries:
    return move(fact.amount, account_of(AccountCode.DEP_RISK, fact.person), deposit_source(fact))


@posts(DepositForfeited)
def _(fact: DepositForfeited) -> Entries:
    deposit, fund = account_of(AccountCode.DEP_RISK, fact.person), account_of(AccountCode.FUND_SAFETY, fact.centre)
    return debit(deposit, fact.amount, fact.centre) + credit(fund, fact.amount, fact.person)


@posts(BonusAwarded)
def _(fact: BonusAwarded) -> Entries:
    target = account_of(AccountCode.POOL_WAGE if fact.pool else AccountCode.PAY_BONUS, fact.party)
    return debit(account_of(AccountCode.SRC_BONUS, fact.root), fact.amount, fact.party) + credit(
        target, fact.amount, fact.root
    )


@posts(EqualForcePenaltyConfirmed)
def _(fact: EqualForcePenaltyConfirmed) -> Entries:
    fund = account_of(AccountCode.FUND_SAFETY, fact.centre)
    return obligation(fact.unit, fact.amount, fact.shortfall, counter=fact.centre) + credit(
        fund, fact.amount, fact.unit
    )


@posts(RewardGranted)
def _(fact: RewardGranted) -> Entries:
    fund, pay = account_of(AccountCode.FUND_SAFETY, fact.centre), account_of(AccountCode.PAY_BONUS, fact.person)
    return debit(fund, fact.amount, fact.person) + credit(pay, fact.amount, fact.centre)
