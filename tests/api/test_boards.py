"""The boards on the command line and over HTTP: the same answers, and tables for people."""

from __future__ import annotations

from tests.api.doors import found_group, invoked, printed, serving
from tests.conftest import Database
from tests.projections.boards import approve, assign, open_pool, publish, report, request, verify

LINES = [
    *(open_pool(), report("H-1"), verify("H-1"), assign("H-1", "2026-02-03"), report("H-2")),
    *(request("TD-1", "H-2"), approve("TD-1"), publish("TD-1", "2026-02-06T18:00:00+08:00")),
    report("H-3", "W3", "2026-02-05T09:00:00+08:00"),
]


async def test_boards_are_answered_alike_at_every_door(database: Database) -> None:
    await found_group(database.dsn, *LINES)
    by_command = {
        "/v1/tenders?unit=W2": await printed(database.dsn, "tenders", "--unit", "W2"),
        "/v1/hazards?unit=U1&overdue=true": await printed(database.dsn, "hazards", "--unit", "U1", "--overdue"),
        "/v1/units/T1/prices?date=2026-03-16": await printed(
            database.dsn, *("prices", "show", "--unit", "T1", "--date", "2026-03-16")
        ),
        "/v1/units/W1/policies?date=2026-02-05&key=dispute.window": await printed(
            database.dsn, *("policy", "show", "--unit", "W1", "--date", "2026-02-05", "--key", "dispute.window")
        ),
        "/v1/queries/TenderBoard?unit=W2": await printed(database.dsn, "query", "TenderBoard", "unit=W2"),
    }
    async with serving(database.dsn) as (client, _):
        for address, expected in by_command.items():
            answer = await client.get(address)
            assert answer.status_code == 200, answer.text
            assert answer.json()["result"] == expected
    assert [row["part"] for row in by_command["/v1/tenders?unit=W2"]["tenders"]] == ["may_bid"]
    assert [row["hazard"] for row in by_command["/v1/hazards?unit=U1&overdue=true"]["hazards"]] == ["H-1"]


async def test_a_person_reads_tables(database: Database) -> None:
    await found_group(database.dsn, *LINES)
    for arguments, words in (
        (("tenders",), ("TD-1", "published", "2026-02-06 18:00", "RQ-11", "巷道 H-2")),
        (("hazards", "--unit", "W1"), ("H-1", "assigned", "2 d", "rates of 2026-02", "on time", "look at")),
        (("prices", "show", "--unit", "W1"), ("HO-01", "60.00", "HQ@v1", "TW-S", "team_leader")),
        (("policy", "show", "--unit", "W1"), ("deduct.floor", "2200.00", "最低工资标准〔2023〕", "default")),
    ):
        result = await invoked(database.dsn, *arguments)
        assert result.exit_code == 0, result.output
        missing = [word for word in words if word not in result.stdout]
        assert not missing, result.stdout


async def test_a_wrong_question_is_one_sentence(database: Database) -> None:
    await found_group(database.dsn, *LINES)
    for arguments, sentence in (
        (("tenders", "--unit", "NO"), "UNKNOWN_UNIT: NO"),
        (("hazards", "--period", "Feb"), "INVALID"),
        (("policy", "show", "--unit", "W1", "--key", "none"), "INVALID: key: none is no policy"),
        (("prices", "show", "--unit", "W1", "--date", "today"), "INVALID"),
    ):
        result = await invoked(database.dsn, *arguments)
        assert (result.exit_code, sentence in result.stderr) == (1, True), result.stderr
