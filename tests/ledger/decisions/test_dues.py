"""Dues of persons: gross wages, the monthly deduction within cap and floor, write-offs (PERF-09, F-12)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Authority, Basis, Duplicate, Exceeds, Invalid, Locked, NoGross, Sod, State, WrongCentre
from ledger.facts.dues import CompensationDeducted, DeductionCarried, DueWrittenOff
from tests.ledger.decisions.liabilities import acknowledge, at, by_lines, confirm, line, opened, serve
from tests.spec import Line, Story, do, given


def wage(gross: str, period: str = "2026-03", **fields: Any) -> Line:
    lines = [{"person": "P-A", "gross": gross} | fields]
    return do("ImportGrossWage", "P-HR", at("03-31", "09:00"), period=period, lines=lines)


def deduct(period: str = "2026-03", by: str = "P-C1") -> Line:
    return do("DeductCompensation", by, at("03-31"), period=period, person="P-A")


def owing(due: str, perf: str = "9000.00") -> Line:
    return opened(DUE_PERSON_P_A=f"-{due}", PAY_PERF_P_A=perf, FUND_SAFETY_HQ=due)


def deduction(story: Story) -> tuple[int, int]:
    """(deducted, carried) of the last command."""
    taken = sum(fact.amount for fact in story.recorded if isinstance(fact, CompensationDeducted))
    return taken, sum(fact.amount for fact in story.recorded if isinstance(fact, DeductionCarried))


def test_the_last_day_of_a_period_is_in_no_shift() -> None:
    """[rule 50] The command came in the early shift of a later day."""
    story = given(
        owing("40.00"), wage("5000.00"), do("DeductCompensation", "P-C1", at("04-02"), period="2026-03", person="P-A")
    )
    assert {(fact.business_date, fact.shift) for fact in story.recorded} == {("2026-03-31", None)}
    story = given(owing("40.00"), wage("5000.00"), deduct())
    assert {(fact.business_date, fact.shift) for fact in story.recorded} == {("2026-03-31", "早")}


@pytest.mark.parametrize(
    ("due", "gross", "perf", "expected"),
    [
        ("440.00", "2400.00", "9000.00", (20000, 24000)),
        ("440.00", "5000.00", "9000.00", (44000, 0)),
        ("440.00", "2150.00", "9000.00", (0, 44000)),
        ("3000.00", "4333.34", "9000.00", (86666, 213334)),
        ("3000.00", "5000.00", "10.00", (1000, 299000)),
    ],
    ids=["the floor", "all of it", "less than the floor", "the cap, rounded down [rule 19]", "what is payable"],
)
def test_a_deduction_is_the_least_of(due: str, gross: str, perf: str, expected: tuple[int, int]) -> None:
    story = given(owing(due, perf), wage(gross), deduct())
    assert deduction(story) == expected


def test_a_deduction_moves_pay_to_the_due_and_frees_the_fund() -> None:
    story = given(owing("440.00"), wage("5000.00")).when(deduct()).then_facts("CompensationDeducted")
    story.then_balances({"PAY_PERF:P-A": "8560.00", "DUE_PERSON:P-A": "0.00", "FUND_SAFETY:HQ": "440.00"})
    assert story.ledger.lookup("unit-HQ").spendable == 44000


def test_the_floor_of_the_import_goes_before_the_policy() -> None:
    assert deduction(given(owing("440.00"), wage("2400.00", min_wage="2300.00"), deduct())) == (10000, 34000)


def test_the_oldest_due_is_deducted_first() -> None:
    younger = (by_lines(lines=[line("P-A", "50.00")]), serve(), confirm())
    april = (wage("5000.00", "2026-04") | {"at": at("04-30")}, deduct("2026-04") | {"at": at("04-30", "11:00")})
    story = given(owing("440.00"), *younger, wage("2300.00"), deduct(), *april)
    parts = [part for fact in story.recorded if isinstance(fact, CompensationDeducted) for part in fact.parts]
    assert [(part.document, part.amount) for part in parts] == [("opening:2026-03-01", 34000), ("slip:SL-1", 5000)]


def test_a_deduction_has_the_last_day_of_its_month() -> None:
    late = deduct() | {"at": "2026-04-02T10:00:00+08:00"}
    assert given(owing("440.00"), wage("5000.00"), late).recorded[0].business_date == "2026-03-31"


def test_without_gross_wage_nothing_is_deducted() -> None:
    given(owing("440.00")).when(deduct()).then_refused(NoGross)
    given(owing("440.00"), wage("5000.00")).when(deduct("2026-02")).then_refused(NoGross)


def test_without_a_floor_nothing_is_deducted() -> None:
    early = "2023-12-31T10:00:00+08:00"
    lines = [{"person": "P-A", "gross": "3000.00"}]
    imported = do("ImportGrossWage", "P-HR", early, period="2023-12", lines=lines)
    given(imported).when(deduct("2023-12") | {"at": early}).then_refused(Basis)


def test_a_month_is_deducted_once() -> None:
    given(owing("440.00"), wage("2400.00"), deduct()).when(deduct()).then_refused(Duplicate)


def test_a_month_in_which_nothing_could_be_taken_counts_as_well() -> None:
    given(owing("440.00"), wage("2100.00"), deduct()).when(deduct()).then_refused(Duplicate)


def test_who_owes_nothing_is_left_alone() -> None:
    given(wage("5000.00")).when(deduct()).then_refused(State)


def test_a_reversed_deduction_can_be_made_again() -> None:
    reverse = do("ReverseEntry", "P-C1", at("03-31", "11:00"), of="d-1", reason="误", approved_by="P-H1")
    story = given(owing("440.00"), wage("2400.00"), deduct() | {"id": "d-1"}, reverse)
    story.when(deduct() | {"at": at("03-31", "12:00")}).then_facts("CompensationDeducted", "DeductionCarried")


def test_deducting_is_for_the_centre_of_the_home() -> None:
    given(owing("440.00"), wage("5000.00")).when(deduct(by="P-C2")).then_refused(WrongCentre)
    given(owing("440.00"), wage("5000.00")).when(deduct(by="P-HR")).then_refused(Authority)
    given(owing("440.00"), wage("5000.00")).when(deduct(by="P-H1")).then_facts("CompensationDeducted")


def test_a_gross_wage_is_imported_once_per_person_and_month() -> None:
    given(wage("1.00")).when(wage("2.00")).then_refused(Duplicate)
    twice = [{"person": "P-A", "gross": "1.00"}, {"person": "P-A", "gross": "2.00"}]
    given().when(do("ImportGrossWage", "P-HR", at("03-31"), period="2026-03", lines=twice)).then_refused(Duplicate)
    given().when(do("ImportGrossWage", "P-HR", at("03-31"), period="2026-03", lines=[])).then_refused(Invalid)


def test_nobody_imports_his_own_minimum_wage() -> None:
    """[rule 52]"""
    own = [{"person": "P-HR", "gross": "1.00", "min_wage": "3000.00"}]
    given().when(do("ImportGrossWage", "P-HR", at("03-31"), period="2026-03", lines=own)).then_refused(Sod)
    del own[0]["min_wage"]
    given().when(do("ImportGrossWage", "P-HR", at("03-31"), period="2026-03", lines=own)).then_facts(
        "GrossWageImported"
    )


def test_a_minimum_wage_does_not_go_below_the_published_floor() -> None:
    """[rule 59]"""
    given().when(wage("2400.00", min_wage="2199.99")).then_refused(Locked)
    given().when(wage("2400.00", min_wage="2200.00")).then_facts("GrossWageImported")


@pytest.mark.parametrize(("debtor", "by"), [("P-G1", "P-C0"), ("P-C0", "P-C0")])
def test_nobody_writes_off_what_he_owes_himself(debtor: str, by: str) -> None:
    """[rule 52]"""
    owed = opened(**{f"DUE_PERSON_{debtor.replace('-', '_')}": "-100.00"}, FUND_SAFETY_HQ="100.00")
    group = ["P-G1", "P-G2"]
    off = do("WriteOffDue", by, at("03-31"), person=debtor, amount="999.00", reason="x", approvals=group)
    given(owed).when(off).then_refused(Sod)


def in_april(amount: str) -> tuple[Line, ...]:
    """A wage and a charge of the next month, of the same amount."""
    slip = by_lines(lines=[line("P-A", amount)]) | {"at": at("04-01", "08:00")}
    accepted = acknowledge("P-A") | {"at": at("04-01", "08:02")}
    served, confirmed = serve() | {"at": at("04-01", "08:01")}, confirm() | {"at": at("04-01", "08:03")}
    fed = do("CreditQuotaWage", "P-C1", at("04-01", "09:00"), unit="T1", amount=amount, source_doc="C-1")
    paid = do("DistributeWage", "P-C1", at("04-01", "09:01"), unit="T1", lines=[{"person": "P-A", "amount": amount}])
    return slip, served, accepted, confirmed, fed, paid


def test_wages_and_dues_of_a_later_month_wait_for_it() -> None:
    """[rule 70]"""
    story = given(owing("100.00", perf="70.00"), wage("5000.00"), *in_april("500.00"))
    story.given(deduct() | {"at": at("04-02")})
    assert deduction(story) == (7000, 3000)
    gross = wage("5000.00", period="2026-04") | {"at": at("04-30", "11:00")}
    story.given(gross, deduct("2026-04") | {"at": at("04-30", "12:00")})
    assert deduction(story) == (50000, 3000)


def test_who_owes_something_of_a_later_month_only_is_left_alone() -> None:
    """[rule 70]"""
    story = given(wage("5000.00"), *in_april("500.00"))
    story.when(deduct() | {"at": at("04-02")}).then_refused(State)


def test_gross_wages_come_from_hr() -> None:
    given().when(wage("1.00") | {"by": "P-C1"}).then_refused(Authority)
    given().when(wage("1.00") | {"by": "SYSTEM"}).then_facts("GrossWageImported")


def write_off(amount: str, by: str = "P-C0", **fields: Any) -> Line:
    usual = {"person": "P-A", "amount": amount, "reason": "无法追回", "approvals": ["P-G1", "P-G2"]}
    return do("WriteOffDue", by, at("03-31"), **(usual | fields))


def test_a_write_off_is_borne_by_the_fund() -> None:
    story = given(owing("440.00")).when(write_off("140.00")).then_facts("DueWrittenOff")
    story.then_balances({"DUE_PERSON:P-A": "-300.00", "FUND_SAFETY:HQ": "300.00"})
    assert [fact.centre for fact in story.recorded if isinstance(fact, DueWrittenOff)] == ["HQ"]
    assert story.ledger.lookup("unit-HQ").spendable == 0


def test_no_more_is_written_off_than_is_due_to_that_fund() -> None:
    given(owing("440.00")).when(write_off("440.01")).then_refused(Exceeds)
    given(owing("440.00")).when(write_off("1.00", "P-C1", centre="U1")).then_refused(Exceeds)


def test_a_due_under_appeal_is_not_written_off() -> None:
    slip = (by_lines(lines=[line("P-A", "50.00")]), serve(), confirm())
    appeal = do("LodgeAppeal", "P-A", at("03-09"), slip="SL-1", party="P-A", grounds="x")
    given(*slip).when(write_off("50.00")).then_facts("DueWrittenOff")
    given(*slip, appeal).when(write_off("50.00")).then_refused(Exceeds)


def test_writing_off_is_for_the_funds_centre_with_approvals() -> None:
    given(owing("440.00")).when(write_off("1.00", "P-C1")).then_refused(WrongCentre)
    given(owing("440.00")).when(write_off("1.00", "P-OFF")).then_refused(Authority)
    given(owing("440.00")).when(write_off("1.00", approvals=[])).then_refused(Authority)
