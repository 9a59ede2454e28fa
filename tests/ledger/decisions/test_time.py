"""AdvanceClock: what time alone brings about, each thing on its own day (contract §2.14)."""

from __future__ import annotations

from typing import Any

from ledger.errors import Authority, Future, NotReady
from ledger.fact import Fact
from ledger.facts.slips import SlipConfirmed
from tests.ledger.decisions.liabilities import (
    acknowledge,
    advance,
    at,
    by_lines,
    confirm,
    dispute,
    line,
    opened,
    review,
    serve,
)
from tests.spec import Line, do, given, when

LINES = [line("P-A", "20.00"), line("W1", "30.00")]
END = at("03-31")


def slip(name: str, on: str = "03-02", **fields: Any) -> tuple[Line, Line]:
    """A slip that is issued and served on a day."""
    issued = by_lines(lines=LINES, slip=name, **fields) | {"at": at(on)}
    return issued, serve(slip=name) | {"at": at(on, "10:10")}


def notice(name: str, **fields: Any) -> Line:
    usual = {"notice": name, "unit": "W1", "item": "GP-05", "qty": "1", "description": "x"}
    return do("IssueNotice", "P-OFF", at("03-02"), **(usual | fields))


def days(facts: list[Fact]) -> list[tuple[str, str]]:
    return [(type(fact).__name__, fact.business_date) for fact in facts if not fact.mirror]


def test_nothing_due_only_the_clock_moves() -> None:
    when(advance(at=END)).then_facts("ClockAdvanced")


def test_only_the_system_moves_the_clock_and_never_into_the_future() -> None:
    when(advance("P-C0", END)).then_refused(Authority)
    when(advance(at=END, until=at("04-01"))).then_refused(Future)


def test_the_clock_does_not_go_back() -> None:
    story = given(advance(at=END))
    story.when(advance(at=END, until=at("03-30"))).then_refused(NotReady)
    story.when(advance(at=END, until=END)).then_facts("ClockAdvanced")


def test_a_slip_is_deemed_confirmed_at_midnight_after_its_window() -> None:
    story = given(*slip("SL-1"))
    story.when(advance(at=at("03-05", "23:59"))).then_facts("ClockAdvanced")
    story.when(advance(at=at("03-06", "00:00"))).then_facts("SlipConfirmed", "ClockAdvanced")
    assert story.recorded[0].at == "2026-03-05T16:00:00.000000Z"


def test_each_fact_has_the_day_of_its_moment_and_not_that_of_the_command() -> None:
    story = given(*slip("SL-1"), *slip("SL-2", "03-03"), advance(at=END, until=at("03-20")))
    assert days(story.recorded) == [
        ("SlipConfirmed", "2026-03-06"),
        ("SlipConfirmed", "2026-03-07"),
        ("ClockAdvanced", "2026-03-20"),
    ]


def test_things_of_one_moment_go_by_id() -> None:
    story = given(*slip("B"), *slip("D"), notice("A"), notice("C"), advance(at=END))
    confirmed = [fact for fact in story.recorded if not fact.mirror]
    names = [getattr(fact, "slip", None) or getattr(fact, "notice", None) for fact in confirmed]
    assert names == ["A", "B", "C", "D", None]


def test_what_happens_first_takes_the_pool_first() -> None:
    story = given(opened(POOL_WAGE_W1="40.00"), *slip("SL-1"), *slip("SL-2", "03-03"), advance(at=END))
    confirmed = [fact for fact in story.recorded if isinstance(fact, SlipConfirmed)]
    assert [line.shortfall for fact in confirmed for line in fact.lines if line.unit] == [0, 2000]


def test_a_slip_whose_lines_are_all_acknowledged_is_confirmed_at_once() -> None:
    acknowledged = (acknowledge("P-A"), acknowledge("P-W1D") | {"at": at("03-03", "09:00")})
    story = given(*slip("SL-1"), *acknowledged, advance(at=at("03-03", "12:00")))
    assert days(story.recorded) == [("SlipConfirmed", "2026-03-03"), ("ClockAdvanced", "2026-03-03")]
    assert [fact.mode for fact in story.recorded if isinstance(fact, SlipConfirmed)] == ["ack"]


def test_an_undecided_dispute_keeps_a_slip_until_its_review() -> None:
    disputed = given(*slip("SL-1"), dispute("P-A", party="P-A"), advance(at=at("03-20")))
    assert days(disputed.recorded) == [("ClockAdvanced", "2026-03-20")]
    upheld = review(decision="uphold", party="P-A") | {"at": at("03-23")}
    story = disputed.given(upheld, advance(at=END))
    assert days(story.recorded) == [("SlipConfirmed", "2026-03-23"), ("ClockAdvanced", "2026-03-31")]
    assert [fact.mode for fact in story.recorded if isinstance(fact, SlipConfirmed)] == ["reviewed"]


def test_what_is_confirmed_by_hand_is_not_confirmed_again() -> None:
    story = given(*slip("SL-1"), confirm())
    story.when(advance(at=END)).then_facts("ClockAdvanced")


def test_a_slip_served_long_ago_is_confirmed_on_its_day() -> None:
    issued = by_lines(lines=LINES, occurred="2026-01-30") | {"at": "2026-01-30T09:00:00+08:00", "by": "SYSTEM"}
    served = serve(served_on="2026-01-30T10:00:00+08:00") | {"by": "SYSTEM"}
    story = given(issued | {"source": {"input_mode": "import"}}, served, advance(at=END))
    assert days(story.recorded)[0] == ("SlipConfirmed", "2026-02-05")


def test_several_transfers_of_one_advance_are_told_apart() -> None:
    both = given(notice("A", fixer="T4"), notice("B"), notice("C", fixer="T1"), advance(at=END) | {"id": "x-1"})
    assert [fact.transfer for fact in both.recorded] == ["x-1/1", "x-1/1", None, "x-1/2", "x-1/2", None]
    one = given(notice("A", fixer="T4"), advance(at=END) | {"id": "x-1"})
    assert [fact.transfer for fact in one.recorded] == ["x-1", "x-1", None]
