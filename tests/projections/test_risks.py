"""The register of risks, and the share of measures that hold (rule 39)."""

from __future__ import annotations

from functools import partial

from tests.projections.appraisals import told
from tests.projections.conftest import Books
from tests.spec import do

AT = "2026-03-02T09:00:00+08:00"
MEASURES = [{"measure": "M1", "text": "断带保护"}, {"measure": "M2", "text": "护网"}]
register = partial(
    do,
    *("RegisterRisk", "P-SO", AT),
    place="皮带",
    description="断带",
    review_by="2026-03-10",
    measures=MEASURES,
)
check = partial(do, "CheckMeasure", "P-OFF", "2026-03-03T09:00:00+08:00", measure="M1", result="ok")
report = partial(do, "ReportHazard", "P-OFF", AT, place="机头", category="hazard", description="x", tier="T2")
STORY = (
    register(risk="R-1", unit="W1", level="orange", person="P-W1D"),
    register(risk="R-2", unit="U2", level="red", person="P-A"),
    report(hazard="H-1", unit="W1", risk="R-1"),
    check(check="CK-1", risk="R-1"),
    check(check="CK-2", risk="R-1", measure="M2", result="failed", hazard="H-1"),
    check(check="CK-3", risk="R-2"),
    do("AdvanceClock", at="2026-03-11T08:00:00+08:00"),
    do("ReviewRisk", "P-SO", "2026-03-12T08:00:00+08:00", risk="R-2", level="red", review_by="2026-06-01", reason="x"),
)


async def test_risks_are_listed_by_unit_level_and_whether_their_review_is_missing(books: Books) -> None:
    await told(books, *STORY, do("RetireRisk", "P-SO", "2026-03-12T09:00:00+08:00", risk="R-2", reason="x"))

    async def names(**fields: object) -> list[str]:
        return [row["risk"] for row in (await books.ask("Risks", **fields))["risks"]]

    assert await names() == ["R-1", "R-2"]
    assert await names(unit="U1") == ["R-1"]
    assert await names(unit="T1") == []
    assert await names(level="red") == ["R-2"]
    assert await names(overdue=True) == ["R-1"]
    assert await names(overdue=False) == ["R-2"]
    [first, second] = (await books.ask("Risks"))["risks"]
    assert first == {
        "risk": "R-1",
        "unit": "W1",
        "place": "皮带",
        "level": "orange",
        "person": "P-W1D",
        "state": "registered",
        "measures": ["M1", "M2"],
        "review_by": "2026-03-10",
        "overdue": True,
    }
    assert (second["state"], second["review_by"], second["overdue"]) == ("retired", "2026-06-01", False)


async def test_the_indicator_measures_counts_the_checks_of_a_period(books: Books) -> None:
    await told(books, *STORY)

    async def counted(**fields: object) -> tuple[object, ...]:
        found = await books.ask("Indicator", indicator="measures", **fields)
        return found["value"], found["num"], found["den"], found["pass"]

    assert await counted(unit="W1", period="2026-03") == ("50", 1, 2, None)
    assert await counted(period="2026-Q1") == ("66.67", 2, 3, None)
    assert await counted(person="P-A", period="2026-03") == ("100", 1, 1, None)
    assert await counted(unit="W1", period="2026-02") == (None, 0, 0, None)


async def test_a_document_of_a_risk_lists_its_facts_and_the_hazards_that_name_it(books: Books) -> None:
    await told(books, *STORY)
    risk = await books.ask("Document", kind="risk", id="R-1")
    assert (risk["state"], risk["unit"]) == ("registered", "W1")
    assert [fact["fact"] for fact in risk["facts"]] == [
        *("RiskRegistered", "HazardReported", "MeasureChecked", "MeasureChecked"),
        "RiskReviewOverdue",
    ]
    assert (await books.ask("Document", kind="check", id="CK-2"))["state"] == "failed"
