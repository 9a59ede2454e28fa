"""No door shows who gave an anonymous report before the leading group opens it (ORG-23).

Where it is sealed: docs/decisions/0004-sealed-reporters.md.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.errors import Refusal
from projections.queries import TABLE, answer
from tests.projections.conftest import Books
from tests.spec import Line, MemoryLedger, do, group

AT = "2026-02-05T09:00:00+08:00"
REPORTER = "P-X1"
"""Somebody of whom nothing else is known."""
HIDDEN = "told-in-secret"
"""Begins the command id of an anonymous report."""

report = partial(
    do, "ReportHazard", REPORTER, AT, place="机头", category="hazard", description="无护栏", tier="T3", unit="T1"
)
feedback = partial(do, "SubmitFeedback", REPORTER, AT, topic="举报", text="护栏虚报")
analyse = do("GenerateAnalysisReport", "P-SO", AT, subject="T1", period="2026-02")
unseal = partial(do, "UnsealReporter", "P-G1", AT, reason="查处打击报复", approvals=["P-G1", "P-G2"])

ASKED: dict[str, Any] = {
    "unit": "T1",
    "centre": "U1",
    "person": "P-A",
    "period": "2026-02",
    "year": "2026",
    "date": "2026-02-06",
    "day": "2026-02-05",
    "pack": "coal_mine",
    "since": "2026-01-01",
    "until": "2026-12-31",
    "business_date": "2026-12-31",
    "known_at": "2026-12-31",
    "since_position": 0,
    "account": "POOL_WAGE:T1",
    "accounts": ["POOL_WAGE:T1"],
    "indicator": "closure",
    "subject": "T1",
    "amount": "1.00",
    "limit": 1000,
    "stream": "unit-T1",
}
"""Values of the fields of queries, by their names."""

OF_ITS_OWN: dict[str, list[dict[str, Any]]] = {
    "Facts": [{"stream": "unit-T1"}, {"by": REPORTER}, {"person": REPORTER}, {"subject": "hazard:H-0"}],
    "Register": [{"kind": "hazard"}, {"kind": "hazard", "person": REPORTER}, {"kind": "feedback"}],
    "SlipSums": [{"by": ["person", "kind"]}],
}
"""Fields that would exclude each other if all were given."""

LESS = {"": None, " without unit": "unit", " without centre": "centre", " without person": "person"}
"""Queries are asked with all of these fields, and without one of those that exclude each other."""


def send(ledger: MemoryLedger, *lines: Line) -> None:
    for line in lines:
        answered = ledger.send(
            {"id": f"{HIDDEN if line['data'].get('anonymous') else 'c'}-{len(ledger.facts)}", **line}
        )
        assert answered.ok, (line, answered)


def before() -> MemoryLedger:
    """A ledger in which two reports are open and the person has said something in his own name."""
    ledger = group()
    send(ledger, report(hazard="H-0"), feedback(feedback="FB-0"), analyse)
    return ledger


async def everything(books: Books, *documents: tuple[str, str]) -> dict[str, str]:
    """Answers of every query of the table, as text: of one unit, of all, and of these documents."""
    answers = {}
    async with books.reading() as connection:
        for name, asked in TABLE.items():
            for number, own in enumerate(OF_ITS_OWN.get(name, [])):
                answers[f"{name} {number}"] = await _answer(connection, name, own)
            fields = {field: ASKED[field] for field in asked.hints if field in ASKED}
            for less, left_out in LESS.items():
                fewer = {field: value for field, value in fields.items() if field != left_out}
                answers[f"{name}{less}"] = await _answer(connection, name, fewer)
        for kind, document in documents:
            answers[f"Document {document}"] = await _answer(connection, "Document", {"kind": kind, "id": document})
            answers[f"Replay {document}"] = await _answer(connection, "Replay", {"stream": f"{kind}:{document}"})
        for stream in ("unit-T1", "org"):
            answers[f"Facts {stream}"] = await _answer(connection, "Facts", {"stream": stream, "limit": 1000})
    return answers


async def _answer(connection: AsyncConnection, name: str, fields: dict[str, Any]) -> str:
    try:
        return json.dumps(await answer(connection, name, fields), ensure_ascii=False)
    except Refusal as refusal:
        return refusal.code


def seen(answers: dict[str, str]) -> dict[str, int]:
    """How often each answer names the reporter."""
    return {name: text.count(f'"{REPORTER}"') for name, text in answers.items()}


ANONYMOUS = (("hazard", "H-1"), ("feedback", "FB-1"))


async def test_no_query_names_the_reporter_of_an_anonymous_report(books: Books) -> None:
    ledger = before()
    await books.load(ledger.facts)
    known = seen(await everything(books, *ANONYMOUS))
    recorded = len(ledger.facts)
    send(ledger, report(hazard="H-1", anonymous=True), feedback(feedback="FB-1", anonymous=True))
    send(ledger, report(hazard="H-2", anonymous=True, discoverer=REPORTER) | {"by": "P-WX"}, analyse)
    await books.load(ledger.facts[recorded:])
    answers = await everything(books, *ANONYMOUS, ("hazard", "H-2"))
    assert sum(name in answers for name in TABLE) == len(TABLE)
    assert {name: count for name, count in seen(answers).items() if count != known.get(name, 0)} == {}
    assert '"H-1"' in answers["Facts unit-T1"]
    assert {name for name, text in answers.items() if HIDDEN in text} == set(), "rule 38"
    refused = {name for name in TABLE if not any("position" in answers[f"{name}{less}"] for less in LESS)}
    assert refused <= {"Assessment", "Document", "Payroll", "WhoMay", *OF_ITS_OWN}, (
        "asked by what they are about, or not at all"
    )


async def test_once_unsealed_the_reporter_is_shown_and_only_that_one(books: Books) -> None:
    ledger = group()
    send(ledger, report(hazard="H-1", anonymous=True), report(hazard="H-2", anonymous=True))
    send(ledger, feedback(feedback="FB-1", anonymous=True))
    sealed = len(ledger.facts)
    await books.load(ledger.facts)
    send(ledger, unseal(hazard="H-1"))
    await books.load(ledger.facts[sealed:])
    by_hazard = {
        fact["data"]["hazard"]: (fact["by"], fact["data"]["discoverer"])
        for fact in (await books.ask("Facts", stream="unit-T1"))["facts"]
        if fact["fact"] == "HazardReported"
    }
    assert by_hazard == {"H-1": (REPORTER, REPORTER), "H-2": (None, None)}
    assert HIDDEN not in str(await books.ask("Facts", stream="unit-T1"))
    assert await actors(books, "hazard", "H-1") == [REPORTER, "P-G1"]
    assert await actors(books, "hazard", "H-2") == [None]
    assert await actors(books, "feedback", "FB-1") == [None]
    replayed = {name: (await books.ask("Replay", stream=f"hazard:{name}"))["state"] for name in ("H-1", "H-2")}
    assert [replayed["H-1"][member] for member in ("reporter", "discoverer")] == [REPORTER, REPORTER]
    assert [replayed["H-2"][member] for member in ("reporter", "discoverer")] == [None, None]
    before = (await books.ask("Replay", stream="hazard:H-1", position=sealed))["state"]
    assert (before["unsealed"], before["reporter"]) == (False, None)


async def actors(books: Books, kind: str, name: str) -> list[str | None]:
    """Persons whom a document names as the actors of its facts."""
    return [fact["by"] for fact in (await books.ask("Document", kind=kind, id=name))["facts"]]


async def test_a_sealed_reporter_who_is_charged_is_not_listed(books: Books) -> None:
    ledger = group()
    send(ledger, report(hazard="H-1", anonymous=True))
    send(
        ledger,
        do(
            "RecordAccident",
            "P-SO",
            AT,
            accident="AC-1",
            unit="W3",
            class_code="1",
            class_table="t",
            severity="x",
            occurred=AT,
            place="x",
            description="x",
        ),
        do("OpenCase", "P-SO", AT, case="CS-1", unit="W3", accident="AC-1", description="x"),
        do(
            "DecideCase",
            "P-G1",
            AT,
            case="CS-1",
            basis="x",
            reason="x",
            approvals=["P-G1", "P-G2"],
            lines=[{"party": REPORTER, "amount": "5.00"}],
        ),
    )
    asked = {"since": "2026-02-01", "until": "2026-02-28"}
    await books.load(ledger.facts)
    assert await books.ask("ChargedAfterReporting", **asked) == {"charges": []}
    recorded = len(ledger.facts)
    send(ledger, unseal(hazard="H-1"))
    await books.load(ledger.facts[recorded:])
    listed = (await books.ask("ChargedAfterReporting", **asked))["charges"]
    assert listed == [
        {
            "person": REPORTER,
            "act": "H-1",
            "act_date": "2026-02-05",
            "document": "CS-1",
            "business_date": "2026-02-05",
            "amount": "5.00",
            "days": 0,
        }
    ]
