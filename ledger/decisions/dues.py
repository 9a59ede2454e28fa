"""Decisions of what persons owe: gross wages in, the monthly deduction with cap and floor, write-offs (PERF-09)."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ledger.accounts import AccountCode, account_of
from ledger.decisions.in_force import policy
from ledger.decisions.kernel.authority import SYS, centre, centre_of, home_of, of_actor, role
from ledger.decisions.kernel.envelope import posting_period
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Basis, Duplicate, Exceeds, Insufficient, Invalid, Locked, NoGross, Sod, State
from ledger.facts.dues import (
    DEDUCTION,
    GROSS_WAGE,
    CompensationDeducted,
    DeductionCarried,
    DueWrittenOff,
    GrossWageImported,
)
from ledger.facts.pools import DuePart
from ledger.money import fen, part_of
from ledger.state.dues import Due
from ledger.state.person import GrossWage
from ledger.view import View
from ledger.vocabulary import CentreId, Day, Fen, Month, PersonId, Role, UnitId, person_stream, unit_stream


class GrossLine(msgspec.Struct, frozen=True):
    """A person's gross wage of the month; ``min_wage`` is the floor where it differs from policy ``deduct.floor``."""

    person: PersonId
    gross: Fen
    min_wage: Fen | None = None


@decision("ImportGrossWage", who=role(Role.HR) | SYS, unit=of_actor, period=True, asks=(GROSS_WAGE,))
def import_gross_wage(view: View, stamp: Stamp, period: Month, lines: tuple[GrossLine, ...]) -> Facts:
    """HR brings in the gross wages of a month, from which deductions are reckoned; DUPLICATE per person and month.

    SOD for one's own minimum wage (rule 52), LOCKED for one below ``deduct.floor`` at the home (rule 59).
    """
    if not lines:
        raise Invalid("lines: none is given")
    if any(line.person == stamp.by and line.min_wage is not None for line in lines):
        raise Sod(f"min_wage of {stamp.by}")
    people = [line.person for line in lines]
    for person in people:
        if people.count(person) > 1 or view.is_taken(GROSS_WAGE, person, period):
            raise Duplicate(f"{person} {period}")
    for line in lines:
        check_minimum(view, stamp, line)
    for line in lines:
        yield GrossWageImported(
            stream=person_stream(line.person),
            person=line.person,
            period=period,
            gross=line.gross,
            min_wage=line.min_wage,
        )


def check_minimum(view: View, stamp: Stamp, line: GrossLine) -> None:
    """LOCKED: a minimum wage of the import does not go below the floor that is published (rule 59)."""
    home = view.person(line.person).home(stamp.business_date) or view.organisation.root
    floor = policy(view, "deduct.floor", home, stamp.business_date)
    if line.min_wage is not None and floor is not None and line.min_wage < fen(floor):
        raise Locked(f"deduct.floor of {home} is {floor}")


CLERKS_OF_HOME = centre(centre_of(home_of("person")), Role.CLERK, Role.CENTRE_HEAD)


@decision("DeductCompensation", who=CLERKS_OF_HOME | SYS, unit=home_of("person"), period=True, asks=(DEDUCTION,))
def deduct_compensation(view: View, stamp: Stamp, period: Month, person: PersonId) -> Facts:
    """Once a month, within cap and floor, oldest due first, never what is under appeal; the rest is carried (F-12).

    The cap is rounded down (rule 19); money and dues posted later wait for their own month (rule 70).
    NO_GROSS, BASIS without a floor, DUPLICATE, STATE if nothing at all is due.
    """
    book = view.person(person)
    wage = book.gross.get(period)
    if wage is None:
        raise NoGross(f"{person} {period}")
    home = book.home(stamp.business_date) or view.organisation.root
    floor = floor_of(view, wage, home, stamp.business_date)
    if view.is_taken(DEDUCTION, person, period):
        raise Duplicate(f"{person} {period}")
    month = posting_period(view, pay_and_due(person), stamp.business_date)
    dues = tuple(book.dues.until(month))
    if (due := sum(one.open for one in dues)) <= 0:
        raise State(f"{person} owes nothing of {month} or before")
    cap = part_of(wage.gross, Decimal(policy(view, "deduct.cap", home, stamp.business_date)))
    collectable = sum(one.open for one in dues if not one.appealed)
    amount = max(0, min(collectable, cap, wage.gross - floor, book.payable(AccountCode.PAY_PERF, month)))
    rest = due - amount
    stream = person_stream(person)
    if amount:
        yield CompensationDeducted(
            stream=stream,
            person=person,
            period=period,
            gross=wage.gross,
            floor=floor,
            cap=cap,
            amount=amount,
            due_before=due,
            due_after=rest,
            parts=book.dues.oldest_first(amount, month=month),
        )
    if rest:
        yield DeductionCarried(stream=stream, person=person, period=period, amount=rest)


