"""Pay that the bank sent back: payable again, no more than left with that payroll (rule 84)."""

from __future__ import annotations

from typing import Any

from ledger.errors import Authority, Duplicate, Exceeds, Insufficient, Invalid, Reversal, Sod, WrongCentre
from ledger.facts.payroll import PayrollLine, PayrollReturned
from ledger.state.computed import Payable
from tests.ledger.decisions.settlement import (
    CONFIRMATIONS,
    CREDIT,
    CUT_OFF,
    ISSUE,
    MARCH,
    OPEN,
    RUN,
    close_month,
    month,
    on,
)
from tests.spec import Line, Story, do, stamped

WAGE = do("DistributeWage", "P-C1", on("03-25"), unit="W1", lines=[{"person": "P-A", "amount": "30.00"}])
EXPORT = do("ExportPayroll", "P-H1", on("04-02", "10:00:00"), **MARCH)


def exported() -> Story:
    """P-A's 30.00 of March have left."""
    payable = (PayrollLine("P-A", 3000, 0, 0),)
    return month(payable=payable).given(CREDIT, WAGE, OPEN, CUT_OFF, RUN, ISSUE, *CONFIRMATIONS, EXPORT)


def back(amount: str = "30.00", **fields: Any) -> Line:
    usual = {"person": "P-A", "pay": "perf", "amount": amount, "doc": "TP-1", "reason": "账号错", "approved_by": "P-H1"}
    return do(
        "ReturnPayroll", "P-C1", on("04-06"), known_as=f"back-{fields.get('doc', 'TP-1')}", **MARCH, **(usual | fields)
    )


def undo() -> Line:
    return do("ReverseEntry", "P-C1", on("04-07"), of="back-TP-1", reason="x", approved_by="P-H1")


def test_pay_that_came_back_is_payable_again_in_an_open_month() -> None:
    """[rule 84]: it is not a matter of the payroll's month."""
    story = exported().when(back()).then_facts("PayrollReturned")
    story.then_balances({"PAY_PERF:P-A": "30.00", "OUT_PAYROLL:U1": "0.00"})
    returned, mirror = (fact for fact in story.recorded if isinstance(fact, PayrollReturned))
    assert (returned.business_date, returned.posting_period) == ("2026-04-06", "2026-04")
    assert (returned.stream, mirror.stream, mirror.mirror) == ("person-P-A", "period-U1-202603", True)


def test_no_more_comes_back_than_that_payroll_paid_out_of_the_account() -> None:
    """[rule 84]"""
    month().given(CREDIT, WAGE, OPEN).when(back("0.01")).then_refused(Exceeds)
    exported().when(back("30.01")).then_refused(Exceeds)
    exported().when(back(pay="safety")).then_refused(Exceeds)
    exported().when(back(person="P-B")).then_refused(Exceeds)
    exported().given(back("29.99")).when(back("0.02", doc="TP-2")).then_refused(Exceeds)
    exported().given(back("29.99")).when(back("0.01", doc="TP-2")).then_facts("PayrollReturned")


def test_the_centre_takes_pay_back_with_its_head_and_the_bank_s_paper() -> None:
    """[rule 84]: SOD, AUTHORITY, DUPLICATE, EXCEEDS in their order."""
    exported().when(stamped(back(), by="P-C2")).then_refused(WrongCentre)
    exported().when(stamped(back(), by="P-OFF")).then_refused(Authority)
    exported().when(back(approved_by="P-C1")).then_refused(Sod)
    exported().when(back(approved_by="P-A")).then_refused(Sod)
    exported().when(back(approved_by="P-H2")).then_refused(Authority)
    exported().when(back(approved_by="")).then_refused(Authority)
    exported().given(back("1.00")).when({**back("99.00"), "id": "again"}).then_refused(Duplicate)
    exported().when(back("0.00")).then_refused(Invalid)
    exported().when(back(pay="wage")).then_refused(Invalid)


def test_a_return_is_reversed_like_any_money_and_may_be_told_again() -> None:
    """[rule 84]"""
    story = exported().given(back()).when(undo()).then_facts("EntryReversed")
    story.then_balances({"PAY_PERF:P-A": "0.00", "OUT_PAYROLL:U1": "30.00"})
    exported().given(back(), undo()).when({**back(), "id": "again"}).then_facts("PayrollReturned")
    exported().given(back(), undo()).when(undo()).then_refused(Reversal)
    exported().given(back()).when(stamped(undo(), by="P-C2")).then_refused(WrongCentre)


def test_what_came_back_and_was_kept_for_a_due_is_not_reversed() -> None:
    raised = do(
        "RaiseDue",
        "P-C1",
        on("04-06", "10:00:00"),
        due="D-1",
        person="P-A",
        amount="20.00",
        reason="多发",
        doc="DF",
        approved_by="P-H1",
        unit="W1",
    )
    gross = do(
        "ImportGrossWage",
        "P-HR",
        on("04-06", "11:00:00"),
        period="2026-04",
        lines=[{"person": "P-A", "gross": "9000.00"}],
    )
    kept = do("DeductCompensation", "P-C1", on("04-06", "12:00:00"), period="2026-04", person="P-A")
    exported().given(back(), raised, gross, kept).when(undo()).then_refused(Insufficient)


def test_pay_that_came_back_is_no_second_credit() -> None:
    """[rules 52 and 84]: P-A was paid 30.00, however often it went to the bank."""
    usual = {"person": "P-A", "reason": "多发", "doc": "DF", "approved_by": "P-H1"}
    claim = do("RaiseDue", "P-C1", on("04-08"), due="D-1", amount="30.01", **usual)
    exported().given(back()).when(claim).then_refused(Exceeds)
    exported().given(back(), undo()).when(stamped(claim, data={**claim["data"], "amount": "30.00"})).then_facts(
        "DueRaised"
    )


def test_a_payroll_of_a_closed_month_reckons_with_its_own_posting_period() -> None:
    """[rule 70]: exported after the close it belongs to April, and so do April's wages."""
    story = close_month(month().given(CREDIT, WAGE, OPEN, CUT_OFF, RUN, ISSUE, *CONFIRMATIONS), "U1", "2026-03")
    story.ledger.states["payroll:U1/2026-03/2026-04"] = Payable((PayrollLine("P-A", 3000, 0, 0),))
    story.when(EXPORT).then_facts("PayrollExported")
    assert story.recorded[-1].posting_period == "2026-04"


def test_pay_that_came_back_leaves_with_the_payroll_of_the_month_in_which_it_came() -> None:
    """[rules 70 and 84]"""
    person = exported().given(back()).ledger.lookup("person-P-A")
    assert [person.payable("PAY_PERF", up_to) for up_to in ("2026-03", "2026-04")] == [0, 3000]
