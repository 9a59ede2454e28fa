"""Analysis: the report of a person, a unit and the company, as data and in words, the same for the same facts."""

from __future__ import annotations

from functools import partial

import pytest

from ledger.errors import Invalid
from tests.projections.appraisals import END, told, year_of_deputy
from tests.projections.conftest import Books
from tests.spec import Line, do

MONTH = "2026-03"
LATE = "2026-05-04T09:00:00+08:00"


def month(sheet: str, person: str, own: str, found: str, period: str = MONTH, off: str | None = None) -> list[Line]:
    """A published month of a person: duty, inspection, and points off."""
    of = partial(do, assessment=sheet)
    lines = [
        of("OpenAssessment", "P-SO", END, kind="monthly", person=person, period=period),
        of("SubmitSelfScore", person, END, self=own),
        of("ScoreInspection", "P-SO", END, score=found),
    ]
    if off is not None:
        lines.append(of("AdjustScore", "P-SO", END, points=off, reason_code="key_work", evidence=["paper:单-1"]))
    return [*lines, of("PublishAssessment", "P-SO", END)]


def duties() -> list[Line]:
    """P-W1D's list of two duties; four tasks of March, of which two are missed."""
    item = {"metric": "次", "period": "month", "basis": "责任制"}
    listed = [
        {"item": "D-1", "text": "带班下井", "target": "4", "weight": 60, **item},
        {"item": "D-2", "text": "安全例会", "target": "1", "weight": 40, **item},
    ]
    approve = do(
        "ApproveDutyList",
        "P-U1H",
        "2026-03-01T09:00:00+08:00",
        person="P-W1D",
        version="1",
        effective="2026-03-01",
        items=listed,
    )
    pushed = [
        do(
            "DispatchDutyTask",
            "P-SO",
            "2026-03-02T09:00:00+08:00",
            task=f"K-{n}",
            person="P-W1D",
            item=item_,
            due="2026-03-10T18:00:00+08:00",
        )
        for n, item_ in enumerate(["D-1", "D-1", "D-1", "D-2"])
    ]
    done = [
        do("CompleteDutyTask", "P-W1D", "2026-03-05T09:00:00+08:00", task=f"K-{n}", evidence=["paper:照片"])
        for n in (0, 3)
    ]
    clock = do("AdvanceClock", "SYSTEM", "2026-03-11T09:00:00+08:00")
    return [approve, *pushed, *done, clock]


def two_months() -> list[Line]:
    """W1's director falls from 92 to 88.5, W2's stands at 95; points off for key work."""
    return [
        *duties(),
        *month("AS-1", "P-W1D", "92", "92", "2026-02"),
        *month("AS-2", "P-W1D", "92", "88", off="3"),
        *month("AS-3", "P-W2D", "95", "95"),
    ]


async def test_a_persons_report_names_the_weakest_duties_the_trend_and_the_means_around_him(books: Books) -> None:
    await told(books, *two_months())
    report = await books.ask("Analysis", person="P-W1D", period=MONTH)
    assert report["scores"] == {"sheets": 1, "D": "89", "I": "88", "S": "88.5", "full": 0}
    assert report["tasks"] == {"due": 4, "done": 2, "rate": "50"}
    assert report["duties"] == [{"item": "D-1", "text": "带班下井", "due": 3, "missed": 2, "rate": "33.33"}]
    [off] = report["deductions"]
    assert (off["reason_code"], off["count"], off["points"]) == ("key_work", 1, "3")
    assert [(row["month"], row["S"]) for row in report["trend"]][-2:] == [("2026-02", "92"), ("2026-03", "88.5")]
    assert report["trend"][-1]["tasks_done"] == "50"
    assert [(row["of"], row["subject"], row["S"]) for row in report["comparison"]] == [
        ("person", "P-W1D", "88.5"),
        ("unit", "W1", "88.5"),
        ("company", "HQ", "91.75"),
    ]


