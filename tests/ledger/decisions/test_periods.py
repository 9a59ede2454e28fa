"""Months are announced once, never before one that is closed (contract §2.13)."""

from __future__ import annotations

from functools import partial

import msgspec
import pytest

from ledger.errors import Already, Authority, Invalid, State, WrongCentre
from ledger.facts.periods import PeriodOpened
from tests.spec import Story, do, given, when

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
