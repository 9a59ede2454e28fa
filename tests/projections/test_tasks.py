"""The tasks that lists ask for on a day, and what has become of those that were dispatched (DUTY-10 … 12)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import Invalid, Unknown
from projections.queries.tasks import task_id
from tests.ledger.decisions.sheets import at
from tests.projections.conftest import Books
from tests.projections.duties import TODAY, complete, duty, list_of, places_of, told
from tests.spec import Line, do

DAY = "2026-02-10"


def ids(plan: dict[str, Any]) -> list[str]:
    return [task["task"] for task in plan["tasks"]]


async def test_every_item_falls_in_its_period(books: Books) -> None:
    items = [
        duty(name, 25, period=period) for name, period in (("S", "早"), ("D", "day"), ("W", "week"), ("M", "month"))
    ]
    asked = await told(books, list_of("P-A", *items), places_of("P-A", "机头"))
    plan = await asked.ask("TaskPlan", date=DAY)
    assert ids(plan) == [
        "P-A.S.2026-02-10.早",
        "P-A.D.2026-02-10",
        "P-A.W.2026-W07",
        "P-A.M.2026-02",
        "P-A.检查:机头.2026-02",
    ]
    assert plan["tasks"][0] == {
        "task": "P-A.S.2026-02-10.早",
        "person": "P-A",
        "unit": "T1",
        "item": "S",
        "text": "班前检查 S",
        "period": "早",
        "occurrence": "2026-02-10.早",
        "due": "2026-02-10T06:00:00.000000Z",
        "place": None,
    }
    assert plan["tasks"][-1]["place"] == "机头"
    assert len(ids(await asked.ask("TaskPlan", date=DAY, places=False))) == 4
    assert ids(await asked.ask("TaskPlan", date="2026-02-02")) == []
    assert ids(await asked.ask("TaskPlan", date=DAY, unit="T2")) == []
    assert len(ids(await asked.ask("TaskPlan", date=DAY, unit="U1"))) == 5
    with pytest.raises(Unknown):
        await asked.ask("TaskPlan", date=DAY, unit="T9")
    with pytest.raises(Invalid):
        await asked.ask("TaskPlan", date="2026-02-30")


def roster(person: str, day: str, shift: str, by: str = "P-T1L", unit: str = "T1") -> Line:
    return do("PublishRoster", by, TODAY, unit=unit, shifts=[{"person": person, "day": day, "shift": shift}])


async def test_a_duty_of_the_shift_is_planned_for_the_rostered_shift_and_else_once_a_day(books: Books) -> None:
    """[rule 32]"""
    lists = [list_of(person, duty("S", 100, period="shift")) for person in ("P-A", "P-B", "P-T2L")]
    asked = await told(
        books,
        *lists,
        roster("P-A", DAY, "中"),
        roster("P-A", "2026-02-11", "早"),
        roster("P-A", DAY, "早"),
        roster("P-B", DAY, "早"),
        roster("P-B", DAY, "夜", "P-T2L", "T2"),
    )
    plan = await asked.ask("TaskPlan", date=DAY)
    assert [(task["task"], task["due"]) for task in plan["tasks"]] == [
        ("P-A.S.2026-02-10", "2026-02-10T06:00:00.000000Z"),
        ("P-B.S.2026-02-10", "2026-02-10T22:00:00.000000Z"),
        ("P-T2L.S.2026-02-10", "2026-02-10T15:59:59.000000Z"),
    ]


async def test_what_was_dispatched_is_not_asked_for_again(books: Books) -> None:
    dispatched = do(
        *("DispatchDutyTask", "P-T1L", at("02-09")), task="P-A.W.2026-W07", person="P-A", item="W", due=at("02-15")
    )
    asked = await told(books, list_of("P-A", duty("W", 50, period="week"), duty("D", 50)), dispatched)
    plan = await asked.ask("TaskPlan", date=DAY)
    assert (ids(plan), plan["dispatched_before"]) == (["P-A.D.2026-02-10"], 1)


def suspended(person: str) -> list[Line]:
    return [
        do("PushTraining", "P-SO", TODAY, training="TR-1", person=person, course="高处作业", reason="三违"),
        do("SuspendPost", "P-SO", TODAY, person=person, reason="三违", training="TR-1"),
    ]


async def test_suspended_persons_leavers_and_words_that_are_no_period_make_no_tasks(books: Books) -> None:
    left = do(
        "EndAssignment",
        "P-HR",
        at("02-03"),
        person="P-T2L",
        unit="T2",
        role="team_leader",
        last_day="2026-02-04",
        left=True,
    )
    asked = await told(
        books,
        list_of("P-A"),
        list_of("P-B", duty("X", 50, period="现场需要时"), duty("Y", 50)),
        list_of("P-T2L"),
        *suspended("P-A"),
        left,
    )
    plan = await asked.ask("TaskPlan", date=DAY)
    assert ids(plan) == ["P-B.Y.2026-02-10"]
    assert [(one["person"], one["item"]) for one in plan["skipped"]] == [("P-A", None), ("P-B", "X")]
    assert "TR-1" in plan["skipped"][0]["reason"]


def test_an_id_is_readable_where_the_code_allows_it_and_never_too_long() -> None:
    assert task_id("P-A", "A1", DAY) == "P-A.A1.2026-02-10"
    for item in ("班前 检查", "a/b", "a,b", "x" * 60):
        name = task_id("P-A", item, DAY)
        assert name.startswith("task-")
        assert len(name) <= 64
    assert task_id("P-A", "a b", DAY) != task_id("P-A", "a c", DAY)


async def test_tasks_are_listed_as_they_stand(books: Books) -> None:
    def dispatch(name: str, due: str) -> Line:
        return do("DispatchDutyTask", "P-T1L", TODAY, task=name, person="P-A", item="A1", due=due)

    late = complete(at=at("02-05"), task="B", evidence=["paper:照片"])
    asked = await told(
        books,
        *(dispatch(name, at(f"02-0{day}", "12:00")) for name, day in (("A", 3), ("B", 4), ("C", 6), ("D", 6))),
        late,
        do("AdvanceClock", at=at("02-05", "11:00")),
    )
    found = await asked.ask("Tasks", unit="W1")
    assert [(row["task"], row["state"], row["late"]) for row in found["tasks"]] == [
        ("A", "missed", False),
        ("B", "completed", True),
        ("C", "open", False),
        ("D", "open", False),
    ]
    assert found["counted"] == {"completed": 1, "open": 2, "missed": 1}
    assert (await asked.ask("Tasks", person="P-A", state="missed"))["tasks"][0]["task"] == "A"
    assert [row["task"] for row in (await asked.ask("Tasks", since="2026-02-04", until="2026-02-05"))["tasks"]] == ["B"]
    page = await asked.ask("Tasks", limit=3)
    assert page["next"] == "C"
    assert [row["task"] for row in (await asked.ask("Tasks", after="C"))["tasks"]] == ["D"]
    assert (await asked.ask("Tasks", unit="U2"))["tasks"] == []
    for wrong in ({"state": "lost"}, {"after": "Z"}):
        with pytest.raises(Invalid):
            await asked.ask("Tasks", **wrong)


async def test_a_reviewed_task_is_done_and_a_withdrawn_one_counts_nowhere(books: Books) -> None:
    """[rules 32, 87]"""

    def dispatch(name: str, place: str | None = None) -> Line:
        named = {} if place is None else {"place": place}
        return do("DispatchDutyTask", "P-T1L", TODAY, task=name, person="P-A", item=name, due=at("02-06"), **named)

    review = partial(do, "ReviewDutyTask", "P-T1L", at("02-05"))
    asked = await told(
        books,
        *(dispatch(name) for name in ("A", "B", "C", "D")),
        dispatch("E", "机头"),
        *(complete(task=name, evidence=["paper:1"]) for name in ("A", "B")),
        do(
            "RecordInspection",
            "P-A",
            at("02-04"),
            inspection="IN-1",
            place="机头",
            items=[{"item": "x", "result": "ok"}],
        ),
        review(task="A", result="pass"),
        review(task="B", result="fail"),
        do("WithdrawDutyTask", "P-T1L", at("02-05"), task="C", reason="重复派发"),
        do("AdvanceClock", at=at("02-07")),
    )
    rows = (await asked.ask("Tasks", unit="W1"))["tasks"]
    assert [(row["task"], row["state"], row["place"]) for row in rows] == [
        ("A", "reviewed", None),
        ("B", "missed", None),
        ("C", "withdrawn", None),
        ("D", "missed", None),
        ("E", "completed", "机头"),
    ]
    for subject in ({"person": "P-A"}, {"unit": "T1"}):
        found = await asked.ask("Indicator", indicator="task_done", period="2026-02", **subject)
        assert (found["num"], found["den"]) == (2, 4)
    doubts = (await asked.ask("Plausibility", unit="W1", period="2026-02"))["doubts"]
    assert [doubt["id"] for doubt in doubts if doubt["rule"] == "no_file"] == ["A"]
