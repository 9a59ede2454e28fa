"""Claims: what parties owe for which document, and to which fund (fund guard, domain §4).

Posting (``ledger.posting``) says how the DUE_PERSON and DUE_UNIT balances move; claims say whom they are owed to.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, singledispatch
from typing import NamedTuple

from ledger.accounts import AccountCode, parse
from ledger.dispatch import by_type, has_rule
from ledger.fact import Fact
from ledger.facts.appeals import AppealDecided, AppealHeld
from ledger.facts.dues import CompensationDeducted, DueWrittenOff
from ledger.facts.handovers import HandoverItemTransferredOut
from ledger.facts.notices import TradeNoticeConfirmed
from ledger.facts.penalties import PenaltyConfirmed
from ledger.facts.pools import (
    BalanceOpened,
    DuePart,
    EntryReversed,
    UnitDueRecovered,
)
from ledger.facts.slips import SlipConfirmed
from ledger.facts.tenders import TenderSettledOut
from ledger.facts.transfers import (
    TransferOutImported,
)
from ledger.facts.unit_year import EqualForcePenaltyConfirmed
from ledger.vocabulary import person_stream, unit_stream


class Claim(NamedTuple):
    """What a party owes for a document, and to which fund (none: a trade); a negative amount is what it paid.

    Claims say whom the DUE_PERSON and DUE_UNIT balances are owed to: a fund may spend only what it has collected
    (fund guard, domain §4), dues are deducted and recovered oldest first.  What is paid, or owed again, names the
    due's place among those of the party and its first amount: ``since``, ``raised``.
    """

    party: str
    document: str
    amount: int
    fund: str | None = None
    unit: bool = False
    since: int | None = None
    raised: int | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The state keys of the party and of the fund's centre."""
        party = unit_stream(self.party) if self.unit else person_stream(self.party)
        return (party, unit_stream(self.fund)) if self.fund else (party,)


Claims = tuple[Claim, ...]


def document_of(fact: Fact) -> str:
    """The key of the slip, penalty or case that a fact is about: ``slip:SL-1``."""
    named = ((kind, getattr(fact, kind, None)) for kind in ("slip", "penalty", "case"))
    return next(f"{kind}:{name}" for kind, name in named if name)


def claims(fact: Fact) -> Claims:
    """What a fact lets parties owe or pays of it; the sum per party is the change of its DUE account, negated."""
    global _last
    if fact.mirror or not may_claim(type(fact)):
        return ()
    of, found = _last
    if of is not fact:
        found = by_type(_claims, type(fact))(fact)
        _last = fact, found
    return found


_last: tuple[Fact | None, Claims] = (None, ())
"""Every party's state asks for the claims of a fact, one after the other: the last answer is remembered."""


@singledispatch
def _claims(fact: Fact) -> Claims:
    return ()


@cache
def may_claim(kind: type[Fact]) -> bool:
    """Can facts of this type have claims?"""
    return has_rule(_claims, kind)


def _shortfall(unit: str, document: str, amount: int, fund: str | None) -> Claims:
    return (Claim(unit, document, amount, fund, unit=True),) if amount else ()


def _paid(party: str, parts: Iterable[DuePart], *, unit: bool) -> Claims:
    return tuple(Claim(party, part.document, -part.amount, part.fund, unit, part.since, part.raised) for part in parts)


@_claims.register
def _(fact: BalanceOpened) -> Claims:
    accounts = [(parse(line.account), -line.amount) for line in fact.balances if line.amount]
    dues = (AccountCode.DUE_PERSON, AccountCode.DUE_UNIT)
    return tuple(
        Claim(account.owner, f"opening:{fact.as_of}", owed, fact.fund, unit=account.code is AccountCode.DUE_UNIT)
        for account, owed in accounts
        if account.code in dues
    )


@_claims.register
def _(fact: HandoverItemTransferredOut) -> Claims:
    return _shortfall(fact.unit, f"handover:{fact.handover}", fact.shortfall, None)


@_claims.register
def _(fact: TenderSettledOut) -> Claims:
    return _shortfall(fact.unit, f"tender:{fact.tender}", fact.shortfall, None)


@_claims.register(SlipConfirmed)
@_claims.register(PenaltyConfirmed)
def _(fact: SlipConfirmed | PenaltyConfirmed) -> Claims:
    document = document_of(fact)
    owed: Claims = ()
    for line in fact.lines:
        if line.unit:
            owed += _shortfall(line.party, document, line.shortfall, fact.centre)
        elif line.amount:
            owed += (Claim(line.party, document, line.amount, fact.centre),)
    return owed


@_claims.register
def _(fact: AppealHeld) -> Claims:
    return _shortfall(fact.centre, document_of(fact), fact.shortfall, fact.centre)


@_claims.register
def _(fact: AppealDecided) -> Claims:
    return (Claim(fact.party, document_of(fact), -fact.off_due, fact.centre),) if fact.off_due else ()


@_claims.register(CompensationDeducted)
@_claims.register(DueWrittenOff)
def _(fact: CompensationDeducted | DueWrittenOff) -> Claims:
    return _paid(fact.person, fact.parts, unit=False)


@_claims.register
def _(fact: TradeNoticeConfirmed) -> Claims:
    return _shortfall(fact.unit, f"notice:{fact.notice}", fact.shortfall, None if fact.fixer else fact.centre)


@_claims.register
def _(fact: TransferOutImported) -> Claims:
    return _shortfall(fact.unit, f"transfer:{fact.transfer}", fact.shortfall, None)


@_claims.register
def _(fact: UnitDueRecovered) -> Claims:
    return _paid(fact.unit, fact.parts, unit=True)


@_claims.register
def _(fact: EntryReversed) -> Claims:
    return tuple(
        Claim(line.party, line.document, line.amount, line.fund, line.unit, line.since, line.raised)
        for line in fact.claims
    )


@_claims.register
def _(fact: EqualForcePenaltyConfirmed) -> Claims:
    return _shortfall(fact.unit, f"equal-force:{fact.unit}/{fact.year}", fact.shortfall, fact.centre)
