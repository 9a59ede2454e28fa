"""Debts of units that cannot be collected are written off by a fund (核销; rules 18, 83)."""

from __future__ import annotations

from typing import Any

from ledger.errors import Authority, Exceeds, Insufficient, Invalid, State, WrongCentre
from ledger.facts.dues import DueWrittenOff
from tests.ledger.decisions.liabilities import at, by_lines, confirm, line, opened, serve
from tests.spec import Line, Story, do, given

POOLS = opened(POOL_WAGE_W2="50.00", FUND_SAFETY_HQ="1000.00", FUND_SAFETY_U1="100.00")
CHARGED = (POOLS, by_lines(lines=[line("W2", "189.00")]), serve(), {**confirm(), "id": "charge"})
"""W2 owes 139.00 to the fund of HQ."""
LEG = {"transfer": "X", "leg": "out", "unit": "W2", "counter": "W1", "amount": "189.00", "kind": "tender"}
TRADED = (POOLS, do("ImportTransferLeg", "SYSTEM", at("03-05"), known_as="leg", **LEG))
"""W2 owes 139.00 from a trade, to no fund."""


def write_off(amount: str, by: str = "P-C0", when: str = "03-08", **fields: Any) -> Line:
    usual = {"unit": "W2", "amount": amount, "reason": "无力偿还", "approvals": ["P-G1", "P-G2"]}
    return do("WriteOffDue", by, at(when), known_as="off", **(usual | fields))


def undo(of: str, by: str = "P-C0", approved_by: str = "P-H0") -> Line:
    return do("ReverseEntry", by, at("03-20"), of=of, reason="x", approved_by=approved_by)


def appeal() -> Line:
    return do("LodgeAppeal", "P-W2D", at("03-09"), slip="SL-1", party="W2", grounds="x")


def decide(decision: str) -> Line:
    return do(
        "DecideAppeal",
        "P-G1",
        at("03-10"),
        slip="SL-1",
        party="W2",
        decision=decision,
        reason="x",
        approvals=["P-G1", "P-G2"],
    )


def test_a_fund_forgoes_the_debt_of_a_unit() -> None:
    """[rule 83]: on the unit's stream; the fund has nothing to collect any more."""
    story = given(*CHARGED).when(write_off("139.00")).then_facts("DueWrittenOff")
    story.then_balances({"DUE_UNIT:W2": "0.00", "FUND_SAFETY:HQ": "1050.00"})
    (fact,) = (fact for fact in story.recorded if isinstance(fact, DueWrittenOff))
    assert (fact.stream, fact.unit, fact.person, fact.centre) == ("unit-W2", "W2", None, "HQ")
    assert story.ledger.lookup("unit-HQ").uncollected == 0
    credit = do("CreditQuotaWage", "P-C1", at("03-09"), unit="W2", amount="100.00", source_doc="Q")
    story.when(credit).then_facts("QuotaWageCredited")


def test_no_more_is_written_off_than_a_unit_owes_that_fund_or_from_trades() -> None:
    """[rule 83]"""
    given(*CHARGED).when(write_off("139.01")).then_refused(Exceeds)
    given(*CHARGED).when(write_off("1.00", "P-C1", centre="U1")).then_refused(Exceeds)
    given(*TRADED).when(write_off("139.01")).then_refused(Exceeds)
    given(*TRADED).when(write_off("139.00")).then_facts("DueWrittenOff")
    given(*TRADED).when(write_off("100.01", "P-C1", centre="U1")).then_refused(Insufficient)
    given(*TRADED).when(write_off("100.00", "P-C1", centre="U1")).then_facts("DueWrittenOff").then_balances(
        {"DUE_UNIT:W2": "-39.00", "FUND_SAFETY:U1": "0.00"}
    )


def test_a_unit_s_line_under_appeal_is_not_written_off() -> None:
    """[rule 83]"""
    given(*CHARGED, appeal()).when(write_off("1.00", when="03-12")).then_refused(Exceeds)
    given(*CHARGED, appeal(), decide("uphold")).when(write_off("1.00", when="03-12")).then_facts("DueWrittenOff")


def test_the_fund_s_centre_writes_off_for_one_debtor() -> None:
    """[rule 83]: the unit concerned stays that of the fund."""
    given(*CHARGED).when(write_off("1.00", person="P-A")).then_refused(Invalid)
    given(*CHARGED).when(write_off("1.00", approvals=[])).then_refused(Authority)
    given(*CHARGED).when(write_off("1.00", "P-C1")).then_refused(WrongCentre)
    nobody = write_off("1.00")
    del nobody["data"]["unit"]
    given(*CHARGED).when(nobody).then_refused(Invalid)


def test_a_written_off_part_of_a_line_goes_back_to_the_fund_on_appeal() -> None:
    """[rules 18 and 83]"""
    story = given(*CHARGED, write_off("100.00"), appeal()).when(decide("revoke")).then_facts("AppealDecided")
    story.then_balances(
        {"POOL_WAGE:W2": "50.00", "DUE_UNIT:W2": "0.00", "FUND_SAFETY:HQ": "1000.00", "ESC_DISPUTE:HQ": "0.00"}
    )


def test_a_written_off_part_goes_back_to_the_fund_when_the_document_is_reversed() -> None:
    """[rules 18, 71 and 83]: also of a trade, to the fund that bore it."""
    story = given(*CHARGED, write_off("100.00")).when(undo("charge")).then_facts("EntryReversed")
    story.then_balances({"POOL_WAGE:W2": "50.00", "DUE_UNIT:W2": "0.00", "FUND_SAFETY:HQ": "1000.00"})
    traded = given(*TRADED, write_off("90.00", "P-C1", centre="U1"), write_off("20.00") | {"id": "more"})
    traded.when(undo("leg", "P-C1", "P-H1")).then_facts("EntryReversed").then_balances(
        {"POOL_WAGE:W2": "50.00", "DUE_UNIT:W2": "0.00", "FUND_SAFETY:HQ": "1000.00", "FUND_SAFETY:U1": "100.00"}
    )


def test_a_reversed_write_off_is_owed_again() -> None:
    story = given(*CHARGED, write_off("100.00")).when(undo("off")).then_facts("EntryReversed")
    story.then_balances({"DUE_UNIT:W2": "-139.00", "FUND_SAFETY:HQ": "1189.00"})
    story.given(appeal() | {"at": at("03-21")}, decide("revoke") | {"at": at("03-22")})
    story.then_balances({"POOL_WAGE:W2": "50.00", "DUE_UNIT:W2": "0.00", "FUND_SAFETY:HQ": "1000.00"})


def test_a_write_off_that_is_reversed_after_its_document_is_owed_no_more() -> None:
    """[rules 18 and 71]"""
    gone: Story = given(*CHARGED, write_off("100.00"), undo("charge"))
    gone.when(undo("off")).then_balances({"DUE_UNIT:W2": "0.00", "FUND_SAFETY:HQ": "1000.00"})


def test_what_was_written_off_is_not_due_again_after_an_appeal_that_left_less() -> None:
    """[rule 18]: a write-off after the decision is taken back like any."""
    charged = given(*CHARGED, write_off("100.00"), appeal())
    charged.given(decide("revoke")).when(undo("off")).then_refused(State)
    given(*CHARGED, write_off("100.00"), appeal(), decide("uphold")).when(undo("off")).then_facts("EntryReversed")
    later = (*CHARGED, appeal(), decide("uphold"), write_off("100.00", when="03-12"))
    given(*later).when(undo("off")).then_facts("EntryReversed").then_balances({"DUE_UNIT:W2": "-139.00"})
