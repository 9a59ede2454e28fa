"""The parts that several answers have in common."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

Yuan = str
Day = str
Month = str
Moment = str
Number = str
"""A decimal as text, such as a score or percentage."""


class Answer(Struct, forbid_unknown_fields=True):
    """An object of an answer: exactly these members."""


class Line(Answer):
    """A posting line of an account with the running balance."""

    position: int
    line: int
    fact: str
    debit: Yuan
    credit: Yuan
    balance: Yuan
    business_date: Day
    shift: str | None
    posting_period: Month
    adjusts_period: Month | None
    transfer: str | None
    kind: str | None
    document: str | None
    number: str | None
    item: str | None
    list_version: str | None
    qty: Number | None
    unit_price: Yuan | None
    counter: str | None
    by: str


class OpenItem(Answer):
    """An item that is known and not yet concluded."""

    kind: str
    document: str
    unit: str | None
    amount: Yuan | None
    since: Day | None
    until: Day | None
    state: str | None


class Deduction(Answer):
    """The deduction of a month's wage, and the part that was carried on."""

    period: Month
    gross: Yuan | None
    cap: Yuan | None
    floor: Yuan | None
    deducted: Yuan
    carried: Yuan


class PlaceOfSpecialty(Answer):
    place: str
    specialty: str


__all__ = ["UNSET", "Answer", "UnsetType"]
