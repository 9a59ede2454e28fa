"""How much of a person's pay came back of a payroll: (key ``came-back:<centre>/<month>/<person>/<kind of pay>``)."""

from __future__ import annotations

import msgspec

from ledger.accounts import AccountCode
from ledger.fact import StoredFact
from ledger.facts.payroll import CAME_BACK, PayrollReturned
from ledger.facts.pools import EntryReversed
from ledger.state.kind import register
from ledger.vocabulary import Fen


class CameBack(msgspec.Struct, frozen=True):
    """The sum of the returns that stand."""

    amount: Fen = 0


def evolve(state: CameBack, stored: StoredFact) -> CameBack:
    match stored.fact:
        case PayrollReturned(amount=amount):
            return CameBack(state.amount + amount)
        case EntryReversed(lines=lines):
            out = sum(line.amount for line in lines if line.account.startswith(f"{AccountCode.OUT_PAYROLL}:"))
            return CameBack(state.amount - out)
        case _:
            return state


KINDS = (register(CAME_BACK.prefix, CameBack, evolve),)
