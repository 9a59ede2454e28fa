"""Runs of the reconciliation (对账): which there were, and the books compared as they are, or as a run saw them."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from ledger.calendars import local_day
from ledger.errors import Invalid
from ledger.fact import StoredFact, topic_of
from ledger.facts.reconciliation import ReconciliationRun
from ledger.money import yuan
from ledger.state.reconciliation import BLOCKING, CHECK_OF, Found, counted, digest_of, due_found
from ledger.vocabulary import CentreId, Month, period_stream
from projections import read_models
from projections.queries.answers import settlement as answers
from projections.queries.facts import stored_facts
from projections.queries.kernel import Reader, Result, query
from projections.reconciliation.books_as_of import books_at
from projections.reconciliation.checks import run
from projections.reconciliation.loader import material

log = read_models.events.c
RUN = topic_of(ReconciliationRun)


@query(
    "ReconciliationRuns",
    "register",
    at="/centres/{centre}/periods/{period}/reconciliations",
    cli="reconciliations PERIOD",
    answer=answers.ReconciliationRuns,
)
async def reconciliation_runs(reader: Reader, centre: CentreId, period: Month) -> Result:
    """Every run of the month: the position that it is pinned to, what it found, and its digest."""
    return {"runs": [told(one) for one in await runs_of(reader, centre, period)]}


@query(
    "Reconciliation",
    "journal",
    "register",
    at="/centres/{centre}/periods/{period}/reconciliation",
    cli="reconcile PERIOD",
    answer=answers.Reconciliation,
)
async def reconciliation(reader: Reader, centre: CentreId, period: Month, known_position: int | None = None) -> Result:
    """The checks R12 … R15 on the books as they are, or as they were at a position; nothing is recorded.

    At the ``known_position`` of an earlier run this is that run again: ``run`` is what it had found then, and
    ``same`` says whether the digests are equal; checks that came later are left out.
    """
    if known_position is not None and known_position < 1:
        raise Invalid(f"known_position: {known_position} is below 1")
    books = await books_at(reader, known_position)
    found = await asyncio.to_thread(run, await material(books, centre, period))
    pinned = [one for one in await runs_of(reader, centre, period) if _run(one).known == known_position]
    earlier = pinned[-1] if pinned else None
    made = {check.check for check in _run(earlier).checks} if earlier else set(CHECK_OF.values())
    asked = (one for one in found if CHECK_OF[one.kind] in made)
    named = due_found(asked, local_day(earlier.recorded_at) if earlier else await books.today())
    digest = digest_of(named)
    return {
        "centre": centre,
        "period": period,
        "known_position": books.position,
        "checks": [{"check": one.check, "found": one.found} for one in counted(named.values())],
        "exceptions": [_exception(one) for one in named.values()],
        "digest": digest,
        "run": told(earlier) if earlier else None,
        "same": digest == _run(earlier).digest if earlier else None,
    }


async def runs_of(reader: Reader, centre: str, period: str) -> list[StoredFact]:
    """Every run of a centre's month, in order."""
    stream = period_stream(centre, period)
    wanted = [log.stream == stream, log.topic == RUN, log.position <= reader.position]
    return await stored_facts(reader, wanted, log.position)


def _run(told: StoredFact) -> ReconciliationRun:
    return cast("ReconciliationRun", told.fact)


def told(one: StoredFact) -> dict[str, Any]:
    """A run as the list of runs shows it."""
    made = _run(one)
    return {
        "position": one.position,
        "known_position": made.known,
        "recorded_at": one.recorded_at,
        "by": made.by,
        "found": sum(check.found for check in made.checks),
        "digest": made.digest,
    }


def _exception(found: Found) -> dict[str, Any]:
    return {
        "exception": found.name,
        "kind": found.kind,
        "ref": found.ref,
        "amount": None if found.amount is None else yuan(found.amount),
        "blocking": found.kind in BLOCKING,
    }
