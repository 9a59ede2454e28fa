"""The HTTP doors: commands, queries, problems."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import asyncpg
import httpx2
import pytest

from api.http.problems import STATUS, status_of
from api.logs import configure
from ledger.decisions import Command
from ledger.errors import CODES
from ledger.interchange import MAX_LINE, read_line
from projections.runner import Runner
from tests.api.doors import TODAY, codes, found_group, group, hazard, jsonl, query, serving
from tests.conftest import Database

PROBLEM = "application/problem+json"


async def post(client: httpx2.AsyncClient, command: dict[str, Any], **headers: str) -> httpx2.Response:
    return await client.post("/v1/commands", json=command, headers={n.replace("_", "-"): v for n, v in headers.items()})


# -- commands -------------------------------------------------------------------------------------------------------


async def test_a_command_is_created_once_and_its_receipt_can_be_had_again(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        first, again = await post(client, hazard("H-1")), await post(client, hazard("H-1"))
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == {"id": "c-H-1", "ok": True, "facts": ["HazardReported"], "position": 150}
        assert again.content == first.content
        assert "idempotency-replayed" not in first.headers
        assert again.headers["idempotency-replayed"] == "true"


async def test_who_sent_an_anonymous_report_cannot_be_tried(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """[rule 38]"""
    await found_group(database.dsn)
    secret = hazard("H-1", id="secret", anonymous=True)
    configure("info")
    async with serving(database.dsn) as (client, _):
        assert (await post(client, secret)).status_code == 201
        assert '"secret"' not in capsys.readouterr().err
        for tried in (secret, hazard("H-2", id="secret"), secret | {"by": "P-A"}):
            assert (await post(client, tried)).json()["code"] == "IDEMPOTENCY_CONFLICT"
            dry = await client.post("/v1/commands?dry_run=true", json=tried)
            assert dry.json()["code"] == "IDEMPOTENCY_CONFLICT"
            wrapped = await client.post("/v1/bundles", json={"bundle": "b-1", "commands": [tried, hazard("H-3")]})
            assert (wrapped.json()["code"], wrapped.json()["failed"]) == ("IDEMPOTENCY_CONFLICT", "secret")
        both = {"bundle": "b-2", "commands": [hazard("H-4", id="sealed", anonymous=True), hazard("H-5")]}
        assert [(await client.post("/v1/bundles", json=both)).status_code for _ in range(2)] == [201, 422]
        believed = await client.post("/v1/bulk", content=jsonl([secret]))
        assert believed.json()["facts"] == ["HazardReported"]
        facts = (await client.get("/v1/facts?limit=1000")).text
        assert "H-1" in facts
        assert all(name not in facts for name in ('"secret"', '"sealed"'))
    assert '"sealed"' not in capsys.readouterr().err


async def test_a_bundle_is_created_as_a_whole_or_refused_as_a_whole(database: Database) -> None:
    """[rule 41]"""
    await found_group(database.dsn)
    both = {"bundle": "b-1", "commands": [hazard("H-1"), hazard("H-2")]}
    torn = {"bundle": "b-2", "commands": [hazard("H-3"), hazard("H-1", id="c-9")]}
    async with serving(database.dsn) as (client, _):
        first, again = [await client.post("/v1/bundles", json=both) for _ in range(2)]
        assert (first.status_code, again.status_code) == (201, 200)
        assert [answer["facts"] for answer in first.json()["answers"]] == [["HazardReported"]] * 2
        assert again.content == first.content
        assert again.headers["idempotency-replayed"] == "true"
        refused = await client.post("/v1/bundles", json=torn)
        assert (refused.status_code, refused.headers["content-type"]) == (409, PROBLEM)
        assert {"bundle": "b-2", "failed": "c-9", "code": "DUPLICATE"}.items() <= refused.json().items()
        for wrong in (hazard("H-3"), {"bundle": "b-3", "commands": [hazard("H-3")]}, {"bundle": "b 3"}):
            answer = await client.post("/v1/bundles", json=wrong)
            assert (answer.status_code, answer.json()["code"], answer.json()["failed"]) == (422, "INVALID", None)
        assert (await post(client, both)).json()["code"] == "INVALID"
        assert (await post(client, hazard("H-3"))).status_code == 201


async def test_a_dry_run_says_what_would_be_answered_and_records_nothing(database: Database) -> None:
    """[rule 42]"""
    opening = {"as_of": "2026-02-05", "balances": {"POOL_WAGE:W1": "500.00"}}
    await found_group(database.dsn, {"at": TODAY, "by": "SYSTEM", "command": "OpenBalances", "data": opening})
    data = {"unit": "W1", "lines": [{"person": "P-WX", "amount": "300.00"}]}
    wage = {"id": "w-1", "at": TODAY, "by": "P-W1D", "command": "DistributeWage", "data": data}
    entries = [
        {"account": "POOL_WAGE:W1", "debit": "300.00", "credit": "0.00"},
        {"account": "PAY_PERF:P-WX", "debit": "0.00", "credit": "300.00"},
    ]
    async with serving(database.dsn) as (client, ledgers):
        head = await (await ledgers.get("main")).log.head()
        for address in ("/v1/commands?dry_run=true", "/ledgers/main/v1/commands?dry_run=true"):
            answer = await client.post(address, json=wage)
            assert (answer.status_code, answer.json()["dry_run"]) == (200, True)
            assert (answer.json()["facts"], answer.json()["entries"]) == (["WageDistributed"], entries)
        both = {"bundle": "b-1", "commands": [wage, wage | {"id": "w-2"}]}
        torn = await client.post("/v1/bundles?dry_run=true", json=both)
        assert (torn.status_code, torn.json()["code"], torn.json()["failed"]) == (409, "INSUFFICIENT", "w-2")
        both = {"bundle": "b-1", "commands": [wage, hazard("H-1")]}
        whole = (await client.post("/v1/bundles?dry_run=true", json=both)).json()
        assert [each["entries"] for each in whole["answers"]] == [entries, []]
        assert (whole["dry_run"], whole["entries"]) == (True, entries)
        assert await (await ledgers.get("main")).log.head() == head
        assert (await post(client, wage)).status_code == 201
        repeat = await client.post("/v1/commands?dry_run=true", json=wage)
        assert (repeat.status_code, repeat.json()["facts"], repeat.json()["entries"]) == (200, ["WageDistributed"], [])


async def test_the_id_may_come_in_a_header(database: Database) -> None:
    await found_group(database.dsn)
    command = hazard("H-1", id="k-1")
    without = {name: value for name, value in command.items() if name != "id"}
    async with serving(database.dsn) as (client, _):
        assert (await post(client, without, Idempotency_Key="k-1")).status_code == 201
        assert (await post(client, without, Idempotency_Key='"k-1"')).status_code == 200
        assert (await post(client, command, Idempotency_Key="k-1")).status_code == 200
        other = await post(client, command, Idempotency_Key="k-2")
        assert (other.status_code, other.json()["code"]) == (422, "INVALID")


async def test_a_refusal_is_a_problem_with_its_code(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        await post(client, hazard("H-1"))
        for command, status, code in (
            (hazard("H-1", id="c-2"), 409, "DUPLICATE"),
            (hazard("H-2", unit="NO"), 404, "UNKNOWN_UNIT"),
            (hazard("H-2", id="c-H-1"), 422, "IDEMPOTENCY_CONFLICT"),
            (hazard("H-2", colour="red"), 422, "INVALID"),
            (hazard("H-2") | {"by": "SYSTEM", "command": "Nope"}, 422, "INVALID"),
            (query("Balances"), 422, "INVALID"),
        ):
            answer = await post(client, command)
            assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
            assert answer.json() | {"status": status, "code": code, "id": command["id"]} == answer.json()
            assert answer.json()["title"]
            assert answer.json()["detail"]


async def test_a_hazard_is_replayed_to_a_version(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        await post(client, hazard("H-1"))
        found = await client.get("/v1/replay/hazard:H-1", params={"version": 1, "wait_for": 150})
        assert found.json()["result"] | {"version": 1, "position": 150, "facts": 1} == found.json()["result"]
        assert found.json()["result"]["state"]["state"] == "reported"
        for address, asked, status, code in (
            ("hazard:H-2", {}, 404, "UNKNOWN_HAZARD"),
            ("hazard:H-1", {"version": 2}, 422, "INVALID"),
            ("hazard:H-1", {"version": 1, "position": 150}, 422, "INVALID"),
            ("hazard", {}, 422, "INVALID"),
        ):
            refused = await client.get(f"/v1/replay/{address}", params=asked)
            assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_every_refusal_of_the_contract_has_a_status() -> None:
    assert {status_of(code) for code in CODES.values()} == {403, 409, 422}
    assert status_of("UNKNOWN_TENDER") == 404
    assert status_of("UNKNOWN_OUTCOME") == 503
    assert STATUS.keys() - set(CODES.values()) == {
        *("BUSY", "UNAVAILABLE", "UNKNOWN_OUTCOME", "NOT_YET", "NOT_FOUND", "TOO_LARGE", "DEFECT"),
    }


async def test_what_cannot_be_read_is_a_problem_too(database: Database) -> None:
    async with serving(database.dsn) as (client, _):
        for body in (b"", b"nonsense", b"[]", b'{"id":"x"', b'{"id":"\xff"}', b'{"id":"x","id":"x"}'):
            answer = await client.post("/v1/commands", content=body)
            assert (answer.status_code, answer.json()["code"]) == (422, "INVALID"), body


async def test_a_command_larger_than_a_megabyte_is_not_read(database: Database) -> None:
    async with serving(database.dsn) as (client, _):
        said = await client.post("/v1/commands", content=b"x" * (MAX_LINE + 1))
        assert (said.status_code, said.json()["code"]) == (413, "TOO_LARGE")

        async def unsaid() -> Any:
            for _ in range(20):
                yield b"x" * 100_000

        answer = await client.post("/v1/commands", content=unsaid())
        assert answer.status_code == 413


async def test_a_ledger_that_has_not_begun_says_so(database: Database) -> None:
    async with serving(database.dsn) as (client, _):
        answer = await post(client, hazard("H-1"))
        assert (answer.status_code, answer.json()["code"]) == (409, "NOT_READY")


async def test_a_page_of_another_site_cannot_write(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        assert (await post(client, hazard("H-1"), Origin="https://elsewhere.example")).status_code == 403
        own = f"http://{client.base_url.netloc.decode()}"
        assert (await post(client, hazard("H-1"), Origin=own)).status_code == 201


async def test_every_answer_carries_the_id_of_its_request(database: Database) -> None:
    async with serving(database.dsn) as (client, _):
        assert len((await client.get("/livez")).headers["x-request-id"]) == 16
        given = await client.get("/livez", headers={"X-Request-ID": "trace-7"})
        assert given.headers["x-request-id"] == "trace-7"
        odd = await client.get("/livez", headers={"X-Request-ID": "not an id"})
        assert odd.headers["x-request-id"] != "not an id"


# -- queries --------------------------------------------------------------------------------------------------------


async def test_every_query_has_an_address_and_the_everyday_ones_have_their_own(database: Database) -> None:
    await found_group(database.dsn)
    opening: dict[str, Any] = {"id": "o", "at": "2026-02-01T08:00:00+08:00", "by": "SYSTEM", "command": "OpenBalances"}
    opening["data"] = {"as_of": "2026-02-01", "balances": {"POOL_WAGE:W1": "100.00", "POOL_WAGE:W2": "50.00"}}
    async with serving(database.dsn) as (client, _):
        position = (await post(client, opening)).json()["position"]

        async def get(address: str) -> Any:
            mark = "&" if "?" in address else "?"
            answer = await client.get(f"{address}{mark}wait_for={position}")
            assert answer.status_code == 200, answer.text
            assert answer.json()["position"] >= position
            return answer.json()["result"]

        both = await get("/v1/queries/Balances?accounts=POOL_WAGE:W1,POOL_WAGE:W2,POOL_WAGE:U1")
        assert both["balances"] == {"POOL_WAGE:U1": "0.00", "POOL_WAGE:W1": "100.00", "POOL_WAGE:W2": "50.00"}
        assert (await get("/v1/balances?prefix=POOL_WAGE:W2"))["balances"] == {"POOL_WAGE:W2": "50.00"}
        earlier = await get("/v1/balances?prefix=POOL&business_date=2026-01-31&known_at=2026-02-28")
        assert set(earlier["balances"].values()) <= {"0.00"}
        assert (await get("/v1/units/W1/pool"))["available"] == "100.00"
        assert (await get("/v1/units/W1/statements/2026-02"))["closing"] == "100.00"
        [entry] = (await get("/v1/accounts/POOL_WAGE:W1/entries"))["entries"]
        assert entry["credit"] == "100.00"
        assert len((await get("/v1/facts?limit=7"))["facts"]) == 7


async def test_a_read_waits_for_the_position_that_it_is_given(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        for number in range(20):
            position = (await post(client, hazard(f"H-{number}"))).json()["position"]
            answer = await client.get(f"/v1/documents/hazard/H-{number}?after={position}")
            assert answer.json()["result"]["facts"][0]["position"] == position


async def test_waiting_has_an_end(database: Database) -> None:
    async with serving(database.dsn, projecting=False) as (client, _):
        answer = await client.get("/v1/balances?wait_for=1000&timeout=0.2")
        assert (answer.status_code, answer.json()["code"]) == (503, "NOT_YET")
        assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/v1/queries/Nope", 422, "INVALID"),
        ("/v1/queries/Balances?colour=red", 422, "INVALID"),
        ("/v1/queries/Balances?prefix=A&prefix=B", 422, "INVALID"),
        ("/v1/queries/Facts?limit=many", 422, "INVALID"),
        ("/v1/queries/Facts?wait_for=soon", 422, "INVALID"),
        ("/v1/queries/Facts?timeout=1000", 422, "INVALID"),
        ("/v1/units/NO/pool", 404, "UNKNOWN_UNIT"),
        ("/v1/facts/stream?after=soon", 422, "INVALID"),
        ("/v1/nowhere", 404, "NOT_FOUND"),
        ("/ledgers/nowhere/v1/balances", 404, "NOT_FOUND"),
        ("/ledgers/NOT-A-NAME/v1/balances", 404, "NOT_FOUND"),
        ("/v1/commands", 405, "INVALID"),
    ],
)
async def test_a_wrong_question_is_a_problem(database: Database, address: str, status: int, code: str) -> None:
    async with serving(database.dsn) as (client, _):
        answer = await client.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
        assert answer.json()["code"] == code


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/v1/tasks?surely=1"),
        ("GET", "/v1/queries/Tasks?surely=1"),
        ("GET", "/v1/units/W1/pool?unit=W2"),
        ("POST", "/v1/commands?dry=true"),
        ("POST", "/v1/commands?dry_run=yes"),
        ("POST", "/ledgers/main/v1/commands?dry=true"),
        ("POST", "/v1/bundles?dry=true"),
        ("POST", "/v1/bulk?dry_run=true"),
        ("GET", "/v1/jobs?surely=1"),
        ("GET", "/v1/exports/hledger?surely=1"),
        ("GET", "/v1/facts/stream?surely=1"),
        ("GET", "/livez?surely=1"),
    ],
)
async def test_an_address_refuses_parameters_that_it_does_not_know(
    database: Database, method: str, address: str
) -> None:
    async with serving(database.dsn) as (client, _):
        answer = await client.request(method, address)
        assert (answer.status_code, answer.json()["code"]) == (422, "INVALID"), answer.text


async def test_an_answer_is_not_sent_again_to_who_has_it(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        first = await client.get("/v1/units/W1/pool?wait_for=149")
        assert first.headers["jiesuan-position"] == str(first.json()["position"])
        tag = {"If-None-Match": f'"another", W/{first.headers["etag"]}'}
        again = await client.get("/v1/units/W1/pool", headers=tag)
        assert (again.status_code, again.content) == (304, b"")
        assert (await client.get("/v1/units/W2/pool", headers=tag)).status_code == 200


async def test_pages_of_facts_are_linked_and_nothing_is_missed(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        address, seen = "/v1/facts?limit=40&wait_for=149", list[int]()
        while True:
            answer = await client.get(address)
            facts = answer.json()["result"]["facts"]
            if not facts:
                break
            seen += [fact["position"] for fact in facts]
            address = answer.headers["link"].removeprefix("<").partition(">")[0]
        assert seen == list(range(1, 150))
        assert "link" not in answer.headers


# -- several ledgers --------------------------------------------------------------------------------------------------


async def test_other_ledgers_of_the_server_have_the_same_addresses(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, ledgers):
        await ledgers.get("second", create=True)
        assert (await client.get("/ledgers")).json() == {"main": "main", "ledgers": ["main", "second"]}
        created = await client.post("/ledgers/second/v1/bulk", content=group().splitlines()[0])
        assert codes([json.loads(created.text)]) == ["ok"]
        there = await client.get("/ledgers/second/v1/facts?wait_for=1")
        here = await client.get("/ledgers/main/v1/facts?wait_for=149&after=140")
        assert len(there.json()["result"]["facts"]) == 1
        assert len(here.json()["result"]["facts"]) == 9
    await drop_second(database)


async def test_the_first_read_of_a_ledger_knows_what_was_recorded_before(database: Database) -> None:
    """Of the server's own and of every other one, without a position to wait for."""
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, ledgers):
        units = (await client.get("/v1/units")).json()["result"]["units"]
        assert "T1" in {row["unit"] for row in units}
        second = await ledgers.get("second", create=True)
        answers = await second.submit(
            [read for line in group().splitlines() if isinstance(read := read_line(line), Command)]
        )
        assert all(answer.ok for answer in answers)
    async with serving(database.dsn) as (client, _):
        units = (await client.get("/ledgers/second/v1/units")).json()["result"]["units"]
        assert "T1" in {row["unit"] for row in units}
    await drop_second(database)


