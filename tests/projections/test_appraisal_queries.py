"""UnitYear, ChargedAfterReporting, ResponsibilityGaps, AnalysisReport and the standing of a person (contract §3)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import Unknown
from tests.projections.appraisals import told
from tests.projections.conftest import Books
from tests.spec import Line, do

AT = "2026-02-05T09:00:00+08:00"


# -- unit years -----------------------------------------------------------------------------------------------------


async def test_a_year_of_which_nothing_is_known_is_empty(books: Books) -> None:
    await told(books)
    assert await books.ask("UnitYear", unit="W1", year="2026") == {
        "unit": "W1",
        "year": "2026",
        "quarters": {},
        "halves": {},
        "annual": None,
        "score": None,
        "grade": None,
        "veto": [],
        "quotas": [],
    }
    with pytest.raises(Unknown):
        await books.ask("UnitYear", unit="W9", year="2026")


async def test_a_year_by_halves_shows_them_and_their_mean(books: Books) -> None:
    """[rule 35]"""
    halves = [
        do("ScoreUnitHalf", "P-G1", AT, unit="W1", half=f"2025-{half}", score=score)
        for half, score in (("H2", "82.01"), ("H1", "84"))
    ]
    quarter = do("ScoreUnitQuarter", "P-SO", AT, unit="W1", quarter="2025-Q1", score="80")
    annual = do("ScoreUnitYear", "P-G1", AT, unit="W1", year="2025", approvals=["P-G1", "P-G2"])
    await told(books, *halves, quarter, annual)
    year = await books.ask("UnitYear", unit="W1", year="2025")
    assert (year["halves"], year["annual"], year["score"]) == ({"H1": "84", "H2": "82.01"}, "83.01", "82.11")


async def test_quotas_are_listed_by_indicator_with_what_counts_and_what_was_revoked(books: Books) -> None:
    quota = partial(do, "SetControlQuota", "P-SO", AT, unit="W1", year="2026")
    await told(
        books,
        quota(indicator="b", quota=2),
        quota(indicator="a", quota=1),
        do("CountIncident", "P-SO", AT, unit="W1", indicator="a", count=1, doc="E-1"),
        do(
            "RevokeBonusEligibility",
            "P-G1",
            AT,
            unit="W1",
            year="2026",
            indicator="b",
            reason="x",
            approvals=["P-G1", "P-G2"],
        ),
        do("ScoreUnitQuarter", "P-SO", AT, unit="W1", quarter="2026-Q2", score="92.50"),
    )
    year = await books.ask("UnitYear", unit="W1", year="2026")
    assert year["quotas"] == [
        {"indicator": "a", "quota": 1, "count": 1, "eligible": True, "quarters": {"Q1": {"quota": None, "count": 1}}},
        {"indicator": "b", "quota": 2, "count": 0, "eligible": False, "quarters": {}},
    ]
    assert year["quarters"] == {"Q2": "92.5"}


# -- charges after reporting ----------------------------------------------------------------------------------------

APPROVED: dict[str, Any] = {"basis": "x", "reason": "x", "approvals": ["P-G1", "P-G2"]}


def report(name: str, at: str) -> Line:
    whole = {"place": "机头", "category": "hazard", "description": "无护栏", "tier": "T3", "unit": "T1"}
    return do("ReportHazard", "P-A", at, hazard=name, **whole)


def charge(case: str, at: str, amount: str = "5.00", person: str = "P-A", **about: Any) -> list[Line]:
    """A case that charges a person, about an accident unless a hazard is named."""
    accident = do(
        "RecordAccident",
        "P-SO",
        at,
        accident=f"AC-{case}",
        unit="W1",
        class_code="1",
        class_table="t",
        severity="x",
        occurred=at,
        place="x",
        description="x",
    )
    opened = do("OpenCase", "P-SO", at, case=case, unit="W1", description="x", **(about or {"accident": f"AC-{case}"}))
    decided = do("DecideCase", "P-G1", at, case=case, lines=[{"party": person, "amount": amount}], **APPROVED)
    return [accident, opened, decided]


async def charges(books: Books, since: str = "2026-01-01", until: str = "2026-12-31") -> list[tuple[Any, ...]]:
    listed = (await books.ask("ChargedAfterReporting", since=since, until=until))["charges"]
    return [(row["document"], row["act"], row["days"], row["amount"]) for row in listed]


async def test_a_charge_is_listed_up_to_the_ninetieth_day_after(books: Books) -> None:
    await told(
        books,
        report("H-1", "2026-02-05T09:00:00+08:00"),
        *charge("C-90", "2026-05-06T09:00:00+08:00"),
        *charge("C-91", "2026-05-07T09:00:00+08:00"),
        *charge("C-B", "2026-05-05T09:00:00+08:00", person="P-B"),
    )
    assert await charges(books) == [("C-90", "H-1", 90, "5.00")]
    assert await charges(books, since="2026-05-07") == []
    assert await charges(books, until="2026-05-05") == []


async def test_a_charge_before_the_report_or_about_it_is_not_listed(books: Books) -> None:
    await told(
        books,
        *charge("C-1", "2026-02-04T09:00:00+08:00"),
        report("H-1", "2026-02-05T09:00:00+08:00"),
        *charge("C-2", "2026-02-06T09:00:00+08:00", hazard="H-1"),
        report("H-2", "2026-02-06T09:30:00+08:00"),
        *charge("C-3", "2026-02-06T10:00:00+08:00"),
    )
    assert await charges(books) == [("C-2", "H-2", 0, "5.00"), ("C-3", "H-1", 1, "5.00"), ("C-3", "H-2", 0, "5.00")]


# -- the grid of responsibility -------------------------------------------------------------------------------------


async def test_gaps_are_of_the_places_that_persons_of_the_unit_ever_had(books: Books) -> None:
    assign = partial(do, "AssignResponsibility", "P-SO", AT, since="2026-02-10", until="2026-02-20")
    await told(
        books,
        assign(place="B", specialty="机电", person="P-T1L"),
        assign(place="A", specialty="通风", person="P-T1L"),
        assign(place="A", specialty="机电", person="P-T4L"),
        do("EndResponsibility", "P-SO", AT, place="B", specialty="机电", person="P-T1L", last_day="2026-02-14"),
    )

    async def gaps(unit: str, date: str) -> list[tuple[str, str]]:
        found = (await books.ask("ResponsibilityGaps", unit=unit, date=date))["gaps"]
        return [(gap["place"], gap["specialty"]) for gap in found]

    assert await gaps("HQ", "2026-02-14") == []
    assert await gaps("HQ", "2026-02-15") == [("B", "机电")]
    assert await gaps("HQ", "2026-02-21") == [("A", "机电"), ("A", "通风"), ("B", "机电")]
    assert await gaps("T1", "2026-02-21") == [("A", "通风"), ("B", "机电")]
    assert await gaps("W2", "2026-02-09") == [("A", "机电")]
    assert await gaps("U2", "2026-02-09") == []


# -- analysis reports -----------------------------------------------------------------------------------------------


async def test_the_latest_report_of_a_subject_and_period_is_answered_with_its_digest(books: Books) -> None:
    generate = partial(do, "GenerateAnalysisReport", "P-SO")
    first, second = "2026-02-06T09:00:00+08:00", "2026-02-07T09:00:00+08:00"
    ledger = await told(
        books,
        generate(first, subject="T1", period="2026-02"),
        report("H-1", first),
        generate(second, subject="T1", period="2026-02"),
        generate(second, subject="P-A", period="2026-02"),
    )
    answer = await books.ask("AnalysisReport", subject="T1", period="2026-02")
    digests = [fact.digest for _, _, fact in ledger.facts if type(fact).__name__ == "AnalysisReportGenerated"]  # type: ignore[attr-defined]
    assert (answer["subject"], answer["period"], answer["digest"]) == ("T1", "2026-02", digests[1])
    assert answer["figures"] == {"hazards_reported": 1}
    assert (await books.ask("AnalysisReport", subject="P-A", period="2026-02"))["figures"] == {}
    for subject, period, code in (("T1", "2026", "UNKNOWN_REPORT"), ("ZZ", "2026", "UNKNOWN_PARTY")):
        with pytest.raises(Unknown) as refused:
            await books.ask("AnalysisReport", subject=subject, period=period)
        assert refused.value.code == code


# -- the standing of a person ---------------------------------------------------------------------------------------


async def test_a_persons_points_deposit_streak_and_suspension_are_shown(books: Books) -> None:
    cash = do("PublishPolicy", "P-SO", AT, key="deposit.mode", value="cash", effective="2026-02-05", legal_basis="意见")
    collect = {"person": "P-A", "unit": "U1", "year": "2026", "post": "deputy", "basis": "协议"}
    failed = {"unit": "U1", "year": "2025"}
    await told(
        books,
        cash,
        do("AssignPerson", "P-HR", AT, person="P-A", unit="U1", role="unit_deputy", since="2026-01-01"),
        do("CollectDeposit", "P-OFF", AT, **collect),
        do("AwardPoints", "P-SO", AT, person="P-A", points=7, reason="x", doc="J-1"),
        do("PushTraining", "P-SO", AT, training="TR-1", person="P-A", course="x", reason="x"),
        do("SuspendPost", "P-SO", AT, person="P-A", reason="x", training="TR-1"),
        do("ScoreUnitQuarter", "P-SO", AT, unit="U1", quarter="2025-Q1", score="50"),
        do("ScoreUnitYear", "P-G1", AT, annual="50", approvals=["P-G1", "P-G2"], **failed),
        do("ForfeitDeposit", "P-G1", AT, person="P-A", approvals=["P-G1", "P-G2"], **failed),
    )
    person = await books.ask("Person", person="P-A")
    shown = {name: person[name] for name in ("points", "deposit", "streak", "suspended")}
    assert shown == {"points": 7, "deposit": "350.00", "streak": 1, "suspended": True}
    nobody = await books.ask("Person", person="P-B")
    assert [nobody[name] for name in ("points", "deposit", "streak", "suspended")] == [0, "0.00", 0, False]
