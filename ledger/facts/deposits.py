"""Facts of risk deposits (风险抵押金) of leading persons, yellow cards and orders to transfer (ASS-34)."""

from __future__ import annotations

from ledger.consequences import Tags
from ledger.fact import Fact
from ledger.keys import UniqueKey
from ledger.vocabulary import CentreId, Fen, PersonId, UnitId, Year

DEPOSIT = UniqueKey("deposit", "person", "year")


class DepositCollected(Fact, frozen=True, kw_only=True, tag="deposit.collected.v1"):
    """**$** A deposit for a year, in cash or held back from the performance wage (P13)."""

    person: PersonId
    unit: UnitId
    year: Year
    post: str
    amount: Fen
    mode: str
    basis: str
    root: UnitId

    def tags(self) -> Tags:
        return (DEPOSIT.of(self),)


class DepositReturned(Fact, frozen=True, kw_only=True, tag="deposit.returned.v1"):
    """**$** The deposit goes back the way that it came (P13); a year that was ``passed`` ends the streak."""

    person: PersonId
    unit: UnitId
    year: Year
    amount: Fen
    mode: str
    reason: str
    passed: bool
    root: UnitId


class DepositForfeited(Fact, frozen=True, kw_only=True, tag="deposit.forfeited.v1"):
    """**$** The deposit of a failed year goes to the root's fund (P13)."""

    person: PersonId
    unit: UnitId
    year: Year
    amount: Fen
    centre: CentreId
    approvals: tuple[PersonId, ...]


YELLOW_CARD = UniqueKey("yellow-card", "person", "unit", "year")


class YellowCardIssued(Fact, frozen=True, kw_only=True, tag="deposit.yellow-card-issued.v1"):
    """黄牌: a failed year in the post; ``streak`` is how many in a row."""

    person: PersonId
    unit: UnitId
    year: Year
    streak: int
    approvals: tuple[PersonId, ...] = ()

    def tags(self) -> Tags:
        return (YELLOW_CARD.of(self),)


class TransferOrdered(Fact, frozen=True, kw_only=True, tag="deposit.transfer-ordered.v1"):
    """调离: the second failed year in a row; the person has to leave the post."""

    person: PersonId
    unit: UnitId
    year: Year
    streak: int
