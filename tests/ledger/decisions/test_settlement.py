"""Cut-off, reconciliation, statements, payroll and close, guard by guard (contract §2.13)."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
import pytest

from ledger.errors import (
    Already,
    Authority,
    Duplicate,
    Invalid,
    NotReady,
    Reversal,
    Sod,
    State,
    WindowClosed,
    WrongCentre,
)
from ledger.facts.payroll import PayrollLine
from ledger.facts.periods import BalanceCarriedForward
from ledger.state.reconciliation import Found
from tests.ledger.decisions.settlement import (
    CLOSE,
    CONFIRMATIONS,
    CREDIT,
    CUT_OFF,
    ISSUE,
    MARCH,
    NOTHING,
    OPEN,
    RUN,
    UNITS,
    drafted,
    late,
    month,
    on,
)
from tests.spec import Line, Story, do, stamped

MISMATCH = Found("AMOUNT_MISMATCH", "TD-A", 6825)
UNMATCHED = Found("UNMATCHED_LEG", "X-1", 7500)
DEVIATION = Found("DEVIATION", "W1", -500)


# -- cut-off -------------------------------------------------------------------------------------------------------


def test_a_month_is_cut_off_when_its_last_shift_is_over() -> None:
    month().given(OPEN).when(CUT_OFF).then_facts("PeriodCutOff")
    month().given(OPEN).when(stamped(CUT_OFF, at=on("03-31", "23:00:00"))).then_refused(NotReady)
    month().given(OPEN).when(stamped(CUT_OFF, at=on("04-01", "05:59:00"))).then_refused(NotReady)


def test_the_last_day_is_that_of_the_announcement() -> None:
    early = do("OpenPeriod", "P-C1", on("03-01"), **MARCH, cutoff="2026-03-25")
    month().given(early).when(stamped(CUT_OFF, at=on("03-26"))).then_facts("PeriodCutOff")
    month().given(early).when(stamped(CUT_OFF, at=on("03-25"))).then_refused(NotReady)


def test_only_an_announced_month_is_cut_off_and_only_once() -> None:
    month().when(CUT_OFF).then_refused(State)
    month().given(OPEN, CUT_OFF).when(CUT_OFF).then_refused(State)
    month().given(OPEN).when(stamped(CUT_OFF, by="P-C2")).then_refused(WrongCentre)
    month().given(OPEN).when(stamped(CUT_OFF, by="P-U1H")).then_refused(Authority)


# -- lists and runs ------------------------------------------------------------------------------------------------

imported = partial(do, "ImportDepartmentList", at=on("04-01"), **MARCH, department="机电科")
ROW = {"doc": "TD-A", "kind": "tender", "amount": "2730.00", "qty": "60.0"}


def closed(**books: Any) -> Story:
    return month(**books).given(OPEN, CUT_OFF, RUN, ISSUE, *CONFIRMATIONS, CLOSE)


def test_a_list_comes_in_once_and_not_into_a_closed_month() -> None:
    first = imported(by="P-OFF", list="L-1", rows=[ROW])
    story = month().when(first).then_facts("DepartmentListImported")
    assert story.recorded[0].rows[0].qty == "60"  # type: ignore[attr-defined]
    month().given(first).when(imported(by="P-OFF", list="L-1", rows=[])).then_refused(Duplicate)
    month().when(imported(by="P-U1H", list="L-1", rows=[])).then_refused(Authority)
    closed().when(imported(by="P-C1", list="L-1", rows=[])).then_refused(State)


def test_a_run_is_allowed_before_the_cut_off_and_never_after_the_close() -> None:
    month().when(RUN).then_facts("ReconciliationRun")
    closed().when(stamped(RUN, at=on("04-04"))).then_refused(State)
    month().when(stamped(RUN, by="P-C2")).then_refused(WrongCentre)


def test_what_is_found_is_raised_in_the_order_of_the_checks_and_once() -> None:
    story = month((DEVIATION, MISMATCH, UNMATCHED)).given().when(RUN)
    story.then_facts("ReconciliationRun", *["ExceptionRaised"] * 3)
    raised = [fact.exception for fact in story.recorded[1:]]  # type: ignore[attr-defined]
    assert raised == ["UNMATCHED_LEG:X-1", "AMOUNT_MISMATCH:TD-A", "DEVIATION:W1"]
    story.when(RUN).then_facts("ReconciliationRun")


def test_a_deadline_counts_from_the_day_after_it() -> None:
    hazard = Found("STATE_DIFF", "H-1", after="2026-03-31")
    month((hazard,)).when(stamped(RUN, at=on("03-31"))).then_facts("ReconciliationRun")
    month((hazard,)).when(RUN).then_facts("ReconciliationRun", "ExceptionRaised")


# -- exceptions ----------------------------------------------------------------------------------------------------

resolve = partial(do, "ResolveException", "P-C1", on("04-01", "10:00:00"), **MARCH, reason="x")
MORE = do("CreditQuotaWage", "P-C1", on("04-01", "09:00:00"), known_as="more", unit="W1", amount="1.00", source_doc="N")
ACCEPT = resolve(exception="AMOUNT_MISMATCH:TD-A", how="accepted", approved_by="P-H1")


def found() -> Story:
    return month((MISMATCH, UNMATCHED, DEVIATION)).given(OPEN, CUT_OFF, RUN)


def test_a_difference_is_accepted_by_clerk_and_head_together() -> None:
    found().when(ACCEPT).then_facts("ExceptionResolved")
    found().when(resolve(exception="AMOUNT_MISMATCH:TD-A", how="accepted")).then_refused(Authority)
    other = partial(resolve, exception="AMOUNT_MISMATCH:TD-A", how="accepted")
    found().when(other(approved_by="P-H2")).then_refused(Authority)
    found().when(other(approved_by="P-C1")).then_refused(Sod)
    found().when(stamped(ACCEPT, by="P-H1")).then_refused(Authority)


@pytest.mark.parametrize("how", ["reversed", "corrected", "adjusted"])
def test_the_clerk_notes_what_was_done_about_it(how: str) -> None:
    """By a command that moved money after it was raised; without one the head has to agree [rule 60]."""
    did = partial(resolve, exception="DEVIATION:W1", how=how)
    found().given(MORE).when(did(of="more")).then_facts("ExceptionResolved")
    found().given(MORE).when(did(of="more", approved_by="P-C1")).then_refused(Sod)
    found().when(did()).then_refused(Authority)
    found().when(did(approved_by="P-H1")).then_facts("ExceptionResolved")


def test_what_was_recorded_before_the_exception_or_moved_no_money_explains_nothing() -> None:
    """[rule 60]"""
    explained = partial(resolve, exception="DEVIATION:W1", how="adjusted")
    before = month((DEVIATION,)).given(OPEN, CUT_OFF, {**MORE, "at": on("04-01", "08:10:00")}, RUN)
    before.when(explained(of="more")).then_refused(Authority)
    said = do(
        "SubmitFeedback", "P-C1", on("04-01", "09:00:00"), known_as="said", feedback="F-1", topic="对账", text="说明"
    )
    found().given(said).when(explained(of="said")).then_refused(Authority)


def test_some_kinds_have_to_disappear_and_nothing_is_resolved_twice() -> None:
    found().when(resolve(exception="UNMATCHED_LEG:X-1", how="corrected")).then_refused(State)
    found().given(ACCEPT).when(ACCEPT).then_refused(State)
    found().when(resolve(exception="GAP:U1-SL-202603", how="corrected")).then_refused("UNKNOWN_EXCEPTION")
    found().when(resolve(exception="DEVIATION:W1", how="reversed", of="nobody")).then_refused("UNKNOWN_COMMAND")
    secret = do("SubmitFeedback", "P-A", known_as="secret", feedback="F-2", topic="x", text="x", anonymous=True)
    of_secret = resolve(exception="DEVIATION:W1", how="reversed", of="secret")
    found().given(secret).when(of_secret).then_refused("UNKNOWN_COMMAND")


def test_what_is_no_longer_found_is_gone_and_comes_back_anew() -> None:
    story = found()
    story.ledger.states["reconciliation:U1/2026-03"] = month((MISMATCH,)).ledger.states["reconciliation:U1/2026-03"]
    story.when(RUN).then_facts("ReconciliationRun", "ExceptionResolved", "ExceptionResolved")
    story.ledger.states["reconciliation:U1/2026-03"] = month((MISMATCH, UNMATCHED)).ledger.states[
        "reconciliation:U1/2026-03"
    ]
    story.given(ACCEPT).when(RUN).then_facts("ReconciliationRun", "ExceptionRaised")


# -- statements ----------------------------------------------------------------------------------------------------


def issued() -> Story:
    return month().given(OPEN, CUT_OFF, RUN, ISSUE)


def test_figures_that_the_head_issues_again_have_been_disputed_enough() -> None:
    """[rule 60]"""
    head = stamped(ISSUE, by="P-H1", at=on("04-02", "10:00:00"))
    again_at = stamped(DISPUTE, at=on("04-02", "11:00:00"))
    again(issued().given(DISPUTE)).given(head).when(again_at).then_refused(Already)
    clerk = stamped(ISSUE, at=on("04-02", "10:00:00"))
    again(issued().given(DISPUTE)).given(clerk).when(again_at).then_facts("StatementDisputed")
    other = issued().given(DISPUTE)
    figures = msgspec.structs.replace(NOTHING, other=1, closing=1)
    other.ledger.states["statement:W1/2026-03"] = msgspec.structs.replace(drafted(2), totals=figures)
    other.given(head).when(again_at).then_facts("StatementDisputed")


def test_a_unit_retired_before_the_month_has_a_statement_only_of_what_was_posted() -> None:
    """[rule 45]"""
    retired = do("RetireUnit", "P-ADM", on("02-01"), unit="T4", effective="2026-02-28", reason="撤销")
    story = month().given(retired, OPEN, CUT_OFF, RUN)
    named = do("IssueStatements", "P-C1", on("04-01"), **MARCH, units=["T4"])
    story.when(named).then_refused(Invalid)
    story.when(ISSUE).then_facts(*["StatementIssued"] * (len(UNITS) - 1))


CONFIRM = do("ConfirmStatement", "P-W1D", on("04-02"), unit="W1", period="2026-03")
DISPUTE = do("DisputeStatement", "P-W1D", on("04-02"), unit="W1", period="2026-03", grounds="x")


def again(story: Story, unit: str = "W1") -> Story:
    """The read models have the next issue of the unit ready."""
    story.ledger.states[f"statement:{unit}/2026-03"] = drafted(2)
    return story


def test_statements_follow_cut_off_and_reconciliation() -> None:
    month().given(OPEN, CUT_OFF, RUN).when(ISSUE).then_facts(*["StatementIssued"] * 7)
    month().given(OPEN, RUN).when(ISSUE).then_refused(State)
    month().given(OPEN, CUT_OFF).when(ISSUE).then_refused(NotReady)
    month().given(OPEN, RUN, CUT_OFF).when(ISSUE).then_refused(NotReady)
    closed().when(stamped(ISSUE, at=on("04-04"))).then_refused(State)


def test_statements_are_issued_by_unit_with_their_window() -> None:
    story = issued()
    facts = story.recorded
    assert [fact.unit for fact in facts] == ["T1", "T2", "T3", "T4", "U1", "W1", "W2"]  # type: ignore[attr-defined]
    assert {fact.window_until for fact in facts} == {"2026-04-03"}  # type: ignore[attr-defined]


def test_only_units_of_the_centre_and_only_what_waits_is_issued() -> None:
    some = do("IssueStatements", "P-C1", on("04-01"), **MARCH, units=["W1"])
    month().given(OPEN, CUT_OFF, RUN).when(some).then_facts("StatementIssued")
    foreign = do("IssueStatements", "P-C1", on("04-01"), **MARCH, units=["W3"])
    month().given(OPEN, CUT_OFF, RUN).when(foreign).then_refused(Invalid)
    issued().given(*CONFIRMATIONS).when(ISSUE).then_refused(State)
    issued().given(CONFIRM).when(some).then_refused(State)
    issued().given(CONFIRM).when(ISSUE).then_facts(*["StatementIssued"] * 6)


def test_a_lead_of_the_unit_confirms_it_once() -> None:
    issued().when(CONFIRM).then_facts("StatementConfirmed")
    issued().given(CONFIRM).when(CONFIRM).then_refused(State)
    issued().when(stamped(CONFIRM, by="P-W2D")).then_refused(Authority)
    month().given(OPEN, CUT_OFF, RUN).when(CONFIRM).then_refused(State)


def test_what_was_posted_since_the_issue_has_to_be_issued_again() -> None:
    issued().given(late(CREDIT)).when(CONFIRM).then_refused(NotReady)
    again(issued().given(late(CREDIT), ISSUE)).when(CONFIRM).then_facts("StatementConfirmed")
    issued().given(stamped(CREDIT, at=on("04-02", "08:00:00"))).when(CONFIRM).then_facts("StatementConfirmed")


def test_a_unit_disputes_in_its_window_and_waits_for_the_next_issue() -> None:
    issued().when(DISPUTE).then_facts("StatementDisputed")
    issued().when(stamped(DISPUTE, at=on("04-03", "23:59:59"))).then_facts("StatementDisputed")
    issued().when(stamped(DISPUTE, at=on("04-04", "00:00:00"))).then_refused(WindowClosed)
    issued().given(CONFIRM).when(DISPUTE).then_refused(State)
    issued().given(DISPUTE).when(DISPUTE).then_refused(State)
    issued().given(DISPUTE).when(CONFIRM).then_refused(State)
    again(issued().given(DISPUTE)).given(ISSUE).when(CONFIRM).then_facts("StatementConfirmed")


def test_two_working_days_without_a_word_confirm_it() -> None:
    clock = partial(do, "AdvanceClock", "SYSTEM")
    issued().when(clock(on("04-03", "23:59:59"))).then_facts("ClockAdvanced")
    issued().when(clock(on("04-04", "00:00:00"))).then_facts(*["StatementConfirmed"] * 7, "ClockAdvanced")
    unsettled = issued().given(DISPUTE, stamped(late(CREDIT), data={**CREDIT["data"], "unit": "W2"}))
    unsettled.when(clock(on("04-04", "00:00:00"))).then_facts(*["StatementConfirmed"] * 5, "ClockAdvanced")


# -- payroll -------------------------------------------------------------------------------------------------------

PAID = (PayrollLine("P-A", 3000, 0, 0),)
EXPORT = do("ExportPayroll", "P-H1", on("04-02", "10:00:00"), **MARCH)
WAGE = do(
    "DistributeWage", "P-C1", on("03-25"), known_as="wage", unit="W1", lines=[{"person": "P-A", "amount": "30.00"}]
)


def paid() -> Story:
    return month(payable=PAID).given(CREDIT, WAGE, OPEN, CUT_OFF, RUN, ISSUE)


def test_payroll_leaves_once_when_every_unit_has_confirmed() -> None:
    paid().given(*CONFIRMATIONS).when(EXPORT).then_facts("PayrollExported").then_balances(
        {"PAY_PERF:P-A": "0.00", "OUT_PAYROLL:U1": "30.00"}
    )
    paid().when(EXPORT).then_refused(NotReady)
    paid().given(*CONFIRMATIONS, EXPORT).when(EXPORT).then_refused(Duplicate)
    paid().given(*CONFIRMATIONS).when(stamped(EXPORT, by="P-C1")).then_refused(Authority)


def test_no_wage_leaves_after_a_posting_that_no_statement_shows_nor_while_a_leg_is_missing() -> None:
    """[rules 43 and 60]"""
    unseen = {**late(CREDIT), "at": on("04-02", "09:59:00"), "data": {**CREDIT["data"], "source_doc": "D-9"}}
    paid().given(*CONFIRMATIONS, unseen).when(EXPORT).then_refused(NotReady)
    leg = {"transfer": "X", "leg": "in", "unit": "W1", "counter": "W2", "amount": "1.00", "kind": "tender"}
    paid().given(*CONFIRMATIONS, do("ImportTransferLeg", at=on("04-02", "09:59:00"), **leg)).when(EXPORT).then_refused(
        NotReady
    )


def test_payroll_belongs_to_its_month_while_that_is_open() -> None:
    story = paid().given(*CONFIRMATIONS, EXPORT)
    assert (story.recorded[0].business_date, story.recorded[0].posting_period) == ("2026-03-31", "2026-03")


def test_a_wage_that_has_left_is_not_reversed_and_neither_is_the_payroll() -> None:
    exported = {**EXPORT, "id": "out"}
    undo = partial(do, "ReverseEntry", "P-C1", on("04-02", "11:00:00"), reason="x", approved_by="P-H1")
    paid().given(*CONFIRMATIONS, exported).when(undo(of="wage")).then_refused(State)
    paid().given(*CONFIRMATIONS, exported).when(undo(of="out")).then_refused(State)
    paid().given(*CONFIRMATIONS).when(undo(of="wage")).then_facts("EntryReversed")
    paid().given(undo(of="wage")).when(undo(of="wage")).then_refused(Reversal)


def test_payroll_actuals_come_back_once() -> None:
    lines = [{"person": "P-A", "paid": "1.00", "deducted": "0.00"}]
    actuals = do("ImportPayrollActuals", "P-HR", on("04-08"), **MARCH, lines=lines)
    month().when(actuals).then_facts("PayrollActualsImported")
    month().given(actuals).when(actuals).then_refused(Duplicate)
    month().when(stamped(actuals, by="P-C2")).then_refused(WrongCentre)
    month().when(stamped(actuals, by="P-H1")).then_refused(Authority)


# -- the close -----------------------------------------------------------------------------------------------------


def confirmed(*found_: Found) -> Story:
    return month(found_).given(CREDIT, OPEN, CUT_OFF, RUN, ISSUE, *CONFIRMATIONS)


def test_a_clean_month_closes_once_and_every_unit_carries_forward() -> None:
    story = confirmed().given(stamped(CREDIT, at=on("04-02", "08:00:00"), data={**CREDIT["data"], "source_doc": "D-2"}))
    story.when(CLOSE).then_facts("PeriodClosed")
    carried = [fact for fact in story.recorded if isinstance(fact, BalanceCarriedForward)]
    assert [fact.unit for fact in carried] == ["T1", "T2", "T3", "T4", "U1", "W1", "W2"]
    w1 = {line.account: line.amount for line in carried[5].balances}
    assert w1 == {"POOL_WAGE:W1": 10_000, "SRC_QUOTA:W1": -10_000}
    story.when(CLOSE).then_refused(Already)


LEG: Line = do(
    "ImportTransferLeg",
    "SYSTEM",
    on("03-20"),
    transfer="X-1",
    leg="out",
    unit="W1",
    counter="W2",
    amount="5.00",
    kind="handover",
)


def credited(day: str) -> Line:
    return do("CreditQuotaWage", "P-C1", on(day), unit="W1", amount="100.00", source_doc="D-0")


FEBRUARY = do("OpenPeriod", "P-C1", on("02-01"), centre="U1", period="2026-02")


@pytest.mark.parametrize(
    "story",
    [
        lambda: month().given(OPEN, RUN),
        lambda: month().given(FEBRUARY, credited("02-10"), OPEN, CUT_OFF, RUN, ISSUE, *CONFIRMATIONS),
        lambda: month().given(LEG, OPEN, CUT_OFF, RUN, ISSUE, *CONFIRMATIONS),
        lambda: confirmed(MISMATCH),
        lambda: month().given(OPEN, CUT_OFF, RUN),
        lambda: issued(),
        lambda: issued().given(DISPUTE, *[line for line in CONFIRMATIONS if line["data"]["unit"] != "W1"]),
        lambda: confirmed().given(late(stamped(CREDIT, data={**CREDIT["data"], "source_doc": "D-2"}))),
    ],
    ids=["not cut off", "february open", "clearing", "blocking", "no statement", "unconfirmed", "disputed", "stale"],
)
def test_a_month_that_is_not_clean_does_not_close(story: Any) -> None:
    story().when(CLOSE).then_refused(NotReady)


@pytest.mark.parametrize(
    ("posting", "hinders"),
    [
        ([], False),
        (["FUND_SAFETY:U1"], True),
        (["PAY_BONUS:P-A"], True),
        (["PAY_BONUS:P-X1"], False),
        (["POOL_WAGE:U2", "FUND_SAFETY:HQ", "PAY_PERF:P-OFF"], False),
        (["PAY_PERF:P-OFF", "PAY_PERF:P-U1H"], True),
    ],
    ids=["nothing", "unit", "person", "another centre's person", "other centres", "one of two"],
)
def test_an_earlier_month_hinders_the_close_only_if_something_was_posted_in_it(
    posting: list[str], hinders: bool
) -> None:
    """[rule 73]"""
    opened = do("OpenBalances", at=on("02-10"), as_of="2026-02-10", balances=dict.fromkeys(posting, "5.00"))
    begun = [FEBRUARY, *([opened] if posting else [])]
    story = month().given(*begun, OPEN, CUT_OFF, RUN, ISSUE, *CONFIRMATIONS).when(CLOSE)
    story.then_refused(NotReady) if hinders else story.then_facts("PeriodClosed")


def test_a_posting_that_was_reversed_in_its_month_hinders_like_any_other() -> None:
    """[rule 73] The month has entries that a statement shows."""
    undo = do("ReverseEntry", "P-C1", on("02-11"), of="credit", reason="错", approved_by="P-H1")
    begun = [FEBRUARY, {**credited("02-10"), "id": "credit"}, undo]
    month().given(*begun, OPEN, CUT_OFF, RUN, ISSUE, *CONFIRMATIONS).when(CLOSE).then_refused(NotReady)


def test_what_does_not_block_or_is_resolved_lets_it_close() -> None:
    confirmed(DEVIATION).when(CLOSE).then_facts("PeriodClosed")
    confirmed(MISMATCH).given(ACCEPT).when(CLOSE).then_facts("PeriodClosed")
    confirmed().when(stamped(CLOSE, by="P-C1")).then_refused(Authority)
    confirmed().when(stamped(CLOSE, by="P-H2")).then_refused(WrongCentre)


def test_what_comes_after_the_close_posts_to_the_next_month() -> None:
    story = closed().when({**late(CREDIT), "at": on("04-06")}).then_facts("LateEventAccepted", "QuotaWageCredited")
    assert (story.recorded[1].posting_period, story.recorded[1].adjusts_period) == ("2026-04", "2026-03")


# -- day sheets ----------------------------------------------------------------------------------------------------

SEAL = do("SealDaySheet", "P-T1L", on("03-06"), unit="T1", day="2026-03-05", recorder="P-T1L", reviewer="P-W1D")


def test_a_day_is_sealed_once_by_two_different_persons() -> None:
    story = month().when(SEAL).then_facts("DaySheetSealed")
    assert (story.recorded[0].stream, story.recorded[0].business_date) == ("period-U1-202603", "2026-03-05")
    month().when(stamped(SEAL, by="P-W1D")).then_facts("DaySheetSealed")
    month().when(stamped(SEAL, by="P-W2D")).then_refused(Authority)
    month().when(stamped(SEAL, data={**SEAL["data"], "reviewer": "P-T1L"})).then_refused(Sod)
    month().given(SEAL).when(SEAL).then_refused(Duplicate)


@pytest.mark.parametrize(
    "other", [{"recorder": "P-A"}, {"reviewer": "P-A"}, {"reviewer": "P-T2L"}, {"reviewer": "P-C1"}]
)
def test_a_day_is_recorded_and_reviewed_by_whose_work_it_is(other: dict[str, str]) -> None:
    """[rule 59]"""
    whole = {**SEAL["data"], "recorder": "P-REC", **other}
    by = next(iter(other.values()))
    month().when(stamped(SEAL, by=by, data=whole)).then_refused(Authority)
    clerk = {**SEAL["data"], "recorder": "P-C1"}
    month().when(stamped(SEAL, by="P-C1", data=clerk)).then_facts("DaySheetSealed")


def test_no_score_is_given_after_the_sheet_is_sealed() -> None:
    score = do("RecordDailyScore", "P-W1D", on("03-06"), person="P-A", unit="T1", day="2026-03-05", score="95")
    month().when(score).then_facts("DailyScoreRecorded")
    month().given(SEAL).when(score).then_refused(State)
