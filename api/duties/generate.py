"""Tasks of a day, dispatched from the lists of every person (DUTY-10): once, however often it is asked for.

The id of a task follows from person, item and instance, that of its command from the task.  Tasks dispatched before are
left out; one that somebody else dispatches at the same moment is refused by the ledger and counts as dispatched before.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from api.clock import has_real_clock
from api.histories.history import submitted
from api.jobs.registry import Progress
from ledger import calendars
from ledger.decisions import Command
from ledger.errors import Invalid
from ledger.interchange import Answer, Query, read
from ledger.interchange import refused as refused_for
from ledger.vocabulary import SYSTEM

if TYPE_CHECKING:
    from api.ledger import Ledger

STRETCH = 500
FURTHEST_AHEAD = 31
"""Days; what is dispatched for a mistyped year would stay for ever."""
BEFORE = frozenset({"IDEMPOTENCY_CONFLICT", "DUPLICATE"})


class NotPlanned(Exception):
    """The lists cannot be asked (no such unit, no such day); ``answer`` says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.code}: {answer.detail}")
        self.answer = answer


class Refused(NamedTuple):
    """A task that the ledger has refused."""

    task: str
    person: str
    code: str
    detail: str | None


class Generated(NamedTuple):
    """The outcome for a day's tasks."""

    date: str
    unit: str | None
    dispatched: int
    dispatched_before: int
    overdue: int
    """Their time was over before they could be dispatched: nobody is blamed for them."""
    refused: list[Refused]
    skipped: list[dict[str, Any]]

    def said(self) -> dict[str, Any]:
        return {**self._asdict(), "refused": [one._asdict() for one in self.refused]}


async def generate(
    ledger: Ledger,
    date: str,
    unit: str | None = None,
    *,
    by: str = SYSTEM,
    places: bool = True,
    progress: Progress | None = None,
) -> Generated:
    """Dispatch what the lists in force ask for on a day, of a unit with everything below it.

    Raises NotPlanned, LogError.
    """
    plan = await _plan(ledger, date, unit, places=places)
    now, real = await now_of(ledger), await has_real_clock(ledger)
    if real and (ahead := calendars.days_between(calendars.local_day(now), date)) > FURTHEST_AHEAD:
        raise NotPlanned(refused_for("plan", Invalid(f"date: {ahead} days ahead, at most {FURTHEST_AHEAD}")))
    at = min(calendars.midnight(date), now) if real else calendars.midnight(date)
    wanted = [task for task in plan["tasks"] if task["due"] > max(now, at)]
    refused, before = list[Refused](), int(plan["dispatched_before"])
    for start in range(0, len(wanted), STRETCH):
        stretch = wanted[start : start + STRETCH]
        answers = await submitted(ledger, [_command(task, by, at, date) for task in stretch])
        for task, answer in zip(stretch, answers, strict=True):
            if answer.code in BEFORE or answer.repeat:
                before += 1
            elif answer.code is not None:
                refused.append(Refused(task["task"], task["person"], answer.code, answer.detail))
        if progress is not None:
            await progress(start + len(stretch), len(wanted), "dispatching")
    made = len(wanted) - len(refused) - (before - int(plan["dispatched_before"]))
    overdue = len(plan["tasks"]) - len(wanted)
    return Generated(date, unit, made, before, overdue, refused, plan["skipped"])


async def _plan(ledger: Ledger, date: str, unit: str | None, *, places: bool) -> dict[str, Any]:
    data = {"date": date, "places": places} | ({} if unit is None else {"unit": unit})
    answer = await ledger.ask(Query("plan", "TaskPlan", data))
    if not answer.ok:
        raise NotPlanned(answer)
    plan: dict[str, Any] = answer.result
    return plan


async def now_of(ledger: Ledger) -> str:
    """The present; in a ledger with a simulated clock, the time of its last fact."""
    if await has_real_clock(ledger):
        return calendars.moment(datetime.now(UTC))
    return calendars.moment_of((await ledger.log.head()).recorded_at)


def _command(task: dict[str, Any], by: str, at: str, date: str) -> Command:
    """Of the day itself, although at 00:00 the last shift of the day before goes on."""
    given = {
        "id": "task-" + hashlib.sha256(task["task"].encode()).hexdigest()[:40],
        "at": at,
        "by": by,
        "command": "DispatchDutyTask",
        "data": {name: task[name] for name in ("task", "person", "item", "due", "place") if task[name] is not None},
    }
    command = read(given if calendars.local_day(at) < date else {**given, "business_date": date})
    assert isinstance(command, Command)
    return command
