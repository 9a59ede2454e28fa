"""Overpaid wages: the person owes them to the fund or the pool that paid too much (rules 22, 52, 83)."""

from __future__ import annotations

from typing import Any

from ledger.errors import Authority, Duplicate, Exceeds, Invalid, Reversal, Sod, State, WrongCentre
from ledger.facts.dues import DueCancelled, DueRaised
from tests.ledger.decisions.liabilities import at, opened
from tests.spec import Line, Story, do, given, stamped

WAGES = {"PAY_PERF_P_A": "900.00", "POOL_WAGE_W1": "1000.00", "FUND_SAFETY_U1": "50.00"}


def paid(**balances: str) -> Line:
    """P-A was paid 900.00; the pool and the fund have something of their own."""
    return opened(**(WAGES | balances))


def overpaid(due: str = "D-1", **fields: Any) -> Line:
    usual = {"person": "P-A", "amount": "260.00", "reason": "多发", "doc": f"DF-{due}", "approved_by": "P-H1"}
    return do("RaiseDue", "P-C1", at("03-10"), known_as=f"raise-{due}", due=due, **(usual | fields))


def deduct() -> tuple[Line, Line]:
    lines = [{"person": "P-A", "gross": "2401.25"}]
    return (
        do("ImportGrossWage", "P-HR", at("03-30"), period="2026-03", lines=lines),
        do("DeductCompensation", "P-C1", at("03-31"), period="2026-03", person="P-A"),
    )


def undo(due: str = "D-1", by: str = "P-C1", approved_by: str = "P-H1") -> Line:
    return do("ReverseEntry", by, at("03-31", "12:00"), of=f"raise-{due}", reason="x", approved_by=approved_by)


def spendable(story: Story, centre: str = "U1") -> int:
    return int(story.ledger.lookup(f"unit-{centre}").spendable)


def test_what_was_overpaid_is_due_to_the_fund_of_the_home() -> None:
    """[rule 22]"""
    story = given(paid()).when(overpaid()).then_facts("DueRaised")
    story.then_balances({"DUE_PERSON:P-A": "-260.00", "FUND_SAFETY:U1": "310.00"})
    assert spendable(story) == 5000
    raised, mirror = (fact for fact in story.recorded if isinstance(fact, DueRaised))
    assert (raised.stream, mirror.stream, mirror.mirror) == ("person-P-A", "unit-U1", True)


def test_another_centre_may_have_overpaid() -> None:
    story = given(paid()).when(stamped(overpaid(centre="HQ", approved_by="P-H0"), by="P-C0")).then_facts("DueRaised")
    story.then_balances({"FUND_SAFETY:HQ": "260.00", "FUND_SAFETY:U1": "50.00"})


def test_a_due_is_raised_by_the_centre_with_its_head() -> None:
    """[rule 22]: WRONG_CENTRE and AUTHORITY of the clerk, then SOD, AUTHORITY, DUPLICATE, EXCEEDS in their order."""
    given(paid()).when(stamped(overpaid(), by="P-C2")).then_refused(WrongCentre)
    given(paid()).when(stamped(overpaid(), by="P-OFF")).then_refused(Authority)
    given(paid()).when(overpaid(approved_by="P-C1")).then_refused(Sod)
    given(paid()).when(overpaid(person="P-H1", amount="999.00")).then_refused(Sod)
    given(paid()).when(overpaid(person="P-B", approved_by="P-B")).then_refused(Sod)
    given(paid()).when(overpaid(approved_by="P-H2")).then_refused(Authority)
    given(paid()).when(overpaid(approved_by="")).then_refused(Authority)
    given(paid(), overpaid()).when(overpaid("D-2", doc="DF-D-1", amount="999.00")).then_refused(Duplicate)
    given(paid(), overpaid()).when({**overpaid(doc="DF-2"), "id": "again"}).then_refused(Duplicate)
    given(paid()).when(overpaid(amount="0.00")).then_refused(Invalid)


def test_no_more_is_claimed_back_than_was_ever_paid() -> None:
    """[rule 52]: the dues so raised that stand count, whatever became of the money since."""
    given(paid()).when(overpaid(amount="900.01")).then_refused(Exceeds)
    given(paid(), overpaid()).when(overpaid("D-2", amount="640.01")).then_refused(Exceeds)
    given(paid(), overpaid()).when(overpaid("D-2", amount="640.00")).then_facts("DueRaised")
    given(paid(), overpaid(), *deduct()).when(overpaid("D-2", amount="640.01")).then_refused(Exceeds)
    given(paid(), overpaid(), undo()).when(overpaid("D-2", amount="900.00")).then_facts("DueRaised")


