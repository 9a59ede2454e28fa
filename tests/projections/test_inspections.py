"""A month of inspections against the list: quality, coverage, attendance per shift (F-1), hazards, doubts."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Invalid
from tests.ledger.decisions.sheets import at, inspect, open_month, publish, self_score
from tests.projections.conftest import Books
from tests.projections.duties import OK, check, complete, inspection, places_of, told
from tests.spec import Line, do, given, when

MONTH = "2026-02"
PROBLEM = {"item": "护罩", "result": "problem", "measure": "加装护罩"}
HOURS = {"早": "09:00", "中": "15:00", "夜": "23:00"}
PHOTO = "sha256:" + "ab" * 32


def visits(shift: str, times: int, *places: str, quality: str | None = None, first: int = 5) -> list[Line]:
    """One inspection in each of so many shifts, at these places in turn."""
    lines = []
    for number in range(times):
        rated = {} if quality is None else {"quality": quality}
        moment = at(f"02-{first + number:02d}", HOURS[shift])
        name = f"IN-{shift}{number}"
        lines.append(inspection(at=moment, inspection=name, place=places[number % len(places)], items=[OK], **rated))
    return lines


TWENTY = [f"点{n}" for n in range(20)]


async def test_the_formulas_example_from_the_facts(books: Books) -> None:
    """F-1: quality 92, 18 of 20 places, required 6/6/8, done 6/5/9 → 92.20."""
    listed = places_of("P-T1L", *TWENTY, freq={"早": 6, "中": 6, "夜": 8})
    lines = [
        *visits("早", 6, *TWENTY[:6], quality="92"),
        *visits("中", 5, *TWENTY[6:11], quality="92"),
        *visits("夜", 9, *TWENTY[11:18], "点11", "点12", quality="92"),
    ]
    asked = await told(books, listed, *lines)
    found = await asked.ask("InspectionScore", person="P-T1L", period=MONTH)
    assert (found["quality"], found["coverage"], found["frequency"], found["I"]) == ("92", "90", "95", "92.2")
    assert found["places"]["missing"] == ["点18", "点19"]
    assert found["freq"] == {"required": {"早": 6, "中": 6, "夜": 8}, "done": {"早": 6, "中": 5, "夜": 9}}
    assert len(found["inspections"]) == 20
    counted = {"places": {"required": 20, "visited": 18}, "freq": found["freq"], "quality": "92"}
    assert found["score_inspection"] == counted
    sheet = [open_month(person="P-T1L"), self_score("P-T1L", self="92"), inspect(**counted)]
    story = given(*sheet).when(publish()).then_facts("AssessmentPublished")
    assert story.ledger.states["assessment:AS-1"].I == "92.2"


async def test_several_inspections_in_one_shift_are_one_attendance(books: Books) -> None:
    listed = places_of("P-T1L", "甲", "乙", freq={"早": 2})
    twice = [inspection(at=at("02-05", hour), inspection=f"IN-{hour}", place=place, items=[OK])
             for hour, place in (("07:00", "甲"), ("08:00", "乙"))]  # fmt: skip
    asked = await told(books, listed, *twice)
    found = await asked.ask("InspectionScore", person="P-T1L", period=MONTH)
    assert (found["coverage"], found["frequency"]) == ("100", "50")
    assert (found["quality"], found["I"], found["score_inspection"]) == (None, None, None)


async def test_a_night_shift_belongs_to_the_day_on_which_it_starts(books: Books) -> None:
    listed = places_of("P-T1L", "机头", freq={"夜": 1})
    early = inspection(at=at("03-01", "05:00"), inspection="IN-1", items=[OK], quality="90")
    asked = await told(books, listed, early)
    assert (await asked.ask("InspectionScore", person="P-T1L", period=MONTH))["freq"]["done"] == {"夜": 1}
    assert (await asked.ask("InspectionScore", person="P-T1L", period="2026-03"))["freq"]["done"] == {"夜": 0}


async def test_visits_elsewhere_cover_nothing_and_without_a_list_nothing_is_required(books: Books) -> None:
    asked = await told(
        books,
        places_of("P-T1L", "机头", freq={"早": 1}),
        inspection(inspection="IN-1", place="别处", items=[OK], quality="100"),
        inspection("P-T2L", inspection="IN-2", items=[OK], quality="80"),
    )
    mine = await asked.ask("InspectionScore", person="P-T1L", period=MONTH)
    assert (mine["coverage"], mine["frequency"], mine["I"]) == ("0", "100", "80")
    assert mine["places"]["extra"] == ["别处"]
    free = await asked.ask("InspectionScore", person="P-T2L", period=MONTH)
    assert (free["list"], free["quality"], free["coverage"], free["I"]) == (None, "80", None, None)


async def test_the_weights_are_a_policy(books: Books) -> None:
    weights = do(
        *("PublishPolicy", "P-SO", at("02-02")),
        key="inspection.weights",
        value=["0.5", "0.25", "0.25"],
        effective="2026-02-02",
        legal_basis="制度",
    )
    visited = inspection(inspection="IN-1", items=[OK], quality="80")
    asked = await told(books, weights, places_of("P-T1L", "机头", "机尾"), visited)
    found = await asked.ask("InspectionScore", person="P-T1L", period=MONTH)
    assert (found["coverage"], found["frequency"], found["I"]) == ("50", "100", "77.5")


# -- findings become hazards ------------------------------------------------------------------------------------------

report = do(
    *("ReportHazard", "P-T1L", at("02-04", "09:00")),
    hazard="H-1",
    unit="T1",
    place="机头",
    category="hazard",
    description="护罩缺失",
    tier="T3",
    item="HO-01",
)


def test_a_problem_without_a_counter_measure_is_no_finding() -> None:
    open_ended = {"item": "护罩", "result": "problem"}
    given(report).when(inspection(inspection="IN-1", items=[open_ended], hazards=["H-1"])).then_refused("CRITERIA")


def test_an_inspection_names_only_hazards_that_were_reported() -> None:
    when(inspection(inspection="IN-1", items=[PROBLEM], hazards=["H-1"])).then_refused("UNKNOWN_HAZARD")


async def test_a_finding_goes_from_the_inspection_over_its_hazard_to_the_close(books: Books) -> None:
    assign = {"manage": "term", "deadline": "2026-02-10", "person": "P-A", "measures": "加装护罩"}
    asked = await told(
        books,
        report,
        inspection(inspection="IN-1", items=[PROBLEM, {**PROBLEM, "item": "信号"}], hazards=["H-1"]),
        do("VerifyHazard", "P-SO", at("02-04", "10:00"), hazard="H-1", level="C"),
        do("AssignHazard", "P-W1D", at("02-04", "10:10"), hazard="H-1", **assign),
        do("ClaimRectification", "P-T1L", at("02-09"), hazard="H-1", evidence=[PHOTO]),
        do("AcceptHazard", "P-SO", at("02-09", "11:00"), hazard="H-1", result="pass"),
    )
    [row] = (await asked.ask("Inspections", unit="T1", period=MONTH))["inspections"]
    assert (row["problems"], row["hazards"], row["unreported"]) == (["护罩", "信号"], 1, 1)
    hazard = await asked.ask("Document", kind="hazard", id="H-1")
    names = [fact["fact"] for fact in hazard["facts"]]
    assert (hazard["state"], names[0], names[-1]) == ("closed", "HazardReported", "HazardClosed")
    closure = await asked.ask("Indicator", indicator="closure", unit="T1", period=MONTH)
    assert (closure["value"], closure["den_list"]) == ("100", ["H-1"])


async def test_inspections_are_listed_in_their_order_page_by_page(books: Books) -> None:
    asked = await told(books, *visits("早", 3, "机头"), inspection("P-C1", inspection="IN-X", items=[OK]))
    page = await asked.ask("Inspections", period=MONTH, unit="W1", limit=2)
    rest = await asked.ask("Inspections", period=MONTH, unit="W1", after=page["next"])
    assert [row["inspection"] for row in (*page["inspections"], *rest["inspections"])] == ["IN-早0", "IN-早1", "IN-早2"]
    assert len((await asked.ask("Inspections", period=MONTH))["inspections"]) == 4
    assert (await asked.ask("Inspections", period=MONTH, person="P-C1"))["inspections"][0]["place"] == "机头"
    with pytest.raises(Invalid):
        await asked.ask("Inspections", period=MONTH, unit="W1", person="P-C1")


# -- doubts -----------------------------------------------------------------------------------------------------------


def task(name: str, done: str | None, *evidence: str) -> list[Line]:
    lines = [do("DispatchDutyTask", "P-T1L", at("02-03"), task=name, person="P-A", item="A1", due=at("02-06"))]
    return lines if done is None else [*lines, complete(at=done, task=name, evidence=list(evidence))]


def doubted(found: dict[str, Any]) -> set[tuple[str, str]]:
    return {(doubt["rule"], doubt["id"]) for doubt in found["doubts"]}


async def test_what_should_be_looked_at_is_named_and_nothing_else(books: Books) -> None:
    two = [check("机头"), check("机头", "信号")]
    late = inspection(at=at("02-05"), inspection="IN-L", items=[OK, {**OK, "item": "信号"}], evidence=[PHOTO])
    asked = await told(
        books,
        places_of("P-T1L", "机头", items=two),
        inspection(inspection="IN-1", items=[OK], evidence=[PHOTO]),
        inspection(at=at("02-04", "10:00"), inspection="IN-2", place="别处", items=[OK]),
        *task("fine", at("02-05"), "sha256:" + "01" * 32),
        *task("paper", at("02-05"), "paper:台账第3页"),
        *task("twin-1", at("02-05"), PHOTO),
        *task("twin-2", at("02-05"), PHOTO),
        *task("open", None),
        *task("late", at("02-07"), "sha256:" + "02" * 32),
        {**late, "recorded_at": at("02-08")},
    )
    found = await asked.ask("Plausibility", unit="W1", period=MONTH)
    assert doubted(found) == {
        ("after_due", "late"),
        ("no_file", "paper"),
        ("same_evidence", "twin-1"),
        ("same_evidence", "twin-2"),
        ("items_missing", "IN-1"),
        ("not_on_list", "IN-2"),
        ("no_evidence", "IN-2"),
        ("recorded_late", "IN-L"),
    }
    assert (found["tasks"], found["inspections"], found["counted"]["same_evidence"]) == (5, 3, 2)
    assert (await asked.ask("Plausibility", unit="U2", period=MONTH))["doubts"] == []
