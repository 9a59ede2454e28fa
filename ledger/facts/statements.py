"""Facts of statements (内部市场结算单) on ``period-<centre>-<yyyymm>``: issued, confirmed, disputed (PLAT-01)."""

from __future__ import annotations

import msgspec

from ledger.consequences import Tags, Timers
from ledger.fact import Fact
from ledger.vocabulary import CentreId, Day, Fen, Moment, Month, PersonId, SignedFen, UnitId, month_key


class StatementTotals(msgspec.Struct, frozen=True):
    """Section A: what the wage pool held, what came in and went out by class, what it holds; ``other`` is signed."""

    opening: SignedFen
    quota_wage: SignedFen
    market_income: SignedFen
    adjustments: SignedFen
    distribution: SignedFen
    market_expense: SignedFen
    slips: SignedFen
    notices: SignedFen
    other: SignedFen
    closing: SignedFen
    reserved: SignedFen
    available: SignedFen


class PersonFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Section C: a person's month; scores are null where there is no final assessment of it."""

    person: PersonId
    entitlement: Fen | None
    D: str | None
    I: str | None  # noqa: E741 - the formula's name
    S: str | None
    payout: str | None
    safety_wage: SignedFen
    performance: SignedFen
    bonus: SignedFen
    due_opening: SignedFen
    due_new: SignedFen
    deducted: SignedFen
    due_closing: SignedFen
    payable: SignedFen


class OpenItem(msgspec.Struct, frozen=True, kw_only=True):
    """Section D: a document that is known and not yet concluded."""

    kind: str
    document: str
    unit: str | None
    amount: SignedFen | None
    since: str | None
    until: str | None
    state: str | None


class StatementIssued(Fact, frozen=True, kw_only=True, tag="statement.issued.v1"):
    """The statement of a unit and month is sealed as known at position ``known``; an earlier issue stays readable.

    Its lines are the entries of the wage pool in the month up to ``known``; what the journal does not tell later is
    held here.  ``digest`` is over the whole object, lines included (contract §3), and is checked by every replay.
    ``edition`` is that of the readings by which it was made: it is made again by the same ones.
    """

    centre: CentreId
    unit: UnitId
    period: Month
    issue: int
    known: int
    totals: StatementTotals
    digest: str
    window_until: Day
    window_over: Moment
    first_position: int | None = None
    last_position: int | None = None
    price_lists: tuple[str, ...] = ()
    persons: tuple[PersonFigures, ...] = ()
    open_items: tuple[OpenItem, ...] = ()
    edition: int = 1

    def tags(self) -> Tags:
        return (month_key(self.unit, self.period),)

    def timers(self) -> Timers:
        return ((f"statement:{self.unit}/{self.period}", self.window_over),)


class StatementConfirmed(Fact, frozen=True, kw_only=True, tag="statement.confirmed.v1"):
    """The unit signs (mode ``signed``), or two working days pass without a word (``deemed``)."""

    centre: CentreId
    unit: UnitId
    period: Month
    issue: int
    mode: str

    def tags(self) -> Tags:
        return (month_key(self.unit, self.period),)

    def timers(self) -> Timers:
        return ((f"statement:{self.unit}/{self.period}", None),)


class StatementDisputed(Fact, frozen=True, kw_only=True, tag="statement.disputed.v1"):
    """The unit objects in the window: the statement has to be issued again."""

    centre: CentreId
    unit: UnitId
    period: Month
    issue: int
    grounds: str
    lines: tuple[int, ...] = ()

    def tags(self) -> Tags:
        return (month_key(self.unit, self.period),)

    def timers(self) -> Timers:
        return ((f"statement:{self.unit}/{self.period}", None),)
