"""Months are announced once, never before one that is closed (contract §2.13)."""

from __future__ import annotations

from functools import partial

import msgspec
import pytest

from ledger.errors import Already, Authority, Invalid, State, WrongCentre
from ledger.facts.periods import PeriodOpened
from tests.ledger.decisions.settlement import close_month
from tests.spec import Story, do, given, stamped, when

open_period = partial(do, "OpenPeriod", centre="U1", period="2026-03")


def closed(period: str, centre: str = "U1") -> Story:
    """A story in which the centre has closed a month."""
    story = Story()
    periods = story.ledger.lookup("periods")
    story.ledger.states["periods"] = msgspec.structs.replace(periods, closed=frozenset({(centre, period)}))
    return story


@pytest.mark.parametrize("by", ["P-C1", "P-H1", "SYSTEM"])
def test_clerk_head_or_import_announce_a_month_of_their_centre(by: str) -> None:
    story = when(open_period(by)).then_facts("PeriodOpened")
    fact = story.recorded[0]
    assert isinstance(fact, PeriodOpened)
    assert (fact.stream, fact.cutoff, fact.posting_period) == ("period-U1-202603", "2026-03-31", None)


def test_a_month_is_announced_only_once_per_centre() -> None:
    given(open_period("P-C1")).when(open_period("P-C1")).then_refused(Already)
    given(open_period("P-C1")).when(open_period("P-C2", centre="U2")).then_facts("PeriodOpened")


def test_a_month_is_announced_again_with_other_days_before_its_cut_off() -> None:
    """[rule 73]"""
    story = given(open_period("P-C1"))
    story.when(open_period("P-C1", cutoff="2026-03-31")).then_refused(Already)
    story.when(open_period("P-C1", cutoff="2026-03-30", pay_day="2026-04-05")).then_facts("PeriodOpened")
    story.when(open_period("P-C1", cutoff="2026-03-30", pay_day="2026-04-05")).then_refused(Already)
    cut_off = do("CutOffPeriod", "P-C1", "2026-04-01T09:00:00+08:00", centre="U1", period="2026-03")
    story.given(cut_off).when(open_period("P-C1", pay_day="2026-04-08")).then_refused(Already)


def test_a_cut_off_lies_in_its_month_and_the_pay_day_after_it() -> None:
    """[rules 60 and 73]"""
    when(open_period("P-C1", cutoff="2026-04-01")).then_refused(Invalid)
    when(open_period("P-C1", cutoff="2026-02-28")).then_refused(Invalid)
    when(open_period("P-C1", pay_day="2026-03-30")).then_refused(Invalid)
    when(open_period("P-C1", pay_day="2026-03-31")).then_facts("PeriodOpened")


def test_every_month_before_a_closed_one_is_closed_whether_announced_or_not() -> None:
    """[rule 26]"""
    credit = do("CreditQuotaWage", "P-C1", "2026-02-02T09:00:00+08:00", unit="W1", amount="1.00", source_doc="Q")
    late = closed("2026-02").when(credit).then_facts("LateEventAccepted", "QuotaWageCredited").recorded[-1]
    assert (late.posting_period, late.adjusts_period) == ("2026-03", "2026-02")
    earlier = stamped(credit, business_date="2026-01-15")
    assert closed("2026-02").when(earlier).recorded[-1].posting_period == "2026-03"
    close = do("ClosePeriod", "P-H1", centre="U1", period="2026-01")
    closed("2026-02").when(close).then_refused(Already)


def test_a_month_that_was_announced_before_a_closed_one_is_neither_cut_off_nor_issued() -> None:
    """[rule 26] Nothing was posted in it, so it did not hinder the close."""
    march = {"centre": "U1", "period": "2026-03"}
    cut_off = do("CutOffPeriod", "P-C1", "2026-04-01T09:00:00+08:00", **march)
    issue = do("IssueStatements", "P-C1", "2026-04-01T09:00:00+08:00", **march)
    close_month(given(open_period("P-C1")), "U1", "2026-04").when(cut_off).then_refused(State)
    close_month(given(open_period("P-C1"), cut_off), "U1", "2026-04").when(issue).then_refused(State)


def test_no_month_is_announced_before_a_closed_one() -> None:
    closed("2026-04").when(open_period("P-C1")).then_refused(State)
    closed("2026-02").when(open_period("P-C1")).then_facts("PeriodOpened")
    closed("2026-04", "U2").when(open_period("P-C1")).then_facts("PeriodOpened")


def test_another_centres_clerk_does_not_announce_it() -> None:
    when(open_period("P-C2")).then_refused(WrongCentre)


def test_others_do_not_announce_months() -> None:
    when(open_period("P-U1H")).then_refused(Authority)


def test_a_unit_that_is_no_centre_has_no_months() -> None:
    when(open_period("P-C1", centre="W1")).then_refused(Invalid)
