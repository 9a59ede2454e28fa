"""Overpaid wages: the person owes them to the fund or the pool that paid too much (rules 22, 52, 83)."""

from __future__ import annotations

from typing import Any

from ledger.errors import (
    Already,
    Authority,
    Duplicate,
    Exceeds,
    Insufficient,
    Invalid,
    OpenItems,
    Reversal,
    Sod,
    State,
    WindowClosed,
    WrongCentre,
)
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


# -- appeals (rule 62) ------------------------------------------------------------------------------------------------


def appeal(by: str = "P-A", when: str = "03-11") -> Line:
    return do("LodgeAppeal", by, at(when), due="D-1", party="P-A", grounds="只多发二百")


def decide(decision: str, when: str = "03-12", **fields: Any) -> Line:
    usual = {"party": "P-A", "decision": decision, "reason": "核实", "approvals": ["P-G1", "P-G2"]}
    return do("DecideAppeal", "P-G1", at(when), due="D-1", **(usual | fields))


def write_off(amount: str, by: str = "P-C1", when: str = "03-20", **fields: Any) -> Line:
    usual = {"amount": amount, "reason": "困难", "centre": "U1", "approvals": ["P-G1", "P-G2"]}
    return do("WriteOffDue", by, at(when), known_as="off", **(usual | fields))


def test_a_due_can_be_appealed_by_the_person() -> None:
    """[rule 62]: its amount waits in escrow; nothing of it is deducted meanwhile."""
    story = given(paid(), overpaid()).when(appeal()).then_facts("AppealLodged", "AppealHeld")
    story.then_balances({"FUND_SAFETY:U1": "50.00", "ESC_DISPUTE:U1": "260.00", "DUE_PERSON:P-A": "-260.00"})
    assert story.ledger.lookup("due:D-1").columns.in_escrow == 26000
    story.given(*deduct()).then_balances({"DUE_PERSON:P-A": "-260.00"})
    given(paid(), overpaid()).when(appeal(by="P-B")).then_refused(Authority)
    given(paid(), overpaid(), appeal()).when({**appeal(), "id": "again"}).then_refused(Already)
    given(paid(), overpaid(), undo()).when(appeal(when="04-01")).then_refused(State)
    given(paid(), overpaid()).when(appeal(when="04-10")).then_refused(WindowClosed)
    given(paid(), overpaid()).when(appeal(when="04-09")).then_facts("AppealLodged", "AppealHeld")


def test_a_due_under_appeal_is_decided_and_not_reversed() -> None:
    """[rule 62]: neither while the appeal lasts nor after it."""
    given(paid(), overpaid(), appeal()).when(undo()).then_refused(State)
    given(paid(), overpaid(), appeal(), decide("uphold")).when(undo()).then_refused(State)
    given(paid(), overpaid()).when(decide("uphold")).then_refused(State)
    story = given(paid(), overpaid(), appeal()).when(decide("amend", amount="200.00")).then_facts("AppealDecided")
    story.then_balances({"FUND_SAFETY:U1": "250.00", "ESC_DISPUTE:U1": "0.00", "DUE_PERSON:P-A": "-200.00"})
    assert spendable(story) == 5000
    assert story.ledger.lookup("due:D-1").stage(story.ledger.lookup("due:D-1").lines[0]) == "amended"


def test_an_appealed_due_claims_back_what_remains_of_it() -> None:
    """[rule 52]"""
    decided = given(paid(), overpaid(), appeal(), decide("amend", amount="200.00"))
    decided.when(overpaid("D-2", amount="700.01")).then_refused(Exceeds)
    decided.when(overpaid("D-2", amount="700.00")).then_facts("DueRaised")


def test_an_appeal_against_a_due_to_a_pool_holds_the_money_of_that_pool() -> None:
    """[rule 83]: an obligation; what stays goes back to the pool, which pays its debts first (rule 17)."""
    story = given(paid(), overpaid(unit="W1")).when(appeal()).then_facts("AppealLodged", "AppealHeld")
    story.then_balances({"POOL_WAGE:W1": "1000.00", "ESC_DISPUTE:U1": "260.00", "FUND_SAFETY:U1": "50.00"})
    assert spendable(story) == 5000
    story.when(decide("uphold")).then_facts("AppealDecided")
    story.then_balances({"POOL_WAGE:W1": "1260.00", "ESC_DISPUTE:U1": "0.00"})
    empty = (
        paid(POOL_WAGE_W1="0.00"),
        overpaid(unit="W1"),
        do("PassDown", "P-C1", at("03-10", "12:00"), unit="W1", child="T1", amount="200.00", reason="下拨"),
    )
    short = given(*empty).when(appeal()).then_facts("AppealLodged", "AppealHeld")
    short.then_balances({"POOL_WAGE:W1": "0.00", "DUE_UNIT:W1": "-200.00", "ESC_DISPUTE:U1": "260.00"})
    short.when(decide("amend", amount="100.00")).then_facts("AppealDecided", "UnitDueRecovered")
    short.then_balances({"POOL_WAGE:W1": "0.00", "DUE_UNIT:W1": "-100.00", "DUE_PERSON:P-A": "-100.00"})