def test_pay_that_was_taken_back_was_never_paid_and_what_is_given_back_was() -> None:
    """[rule 52]: a reversed wage counts no more; a reversed deduction is no pay."""
    lines = [{"person": "P-A", "amount": "100.00"}]
    wage = do("DistributeWage", "P-C1", at("03-09"), known_as="wage", unit="W1", lines=lines)
    back = do("ReverseEntry", "P-C1", at("03-09", "12:00"), of="wage", reason="x", approved_by="P-H1")
    given(paid(), wage).when(overpaid(amount="1000.00")).then_facts("DueRaised")
    given(paid(), wage, back).when(overpaid(amount="900.01")).then_refused(Exceeds)
    kept = (overpaid(), *deduct()[:1], {**deduct()[1], "id": "kept"})
    again = do("ReverseEntry", "P-C1", at("03-31", "12:00"), of="kept", reason="x", approved_by="P-H1")
    given(paid(), *kept, again).when(overpaid("D-2", amount="640.01")).then_refused(Exceeds)


def test_the_pool_that_overpaid_gets_it_back() -> None:
    """[rule 83]: no fund counts it as uncollected."""
    story = given(paid()).when(overpaid(unit="W1")).then_facts("DueRaised")
    story.then_balances({"DUE_PERSON:P-A": "-260.00", "POOL_WAGE:W1": "1260.00", "FUND_SAFETY:U1": "50.00"})
    assert spendable(story) == 5000
    assert story.ledger.lookup("due:D-1").unit == "W1"
    given(paid()).when(overpaid(unit="W1", centre="U1")).then_refused(Invalid)
    given(paid()).when(stamped(overpaid(unit="W3"), by="P-C1")).then_refused(WrongCentre)


def test_a_pool_with_debts_pays_them_first() -> None:
    """[rules 17 and 83]"""
    owing = paid(POOL_WAGE_W1="0.00", DUE_UNIT_W1="-100.00")
    story = given(owing).when(overpaid(unit="W1")).then_facts("DueRaised", "UnitDueRecovered")
    story.then_balances({"POOL_WAGE:W1": "160.00", "DUE_UNIT:W1": "0.00"})


def test_a_raised_due_is_deducted_like_any() -> None:
    story = given(paid(), overpaid(unit="W1")).given(*deduct())
    story.then_balances({"PAY_PERF:P-A": "698.75", "DUE_PERSON:P-A": "-58.75", "POOL_WAGE:W1": "1260.00"})


def test_a_due_is_reversed_while_nothing_of_it_is_deducted() -> None:
    """[rule 22]: its paper may be used again; its id may not."""
    story = given(paid(), overpaid()).when(undo()).then_facts("EntryReversed")
    story.then_balances({"DUE_PERSON:P-A": "0.00", "FUND_SAFETY:U1": "50.00"})
    assert spendable(story) == 5000
    assert any(isinstance(fact, DueCancelled) for fact in story.recorded)
    assert story.ledger.lookup("due:D-1").state == "cancelled"
    story.when(overpaid("D-2", doc="DF-D-1")).then_facts("DueRaised")
    given(paid(), overpaid(), undo()).when({**overpaid(doc="DF-9"), "id": "again"}).then_refused(Duplicate)
    given(paid(), overpaid(), undo()).when(undo()).then_refused(Reversal)
    given(paid(), overpaid(), *deduct()).when(undo()).then_refused(State)


def test_a_due_to_a_pool_is_reversed_at_the_centre_of_the_pool() -> None:
    moved = do(
        "AssignPerson", "P-HR", at("03-11"), person="P-A", unit="W3", role="worker", since="2026-03-11", home=True
    )
    story = given(paid(), overpaid(unit="W1"), moved)
    story.when(undo(by="P-C2", approved_by="P-H2")).then_refused(WrongCentre)
    given(paid(), overpaid(unit="W1"), moved).when(undo()).then_facts("EntryReversed").then_balances(
        {"POOL_WAGE:W1": "1000.00", "DUE_PERSON:P-A": "0.00"}
    )