async def drop_second(database: Database) -> None:
    connection = await asyncpg.connect(database.dsn)
    await connection.execute(f'drop database "{database.name}_second" with (force)')
    await connection.close()


# -- bulk -----------------------------------------------------------------------------------------------------------


async def test_bulk_answers_line_by_line_what_run_answers(database: Database) -> None:
    async with serving(database.dsn) as (client, _):
        lines = jsonl([hazard("H-1"), "nonsense", query("Facts", after=149), hazard("H-1")])
        answer = await client.post("/v1/bulk", content=group() + lines)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
        answers = [json.loads(line) for line in answer.text.splitlines()]
        assert codes(answers[-4:]) == ["ok", "INVALID", "ok", "ok"]
        assert [fact["fact"] for fact in answers[-2]["result"]["facts"]] == ["HazardReported"]


async def test_bulk_answers_while_the_history_is_still_coming(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        host, port = client.base_url.host, client.base_url.port
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"POST /v1/bulk HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number in range(3):
            line = jsonl([hazard(f"H-{number}")])
            writer.write(b"%x\r\n%b\r\n" % (len(line), line))
            answer = await asyncio.wait_for(reader.readuntil(b"}\n"), 10)
            assert b'"id":"c-H-%d","ok":true' % number in answer
        writer.close()
        await writer.wait_closed()


async def test_a_client_that_reads_nothing_before_it_has_sent_everything_is_served(database: Database) -> None:
    await found_group(database.dsn)
    lines = jsonl(["nonsense " + "x" * 40] * 60_000)
    async with serving(database.dsn) as (client, _):
        answer = await client.post("/v1/bulk", content=lines)
        assert len(answer.text.splitlines()) == 60_000


async def test_projections_may_run_elsewhere(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn, projecting=False) as (client, _):
        position = (await post(client, hazard("H-1"))).json()["position"]
        await Runner(database.dsn).catch_up()
        answer = await client.get(f"/v1/documents/hazard/H-1?wait_for={position}")
        assert answer.json()["result"]["state"] == "reported"


async def test_a_request_s_log_line_names_the_command_and_its_outcome_and_nothing_of_what_it_says(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    await found_group(database.dsn)
    configure("info")
    async with serving(database.dsn) as (client, _):
        await post(client, hazard("H-1"))
        await post(client, hazard("H-1", id="c-2"))
    printed = capsys.readouterr().err
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    told = [(line["command_id"], line["name_of_command"], line["outcome"]) for line in lines if "command_id" in line]
    assert told == [("c-H-1", "ReportHazard", "recorded"), ("c-2", "ReportHazard", "DUPLICATE")]
    assert "皮带机头" not in printed
