"""A month is reconciled, a run repeated and an exception resolved: on the command line, over HTTP and as a job."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.api.doors import found_group, invoked, printed, serving
from tests.conftest import Database

MARCH = {"centre": "U1", "period": "2026-03"}
HERE = "/v1/centres/U1/periods/2026-03"
LINES = [
    {"by": "P-C1", "at": "2026-03-01T08:30:00+08:00", "command": "OpenPeriod", "data": MARCH},
    {
        "by": "P-C1",
        "at": "2026-03-31T09:00:00+08:00",
        "command": "ImportDepartmentList",
        "data": {
            **MARCH,
            "list": "L-1",
            "department": "安监处",
            "rows": [{"doc": f"TN-{n}", "kind": "notice", "amount": "50.00"} for n in (1, 2, 3)],
        },
    },
]


async def test_a_month_is_reconciled_and_resolved_at_the_terminal(database: Database) -> None:
    await found_group(database.dsn, *LINES)
    month = ("2026-03", "--centre", "U1")
    run = await printed(database.dsn, "reconcile", *month, "--by", "P-C1", "--at", "2026-03-31T10:00:00+08:00")
    assert [one["exception"] for one in run["exceptions"]] == [f"MISSING_IN_LEDGER:TN-{n}" for n in (1, 2, 3)]
    assert {one["check"]: one["found"] for one in run["checks"]}["R5"] == 3
    resolve = ("resolve", "2026-03", "MISSING_IN_LEDGER:TN-1", "--centre", "U1", "--reason", "部门重复登记")
    alone = await invoked(database.dsn, *resolve, "--how", "accepted", "--by", "P-C1")
    assert (alone.exit_code, "AUTHORITY" in alone.output) == (1, True), alone.output
    done = await printed(database.dsn, *resolve, "--how", "accepted", "--by", "P-C1", "--approved-by", "P-H1")
    assert done["exception"] == "MISSING_IN_LEDGER:TN-1"
    left = await printed(database.dsn, "exceptions", *month, "--open")
    assert [one["exception"] for one in left["exceptions"]] == [f"MISSING_IN_LEDGER:TN-{n}" for n in (2, 3)]
    again = await printed(database.dsn, "reconcile", *month, "--known-position", str(run["known_position"]))
    assert (again["same"], again["digest"], len(again["exceptions"])) == (True, run["digest"], 3)
    table = await invoked(database.dsn, "exceptions", *month)
    assert "MISSING_IN_LEDGER:TN-2" in table.output
    assert "accepted" in table.output


async def test_the_same_month_over_http_and_as_a_job(database: Database) -> None:
    await found_group(database.dsn, *LINES)
    envelope = {"at": "2026-03-31T10:00:00+08:00", "by": "P-C1"}
    async with serving(database.dsn) as (client, _):
        sent = await client.post(f"{HERE}/reconcile", json={"id": "run-1", **envelope})
        assert sent.status_code == 201, sent.text
        assert sent.json()["facts"] == ["ReconciliationRun", *["ExceptionRaised"] * 3]
        repeated = await client.post(f"{HERE}/reconcile", json={"id": "run-1", **envelope})
        assert (repeated.status_code, repeated.json()) == (200, sent.json())
        wait = f"wait_for={sent.json()['position']}"
        shown = (await client.get(f"{HERE}/exceptions?open=true&{wait}")).json()["result"]
        assert len(shown["exceptions"]) == 3
        data = {"exception": "MISSING_IN_LEDGER:TN-1", "how": "corrected", "reason": "补录", "approved_by": "P-H1"}
        refused = await client.post(f"{HERE}/resolve", json={"id": "x-1", **envelope, "by": "P-C2", "data": data})
        assert (refused.status_code, refused.json()["code"]) == (403, "WRONG_CENTRE")
        resolved = await client.post(f"{HERE}/resolve", json={"id": "x-1", **envelope, "data": data})
        assert resolved.status_code == 201, resolved.text
        stray = await client.post(f"{HERE}/resolve", json={"id": "x-2", **envelope, "data": {**data, "centre": "U2"}})
        assert (stray.status_code, stray.json()["code"]) == (422, "INVALID")
        [run] = (await client.get(f"{HERE}/reconciliations")).json()["result"]["runs"]
        at = f"known_position={run['known_position']}"
        assert (await client.get(f"{HERE}/reconciliation?{at}")).json()["result"]["same"] is True
        work = {"known_position": run["known_position"], **MARCH}
        assert (await done(client, "RepeatReconciliation", work))["same"] is True
        made = await done(client, "Reconcile", {"id": "run-2", **envelope, **MARCH})
        assert (made["facts"], len(made["exceptions"])) == (["ReconciliationRun"], 2)


async def test_where_the_month_stands_is_told_alike_at_every_door(database: Database) -> None:
    await found_group(database.dsn, *LINES)
    month = ("2026-03", "--centre", "U1")
    board = await printed(database.dsn, "dashboard", *month)
    deviations = await printed(database.dsn, "query", "DeviationReport", "centre=U1", "period=2026-03")
    async with serving(database.dsn) as (client, _):
        for address, expected in (("dashboard", board), ("deviations", deviations)):
            assert (await client.get(f"{HERE}/{address}")).json()["result"] == expected
        for name in ("TopUps", "UrgentPrices", "DirectedAwards", "DutyConflicts", "TrialBalance"):
            answer = await client.get(f"/v1/queries/{name}")
            assert (answer.status_code, answer.json()["result"]) == (200, await printed(database.dsn, "query", name))
    assert [block["reason"] for block in board["blocks"]][:2] == ["NOT_CUT_OFF", "STATEMENT"]
    shown = await invoked(database.dsn, "dashboard", *month)
    assert "NOT_CUT_OFF" in shown.output


async def done(client: Any, name: str, data: dict[str, Any]) -> dict[str, Any]:
    """The result of a job."""
    asked = await client.post("/v1/jobs", json={"job": name, "data": data})
    assert asked.status_code == 202, asked.text
    for _ in range(200):
        result = await client.get(f"{asked.headers['location']}/result")
        if result.status_code == 200:
            found: dict[str, Any] = result.json()
            return found
        assert result.json()["code"] == "NOT_READY", result.text
        await asyncio.sleep(0.05)
    raise AssertionError("the job takes too long")
