"""ScoreSheet and Wage: every deduction with its reason, every amount with its steps (ASS-05, ASS-09 … ASS-11)."""

from __future__ import annotations

from typing import Any

from tests.projections.appraisals import JANUARY, NEXT, month_of_leader, policy, told, year_of_deputy
from tests.projections.conftest import Books
from tests.spec import do


def written(line: dict[str, Any]) -> list[str]:
    return [f"{step['formula']} {step['step']}: {step['written']}" for step in line["steps"]]


def safety(result: dict[str, Any]) -> dict[str, Any]:
    [line] = [line for line in result["lines"] if line["fact"] == "SafetyWageAccrued"]
    assert isinstance(line, dict)
    return line


# -- a team leader's month ------------------------------------------------------------------------------------------


ITEM = {"item": "D-1", "score": "96", "text": "班前讲评", "weight": 100, "basis": "责任制 §3"}


async def test_a_team_leaders_sheet_shows_each_deduction_with_reason_and_evidence(books: Books) -> None:
    await told(books, *month_of_leader())
    sheet = await books.ask("ScoreSheet", person="P-T1L", period="2026-03")
    [part] = sheet["parts"]
    shown = ("points", "reason_code", "reason", "evidence", "by")
    assert [tuple(one[name] for name in shown) for one in part["adjustments"]] == [
        ("4", "shift_evaluation", "班评估 shift evaluation", ["paper:班评估表-3"], "P-W1D"),
        ("3.5", "dynamic_inspection", "动态检查 dynamic inspection", ["paper:检查单-17"], "P-W1D"),
    ]
    assert (part["self"], part["D"], part["items"]) == ("96", "88.5", [ITEM])
    assert [(day["day"], day["score"]) for day in sheet["days"]] == [
        ("2026-03-02", "96"),
        ("2026-03-03", "90"),
        ("2026-03-04", "89.5"),
    ]
    assert [step["step"] for step in sheet["history"]] == [
        "AssessmentOpened",
        "AssessmentPublished",
        "AssessmentAccepted",
        "AssessmentFinalized",
    ]
    assert (sheet["result"]["S"], sheet["result"]["payout"], sheet["result"]["amount"]) == ("88.5", "0.885", "531.00")


async def test_a_team_leaders_pay_is_reckoned_line_by_line(books: Books) -> None:
    await told(books, *month_of_leader())
    wage = await books.ask("Wage", person="P-T1L", period="2026-03")
    assert [(line["fact"], line["amount"], line["agrees"]) for line in wage["lines"]] == [
        ("DailyQuotaWageAccrued", "210.00", True),
        ("DailyQuotaWageAccrued", "215.00", True),
        ("DailyQuotaWageAccrued", "183.77", True),
        ("SafetyWageAccrued", "531.00", True),
    ]
    assert written(wage["lines"][2]) == ["F-4 payout: step90(89.5) = 0.895", "F-6 amount: 205.33 × 0.895 = 183.77"]
    assert written(safety(wage)) == [
        "F-2 D: 96 − 4 − 3.5 = 88.5",
        "F-3 S: D = 88.5",
        "F-4 payout: step90(88.5) = 0.885",
        "F-5 amount: 600.00 × 1 × 0.885 = 531.00",
    ]
    assert wage["totals"] == {"performance": "608.77", "safety": "531.00", "bonus": "0.00", "together": "1139.77"}


async def test_a_day_that_was_scored_0_is_reckoned_too(books: Books) -> None:
    day, at = "2026-03-05", "2026-03-05T18:00:00+08:00"
    score = do("RecordDailyScore", "P-W1D", at, unit="W1", person="P-T1L", day=day, score="0")
    accrue = do("AccrueDailyWage", "P-C1", at, unit="T1", day=day, person="P-T1L", quota_wage="100.00")
    await told(books, score, accrue)
    [line] = (await books.ask("Wage", person="P-T1L", period="2026-03"))["lines"]
    assert (line["fact"], line["amount"], line["business_date"]) == ("DailyQuotaWageAccrued", "0.00", day)
    assert (line["agrees"], written(line)[-1]) == (True, "F-6 amount: 100.00 × 0 = 0.00")
    assert (await books.ask("Wage", person="P-T1L", period="2026-04"))["lines"] == []


async def test_every_figure_of_a_pay_says_where_it_comes_from(books: Books) -> None:
    ledger = await told(books, *month_of_leader())
    line = safety(await books.ask("Wage", person="P-T1L", period="2026-03"))
    facts = {each.position: type(each.fact).__name__ for each in ledger.facts}
    sources = [figure["source"] for step in line["steps"] for figure in step["inputs"] if figure["source"]]
    assert all(facts[where["position"]] == where["fact"] for where in sources if "position" in where)
    assert [where["policy"] for where in sources if "policy" in where] == ["payout.monthly", "score.round"]
    assert {where["origin"] for where in sources if "policy" in where} == {"default"}


