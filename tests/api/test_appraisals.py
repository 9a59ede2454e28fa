"""Scores, pay, points, deposits, progress and the analysis report: alike at every door, and readable by people."""

from __future__ import annotations

from tests.api.doors import found_group, invoked, printed, serving
from tests.conftest import Database
from tests.projections.appraisals import month_of_leader
from tests.spec import do

AT = "2026-02-02T09:00:00+08:00"
POINTS = do("AwardPoints", "P-SO", AT, person="P-T1L", points=5, reason="有效上报", doc="J-1")


async def test_scores_and_pay_are_answered_alike_at_every_door(database: Database) -> None:
    await found_group(database.dsn, POINTS, *month_of_leader())
    by_command = {
        "/v1/persons/P-T1L/scores/2026-03": await printed(database.dsn, "scores", "P-T1L", "2026-03"),
        "/v1/persons/P-T1L/wages/2026-03": await printed(database.dsn, "wage", "P-T1L", "2026-03"),
        "/v1/persons/P-T1L/points": await printed(database.dsn, "points", "P-T1L"),
        "/v1/appraisals/2026-03?unit=W1": await printed(database.dsn, "progress", "2026-03", "--unit", "W1"),
        "/v1/analysis/2026-03?unit=W1&lang=en": await printed(
            database.dsn, *("report", "analysis", "--unit", "W1", "--period", "2026-03", "--lang", "en")
        ),
        "/v1/deposits?unit=U1": await printed(database.dsn, "query", "Deposits", "unit=U1"),
        "/v1/followups?unit=W1&open=true": await printed(database.dsn, "followups", "--unit", "W1", "--open"),
        "/v1/streaks": await printed(database.dsn, "query", "Streaks"),
        "/v1/queries/Wage?person=P-T1L&period=2026-03": await printed(
            database.dsn, "query", "Wage", "person=P-T1L", "period=2026-03"
        ),
    }
    async with serving(database.dsn) as (client, _):
        for address, expected in by_command.items():
            answer = await client.get(address)
            assert answer.status_code == 200, answer.text
            assert answer.json()["result"] == expected
    assert by_command["/v1/persons/P-T1L/wages/2026-03"]["totals"]["together"] == "1139.77"


async def test_a_person_reads_scores_and_pay(database: Database) -> None:
    await found_group(database.dsn, POINTS, *month_of_leader())
    for arguments, words in (
        (("scores", "P-T1L", "2026-03"), ("88.5", "-3.5", "动态检查", "检查单-17", "days", "531.00")),
        (("wage", "P-T1L", "2026-03"), ("600.00 × 1 × 0.885 = 531.00", "payout.monthly (default)", "1139.77")),
        (("points", "P-T1L"), ("J-1", "有效上报")),
        (("progress", "2026-03"), ("T1", "paid")),
        (("deposits",), ("0.00",)),
        (("report", "analysis", "--person", "P-T1L", "--period", "2026-03"), ("安全履职分析报告", "平均安全成绩 88.5")),
        (("report", "analysis", "--company", "--period", "2026-Q1", "--lang", "en"), ("company HQ",)),
    ):
        result = await invoked(database.dsn, *arguments)
        assert result.exit_code == 0, result.output
        missing = [word for word in words if word not in result.stdout]
        assert not missing, result.stdout


async def test_a_report_is_of_one_subject(database: Database) -> None:
    await found_group(database.dsn, POINTS, *month_of_leader())
    for about in ((), ("--company", "--unit", "W1"), ("--person", "P-A", "--unit", "W1")):
        result = await invoked(database.dsn, "report", "analysis", "--period", "2026-03", *about)
        assert (result.exit_code, "Give one of" in result.stderr) == (2, True), result.output
