"""Indicators that are recorded with their paper, guard by guard (contract §2.10)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Authority, Duplicate, Invalid
from tests.ledger.decisions.sheets import at, step
from tests.spec import given, when

figure = step(
    "RecordIndicator", "P-SO", at("03-02"), indicator="核心作业规范执行率", period="2026-02", num=24, den=27, doc="表-1"
)


@pytest.mark.parametrize("by", ["P-SO", "P-OFF", "SYSTEM"])
def test_offices_above_record_figures_of_persons_and_units(by: str) -> None:
    assert when(figure(by, person="P-A")).then_facts("IndicatorRecorded").recorded[0].stream == "person-P-A"
    assert when(figure(by, unit="W1")).then_facts("IndicatorRecorded").recorded[0].stream == "unit-W1"


@pytest.mark.parametrize("subject", [{"person": "P-A"}, {"unit": "W1"}, {}])
def test_others_record_no_figures(subject: dict[str, str]) -> None:
    when(figure("P-W1D", **subject)).then_refused(Authority)


@pytest.mark.parametrize("subject", [{}, {"unit": "W1", "person": "P-A"}])
def test_a_figure_is_of_a_unit_or_of_a_person(subject: dict[str, str]) -> None:
    when(figure(**subject)).then_refused(Invalid)


@pytest.mark.parametrize("counts", [{"num": 28}, {"num": -1}, {"den": "27"}])
def test_a_part_is_not_more_than_the_whole(counts: dict[str, Any]) -> None:
    when(figure(unit="W1", **counts)).then_refused(Invalid)


def test_nothing_of_nothing_is_a_figure() -> None:
    when(figure(unit="W1", num=0, den=0)).then_facts("IndicatorRecorded")


def test_a_figure_is_recorded_once_for_subject_and_period() -> None:
    story = given(figure(unit="W1"))
    story.when(figure(unit="W1", doc="表-2")).then_refused(Duplicate)
    for other in ({"unit": "W2"}, {"unit": "W1", "period": "2026-03"}, {"unit": "W1", "indicator": "闭环率"}):
        story.when(figure(**other)).then_facts("IndicatorRecorded")


@pytest.mark.parametrize(("period", "accepted"), [("2026-Q1", True), ("2026", True), ("2026-13", False), ("26", False)])
def test_a_period_is_a_month_a_quarter_or_a_year(period: str, accepted: bool) -> None:
    story = when(figure(unit="W1", period=period))
    story.then_facts("IndicatorRecorded") if accepted else story.then_refused(Invalid)
