"""Acts beside money that a reversal takes back with it: deposits and their cards, decisions of appeals (rule 71)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger import calendars
from ledger.errors import State
from ledger.fact import Fact, StoredFact
from ledger.facts import figures
from ledger.facts.appeals import ESCROW_DAYS, AppealDecided, AppealHeld
from ledger.facts.deposits import DepositCollected, DepositForfeited, DepositReturned, YellowCardIssued
from ledger.facts.dues import CompensationDeducted, DueRaised
from ledger.facts.notices import TradeNoticeConfirmed
from ledger.facts.penalties import PenaltyConfirmed
from ledger.facts.slips import SlipConfirmed
from ledger.state.liability import Liability
from ledger.view import View
from ledger.vocabulary import Moment

Deposited = DepositCollected | DepositReturned | DepositForfeited
APPEALABLE = frozenset({"slip", "penalty", "case", "due"})
"""Documents whose lines of persons can be appealed."""

ACTS: dict[type[Fact], str] = {
    DepositCollected: "collected",
    DepositReturned: "returned",
    DepositForfeited: "forfeited",
}


def undone_with(view: View, fact: Fact) -> Iterator[figures.RiskDeposit | figures.Decision]:
    """Whatever a money fact has done beside its entries and is taken back with them."""
    if isinstance(fact, Deposited):
        yield figures.RiskDeposit(fact.person, fact.unit, fact.year, ACTS[type(fact)])
    elif isinstance(fact, AppealDecided):
        yield figures.Decision(
            document=fact.document,
            party=fact.party,
            amount=fact.amount,
            fund="" if fact.claimant else fact.centre,
            pool=fact.pool,
            remind_at=_reminder(view, fact),
            waiting=fact.waiting,
            charged=0 if fact.notice or fact.due else fact.amount - fact.remains,
        )


def _reminder(view: View, fact: AppealDecided) -> Moment | None:
    """When somebody is to be reminded of the appeal, unless that moment was over when it was decided."""
    line = _document(view, fact.document).line(fact.party)
    if line is None or line.since is None:
        return None
    moment = calendars.midnight(line.since, ESCROW_DAYS)
    return moment if moment > fact.at else None


def _document(view: View, document: str) -> Liability:
    return view.liability(*document.split(":", 1))


def check_acts(view: View, facts: Iterable[StoredFact]) -> None:
    """STATE: a confirmation that is or was under appeal stays as the leading group decides it; so does an escrow.

    A deposit that is no more held was not collected by mistake; a card is taken back while it is the last one there;
    a deduction that an appeal has paid back is no more to be undone.
    """
    for stored in facts:
        match stored.fact:
            case AppealHeld():
                raise State("an appeal is decided, not reversed")
            case SlipConfirmed(document=name) | PenaltyConfirmed(document=name) | TradeNoticeConfirmed(document=name):
                _check_not_appealed(view, name)
            case DueRaised(due=str(due)):
                _check_not_appealed(view, f"due:{due}")
            case DepositCollected(person=person, unit=unit, year=year):
                if view.person(person).deposits.held(unit, year) is None:
                    raise State(f"the deposit of {person} for {year} is held no more")
            case (
                DepositForfeited(person=person, unit=unit, year=year)
                | YellowCardIssued(person=person, unit=unit, year=year)
            ):
                if view.person(person).deposits.failed.get(unit, ())[-1:] != (year,):
                    raise State(f"the card of {year} is not the last of {person} at {unit}")
            case CompensationDeducted() as deducted:
                _check_not_refunded(view, deducted, stored.position)
            case _:
                pass


def _check_not_appealed(view: View, document: str) -> None:
    if any(line.appeal for line in _document(view, document).lines):
        raise State(f"{document} is or was under appeal")


def _check_not_refunded(view: View, deducted: CompensationDeducted, position: int) -> None:
    for part in deducted.parts:
        if part.document.partition(":")[0] not in APPEALABLE:
            continue
        line = _document(view, part.document).line(deducted.person)
        if line is not None and line.refunded > position:
            raise State(f"an appeal has paid {part.document} back")
