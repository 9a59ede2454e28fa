"""Long work is asked for once, watched from anywhere, and honest about what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx2
import pytest

from api.bootstrap import open_ledger
from api.jobs import TABLE, Failed, File, Result, Work, job, store
from api.jobs.store import Standing
from api.ledger import Ledger
from ledger.errors import IdempotencyConflict, Invalid, Unknown
from ledger.log.errors import Busy
from tests.api.doors import found_group, hazard, serving, settings_of
from tests.conftest import Database


@pytest.fixture
def jobs_of_tests(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Jobs that only tests have, and the gate that one of them waits at."""
    opened = asyncio.Event()
    for name in ("Counting", "Writing", "Failing", "Breaking"):
        monkeypatch.setitem(TABLE, name, None)

    @job("Counting")
    async def counting(work: Work, until: int) -> Result:
        """Waits at the gate, then counts."""
        await work.progress(1, until, "one")
        await opened.wait()
        return {"until": until}

    @job("Writing")
    async def writing(work: Work, size: int) -> Result:
        """A file of so many bytes."""
        path = work.directory / "x"
        path.write_bytes(b"x" * size)
        return File("结算.bin", "application/octet-stream", path)

    @job("Failing")
    async def failing(work: Work) -> Result:
        """Cannot be done."""
        raise Failed("STATE", "not today")

    @job("Breaking")
    async def breaking(work: Work) -> Result:
        """Has a defect."""
        raise ZeroDivisionError

    return opened


@asynccontextmanager
async def opened(database: Database) -> AsyncIterator[Ledger]:
    async with open_ledger(settings_of(database.dsn), "tests", allow_simulated=True) as ledger:
        yield ledger


async def ended(ledger: Ledger, identifier: str) -> Standing:
    """The job, when it has come to its end."""
    return await reached(ledger, identifier, "done", "failed", "lost")


async def reached(ledger: Ledger, identifier: str, *states: str) -> Standing:
    for _ in range(400):
        if (found := await ledger.jobs.get(identifier)).state in states:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"{identifier} stays {found.state}")


async def test_a_job_shows_how_far_it_is_to_every_process_and_its_answer_can_be_fetched(
    database: Database, jobs_of_tests: asyncio.Event
) -> None:
    async with opened(database) as ledger, opened(database) as another:
        await ledger.jobs.ask("Counting", {"until": 3}, "count")
        for _ in range(400):
            running = await another.jobs.get("count")
            if running.step:
                break
            await asyncio.sleep(0.02)
        assert (running.state, running.done, running.total, running.step) == ("running", 1, 3, "one")
        jobs_of_tests.set()
        assert (await ended(another, "count")).state == "done"
        assert await another.jobs.answer("count") == {"until": 3}


async def test_the_same_id_is_the_same_job_and_never_another(database: Database, jobs_of_tests: asyncio.Event) -> None:
    jobs_of_tests.set()
    async with opened(database) as ledger:
        assert [(await ledger.jobs.ask("Counting", {"until": 3}, "count"))[1] for _ in range(2)] == [True, False]
        with pytest.raises(IdempotencyConflict):
            await ledger.jobs.ask("Counting", {"until": 4}, "count")
        assert len(await ledger.jobs.latest()) == 1


async def test_a_job_whose_process_has_died_is_lost(database: Database, jobs_of_tests: asyncio.Event) -> None:
    async with opened(database) as ledger, opened(database) as another:
        await ledger.jobs.ask("Counting", {"until": 3}, "count")
        await reached(ledger, "count", "running")
        assert ledger.jobs._lock is not None
        ledger.jobs._lock.terminate()  # what the death of a process looks like to the database
        found = await reached(another, "count", "lost")
        assert found.detail == store.LOST
        ledger.jobs._tasks.clear()


async def test_a_process_that_is_told_to_stop_says_so_of_its_jobs(
    database: Database, jobs_of_tests: asyncio.Event
) -> None:
    async with opened(database) as another:
        async with opened(database) as ledger:
            await ledger.jobs.ask("Counting", {"until": 3}, "count")
            await reached(ledger, "count", "running")
        found = await another.jobs.get("count")
        assert (found.state, found.detail) == ("lost", "The process was told to stop; ask again.")


async def test_what_goes_wrong_is_the_outcome(database: Database, jobs_of_tests: asyncio.Event) -> None:
    async with opened(database) as ledger:
        await ledger.jobs.ask("Failing", {}, "failing")
        await ledger.jobs.ask("Breaking", {}, "breaking")
        failed, broken = await ended(ledger, "failing"), await ended(ledger, "breaking")
        assert (failed.state, failed.code, failed.detail) == ("failed", "STATE", "not today")
        assert (broken.state, broken.code) == ("failed", "DEFECT")


