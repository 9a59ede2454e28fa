"""Commands kept on a device without network arrive after the close (SC-15): at the doors, from end to end."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.app import app
from tests.api.doors import answers_of, codes, group, jiesuan, jsonl, query, run_history, serving
from tests.conftest import Database
from tests.spec import VECTORS

Line = dict[str, Any]
HISTORY = [step["send"] for step in json.loads((VECTORS / "SC-15.json").read_text(encoding="utf-8"))["steps"]]
COMMANDS = [line for line in HISTORY if "command" in line]
TRANSFER = next(line for line in COMMANDS if line["id"] == "o-1")


def run(database: Database, *lines: Line) -> list[Line]:
    done = jiesuan("--database-url", database.dsn, "run", "-", "--simulated-clock", text=jsonl(lines))
    assert done.returncode == 0, done.stderr
    return answers_of(done)


def told(database: Database, *arguments: str) -> Any:
    """The answer of a subcommand; in this process, which is quicker than another one."""
    done = CliRunner().invoke(app, ["--database-url", database.dsn, *arguments, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


async def asked(database: Database, *arguments: str) -> Any:
    """The same where a loop is running."""
    return await asyncio.to_thread(told, database, *arguments)


@pytest.fixture
async def closed(database: Database) -> Database:
    """March is closed, and then the tablet has network again."""
    await run_history(database.dsn, group() + jsonl(COMMANDS))
    return database


def from_tablet(seq: int, command: str, by: str, **data: Any) -> Line:
    device = {"device": "pad-7", "seq": seq, "offline": True, "input_mode": "voice"}
    late = {"at": "2026-03-31T05:00:00+08:00", "recorded_at": "2026-04-07T08:00:00+08:00", "source": device}
    return {"id": f"pad-7-{seq}", **late, "by": by, "command": command, "data": data}


def hazard(seq: int, name: str) -> Line:
    found = {"unit": "T2", "place": "皮带机头", "category": "site_quality", "description": "浮煤", "tier": "T3"}
    return from_tablet(seq, "ReportHazard", "P-T2L", hazard=name, **found, item="HO-01")


def test_what_arrives_after_the_close_keeps_its_date_and_adjusts_the_open_month(closed: Database) -> None:
    entries = told(closed, "entries", "POOL_WAGE:T2")["entries"]
    late = entries[-1]
    assert (late["business_date"], late["shift"], late["debit"]) == ("2026-03-30", "夜", "75.00")
    assert (late["posting_period"], late["adjusts_period"]) == ("2026-04", "2026-03")
    march, april = (told(closed, "statement", "T2", month) for month in ("2026-03", "2026-04"))
    assert (march["closing"], march["state"], march["prior_period_adjustments"]) == ("12340.00", "confirmed", [])
    assert (april["adjustments"], april["market_expense"], april["closing"]) == ("-75.00", "0.00", "12265.00")
    [adjustment] = april["prior_period_adjustments"]
    assert (adjustment["adjusts_period"], adjustment["amount"]) == ("2026-03", "-75.00")
    assert told(closed, "check")["findings"] == []


def head_of(database: Database) -> int:
    return int(told(database, "query", "Balances")["position"])


def test_a_repeat_changes_nothing_and_a_forged_repeat_is_refused(closed: Database) -> None:
    before = head_of(closed)
    forged = {**TRANSFER, "data": {**TRANSFER["data"], "qty": "2"}}
    asked = query("Facts", command="o-1")
    answers = run(closed, TRANSFER, forged, asked)
    assert codes(answers) == ["ok", "IDEMPOTENCY_CONFLICT", "ok"]
    assert [fact["fact"] for fact in answers[2]["result"]["facts"] if not fact["mirror"]] == [
        *("LateEventAccepted", "HandoverItemTransferredOut", "HandoverItemTransferredIn")
    ]
    assert head_of(closed) == before


def test_beyond_the_limit_the_head_of_the_centre_has_to_approve(closed: Database) -> None:
    old = {**hazard(30, "H-30"), "at": "2026-01-20T05:00:00+08:00"}
    answers = run(closed, old, {**old, "late_approval": "P-C1"}, {**old, "late_approval": "P-H1"})
    assert codes(answers) == ["TOO_LATE", "TOO_LATE", "ok"]


LIMIT = {"key": "late.days", "value": 2, "effective": "2026-03-01", "legal_basis": "结算办法 §7"}


async def test_money_beyond_the_limit_names_its_approver_and_is_an_adjustment(database: Database) -> None:
    """Two days are the limit here; the transfer of 30 March comes on 6 April."""
    shorter = {"id": "pp", "at": "2026-02-20T09:00:00+08:00", "by": "P-SO", "command": "PublishPolicy", "data": LIMIT}
    told_late = ("SC-15-020", "SC-15-021", "o-1", "SC-15-022")
    approved = [{**line, "late_approval": "P-H1"} if line["id"] in told_late else line for line in COMMANDS]
    refused = await run_history(database.dsn, group() + jsonl([shorter, *COMMANDS]))
    assert {answer["id"]: answer.get("code") for answer in refused if answer["id"] in told_late[:1]} == {
        "SC-15-020": "TOO_LATE"
    }
    await run_history(database.dsn, jsonl(approved))
    facts = (await asked(database, "query", "Facts", "command=o-1"))["facts"]
    [late] = [fact for fact in facts if fact["fact"] == "LateEventAccepted"]
    assert (late["data"]["approval"], late["data"]["closed_period"]) == ("P-H1", "2026-03")
    [adjustment] = (await asked(database, "statement", "T3", "2026-04"))["prior_period_adjustments"]
    assert (adjustment["amount"], adjustment["adjusts_period"]) == ("75.00", "2026-03")


def test_what_was_believed_before_is_answered_by_every_command_that_can_be_asked_so(closed: Database) -> None:
    then = ("--known-at", "2026-04-05")
    issued = told(closed, "statement", "T2", "2026-03", "--known-at", "2026-04-01T12:00:00+08:00")
    assert (issued["issue"], issued["state"]) == (1, "issued")
    draft = told(closed, "statement", "T2", "2026-04", *then)
    assert (draft["issue"], draft["closing"], draft["prior_period_adjustments"]) == (0, "12340.00", [])
    before, after = (told(closed, "entries", "POOL_WAGE:T2", *when)["entries"] for when in (then, ()))
    assert [entry["balance"] for entry in after[: len(before)]] == [entry["balance"] for entry in before]
    assert len(after) == len(before) + 1
    assert told(closed, "open-items", "--unit", "T3", *then)["items"] == []
    assert [item["document"] for item in told(closed, "open-items", "--unit", "T3")["items"]] == ["H-9"]
    march = ("--business-date", "2026-03-31")
    assert [item["document"] for item in told(closed, "open-items", "--unit", "T3", *march)["items"]] == ["H-9"]
    for asked in (("exposure", "--centre", "U1"), ("tenders", "--centre", "U1")):
        found = told(closed, *asked, *then, *march)
        assert (found["business_date"], found["known_at"]) == ("2026-03-31", "2026-04-05")


def test_gaps_in_the_counter_of_a_device_are_reported(closed: Database) -> None:
    """17 was the last number; 18 is lost, 20 and 21 were refused, 22 is used twice."""
    twice = {**hazard(22, "H-23"), "id": "pad-7-22b"}
    refused = [hazard(20, "H-9"), hazard(21, "H-9")]
    answers = run(closed, hazard(19, "H-19"), *refused, hazard(22, "H-22"), twice)
    assert codes(answers) == ["ok", "DUPLICATE", "DUPLICATE", "ok", "ok"]
    [pad] = told(closed, "devices")["devices"]
    assert (pad["device"], pad["first_seq"], pad["last_seq"], pad["missing"]) == ("pad-7", 14, 22, 3)
    assert pad["gaps"] == [{"from": 18, "to": 18}, {"from": 20, "to": 21}]
    assert (pad["repeated"], pad["longest_delay_days"]) == ([22], 8)
    shown = jiesuan("--database-url", closed.dsn, "devices", "pad-7").stdout.decode()
    assert "18, 20–21" in shown


async def test_what_was_learned_of_a_closed_month_is_told_with_its_facts(closed: Database) -> None:
    between = ("--known-at", "2026-04-05", "--known-at", "2026-04-06")
    learned = await asked(closed, "diff", *between, "--period", "2026-03")
    assert learned["accounts"] == [
        {"account": "CLR_TRADE:U1", "before": "0.00", "after": "0.00", "learned": "0.00"},
        {"account": "POOL_WAGE:T2", "before": "12340.00", "after": "12265.00", "learned": "-75.00"},
        {"account": "POOL_WAGE:T3", "before": "9870.50", "after": "9945.50", "learned": "75.00"},
    ]
    facts = [fact for fact in learned["facts"] if fact["entries"]]
    assert [(fact["fact"], fact["days_late"], fact["device"], fact["seq"]) for fact in facts] == [
        ("HandoverItemTransferredOut", 7, "pad-7", 16),
        ("HandoverItemTransferredIn", 7, "pad-7", 16),
    ]
    assert {tuple(fact["documents"]) for fact in facts} == {("handover:HV-9", "hazard:H-9")}
    names = [fact["fact"] for fact in learned["facts"]]
    assert names[:3] == ["HazardReported", "HandoverOpened", "LateEventAccepted"]
    async with serving(closed.dsn) as (client, _):
        fields = "since_known_at=2026-04-05&known_at=2026-04-06&period=2026-03"
        answer = await client.get(f"/v1/learned?{fields}")
        assert answer.json()["result"] == {**learned, "facts": answer.json()["result"]["facts"]}
        assert (await client.get("/v1/devices")).json()["result"] == await asked(closed, "devices")


def test_nothing_was_learned_of_a_month_that_nothing_came_for(closed: Database) -> None:
    learned = told(closed, "diff", "--known-at", "2026-04-05", "--period", "2026-02")
    assert (learned["accounts"], learned["facts"]) == ([], [])


def test_of_one_unit_only_what_is_on_its_book_is_told(closed: Database) -> None:
    learned = told(closed, "diff", "--known-at", "2026-04-05", "--unit", "T3")
    assert [account["account"] for account in learned["accounts"]] == ["POOL_WAGE:T3"]
    posted = [entry["account"] for fact in learned["facts"] for entry in fact["entries"]]
    assert set(posted) == {"POOL_WAGE:T3"}


def test_a_page_says_where_the_next_one_begins(closed: Database) -> None:
    first = told(closed, "diff", "--position", "0", "--limit", "10")
    second = told(closed, "diff", "--position", "0", "--limit", "10", "--after", str(first["next"]))
    assert first["facts"][-1]["position"] == first["next"] < second["facts"][0]["position"]


@pytest.mark.parametrize(
    "words",
    [(), ("--known-at", "2026-04-05", "--position", "3"), *[("--position", "3") * 3]],
    ids=["nothing", "both", "three"],
)
def test_between_what_has_to_be_said_once(closed: Database, words: tuple[str, ...]) -> None:
    done = jiesuan("--database-url", closed.dsn, "diff", *words)
    assert done.returncode == 2
    assert b"Say between what" in done.stderr


def test_what_is_known_later_cannot_come_before(closed: Database) -> None:
    done = jiesuan("--database-url", closed.dsn, "diff", "--position", "200", "--position", "100")
    assert (done.returncode, b"INVALID" in done.stderr) == (1, True)
