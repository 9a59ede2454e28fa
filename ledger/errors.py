"""Refusals: one small class per code of the contract (contract §4).  The docstring is what the caller reads."""

from __future__ import annotations

from ledger.calendars import with_offset


class Refusal(Exception):
    """The command is refused; nothing of it is recorded and its id may be sent again."""

    @property
    def code(self) -> str:
        return CODES[type(self)]

    @property
    def detail(self) -> str:
        return with_offset(", ".join(str(argument) for argument in self.args))


class Invalid(Refusal):
    """The form, type, range or combination of fields is wrong."""


class IdempotencyConflict(Refusal):
    """The same id was sent before with other content."""


class Future(Refusal):
    """It says that it happened later than now."""


class TooLate(Refusal):
    """It is recorded, or would be put in force, later than allowed."""


class Unknown(Refusal):
    """Something that the command refers to is not known."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(name)
        self.kind = kind

    @property
    def code(self) -> str:
        return f"UNKNOWN_{self.kind.upper()}"


class Duplicate(Refusal):
    """The id or natural key is already in use."""


class WrongCentre(Refusal):
    """Another settlement centre is responsible."""


class Authority(Refusal):
    """Role, delegation or approvals are missing."""


class Sod(Refusal):
    """The same person, or a member of the executing unit, may not do both (segregation of duties)."""


class SelfDeal(Refusal):
    """Payer and winner are the same unit."""


class State(Refusal):
    """The document is not in a state that allows this."""


class Already(Refusal):
    """It was done before and can be done once."""


class NotReady(Refusal):
    """Something has to come first."""


class OpenItems(Refusal):
    """Open items are neither closed nor transferred."""


class NotResponsible(Refusal):
    """The hazard is not with this unit."""


class NoPrice(Refusal):
    """No price item, tier row or chain line is in force on that date."""


class SeveralHolders(Refusal):
    """A role has several holders and none is named."""


class Exempt(Refusal):
    """Found and fixed by the unit itself in the shift: it costs nothing (PRICE-02)."""


class ProtectedAct(Refusal):
    """The law protects this act from pay cuts (L6)."""


class Basis(Refusal):
    """The legal basis, the notice or the evidence of it is missing."""


class WrongDoc(Refusal):
    """This matter needs another kind of document."""


class WindowClosed(Refusal):
    """The period for objecting is over."""


class LateBid(Refusal):
    """The bid deadline is over."""


class Premium(Refusal):
    """The premium is above what is allowed."""


class Qty(Refusal):
    """The quantity is above what may be accepted."""


class Partial(Refusal):
    """Part settlement is not allowed."""


class Insufficient(Refusal):
    """The available balance, fund or points are too small."""


class Exceeds(Refusal):
    """It is more than what is open."""


class Budget(Refusal):
    """It is over the approved indicator."""


class NoGross(Refusal):
    """The gross wage of the month has not been imported."""


class Locked(Refusal):
    """It is fixed by a higher owner or by law."""


class Reversal(Refusal):
    """It cannot be reversed (again)."""


class Criteria(Refusal):
    """A required criterion or condition is not met."""


class Evidence(Refusal):
    """Evidence is missing."""


class NoCalendar(Refusal):
    """The shift or work calendar is missing for that date."""


class NotEligible(Refusal):
    """Not entitled to the bonus."""


class Suspended(Refusal):
    """The person is suspended from the post."""


CODES: dict[type[Refusal], str] = {
    Invalid: "INVALID",
    IdempotencyConflict: "IDEMPOTENCY_CONFLICT",
    Future: "FUTURE",
    TooLate: "TOO_LATE",
    Duplicate: "DUPLICATE",
    WrongCentre: "WRONG_CENTRE",
    Authority: "AUTHORITY",
    Sod: "SOD",
    SelfDeal: "SELF_DEAL",
    State: "STATE",
    Already: "ALREADY",
    NotReady: "NOT_READY",
    OpenItems: "OPEN_ITEMS",
    NotResponsible: "NOT_RESPONSIBLE",
    NoPrice: "NO_PRICE",
    SeveralHolders: "ROLE",
    Exempt: "EXEMPT",
    ProtectedAct: "PROTECTED_ACT",
    Basis: "BASIS",
    WrongDoc: "WRONG_DOC",
    WindowClosed: "WINDOW_CLOSED",
    LateBid: "LATE_BID",
    Premium: "PREMIUM",
    Qty: "QTY",
    Partial: "PARTIAL",
    Insufficient: "INSUFFICIENT",
    Exceeds: "EXCEEDS",
    Budget: "BUDGET",
    NoGross: "NO_GROSS",
    Locked: "LOCKED",
    Reversal: "REVERSAL",
    Criteria: "CRITERIA",
    Evidence: "EVIDENCE",
    NoCalendar: "NO_CALENDAR",
    NotEligible: "NOT_ELIGIBLE",
    Suspended: "SUSPENDED",
}
