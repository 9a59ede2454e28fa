"""The tasks of a day as a job: a company's take longer than a caller likes to wait."""

from __future__ import annotations

from typing import Any

from api.duties.generate import NotPlanned, generate
from api.jobs.registry import Failed, Work, job
from ledger.vocabulary import SYSTEM, Day, UnitId


@job("GenerateTasks")
async def generate_tasks(
    work: Work, date: Day, unit: UnitId | None = None, by: str = SYSTEM, places: bool = True
) -> dict[str, Any]:
    """Dispatch the tasks that the lists ask for on a day, of a unit with everything below it (DUTY-10).

    Each task is dispatched once, however often the job is asked for.
    """
    try:
        made = await generate(work.ledger, date, unit, by=by, places=places, progress=work.progress)
    except NotPlanned as problem:
        raise Failed(problem.answer.code or "DEFECT", problem.answer.detail or "") from None
    return made.said()
