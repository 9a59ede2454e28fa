"""A window is never over when it begins (rule 55)."""

from __future__ import annotations

import pytest

from ledger.errors import Invalid, NoCalendar, TooLate
from tests.ledger.decisions.liabilities import at, by_lines, by_matrix, line, serve
from tests.ledger.decisions.settlement import CUT_OFF, ISSUE, OPEN, RUN, UNITS, month
from tests.ledger.decisions.sheets import publish, scored
from tests.spec import Line, Story, do, given, stamped, when

SLIP = by_matrix()
"""Issued on Monday 2 March; windows are of three working days."""


def served(on: str | None = None, *, told: str) -> Line:
    return {**serve(**({} if on is None else {"served_on": on})), "at": told}


def test_a_slip_is_not_served_before_it_is_issued() -> None:
    """[rule 55] INVALID is said before TOO_LATE."""
    given(SLIP).when(served("2026-02-27T10:00:00+08:00", told=at("03-20"))).then_refused(Invalid)
    given(SLIP).when(served(at("03-02", "00:00"), told=at("03-02", "11:00"))).then_facts("SlipServed")


def test_a_service_leaves_a_whole_working_day_after_the_day_on_which_it_is_told() -> None:
    """[rule 55] Served on Monday, over at the end of Thursday: told on Wednesday it leaves Thursday, later nothing."""
    given(SLIP).when(served(at("03-02", "11:00"), told=at("03-04", "23:59"))).then_facts("SlipServed")
    given(SLIP).when(served(at("03-02", "11:00"), told=at("03-05", "00:01"))).then_refused(TooLate)


def test_days_off_are_no_working_days() -> None:
    """[rule 55] Served on Wednesday, over at the end of Monday: told on Friday or Saturday it leaves Monday."""
    for told in (at("03-06"), at("03-07"), at("03-08")):
        given(SLIP).when(served(at("03-04"), told=told)).then_facts("SlipServed")
    given(SLIP).when(served(at("03-04"), told=at("03-09"))).then_refused(TooLate)


def test_the_system_serves_what_was_served_long_ago() -> None:
    """[rule 55] SYS is exempt; not from serving before the issue."""
    late = served(at("03-02", "11:00"), told=at("03-20")) | {"by": "SYSTEM"}
    given(SLIP).when(late).then_facts("SlipServed")
    early = served("2026-02-27T10:00:00+08:00", told=at("03-20")) | {"by": "SYSTEM"}
    given(SLIP).when(early).then_refused(Invalid)


def test_the_day_of_recording_is_the_one_that_was_sent() -> None:
    """[rule 55] Before it is raised to what the ledger has learnt already (contract §1.1)."""
    later = stamped(by_matrix(slip="SL-2"), recorded_at=at("03-20"))
    told = stamped(served(at("03-02", "11:00"), told=at("03-02", "11:00")))
    given(SLIP, later).when(told).then_facts("SlipServed")
    given(SLIP, later).when(stamped(told, recorded_at=at("03-05"))).then_refused(TooLate)


def test_a_year_without_calendar_is_said_first() -> None:
    """[rule 55] TOO_LATE stands with NO_CALENDAR."""
    slip = {**SLIP, "at": "2027-12-29T10:00:00+08:00"}
    late = served("2027-12-31T10:00:00+08:00", told="2028-01-20T10:00:00+08:00")
    given(slip).when(late).then_refused(NoCalendar)


NOTICE = do("IssueNotice", "P-OFF", at("03-02"), notice="NT-1", unit="W1", item="GP-05", qty="1", description="x")
PENALTY = do(
    *("ProposePenalty", "P-U1D", at("03-02")),
    penalty="PE-1",
    unit="W1",
    kind="other",
    basis="§1",
    description="x",
    lines=[line("W1", "1.00")],
    approved_by="P-G1",
)
APPROVAL = do("ApprovePenalty", "P-U1H", at("03-02", "11:00"), penalty="PE-1")


@pytest.mark.parametrize(("before", "starting"), [((), NOTICE), ((PENALTY,), APPROVAL)])
def test_notices_and_penalties_are_not_told_when_their_window_is_over(before: tuple[Line, ...], starting: Line) -> None:
    """[rule 55]"""
    given(*before).when(stamped(starting, recorded_at=at("03-05"))).then_refused(TooLate)
    assert given(*before).when(stamped(starting, recorded_at=at("03-04"))).answer.ok  # type: ignore[union-attr]


def test_scores_are_not_published_when_their_window_is_over() -> None:
    """[rule 55] Of Friday 27 February it is over at the end of Wednesday; a year without calendar is said first."""
    given(*scored()).when(stamped(publish(), recorded_at=at("03-03"))).then_facts("AssessmentPublished")
    given(*scored()).when(stamped(publish(), recorded_at=at("03-04"))).then_refused(TooLate)
    given(*scored()).when(
        stamped(publish(), recorded_at="2028-01-20T10:00:00+08:00", late_approval="P-H1")
    ).then_refused(NoCalendar)


def reconciled() -> Story:
    return month().given(OPEN, CUT_OFF, RUN)


def test_statements_leave_a_whole_working_day_as_well() -> None:
    """[rule 55] Issued on Wednesday 1 April their two working days are over at the end of Friday."""
    reconciled().when(stamped(ISSUE, recorded_at=at("04-02"))).then_facts(*["StatementIssued"] * len(UNITS))
    reconciled().when(stamped(ISSUE, recorded_at=at("04-03"))).then_refused(TooLate)


def test_a_window_of_no_day_is_over_when_it_begins() -> None:
    """[rule 55]"""
    none = do(
        *("PublishPolicy", "P-SO", at("03-01")),
        key="dispute.window",
        value=0,
        unit="HQ",
        effective="2026-03-01",
        legal_basis="§1",
    )
    when(none).then_facts("PolicyPublished").given(by_lines(lines=[line("W1", "1.00")])).when(serve()).then_refused(
        TooLate
    )