async def test_a_published_policy_is_named_with_its_scope_and_date(books: Books) -> None:
    linear = policy("payout.monthly", "linear", "2026-03-02T08:00:00+08:00", "2026-03-02")
    await told(books, linear, *month_of_leader())
    line = safety(await books.ask("Wage", person="P-T1L", period="2026-03"))
    [rule] = [figure for figure in line["steps"][2]["inputs"] if figure["name"] == "rule"]
    told_of = {name: rule["source"][name] for name in ("policy", "origin", "scope", "effective")}
    assert (rule["value"], told_of) == (
        "linear",
        {"policy": "payout.monthly", "origin": "published", "scope": "HQ", "effective": "2026-03-02"},
    )


async def test_a_reversed_wage_is_shown_as_such_and_counts_no_more(books: Books) -> None:
    *rest, accrual = month_of_leader()
    reverse = do("ReverseEntry", "P-C1", NEXT, of="a-1", reason="x", approved_by="P-H1")
    await told(books, *rest, {**accrual, "id": "a-1"}, reverse)
    wage = await books.ask("Wage", person="P-T1L", period="2026-03")
    line = safety(wage)
    assert (line["reversed"], line["agrees"], wage["totals"]["safety"]) == (True, True, "531.00")
    april = await books.ask("Wage", person="P-T1L", period="2026-04")
    assert [(one["fact"], one["amount"]) for one in april["lines"]] == [("EntryReversed", "-531.00")]


# -- a deputy's year ------------------------------------------------------------------------------------------------


async def test_a_deputys_year_is_reckoned_from_its_quarters_and_months(books: Books) -> None:
    await told(books, *year_of_deputy())
    sheet = await books.ask("ScoreSheet", person="P-LD", period="2025")
    assert [(part["part"], part["self"], part["D"]) for part in sheet["parts"]] == [
        ("Q1", "91", "91"),
        ("Q2", "93", "93"),
        ("Q3", "94", "93"),
        ("Q4", "92.5", "92.5"),
    ]
    line = safety(await books.ask("Wage", person="P-LD", period="2025"))
    assert (line["amount"], line["agrees"]) == ("9958.68", True)
    assert written(line)[-5:] == [
        "F-1 I 10: given = 90.01",
        "mean I: (90 + 95 + 93.2 + 90.01) / 4 = 92.0525",
        "F-3 S: (92.375 + 92.0525) / 2 = 92.21",
        "F-4 payout: linear(92.21) = 0.9221",
        "F-5 amount: 12000.00 × 1 × 0.9 × 0.9221 = 9958.68",
    ]


async def test_inspections_show_their_parts_and_weights(books: Books) -> None:
    parts: dict[str, Any] = {
        "quality": "92",
        "places": {"required": 20, "visited": 18},
        "freq": {"required": {"早": 6, "中": 6, "夜": 8}, "done": {"早": 6, "中": 5, "夜": 9}},
    }
    lines = [
        do("OpenAssessment", "P-SO", JANUARY, assessment="AS-1", kind="monthly", person="P-W1D", period="2026-01"),
        do("ScoreInspection", "P-SO", JANUARY, assessment="AS-1", **parts),
    ]
    await told(books, *lines)
    sheet = await books.ask("ScoreSheet", person="P-W1D", period="2026-01")
    [found] = sheet["inspections"]
    assert {name: found[name] for name in ("quality", "coverage", "frequency", "I")} == {
        "quality": "92",
        "coverage": "90",
        "frequency": "95",
        "I": "92.2",
    }


async def test_the_year_of_a_main_leader_shows_what_his_unit_came_to(books: Books) -> None:
    quarter = do("ScoreUnitQuarter", "P-SO", JANUARY, unit="U1", quarter="2025-Q1", score="96")
    graded = do("ScoreUnitYear", "P-G1", JANUARY, unit="U1", year="2025", annual="96", approvals=["P-G1", "P-G2"])
    await told(books, quarter, graded)
    sheet = await books.ask("ScoreSheet", person="P-U1H", period="2025")
    assert sheet["led"] == [{"unit": "U1", "score": "96", "grade": "一级", "veto": []}]
    assert (await books.ask("ScoreSheet", person="P-U1D", period="2025"))["led"] == []
    assert (await books.ask("ScoreSheet", person="P-U1H", period="2025-12"))["led"] == []


async def test_a_period_without_a_sheet_is_empty(books: Books) -> None:
    await told(books)
    sheet = await books.ask("ScoreSheet", person="P-A", period="2026-03")
    assert (sheet["parts"], sheet["days"], sheet["result"]) == ([], [], None)
    assert (await books.ask("Wage", person="P-A", period="2026-03"))["lines"] == []
