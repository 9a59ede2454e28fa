"""Indicators and score sheets are answered from the read models, each figure with what stands behind it."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Invalid, Unknown
from tests.ledger.decisions.sheets import (
    accept,
    accrue,
    adjust,
    at,
    entitle,
    fill,
    finalize,
    inspect,
    open_month,
    publish,
    self_score,
    step,
)
from tests.projections.conftest import Books
from tests.spec import Line, do, given

MONTH = "2026-02"
report = step(
    "ReportHazard", "P-OFF", at("02-02"), unit="W1", place="甲", category="hazard", description="x", tier="T2"
)
dispatch = step("DispatchDutyTask", "P-T1L", at("02-02"), person="P-A", item="A1")
complete = step("CompleteDutyTask", "P-A", at("02-03"), evidence=["paper:照片"])
figure = step("RecordIndicator", "P-SO", at("03-02"), indicator="闭环率", period=MONTH, doc="表-1")


def due(hazard: str, unit: str, deadline: str, fixed: str | None = None, repairer: str = "P-T1L") -> list[Line]:
    """A hazard with a deadline, fixed on a day or still open."""
    lines = [
        report(hazard=hazard, unit=unit, place=hazard),
        do("VerifyHazard", "P-SO", at("02-02", "10:10"), hazard=hazard, level="C"),
        do(
            *("AssignHazard", "P-U1H", at("02-02", "10:20")),
            hazard=hazard,
            manage="term",
            deadline=deadline,
            person=repairer,
        ),
    ]
    if fixed is None:
        return lines
    return [
        *lines,
        do(
            "ClaimRectification",
            "P-W1D" if unit == "W1" else "P-T1L",
            at(fixed),
            hazard=hazard,
            evidence=["paper:照片"],
        ),
        do("AcceptHazard", "P-SO", at(fixed, "11:00"), hazard=hazard, result="pass"),
    ]


async def answers(books: Books, *lines: Line) -> Books:
    await books.load(given(*lines).ledger.facts)
    return books


def said(answer: dict[str, Any]) -> tuple[Any, ...]:
    return answer["value"], answer["num"], answer["den"], answer["pass"]


HAZARDS = [
    *due("H-1", "W1", "2026-02-10", fixed="02-10"),
    *due("H-2", "T1", "2026-02-10", fixed="02-11", repairer="P-W1D"),
    *due("H-3", "W1", "2026-02-28"),
    *due("H-4", "W1", "2026-03-10"),
    *due("H-5", "W2", "2026-02-20"),
]


async def test_on_time_is_of_the_hazards_due_in_the_period(books: Books) -> None:
    asked = await answers(books, *HAZARDS)
    own = await asked.ask("Indicator", indicator="on_time", unit="W1", period=MONTH)
    assert said(own) == ("33.33", 1, 3, False)
    assert (own["num_list"], own["den_list"]) == (["H-1"], ["H-1", "H-2", "H-3"])
    assert said(await asked.ask("Indicator", indicator="on_time", unit="T1", period=MONTH)) == ("0", 0, 1, False)
    assert said(await asked.ask("Indicator", indicator="on_time", unit="T2", period=MONTH)) == (None, 0, 0, None)
    assert said(await asked.ask("Indicator", indicator="on_time", period="2026-Q1")) == ("20", 1, 5, False)
    assert said(await asked.ask("Indicator", indicator="on_time", person="P-T1L", period="2026"))[1:3] == (1, 4)


async def test_closure_counts_what_was_closed_late_too_and_has_no_minimum(books: Books) -> None:
    asked = await answers(books, *HAZARDS)
    assert said(await asked.ask("Indicator", indicator="closure", unit="W1", period=MONTH)) == ("66.67", 2, 3, None)


async def test_the_minimum_is_a_policy_and_meets_the_rounded_value(books: Books) -> None:
    lower = do(
        "PublishPolicy", "P-SO", at("02-02"), key="ontime.min", value="33.33", effective="2026-02-02", legal_basis="x"
    )
    asked = await answers(books, lower, *HAZARDS)
    assert said(await asked.ask("Indicator", indicator="on_time", unit="W1", period=MONTH)) == ("33.33", 1, 3, True)


async def test_repeats_are_counted_of_what_was_reported(books: Books) -> None:
    spot = {"item": "HO-01", "place": "丙", "fixed_on_spot": True}
    lines: list[Line] = []
    for number in (1, 2):
        lines += [
            report(hazard=f"H-{number}", **spot),
            do("VerifyHazard", "P-SO", at("02-02", "10:10"), hazard=f"H-{number}", level="C"),
            do("AcceptHazard", "P-SO", at("02-02", "10:20"), hazard=f"H-{number}", result="pass"),
        ]
    asked = await answers(books, *lines, report(hazard="H-3"))
    repeated = await asked.ask("Indicator", indicator="repeat_rate", unit="U1", period=MONTH)
    assert said(repeated) == ("33.33", 1, 3, None)
    assert repeated["num_list"] == ["H-2"]


async def test_a_repeat_that_a_verification_has_put_right_is_none(books: Books) -> None:
    """[rules 49 and 78] The second report is of another item after all."""
    spot = {"item": "HO-01", "place": "丙"}
    first = [
        report(hazard="H-1", **spot, fixed_on_spot=True),
        do("VerifyHazard", "P-SO", at("02-02", "10:10"), hazard="H-1", level="C"),
        do("AcceptHazard", "P-SO", at("02-02", "10:20"), hazard="H-1", result="pass"),
    ]
    again = [report(hazard="H-2", **spot), do("VerifyHazard", "P-SO", at("02-03"), hazard="H-2", level="C")]
    right = do("VerifyHazard", "P-SO", at("02-03", "11:00"), hazard="H-2", level="C", item="HO-02", reason="填错")
    story = given(*first, *again)
    await books.load(story.ledger.facts)
    assert await repeats_told(books) == ((1, 2), 2, 1, 1)
    told = len(story.ledger.facts)
    await books.load(story.given(right).ledger.facts[told:])
    assert await repeats_told(books) == ((0, 2), None, 0, 0)


async def repeats_told(books: Books) -> tuple[Any, ...]:
    """The rate's parts, the number of H-2, and the rate's numerator in the register now and as known then."""
    rate = said(await books.ask("Indicator", indicator="repeat_rate", unit="U1", period=MONTH))
    now = await books.ask("HazardRegister", period=MONTH)
    then = await books.ask("HazardRegister", period=MONTH, known_at="2026-02-04")
    counted = (register["rates"]["repeat_rate"]["num"] for register in (now, then))
    return (rate[1:3], now["hazards"][1]["repeat"], *counted)


async def test_a_report_counts_if_the_ledger_knew_it_within_the_shift(books: Books) -> None:
    found = at("02-03", "13:50")  # 早, until 14:00
    late = report(hazard="H-2", at=found) | {"recorded_at": at("02-03", "14:01")}
    in_time = report(hazard="H-1", at=found) | {"recorded_at": at("02-03", "13:59")}
    secret = report("P-A", hazard="H-3", at=at("02-04"), anonymous=True)
    asked = await answers(books, in_time, late, secret)
    told = await asked.ask("Indicator", indicator="report_in_shift", unit="W1", period=MONTH)
    assert said(told) == ("66.67", 2, 3, None)
    assert told["num_list"] == ["H-1", "H-3"]
    assert said(await asked.ask("Indicator", indicator="report_in_shift", person="P-OFF", period=MONTH))[1:3] == (1, 2)
    assert said(await asked.ask("Indicator", indicator="report_in_shift", person="P-A", period=MONTH))[2] == 0


async def test_a_reporter_counts_once_he_is_unsealed(books: Books) -> None:
    """[rule 49]"""
    secret = report("P-A", hazard="H-3", at=at("02-04"), anonymous=True)
    opened = do("UnsealReporter", "P-G1", at("02-05"), hazard="H-3", reason="核查", approvals=["P-G1", "P-G2"])
    asked = await answers(books, secret, opened)
    assert said(await asked.ask("Indicator", indicator="report_in_shift", person="P-A", period=MONTH))[1:3] == (1, 1)


async def test_tasks_done_are_of_the_tasks_due(books: Books) -> None:
    asked = await answers(
        books,
        dispatch(task="A", due=at("02-04")),
        dispatch(task="B", due=at("02-04")),
        dispatch(task="C", due=at("03-01", "00:00")),
        dispatch("P-U1H", task="D", person="P-WY", due=at("02-05")),
        complete(task="A"),
        do("AdvanceClock", at=at("02-28")),
    )
    assert said(await asked.ask("Indicator", indicator="task_done", person="P-A", period=MONTH)) == ("50", 1, 2, None)
    assert said(await asked.ask("Indicator", indicator="task_done", unit="W1", period="2026"))[1:3] == (1, 3)
    assert said(await asked.ask("Indicator", indicator="task_done", period=MONTH))[1:3] == (1, 3)
    task = await asked.ask("Document", kind="task", id="B")
    assert (task["state"], task["unit"]) == ("missed", "T1")


async def test_recorded_figures_add_up_over_a_unit_and_what_is_below_it(books: Books) -> None:
    asked = await answers(
        books,
        figure(unit="W1", num=35, den=39),
        figure(unit="W2", num=1, den=1, doc="表-2"),
        figure(person="P-A", num=24, den=27),
        figure(unit="W1", num=0, den=0, period="2026-03"),
    )
    assert said(await asked.ask("Indicator", indicator="闭环率", unit="W1", period=MONTH)) == ("89.74", 35, 39, None)
    both = await asked.ask("Indicator", indicator="闭环率", unit="U1", period=MONTH)
    assert (said(both), sorted(both["papers"])) == (("90", 36, 40, None), ["表-1", "表-2"])
    assert said(await asked.ask("Indicator", indicator="闭环率", person="P-A", period=MONTH))[0] == "88.89"
    assert said(await asked.ask("Indicator", indicator="闭环率", unit="W1", period="2026-03")) == (None, 0, 0, None)
    assert said(await asked.ask("Indicator", indicator="nothing-such", period=MONTH)) == (None, 0, 0, None)


async def test_an_indicator_is_asked_of_a_unit_or_of_a_person(books: Books) -> None:
    asked = await answers(books)
    with pytest.raises(Invalid):
        await asked.ask("Indicator", indicator="on_time", unit="W1", person="P-A", period=MONTH)
    with pytest.raises(Invalid):
        await asked.ask("Indicator", indicator="on_time", unit="W1", period="2026-13")
    with pytest.raises(Unknown):
        await asked.ask("Indicator", indicator="on_time", unit="ZZ", period=MONTH)


async def test_a_score_sheet_tells_scores_deductions_and_pay(books: Books) -> None:
    steps = [open_month(), self_score(self="92"), adjust(points="1.5"), inspect(score="88")]
    story = given(fill(amount="1000.00"), *steps)
    await books.load(story.ledger.facts)
    draft = await books.ask("Assessment", assessment="AS-1")
    assert (draft["state"], draft["D"], draft["S"], draft["entitlement"]) == ("self_scored", None, None, None)
    before = len(story.ledger.facts)
    story.given(publish(), accept(), finalize(), entitle(factor="0.9"), accrue())
    await books.load(story.ledger.facts[before:])
    final = await books.ask("Assessment", assessment="AS-1")
    expected = {"state": "final", "D": "90.5", "I": "88", "S": "89.25", "payout": "0.8925", "amount": "642.60"}
    assert final | expected == final
    assert (final["entitlement"], final["person"], final["period"], final["kind"]) == (
        "720.00",
        "P-A",
        MONTH,
        "monthly",
    )
    deducted = {"part": None, "points": "1.5", "bonus": False, "reason_code": "key_work", "evidence": ["paper:通报"]}
    assert (final["adjustments"], final["self"]) == ([deducted], [{"part": None, "score": "92"}])
    with pytest.raises(Unknown):
        await books.ask("Assessment", assessment="AS-9")