async def test_what_cannot_be_asked_is_refused_at_once(database: Database, jobs_of_tests: asyncio.Event) -> None:
    async with opened(database) as ledger:
        with pytest.raises(Invalid, match="Dancing is not known"):
            await ledger.jobs.ask("Dancing", {})
        with pytest.raises(Invalid, match="until"):
            await ledger.jobs.ask("Counting", {"until": "three"})
        with pytest.raises(Unknown):
            await ledger.jobs.get("nobody")
        assert await ledger.jobs.latest() == []


async def test_files_are_kept_up_to_a_sum_and_the_oldest_make_room(
    database: Database, jobs_of_tests: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "KEPT_BYTES", 5_000_000)
    monkeypatch.setattr(store, "LARGEST_FILE", 4_500_000)
    async with opened(database) as ledger:
        for number, size in enumerate((2_500_001, 3_000_000, 5_000_000)):
            await ledger.jobs.ask("Writing", {"size": size}, f"w-{number}")
            await ended(ledger, f"w-{number}")
        await asyncio.sleep(0.1)
        first, second, third = [await ledger.jobs.get(f"w-{number}") for number in range(3)]
        assert (first.is_expired, second.is_expired) == (True, False)
        assert (third.state, third.code) == ("failed", "TOO_LARGE")
        kept = b"".join([piece async for piece in await ledger.jobs.file("w-1")])
        assert kept == b"x" * 3_000_000


async def test_only_so_many_jobs_wait(
    database: Database, jobs_of_tests: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.jobs.worker.MOST_WAITING", 3)
    async with opened(database) as ledger:
        for number in range(3):
            await ledger.jobs.ask("Counting", {"until": number}, f"c-{number}")
        assert [(await reached(ledger, "c-2", "waiting")).state] == ["waiting"]
        with pytest.raises(Busy):
            await ledger.jobs.ask("Counting", {"until": 9})
        jobs_of_tests.set()
        for number in range(3):
            assert (await ended(ledger, f"c-{number}")).state == "done"


async def test_the_projector_does_not_see_jobs(database: Database) -> None:
    async with database.projector() as pool:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.fetch("select * from jobs.jobs")


# -- HTTP ----------------------------------------------------------------------------------------------------------


async def result_of(client: httpx2.AsyncClient, place: str) -> httpx2.Response:
    for _ in range(400):
        found = await client.get(f"{place}/result")
        if found.status_code != 409 or found.json()["code"] != "NOT_READY":
            return found
        assert found.headers["retry-after"] == "1"
        await asyncio.sleep(0.02)
    raise AssertionError(found.text)


async def test_a_command_as_a_job_is_recorded_once_and_its_receipt_fetched(database: Database) -> None:
    await found_group(database.dsn)
    line = {"job": "Command", "data": {"command": hazard("H-1")}}
    async with serving(database.dsn) as (client, _):
        asked = await client.post("/v1/jobs", json=line | {"id": "j-1"})
        assert (asked.status_code, asked.headers["location"]) == (202, "/v1/jobs/j-1")
        receipt = (await result_of(client, "/v1/jobs/j-1")).json()
        assert (receipt["ok"], receipt["facts"]) == (True, ["HazardReported"])
        again = await client.post("/v1/jobs", json=line | {"id": "j-2"})
        assert (await result_of(client, again.headers["location"])).json() == receipt
        assert (await client.post("/v1/jobs", json=line | {"id": "j-2"})).status_code == 200
        listed = (await client.get("/v1/jobs")).json()["jobs"]
        assert [(row["id"], row["state"]) for row in listed] == [("j-2", "done"), ("j-1", "done")]


async def test_no_job_keeps_an_anonymous_report(database: Database) -> None:
    """[rule 38]"""
    await found_group(database.dsn)
    line = {"id": "j-1", "job": "Command", "data": {"command": hazard("H-1", anonymous=True)}}
    async with serving(database.dsn) as (client, _):
        answer = await client.post("/v1/jobs", json=line)
        assert (answer.status_code, answer.json()["code"]) == (422, "INVALID")
        assert (await client.get("/v1/jobs")).json() == {"jobs": []}


async def test_a_refused_command_is_a_failed_job_with_its_code(database: Database) -> None:
    await found_group(database.dsn)
    wrong = hazard("H-1", unit="T99")
    async with serving(database.dsn) as (client, _):
        await client.post("/v1/jobs", json={"id": "j-1", "job": "Command", "data": {"command": wrong}})
        found = await result_of(client, "/v1/jobs/j-1")
        assert (found.status_code, found.json()["code"]) == (404, "UNKNOWN_UNIT")


@pytest.mark.parametrize(
    "body",
    [
        {"job": "Dancing", "data": {}},
        {"job": "Command", "data": {}},
        {"job": "Command", "data": {"command": {}}, "more": 1},
        {"job": "Command", "data": []},
        {"job": 7},
        {"id": "x" * 65, "job": "Command", "data": {"command": {}}},
    ],
)
async def test_a_wrong_form_is_invalid(database: Database, body: dict[str, Any]) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        answer = await client.post("/v1/jobs", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "INVALID"), answer.text
        assert (await client.get("/v1/jobs/none")).json()["code"] == "UNKNOWN_JOB"