def test_a_decision_on_a_due_to_a_pool_is_taken_back() -> None:
    """[rules 71 and 83]: the due is under appeal again, its money in escrow."""
    decided = (paid(), overpaid(unit="W1"), appeal(), decide("amend", amount="200.00") | {"id": "decided"})
    wrong = do("ReverseEntry", "P-C1", at("03-13"), of="decided", reason="x", approved_by="P-G1")
    story = (
        given(*decided)
        .when(wrong)
        .then_facts("EntryReversed")
        .then_balances({"POOL_WAGE:W1": "1000.00", "ESC_DISPUTE:U1": "260.00", "DUE_PERSON:P-A": "-260.00"})
    )
    assert [(due.open, due.fund, due.appealed) for due in story.ledger.lookup("person-P-A").dues] == [(26000, "", True)]
    story.when(decide("revoke", when="03-14")).then_facts("AppealDecided").then_balances(
        {"POOL_WAGE:W1": "1000.00", "ESC_DISPUTE:U1": "0.00", "DUE_PERSON:P-A": "0.00"}
    )


def test_what_was_deducted_of_a_revoked_due_is_paid_back() -> None:
    kept = given(paid(), overpaid(unit="W1"), *deduct(), appeal(when="04-01"))
    kept.when(decide("revoke", when="04-02")).then_facts("AppealDecided").then_balances(
        {"POOL_WAGE:W1": "1000.00", "DUE_PERSON:P-A": "0.00", "PAY_PERF:P-A": "900.00", "ESC_DISPUTE:U1": "0.00"}
    )


def test_a_pool_waits_for_the_decision_before_its_unit_retires() -> None:
    """[rule 85]"""
    retire = do("RetireUnit", "P-ADM", at("03-13"), unit="T4", effective="2026-03-31", reason="撤并")
    owed = (paid(), overpaid(unit="T4"), appeal())
    given(*owed).when(retire).then_refused(OpenItems)
    given(*owed, decide("revoke")).when(retire).then_facts("UnitRetired")


def test_the_centre_is_reminded_of_an_undecided_appeal_against_a_due() -> None:
    """[rule 62]"""
    story = given(paid(), overpaid(unit="W1"), appeal())
    story.when(do("AdvanceClock", "SYSTEM", "2026-05-10T00:00:00+08:00")).then_facts("ReminderSent", "ClockAdvanced")


# -- write-offs (rule 83) ---------------------------------------------------------------------------------------------


def test_a_due_to_a_pool_is_written_off_to_the_fund_of_its_centre() -> None:
    """[rule 83]: no other fund, and no more than the fund may spend."""
    owed = (paid(FUND_SAFETY_HQ="900.00"), overpaid(unit="W1"))
    given(*owed).when(write_off("10.00", "P-C0", person="P-A", centre="HQ")).then_refused(Exceeds)
    given(*owed).when(write_off("260.01", person="P-A")).then_refused(Exceeds)
    given(*owed).when(write_off("50.01", person="P-A")).then_refused(Insufficient)
    given(*owed).when(write_off("50.00", person="P-A")).then_facts("DueWrittenOff").then_balances(
        {"FUND_SAFETY:U1": "0.00", "DUE_PERSON:P-A": "-210.00", "POOL_WAGE:W1": "1260.00"}
    )


def test_the_fund_gets_back_what_it_wrote_off_of_a_revoked_due() -> None:
    """[rules 18 and 83]: neither the pool nor the person has it."""
    story = given(paid(), overpaid(unit="W1"), write_off("50.00", when="03-10", person="P-A"), appeal())
    story.when(decide("revoke")).then_facts("AppealDecided").then_balances(
        {"FUND_SAFETY:U1": "50.00", "DUE_PERSON:P-A": "0.00", "POOL_WAGE:W1": "1000.00", "ESC_DISPUTE:U1": "0.00"}
    )
