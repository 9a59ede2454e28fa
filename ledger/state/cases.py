"""A case (一事一案): opened → decided → closed (key ``case:<id>``)."""

from __future__ import annotations

import msgspec

from ledger.fact import StoredFact
from ledger.facts.cases import CaseClosed, CaseDecided, CaseOpened
from ledger.facts.penalties import PenaltyConfirmed
from ledger.state import liability
from ledger.state.kind import document
from ledger.state.liability import Liability, open_lines


def evolve(state: Liability | None, stored: StoredFact) -> Liability | None:
    """Fold one fact that names the case; the penalty by which it charges leaves it open."""
    replace, fact = msgspec.structs.replace, stored.fact
    if state is None:
        return _opened(fact) if isinstance(fact, CaseOpened) else None
    match fact:
        case CaseDecided(centre=centre, lines=lines, by=by, approvals=approvals):
            charged = {"centre": centre, "lines": open_lines(lines), "deciders": (by, *approvals)}
            decided = replace(state, decided_on=fact.business_date, **charged)
            return decided.binding("decided", stored)
        case PenaltyConfirmed():
            return state.binding(state.state, stored)
        case CaseClosed():
            return replace(state, state="closed")
        case CaseOpened():
            return _opened(fact)
        case _:
            return liability.evolve(state, stored)


def _opened(fact: CaseOpened) -> Liability:
    return Liability(
        *("case", fact.case, fact.unit, "opened", fact.by, fact.business_date),
        number=fact.number,
        hazard=fact.hazard,
    )


KINDS = (document("case", Liability, evolve),)