async def test_a_report_reads_in_chinese_and_in_english(books: Books) -> None:
    await told(books, *two_months())
    chinese = await books.ask("Analysis", person="P-W1D", period=MONTH, lang="zh")
    assert chinese["text"] == [
        "安全履职分析报告 · 个人 P-W1D · 2026-03",
        "成绩：1 份成绩单，平均安全成绩 88.5（履职 89，检查 88）；全额兑现 0 份。",
        "趋势：2026-03 较 2026-02 下降 3.5 分；各月成绩：2026-02 92、2026-03 88.5。",
        "薄弱履职 1：带班下井（D-1），应完成 3 次，未完成 2 次，完成率 33.33%。",
        "扣分：阶段重点工作 3 分（1 次）。",
        "指标（由弱到强）：履职任务完成率 50%。",
        "对比：本人 88.5、W1 平均 88.5、公司平均 91.75。",
    ]
    english = await books.ask("Analysis", person="P-W1D", period=MONTH, lang="en")
    assert english["text"] == [
        "Safety duty analysis · person P-W1D · 2026-03",
        "Scores: 1 sheet, mean safety score 88.5 (duty 89, inspection 88); 0 paid in full.",
        "Trend: 2026-03 is down 3.5 on 2026-02; by month: 2026-02 92, 2026-03 88.5.",
        "Weak duty 1: 带班下井 (D-1), due 3, missed 2, done 33.33 %.",
        "Deductions: key work of the phase 3 (1 time).",
        "Indicators, weakest first: duty tasks done 50 %.",
        "Comparison: the person 88.5, mean of W1 88.5, mean of the company 91.75.",
    ]
    assert english["digest"] == chinese["digest"]


async def test_the_same_facts_give_the_same_report_and_others_do_not_change_it(books: Books) -> None:
    ledger = await told(books, *two_months())
    first = await books.ask("Analysis", unit="W1", period=MONTH)
    seen = len(ledger.facts)
    for number, line in enumerate(month("AS-9", "P-W2D", "80", "80", "2026-02")):
        assert ledger.send({"id": f"more-{number}", **line}).ok
    await books.load(ledger.facts[seen:])
    assert await books.ask("Analysis", unit="W1", period=MONTH) == first


async def test_the_report_that_is_printed_is_the_one_that_is_sealed(books: Books) -> None:
    """Of a unit with all below it, and of a person; later facts make it another one, and the list says so."""
    ledger = await told(books, *two_months())

    async def seals(**of: str) -> tuple[str, str | None]:
        found = await books.ask("Analysis", period=MONTH, **of)
        return found["digest"], found["sealed"]

    for subject, of in (("W1", {"unit": "W1"}), ("P-W1D", {"person": "P-W1D"}), ("HQ", {})):
        recorded = len(ledger.facts)
        assert (await seals(**of))[1] is None
        assert ledger.send(
            {"id": f"g-{subject}", **do("GenerateAnalysisReport", at=LATE, subject=subject, period=MONTH)}
        ).ok
        await books.load(ledger.facts[recorded:])
        sealed = await books.ask("AnalysisReport", subject=subject, period=MONTH)
        assert await seals(**of) == (sealed["digest"], sealed["digest"])
        printed = await books.ask("Analysis", period=MONTH, **of)
        assert printed["figures"] == sealed["figures"]


async def test_units_stand_beside_their_siblings_and_the_company_beside_nobody_but_its_units(books: Books) -> None:
    await told(books, *two_months())
    unit = await books.ask("Analysis", unit="W1", period=MONTH)
    assert [(row["rank"], row["subject"], row["S"]) for row in unit["comparison"]] == [
        (1, "W2", "95"),
        (2, "W1", "88.5"),
    ]
    assert unit["duties"][0]["missed"] == 2
    company = await books.ask("Analysis", period=MONTH, lang="en")
    assert (company["kind"], company["subject"], company["scores"]["S"]) == ("company", "HQ", "91.75")
    assert [(row["subject"], row["sheets"]) for row in company["comparison"]] == [("U1", 2)]
    assert company["text"][-1] == "Comparison: 1. U1 91.75."


async def test_a_year_counts_its_months_and_a_deputys_sheet(books: Books) -> None:
    await told(books, *year_of_deputy())
    report = await books.ask("Analysis", person="P-LD", period="2025")
    assert (report["scores"]["sheets"], report["scores"]["S"], len(report["trend"])) == (1, "92.21", 12)
    assert [row["points"] for row in report["deductions"]] == ["1"]


async def test_of_nothing_the_report_says_so(books: Books) -> None:
    await told(books)
    report = await books.ask("Analysis", unit="U2", period="2026-Q1", lang="en")
    assert report["text"][1:] == [
        "Scores: none is published for the period.",
        "Trend: no months to compare.",
        "Weakest duties: no task fell due.",
        "Deductions: none.",
        "Comparison: no scores to compare.",
    ]
    with pytest.raises(Invalid):
        await books.ask("Analysis", unit="U2", person="P-A", period="2026-Q1")