def pay_and_due(person: PersonId) -> tuple[str, str]:
    """The accounts between which a deduction moves money."""
    return account_of(AccountCode.PAY_PERF, person), account_of(AccountCode.DUE_PERSON, person)


def floor_of(view: View, wage: GrossWage, home: str, day: Day) -> int:
    """The minimum wage that must be left: that of the import, else policy ``deduct.floor``; BASIS without either."""
    if wage.min_wage is not None:
        return wage.min_wage
    floor = policy(view, "deduct.floor", home, day)
    if floor is None:
        raise Basis("deduct.floor is not published, and the import names no minimum wage")
    return fen(floor)


def _fund(request: Request) -> str:
    return request["centre"] or request.organisation.root


@decision(
    "WriteOffDue",
    who=centre(_fund, Role.CLERK, Role.CENTRE_HEAD),
    unit=_fund,
    concerns=_fund,
    one_of=("person", "unit"),
)
def write_off_due(
    view: View,
    stamp: Stamp,
    person: PersonId | None = None,
    unit: UnitId | None = None,
    approvals: tuple[PersonId, ...] = (),
    centre: CentreId | None = None,
    *,
    amount: Fen,
    reason: str,
) -> Facts:
    """The fund forgoes what a person, or a unit, cannot pay (核销, P17).

    SOD for the debtor, as actor or among the approvals (rule 52).  EXCEEDS what is due to the fund and not under
    appeal; of a unit also what is due from trades, to no fund (rule 83).  INSUFFICIENT: of what is due to others, more
    than the fund may spend.
    """
    fund = centre or view.organisation.root
    if person is not None and person in (stamp.by, *approvals):
        raise Sod(person)
    parts = written_off(view, person, unit, amount, fund)
    if sum(part.amount for part in parts) < amount:
        raise Exceeds(f"{person or unit} owes less to the fund of {fund}")
    if sum(part.amount for part in parts if part.fund != fund) > max(0, view.unit(fund).spendable):
        raise Insufficient(f"FUND_SAFETY:{fund} pays for what others are owed")
    yield DueWrittenOff(
        stream=unit_stream(unit) if unit else person_stream(str(person)),
        person=person,
        unit=unit,
        amount=amount,
        reason=reason,
        centre=fund,
        approvals=approvals,
        parts=parts,
    )


def written_off(
    view: View, person: PersonId | None, unit: UnitId | None, amount: Fen, fund: CentreId
) -> tuple[DuePart, ...]:
    """The dues that an amount writes off, the oldest first."""
    if unit is not None:
        book = view.unit(unit)
        return book.dues.oldest_first(
            amount, of=lambda due: due.fund in ("", fund) and due.document not in book.appeals
        )
    return view.person(str(person)).dues.oldest_first(amount, of=lambda due: due.fund == fund or is_of(view, due, fund))


def is_of(view: View, due: Due, fund: CentreId) -> bool:
    """Is a due to a pool written off to this fund: to that of its centre (rule 83)?"""
    kind, _, name = due.document.partition(":")
    return kind == "due" and not due.fund and view.liability(kind, name).centre == fund
