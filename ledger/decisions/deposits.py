"""Risk deposits (风险抵押金): off unless the enterprise has a basis; failed years bring yellow cards (ASS-34, L5)."""

from __future__ import annotations

from typing import Literal

from ledger.accounts import AccountCode
from ledger.decisions.in_force import policy
from ledger.decisions.kernel.authority import argument, centre, role, root
from ledger.decisions.kernel.judging import given, judging
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Basis, Duplicate, Insufficient, NotReady, State
from ledger.facts.deposits import (
    DEPOSIT,
    YELLOW_CARD,
    DepositCollected,
    DepositForfeited,
    DepositReturned,
    TransferOrdered,
    YellowCardIssued,
)
from ledger.money import fen, yuan
from ledger.state.deposits import POSTS
from ledger.state.person import Person, Post
from ledger.view import View
from ledger.vocabulary import Day, PersonId, Role, UnitId, Year, person_stream

DepositPost = Literal["head", "deputy"]
KEEPERS = role(Role.OFFICE) | centre(root, Role.CLERK)
TRANSFER_AFTER = 2
"""Failed years in a row after which the person has to leave the post."""


@decision("CollectDeposit", who=KEEPERS, counting=judging(given("person")), unit=argument("unit"), asks=(DEPOSIT,))
def collect_deposit(
    view: View, stamp: Stamp, person: PersonId, unit: UnitId, year: Year, post: DepositPost, basis: str = ""
) -> Facts:
    """A leading person's deposit for a year, once; BASIS while ``deposit.mode`` is off or no basis is named (P13).

    STATE, before DUPLICATE: the person held no such post at the unit on any day of the year (rules 50 and 59).
    In mode ``holdback`` it is held back from the performance wage, which must suffice (contract §5.36).
    """
    mode = policy(view, "deposit.mode", unit, stamp.business_date)
    if mode == "off" or not basis.strip():
        raise Basis("deposit.mode is off" if mode == "off" else "basis")
    if not any(_held_in(held, unit, post, year) for held in view.person(person).posts):
        raise State(f"{person} was no {post} of {unit} in {year}")
    if view.is_taken(DEPOSIT, person, year):
        raise Duplicate(f"{person} {year}")
    amount = fen(policy(view, "deposit.amounts", unit, stamp.business_date)[post])
    if mode == "holdback" and amount > (payable := view.person(person).balance(AccountCode.PAY_PERF)):
        raise Insufficient(f"{yuan(amount)} of {yuan(payable)}")
    yield DepositCollected(
        stream=person_stream(person),
        person=person,
        unit=unit,
        year=year,
        post=post,
        amount=amount,
        mode=mode,
        basis=basis,
        root=view.organisation.root,
    )


def _held_in(held: Post, unit: UnitId, post: DepositPost, year: Year) -> bool:
    is_post = held.unit == unit and held.role in POSTS[post] and not held.never_was
    return is_post and held.since <= f"{year}-12-31" and (held.until is None or held.until >= f"{year}-01-01")


@decision("ReturnDeposit", who=KEEPERS, counting=judging(given("person")), unit=argument("unit"))
def return_deposit(view: View, stamp: Stamp, person: PersonId, unit: UnitId, year: Year, reason: str) -> Facts:
    """A deposit that is held goes back once the year is graded, or the post has ended; a passed year ends the streak.

    STATE if none is held, or the year failed, whether or not the post has ended (rule 36); NOT_READY while the year is
    not graded.
    """
    book, graded = view.person(person), view.unit_year(unit, year)
    deposit = book.deposits.held(unit, year)
    if deposit is None:
        raise State(f"no deposit of {person} for {unit} in {year}")
    if graded.failed:
        raise State(f"{unit} has failed {year}: the deposit is forfeited")
    if not graded.graded and not post_ended(book, unit, deposit.post, stamp.business_date):
        raise NotReady(f"{unit} is not graded for {year}")
    yield DepositReturned(
        stream=person_stream(person),
        person=person,
        unit=unit,
        year=year,
        amount=deposit.amount,
        mode=deposit.mode,
        reason=reason,
        passed=graded.graded and not graded.failed,
        root=view.organisation.root,
    )


def post_ended(book: Person, unit: UnitId, post: str, day: Day) -> bool:
    """Is no such assignment at the unit valid any more (rule 50)?  Where no role tells which, any there counts."""
    at_unit = [held for held in book.posts if held.unit == unit]
    posts = [held for held in at_unit if held.role in POSTS[post]] or at_unit
    return bool(posts) and all(held.until is not None and held.until < day for held in posts)


@decision("ForfeitDeposit", who=role(Role.LEADING_GROUP), counting=judging(given("person")), unit=argument("unit"))
def forfeit_deposit(
    view: View,
    stamp: Stamp,
    person: PersonId,
    unit: UnitId,
    year: Year,
    approvals: tuple[PersonId, ...] = (),
) -> Facts:
    """A failed year costs the deposit, if one is held, and brings a yellow card; two in a row, the post (ASS-34).

    NOT_READY while the year is not graded, STATE if it was passed, DUPLICATE for the second time.
    """
    graded = view.unit_year(unit, year)
    if not graded.graded:
        raise NotReady(f"{unit} is not graded for {year}")
    if not graded.failed:
        raise State(f"{unit} is {graded.grade}")
    if view.is_taken(YELLOW_CARD, person, unit, year):
        raise Duplicate(f"{person} {unit} {year}")
    book, stream = view.person(person), person_stream(person)
    if deposit := book.deposits.held(unit, year):
        yield DepositForfeited(
            stream=stream,
            person=person,
            unit=unit,
            year=year,
            amount=deposit.amount,
            centre=view.organisation.root,
            approvals=approvals,
        )
    streak = book.deposits.streak_with(unit, year)
    yield YellowCardIssued(stream=stream, person=person, unit=unit, year=year, streak=streak, approvals=approvals)
    if streak >= TRANSFER_AFTER:
        yield TransferOrdered(stream=stream, person=person, unit=unit, year=year, streak=streak)
