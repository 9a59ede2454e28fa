"""Reconciliation as jobs: a run of a month with very many documents, and an old run made again."""

from __future__ import annotations

from typing import Any

from api.jobs.commands import refused
from api.jobs.registry import Work, job
from ledger.decisions import Command
from ledger.errors import Refusal
from ledger.interchange import Query, read
from ledger.interchange import refused as answer_of
from ledger.vocabulary import CentreId, Month


@job("Reconcile")
async def reconcile(work: Work, id: str, at: str, by: str, centre: CentreId, period: Month) -> dict[str, Any]:  # noqa: A002
    """Reconcile a centre's month by the command `id`; the result has its receipt and the open exceptions."""
    data = {"centre": centre, "period": period}
    try:
        command = read({"id": id, "at": at, "by": by, "command": "RunReconciliation", "data": data})
    except Refusal as wrong:
        raise refused(answer_of(id, wrong)) from None
    assert isinstance(command, Command)
    await work.progress(0, 2, "RunReconciliation")
    [answer] = await work.ledger.submit([command])
    if not answer.ok:
        raise refused(answer)
    await work.progress(1, 2, "Exceptions")
    found = await work.ledger.ask(Query(id, "Exceptions", {**data, "open": True}))
    return {**answer.line(), "exceptions": (found.result or {}).get("exceptions", [])}


@job("RepeatReconciliation")
async def repeat_reconciliation(work: Work, centre: CentreId, period: Month, known_position: int) -> dict[str, Any]:
    """Compare the books as they were at a position, for example an earlier run's; nothing is recorded."""
    await work.progress(0, 1, "Reconciliation")
    data = {"centre": centre, "period": period, "known_position": known_position}
    answer = await work.ledger.ask(Query("job", "Reconciliation", data))
    if not answer.ok:
        raise refused(answer)
    return dict(answer.result or {})
