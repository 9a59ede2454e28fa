"""Exceptions of a centre's month (对账差异): what the reconciliation found, and how it was resolved."""

from __future__ import annotations

from ledger.fact import topic_of
from ledger.facts.reconciliation import ExceptionRaised, ExceptionResolved
from ledger.money import yuan
from ledger.state.periods import CentreMonth
from ledger.state.reconciliation import BLOCKING
from ledger.vocabulary import CentreId, Month, period_stream
from projections import read_models
from projections.queries.answers import settlement as answers
from projections.queries.facts import stored_facts
from projections.queries.folds import folded
from projections.queries.kernel import Reader, Result, query

log = read_models.events.c
TOLD = tuple(topic_of(fact_type) for fact_type in (ExceptionRaised, ExceptionResolved))


@query(
    "Exceptions",
    "register",
    at="/centres/{centre}/periods/{period}/exceptions",
    cli="exceptions PERIOD --open/--resolved",
    answer=answers.Exceptions,
)
async def exceptions(reader: Reader, centre: CentreId, period: Month, open: bool | None = None) -> Result:  # noqa: A002
    """Every exception raised, by id; ``open``: only those that are open (or only those that are not)."""
    stream = period_stream(centre, period)
    wanted = [log.stream == stream, log.topic.in_(TOLD), log.position <= reader.position]
    month: CentreMonth = folded(stream, await stored_facts(reader, wanted, log.version))
    told = [
        {
            "exception": name,
            "kind": raised.kind,
            "ref": raised.ref,
            "amount": None if raised.amount is None else yuan(raised.amount),
            "blocking": raised.kind in BLOCKING,
            "state": "open" if raised.is_open else "resolved",
            "how": raised.how,
            "position": raised.position,
        }
        for name, raised in sorted(month.exceptions.items())
        if open is None or open == raised.is_open
    ]
    return {"exceptions": told}
