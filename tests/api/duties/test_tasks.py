"""Tasks of a day are dispatched from the lists: once, for those who may get them, over every door (DUTY-10)."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from api.bootstrap import open_ledger
from api.duties.generate import NotPlanned, generate
from api.duties.publish import publish
from ledger.calendars import add_days, local_day
from ledger.calendars import moment as calendar_moment
from tests.api.doors import found_group, jiesuan, jsonl, query, run_history, serving, settings_of
from tests.api.test_jobs import result_of
from tests.conftest import Database
from tests.ledger.decisions.sheets import at
from tests.projections.duties import duty, list_of, places_of
from tests.spec import Line, do

DAY = "2026-02-05"
LISTS = [
    list_of("P-A", duty("D", 60), duty("W", 40, period="week")),
    list_of("P-B", duty("S", 100, period="shift", text="班中巡视")),
    places_of("P-T1L", "机头"),
]


async def dispatched(database: Database, **fields: Any) -> list[str]:
    [answer] = await run_history(database.dsn, jsonl([query("Tasks", **fields)]))
    return sorted(task["task"] for task in answer["result"]["tasks"])


async def test_a_days_tasks_are_dispatched_once_however_often_it_is_asked(database: Database) -> None:
    await found_group(database.dsn, *LISTS)
    async with open_ledger(settings_of(database.dsn), "tests") as ledger:
        first = await generate(ledger, DAY)
        again = await generate(ledger, DAY)
        next_day = await generate(ledger, "2026-02-06", "T1")
    assert (first.dispatched, first.dispatched_before, first.refused) == (4, 0, [])
    assert (again.dispatched, again.dispatched_before) == (0, 4)
    assert (next_day.dispatched, next_day.dispatched_before) == (2, 2)
    shifts = [f"P-B.S.{day}" for day in (DAY, "2026-02-06")]
    days = [f"P-A.D.{day}" for day in (DAY, "2026-02-06")]
    assert await dispatched(database) == sorted([*days, "P-A.W.2026-W06", *shifts, "P-T1L.检查:机头.2026-02"])


async def test_two_at_once_dispatch_each_task_once(database: Database) -> None:
    await found_group(database.dsn, *LISTS)
    async with (
        open_ledger(settings_of(database.dsn), "one") as one,
        open_ledger(settings_of(database.dsn), "other") as other,
    ):
        made = await asyncio.gather(generate(one, DAY), generate(other, DAY))
    assert sum(each.dispatched for each in made) == 4
    assert all(each.dispatched + each.dispatched_before == 4 and not each.refused for each in made)


async def test_the_one_who_dispatches_has_to_be_allowed_to(database: Database) -> None:
    await found_group(database.dsn, *LISTS)
    async with open_ledger(settings_of(database.dsn), "tests") as ledger:
        made = await generate(ledger, DAY, by="P-T2L")
        assert (made.dispatched, {refused.code for refused in made.refused}) == (0, {"AUTHORITY"})
        assert (await generate(ledger, DAY, by="P-W1D")).dispatched == 4


async def test_what_is_over_is_not_dispatched(database: Database) -> None:
    await found_group(database.dsn, *LISTS, do("AdvanceClock", at=at("02-06", "00:00")))
    async with open_ledger(settings_of(database.dsn), "tests") as ledger:
        made = await generate(ledger, DAY)
        assert (made.dispatched, made.overdue) == (2, 2)
        assert (await generate(ledger, "2026-03-09")).dispatched == 4
    open_ones = ["P-A.W.2026-W06", "P-T1L.检查:机头.2026-02"]
    assert await dispatched(database, until="2026-02-28") == open_ones


async def test_a_suspended_person_gets_none_and_is_named(database: Database) -> None:
    suspended = [
        do("PushTraining", "P-SO", at("02-03"), training="TR-1", person="P-A", course="x", reason="三违"),
        do("SuspendPost", "P-SO", at("02-03"), person="P-A", reason="三违", training="TR-1"),
    ]
    await found_group(database.dsn, *LISTS, *suspended)
    async with open_ledger(settings_of(database.dsn), "tests") as ledger:
        made = await generate(ledger, DAY, places=False)
    assert (made.dispatched, [one["person"] for one in made.skipped]) == (1, ["P-A"])


async def test_a_missed_task_counts_against_its_day_and_reminders_come_before(database: Database) -> None:
    await found_group(database.dsn, *LISTS)
    async with open_ledger(settings_of(database.dsn), "tests") as ledger:
        await generate(ledger, DAY, "T1", places=False)
    lines = [
        do("CompleteDutyTask", "P-A", at("02-05", "12:00"), task=f"P-A.D.{DAY}", evidence=["paper:照片"]),
        do("AdvanceClock", at=at("02-06", "12:00")),
    ]
    done, advanced = await run_history(
        database.dsn, jsonl([{"id": f"m-{number}", **line} for number, line in enumerate(lines)])
    )
    assert done["ok"]
    assert advanced["facts"].count("DutyTaskMissed") == 1
    assert advanced["facts"].count("ReminderSent") >= 1
    [answer] = await run_history(
        database.dsn, jsonl([query("Indicator", indicator="task_done", unit="T1", period="2026-02")])
    )
    assert (answer["result"]["num"], answer["result"]["den"]) == (1, 3)


async def test_an_inspected_place_is_no_missed_task_and_a_duty_of_the_shift_is_one_a_day(database: Database) -> None:
    """[rule 32]"""
    roster = do("PublishRoster", "P-T1L", at("02-04"), unit="T1", shifts=[{"person": "P-B", "day": DAY, "shift": "早"}])
    await found_group(database.dsn, *LISTS[1:], roster)
    async with open_ledger(settings_of(database.dsn), "tests") as ledger:
        assert (await generate(ledger, DAY)).dispatched == 2
    items = [{"item": "护罩", "result": "ok"}]
    lines = [
        do("RecordInspection", "P-T1L", at("02-05", "09:00"), inspection="IN-1", place="机头", items=items),
        do("CompleteDutyTask", "P-B", at("02-05", "13:00"), task=f"P-B.S.{DAY}", evidence=["paper:1"]),
        do("AdvanceClock", at=at("03-01", "12:00")),
    ]
    answers = await run_history(
        database.dsn, jsonl([{"id": f"m-{number}", **line} for number, line in enumerate(lines)])
    )
    assert [answer["facts"] for answer in answers] == [
        ["InspectionRecorded", "DutyTaskCompleted"],
        ["DutyTaskCompleted"],
        ["ClockAdvanced"],
    ]
    [answer] = await run_history(
        database.dsn, jsonl([query("Indicator", indicator="task_done", unit="T1", period="2026-02")])
    )
    assert (answer["result"]["num"], answer["result"]["den"]) == (2, 2)


async def test_over_http(database: Database) -> None:
    await found_group(database.dsn, *LISTS)
    async with serving(database.dsn) as (client, _):
        plan = (await client.get("/v1/tasks/plan", params={"date": DAY, "wait_for": 152})).json()["result"]
        assert len(plan["tasks"]) == 4
        made = (await client.post("/v1/tasks/generate", json={"date": DAY})).json()["result"]
        assert (made["dispatched"], made["dispatched_before"]) == (4, 0)
        assert (await client.post("/v1/tasks/generate", json={"date": DAY})).json()["result"]["dispatched"] == 0
        listed = (await client.get("/v1/tasks", params={"person": "P-B"})).json()["result"]["tasks"]
        assert len(listed) == 1
        assert (await client.get("/v1/persons/P-A/lists")).json()["result"]["duty"] is not None
        assert (await client.get("/v1/lists/copies")).json()["result"]["copies"] == []
        assert (await client.get("/v1/lists/adoption", params={"unit": "T1"})).status_code == 200
        assert (await client.get("/v1/inspections", params={"period": "2026-02"})).status_code == 200
        assert (await client.get("/v1/doubts", params={"period": "2026-02"})).status_code == 200
        score = await client.get("/v1/persons/P-T1L/inspections/2026-02")
        assert score.json()["result"]["coverage"] == "0"
        for body, code in (
            ({"date": DAY, "unit": "T9"}, "UNKNOWN_UNIT"),
            ({"date": "2026-02-30"}, "INVALID"),
            ({"date": DAY, "who": "P-A"}, "INVALID"),
            ({}, "INVALID"),
            ([], "INVALID"),
        ):
            answer = await client.post("/v1/tasks/generate", json=body)
            assert answer.json()["code"] == code, body


# -- the command line -------------------------------------------------------------------------------------------------


def said(database: Database, *arguments: str, status: int = 0) -> Any:
    done = jiesuan("--database-url", database.dsn, *arguments, "--json")
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout.splitlines()[0]) if done.stdout else done.stderr.decode()


async def test_on_the_command_line(database: Database) -> None:
    await found_group(database.dsn, *LISTS)
    assert len(said(database, "tasks", "plan", "--date", DAY)["tasks"]) == 4
    assert said(database, "tasks", "generate", "--date", DAY)["dispatched"] == 4
    assert said(database, "tasks", "generate", "--date", DAY, "--unit", "T1")["dispatched_before"] == 4
    assert said(database, "tasks", "list", "--person", "P-A", "--until", DAY)["counted"] == {"open": 1}
    assert "UNKNOWN_UNIT" in said(database, "tasks", "generate", "--date", DAY, "--unit", "T9", status=1)
    tables = [("lists", "adoption"), ("lists", "copies"), ("lists", "show", "P-A"), ("tasks", "list")]
    tables += [("inspections", "score", "P-T1L", "--period", "2026-02"), ("inspections", "list", "--period", "2026-02")]
    for words in tables:
        done = jiesuan("--database-url", database.dsn, *words)
        assert (done.returncode, bool(done.stdout)) == (0, True), (words, done.stderr)


# -- publishing -------------------------------------------------------------------------------------------------------


async def test_who_publishes_lists_is_told_whose_they_are_copies_of(database: Database) -> None:
    await found_group(database.dsn, LISTS[0])
    new = [{**LISTS[0]["data"], "person": "P-B"}, LISTS[2]["data"], {**LISTS[0]["data"], "person": "P-SO"}]
    text = jsonl(new)
    async with open_ledger(settings_of(database.dsn), "tests") as ledger:
        copied, places, own = await publish(ledger, text, "P-SO")
        again = await publish(ledger, text, "P-SO")
    assert (copied.outcome, [like["person"] for like in copied.alike]) == ("published", ["P-A"])
    assert (places.kind, places.outcome, places.alike) == ("inspection", "published", [])
    assert (own.outcome, own.alike) == ("SOD", [])
    assert [one.outcome for one in again] == ["published before", "published before", "SOD"]


async def test_lists_are_published_from_a_file(database: Database, tmp_path: Any) -> None:
    await found_group(database.dsn, LISTS[0])
    file = tmp_path / "lists.jsonl"
    file.write_bytes(jsonl([{**LISTS[0]["data"], "person": "P-B"}]))
    found = said(database, "lists", "publish", str(file), "--by", "P-SO", "--at", at("02-03"))
    assert (found["lists"][0]["outcome"], found["warnings"][0]["is like that of"]) == ("published", "P-A")
    file.write_bytes(b'{"person": "P-B", "version": 2}')
    assert "INVALID" in said(database, "lists", "publish", str(file), "--by", "P-SO", status=1)
    assert said(database, "lists", "publish", str(file), "--by", "P-SO", "--at", "noon", status=2)


# -- as a job --------------------------------------------------------------------------------------------------------


async def test_the_tasks_of_a_day_are_a_job(database: Database) -> None:
    await found_group(database.dsn, *LISTS)
    async with serving(database.dsn) as (client, _):
        for name, data, status in (("j-1", {"date": DAY}, 200), ("j-2", {"date": DAY, "unit": "T9"}, 404)):
            await client.post("/v1/jobs", json={"id": name, "job": "GenerateTasks", "data": data})
            found = await result_of(client, f"/v1/jobs/{name}")
            assert found.status_code == status
        assert (await result_of(client, "/v1/jobs/j-1")).json()["dispatched"] == 4


# -- a ledger that lives in the present -------------------------------------------------------------------------------


def present() -> list[Line]:
    """A company of two, with a list that counts from today on."""
    now = datetime.now(UTC)
    moment, today = now.isoformat(), local_day(calendar_moment(now))

    def say(command: str, by: str = "SYSTEM", **data: Any) -> Line:
        return do(command, by, moment, **data)

    people = {"P-SO": "safety_office", "P-A": "worker"}
    items = [duty("D", 50), duty("W", 50, period="week")]
    return [
        say("CreateLedger", ledger="main", clock="real"),
        say("RegisterUnit", unit="HQ", name="公司", level=1, centre=True),
        *(say("RegisterPerson", person=person, name="x") for person in people),
        *(say("AssignPerson", person=name, unit="HQ", role=role, since=today) for name, role in people.items()),
        say("ApproveDutyList", "P-SO", person="P-A", version="1", effective=today, items=items),
    ]


async def test_in_the_present_tasks_are_dispatched_for_today_and_not_for_yesterday(database: Database) -> None:
    lines = [{"id": f"r-{number}", **line} for number, line in enumerate(present())]
    answers = await run_history(database.dsn, jsonl(lines), allow_simulated=False)
    assert all(answer["ok"] for answer in answers), answers
    today = local_day(calendar_moment(datetime.now(UTC)))
    async with open_ledger(settings_of(database.dsn), "tests") as ledger:
        first = await generate(ledger, today)
        assert (first.dispatched, first.refused) == (2, [])
        assert (await generate(ledger, today)).dispatched_before == 2
        assert (await generate(ledger, add_days(today, -1))).dispatched == 0
        assert (await generate(ledger, add_days(today, 1))).dispatched in (1, 2)  # on a Sunday the next week begins
        with pytest.raises(NotPlanned, match="INVALID: date: 365 days ahead, at most 31"):
            await generate(ledger, add_days(today, 365))
