"""Of every history of duties: who owes what is what the agenda waits for, and what is counted is what was done."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import given as forall

from ledger.facts.unit_year import BonusEligibilityRevoked
from ledger.state.correctives import Corrective
from ledger.state.duties import DONE, Task
from ledger.state.person import Person
from tests.properties import duty_flows
from tests.properties.histories import Line, histories
from tests.spec import MemoryLedger, group

SOME = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
duties = histories(longest=4, flows=duty_flows.FLOWS)


def lived(history: list[Line]) -> MemoryLedger:
    ledger = group()
    for line in history:
        ledger.send(line)
    return ledger


def of_kind(ledger: MemoryLedger, kind: str) -> list[Any]:
    return [state for key, state in ledger.states.items() if key.startswith(f"{kind}:") and state is not None]


def waiting(ledger: MemoryLedger, row: str) -> set[str]:
    """The documents for which a row of AdvanceClock is on the agenda."""
    due = ledger.states["agenda"].due if "agenda" in ledger.states else {}
    return {key.removeprefix(f"{row}:").partition("/")[0] for key in due if key.startswith(f"{row}:")}


@SOME
@forall(duties)
def test_only_open_tasks_are_waited_for_and_an_inspection_completes_those_with_a_place(history: list[Line]) -> None:
    """[rule 32]"""
    ledger = lived(history)
    tasks: list[Task] = of_kind(ledger, "task")
    unfinished = {task.task for task in tasks if task.state == "open"}
    now = ledger.states["org"].advanced_to
    assert waiting(ledger, "missed") <= unfinished
    assert waiting(ledger, "remind-task") <= unfinished
    assert {task.task for task in tasks if task.state == "open" and task.due > max(now, ledger.now)} <= waiting(
        ledger, "missed"
    )
    for name in ("P-A", "P-B"):
        person: Person = ledger.lookup(f"person-{name}")
        mine = {task.task: task.place for task in tasks if task.person == name and task.state == "open" and task.place}
        assert person.visits == mine


@SOME
@forall(duties)
def test_a_task_is_counted_done_or_missed_once_whatever_became_of_it(history: list[Line]) -> None:
    """[rules 32, 87]"""
    ledger = lived(history)
    for name in ("P-A", "P-B"):
        tasks = [task for task in of_kind(ledger, "task") if task.person == name]
        counted = Counter[str]()
        for month in ledger.lookup(f"tally:person-{name}/2026").months.values():
            counted.update(month)
        assert counted["tasks_completed"] == sum(task.state in DONE for task in tasks)
        assert counted["tasks_missed"] == sum(task.state == "missed" for task in tasks)


@SOME
@forall(duties)
def test_only_notices_that_are_issued_or_answered_are_waited_for(history: list[Line]) -> None:
    """[rule 34]"""
    ledger = lived(history)
    notices: list[Corrective] = of_kind(ledger, "corrective")
    unfinished = {one.corrective for one in notices if one.state in ("issued", "answered")}
    for row in ("remind-corrective", "corrective-overdue"):
        assert waiting(ledger, row) <= unfinished
    assert all(one.corrective in unfinished for one in notices if one.overdue)


@SOME
@forall(duties)
def test_eligibility_is_lost_when_a_quota_is_passed_and_not_before(history: list[Line]) -> None:
    """[rule 33]"""
    ledger = lived(history)
    lost = {
        (fact.scope, fact.unit or fact.person)
        for _, _, fact in ledger.facts
        if isinstance(fact, BonusEligibilityRevoked)
    }
    for scope, party, key in (("unit", "T1", "year:T1/2026"), ("person", "P-A", "control:P-A/2026")):
        quota = ledger.lookup(key).quotas.get("三违")
        assert ((scope, party) in lost) == (quota is not None and quota.over)
