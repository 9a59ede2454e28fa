"""Red-ink reversal: the mirror image of a command's money facts, once, with four eyes (L18, P19)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger.errors import Authority, Insufficient, Reversal, Sod, State, WrongCentre
from ledger.facts.pools import EntryReversed
from tests.ledger.decisions.settlement import close_month
from tests.spec import VECTORS, Line, Story, do, given, stamped

OPENED = do(
    "OpenBalances",
    known_as="open",
    as_of="2026-02-02",
    balances={"POOL_WAGE:W1": "100.00", "POOL_WAGE:T1": "20.00", "DUE_UNIT:W2": "-30.00"},
)
WAGES = do(
    "DistributeWage",
    "P-C1",
    known_as="wages",
    unit="W1",
    lines=[{"person": "P-A", "amount": "60.00"}, {"person": "P-B", "amount": "40.00"}],
)
CREDIT = do("CreditQuotaWage", "P-C1", known_as="credit", unit="W2", amount="20.00", source_doc="C-1")


def reverse(of: str, by: str = "P-C1", /, **data: Any) -> Line:
    return do("ReverseEntry", by, **{"of": of, "reason": "对象错误", "approved_by": "P-H1", **data})


def balances(story: Story) -> dict[str, int]:
    return {account: amount for account, amount in story.ledger.balances.items() if amount}


MONEY_COMMANDS = [
    OPENED,
    WAGES,
    CREDIT,
    do("AllocateBudget", "P-C1", unit="W2", pool="wage", source="wage", year="2026", amount="50.00", doc="B-1"),
    do("PassDown", "P-C1", unit="W1", child="T1", amount="5.00", reason="x"),
    do(
        "AdjustTransfer",
        "P-C1",
        payer="T1",
        payee="T2",
        amount="5.00",
        adjusts_period="2026-01",
        reason="x",
        approved_by="P-H1",
    ),
    do("ImportTransferLeg", transfer="X", leg="out", unit="T1", counter="T2", amount="75.00", kind="tender"),
]


@pytest.mark.parametrize("command", MONEY_COMMANDS, ids=lambda command: command["command"])
def test_a_reversal_undoes_every_balance_line_by_line(command: Line) -> None:
    story = given() if command is OPENED else given(OPENED)
    before = balances(story)
    story.given({**command, "id": "wrong"})
    facts = [fact for fact in story.recorded if not fact.mirror]
    story.when(reverse("wrong")).then_facts(*["EntryReversed"] * len(facts))
    assert balances(story) == before
    reversals = [fact for fact in story.recorded if isinstance(fact, EntryReversed) and not fact.mirror]
    assert [(fact.stream, fact.original_topic) for fact in reversals] == [(fact.stream, fact.topic) for fact in facts]


@pytest.mark.parametrize(("by", "approver"), [("P-C1", "P-H1"), ("P-H1", "P-C1")])
def test_nobody_reverses_to_his_own_credit(by: str, approver: str) -> None:
    """A deduction that is reversed credits the person with what he was paid less [rule 52]."""
    clerk = do("AssignPerson", "P-HR", person="P-H1", unit="U1", role="clerk", since="2026-01-01", home=False)
    head = do("AssignPerson", "P-HR", person="P-C1", unit="U1", role="centre_head", since="2026-01-01", home=False)
    owed = do("OpenBalances", as_of="2026-02-01", balances={"DUE_PERSON:P-C1": "-9.00", "PAY_PERF:P-C1": "900.00"})
    gross = do("ImportGrossWage", period="2026-02", lines=[{"person": "P-C1", "gross": "9000.00"}])
    deducted = do("DeductCompensation", period="2026-02", person="P-C1", known_as="d")
    undo = do("ReverseEntry", by, of="d", reason="x", approved_by=approver)
    given(clerk, head, owed, gross, deducted).when(undo).then_refused(Sod)


def test_a_reversed_document_may_be_used_again() -> None:
    given(OPENED, CREDIT, reverse("credit")).when({**CREDIT, "id": "again"}).then_facts(
        "QuotaWageCredited", "UnitDueRecovered"
    )
    leg = do("ImportTransferLeg", transfer="X", leg="in", unit="T1", counter="T2", amount="1.00", kind="tender")
    given({**leg, "id": "leg"}, reverse("leg")).when(leg).then_facts("TransferInImported")


def test_a_reversed_budget_counts_in_its_indicator_no_more() -> None:
    budget = do("AllocateBudget", "P-C1", unit="U1", pool="wage", source="wage", year="2026", amount="7.00", doc="B")
    limit = do("SetWageIndicator", "P-H0", unit="U1", year="2026", source="wage", amount="7.00", doc="ZB")
    given(limit, {**budget, "id": "b"}, reverse("b")).when(budget).then_facts("BudgetAllocated")


def test_a_reversed_recovery_is_owed_again() -> None:
    story = given(OPENED, CREDIT)
    assert story.ledger.states["unit-W2"].due == 10_00
    story.given(reverse("credit"))
    assert [due.open for due in story.ledger.states["unit-W2"].dues] == [30_00]


def test_a_due_that_is_owed_again_is_as_old_as_before() -> None:
    leg = do("ImportTransferLeg", transfer="X", leg="out", unit="W2", counter="T1", amount="5.00", kind="tender")
    whole = {**CREDIT, "data": {**CREDIT["data"], "amount": "35.00"}}
    story = given(OPENED, leg, whole).then_balances({"DUE_UNIT:W2": "0.00"})
    story.given(reverse("credit"))
    assert [(due.document, due.open) for due in story.ledger.states["unit-W2"].dues] == [
        ("opening:2026-02-02", 30_00),
        ("transfer:X", 5_00),
    ]


def test_reversing_a_pass_down_leaves_the_settlement_of_its_tender_alone() -> None:
    steps = json.loads((VECTORS / "SC-06.json").read_text(encoding="utf-8"))["steps"]
    passed_down = next(place for place, step in enumerate(steps) if step["send"].get("command") == "PassDown")
    settled = [step["send"] for step in steps[: passed_down + 1] if "command" in step["send"]]
    story = given()
    for line in settled:
        story.ledger.send(line)
    undone = reverse(settled[-1]["id"], "P-C2", approved_by="P-H2")
    story.when({**undone, "at": settled[-1]["at"]}).then_facts("EntryReversed", "EntryReversed")
    assert story.ledger.states["tender:TD-6"].state == "settled"


def test_the_persons_concerned_hear_of_the_reversal_of_their_own_wage() -> None:
    story = given(OPENED, WAGES, reverse("wages"))
    mirrors = {fact.stream: fact for fact in story.recorded if fact.mirror}
    assert sorted(mirrors) == ["person-P-A", "person-P-B"]
    assert [line.account for line in mirrors["person-P-A"].lines] == ["PAY_PERF:P-A"]  # type: ignore[attr-defined]


# -- guards ---------------------------------------------------------------------------------------------------------


def test_a_command_is_reversed_only_once() -> None:
    given(OPENED, WAGES, reverse("wages")).when(reverse("wages")).then_refused(Reversal)


def test_a_reversal_is_not_reversed() -> None:
    again = {**reverse("wages"), "id": "rv-1"}
    given(OPENED, WAGES, again).when(reverse("rv-1")).then_refused(Reversal)


def test_what_moved_no_money_is_not_reversed() -> None:
    moneyless = do("RegisterUnit", known_as="zb", unit="T9", name="新班", level=4, parent="W1")
    given(moneyless).when(reverse("zb", "P-C0", approved_by="P-H0")).then_refused(Reversal)


@pytest.mark.parametrize("of", ["nothing-such", "refused"])
def test_an_unknown_or_refused_command_is_not_reversed(of: str) -> None:
    refused = {**WAGES, "id": "refused"}
    given().when(refused).when(reverse(of)).then_refused("UNKNOWN_COMMAND")


def test_an_anonymous_report_is_no_command_that_anybody_knows() -> None:
    """[rule 38]"""
    data = {"hazard": "H-1", "unit": "T1", "place": "机头", "category": "hazard", "description": "x", "tier": "T3"}
    said = do("ReportHazard", "P-A", known_as="open", **data)
    given(said).when(reverse("open")).then_refused(Reversal)
    secret = do("ReportHazard", "P-A", known_as="secret", anonymous=True, **data)
    given(secret).when(reverse("secret")).then_refused("UNKNOWN_COMMAND")


def test_nobody_approves_his_own_reversal() -> None:
    given(OPENED, WAGES).when(reverse("wages", approved_by="P-C1")).then_refused(Sod)


@pytest.mark.parametrize("approver", ["P-H0", "P-H2", "P-U1H", "", None])
def test_a_reversal_needs_the_centres_head_or_the_leading_group(approver: str | None) -> None:
    command = reverse("wages", approved_by=approver)
    if approver is None:
        del command["data"]["approved_by"]
    given(OPENED, WAGES).when(command).then_refused(Authority)


@pytest.mark.parametrize("approver", ["P-H1", "P-G1"])
def test_the_centres_head_or_the_leading_group_approves(approver: str) -> None:
    given(OPENED, WAGES).when(reverse("wages", approved_by=approver)).then_facts("EntryReversed")


@pytest.mark.parametrize(("by", "refusal"), [("P-C2", WrongCentre), ("P-C0", WrongCentre), ("P-W1D", Authority)])
def test_only_the_clerk_of_the_original_centre_reverses(by: str, refusal: Any) -> None:
    given(OPENED, WAGES).when(reverse("wages", by)).then_refused(refusal)


BOTH = do(
    "OpenBalances", known_as="both", as_of="2026-02-02", balances={"POOL_WAGE:T1": "1.00", "POOL_WAGE:W3": "1.00"}
)


def test_each_opened_balance_is_taken_back_at_the_centre_of_its_account() -> None:
    """[rule 23] WRONG_CENTRE is asked of every account for itself; the approver is head of that centre."""
    for by in ("P-C0", "P-C1", "P-C2"):
        given(BOTH).when(reverse("both", by)).then_refused(WrongCentre)
    story = given(BOTH)
    story.when(reverse("both", accounts=["POOL_WAGE:T1"], approved_by="P-H0")).then_refused(Authority)
    story.when(reverse("both", accounts=["POOL_WAGE:T1"])).then_facts("EntryReversed")
    story.then_balances({"POOL_WAGE:T1": "0.00", "POOL_WAGE:W3": "1.00", "OPENING": "-1.00"})
    story.when(reverse("both", "P-C2", approved_by="P-H2")).then_facts("EntryReversed")
    story.then_balances({"POOL_WAGE:W3": "0.00", "OPENING": "0.00"})
    story.when(reverse("both", "P-C0", approved_by="P-H0")).then_refused(Reversal)


def test_accounts_are_named_only_of_the_openings_that_brought_them() -> None:
    """[rule 23] INVALID for others; REVERSAL for one that stands no more."""
    story = given(OPENED, WAGES)
    story.when(reverse("wages", accounts=["POOL_WAGE:W1"])).then_refused("INVALID")
    story.when(reverse("open", accounts=["POOL_WAGE:W1", "POOL_WAGE:W2"])).then_refused("INVALID")
    story.when(reverse("open", accounts=[])).then_refused("INVALID")
    story.when(reverse("open", accounts=["POOL_WAGE:W1"])).then_refused(Insufficient)
    story.given(reverse("open", accounts=["POOL_WAGE:T1"]))
    story.when(reverse("open", accounts=["POOL_WAGE:T1"])).then_refused(Reversal)


def test_an_account_with_reversed_openings_alone_is_opened_again() -> None:
    """[rule 23] STATE while an opening stands, and once anything else was posted, also if that is reversed."""
    again = do("OpenBalances", as_of="2026-02-02", balances={"POOL_WAGE:T1": "21.00"})
    story = given(OPENED).when(again).then_refused(State)
    story.given(reverse("open", accounts=["POOL_WAGE:T1"])).when(again).then_facts("BalanceOpened")
    story.then_balances({"POOL_WAGE:T1": "21.00"}).when({**again, "id": "third"}).then_refused(State)
    story = given(OPENED, WAGES, reverse("wages"), reverse("open"))
    story.when(do("OpenBalances", as_of="2026-02-02", balances={"POOL_WAGE:W1": "1.00"})).then_refused(State)
    story.when(do("OpenBalances", as_of="2026-02-02", balances={"DUE_UNIT:W2": "-1.00"})).then_facts("BalanceOpened")
    person = do("OpenBalances", as_of="2026-02-02", known_as="owed", balances={"DUE_PERSON:P-A": "-1.00"})
    given(person, reverse("owed")).when({**person, "id": "owed-again"}).then_facts("BalanceOpened")


def test_a_transfer_is_reversed_at_its_clearing_centre() -> None:
    far = do(
        "AdjustTransfer",
        "P-C0",
        known_as="far",
        payer="T1",
        payee="W3",
        amount="5.00",
        adjusts_period="2026-01",
        reason="x",
        approved_by="P-H0",
    )
    given(OPENED, far).when(reverse("far")).then_refused(WrongCentre)
    given(OPENED, far).when(reverse("far", "P-C0", approved_by="P-H0")).then_facts("EntryReversed", "EntryReversed")


def test_no_pool_falls_below_zero_by_a_reversal() -> None:
    credit = {**CREDIT, "data": {**CREDIT["data"], "unit": "T2"}}
    spent = do("DistributeWage", "P-C1", unit="T2", lines=[{"person": "P-E", "amount": "0.01"}])
    given(credit, spent).when(reverse("credit")).then_refused(Insufficient)


def test_lines_of_one_command_are_weighed_together() -> None:
    story = given(OPENED, CREDIT).then_balances({"POOL_WAGE:W2": "0.00"})
    story.when(reverse("credit")).then_facts("EntryReversed", "EntryReversed")


def test_reversal_comes_before_sod_before_authority_before_insufficient() -> None:
    wrong = {"approved_by": "P-C1"}
    given(OPENED, WAGES, reverse("wages")).when(reverse("wages", **wrong)).then_refused(Reversal)
    spent = do("PassDown", "P-C1", unit="W1", child="T1", amount="120.00", reason="x")
    credit = {**CREDIT, "data": {**CREDIT["data"], "unit": "W1"}}
    given(OPENED, credit, spent).when(reverse("credit", approved_by="P-H2")).then_refused(Authority)


# -- periods, documents and dues ------------------------------------------------------------------------------------


def test_a_reversal_of_a_closed_month_adjusts_it_in_an_open_one() -> None:
    story = close_month(given(OPENED, WAGES), "U1", "2026-02")
    later = {**reverse("wages"), "at": "2026-03-02T09:00:00+08:00"}
    fact = story.when(later).then_facts("EntryReversed").recorded[0]
    assert (fact.posting_period, fact.adjusts_period) == ("2026-03", "2026-02")


def test_a_reversal_in_an_open_month_adjusts_nothing() -> None:
    fact = given(OPENED, WAGES).when(reverse("wages")).recorded[0]
    assert (fact.posting_period, fact.adjusts_period) == ("2026-02", None)


def slip(*lines: tuple[str, str]) -> tuple[Line, ...]:
    issued = do(
        "IssueSlip",
        slip="SL-1",
        unit="W1",
        grounds="hazard",
        tier="T1",
        basis="执法文书",
        description="通风",
        lines=[{"party": party, "amount": amount} for party, amount in lines],
        authority={"name": "矿山安监局", "doc": "X-9", "date": "2026-02-01"},
    )
    served = do("ServeSlip", slip="SL-1")
    over = "2026-02-06T09:00:00+08:00"
    imported = stamped(issued, source={"input_mode": "import"})
    return imported, served, do("ConfirmSlip", "P-OFF", over, known_as="confirm", slip="SL-1")


def later(command: Line) -> Line:
    return {**command, "at": "2026-02-06T10:00:00+08:00"}


def test_reversing_a_confirmation_cancels_the_slip_and_its_dues() -> None:
    story = given(OPENED, *slip(("P-A", "50.00"), ("W1", "130.00")))
    story.then_balances({"DUE_PERSON:P-A": "-50.00", "DUE_UNIT:W1": "-30.00", "FUND_SAFETY:HQ": "180.00"})
    story.when(later(reverse("confirm", "P-C0", approved_by="P-H0"))).then_facts("EntryReversed")
    story.then_balances({"DUE_PERSON:P-A": "0.00", "DUE_UNIT:W1": "0.00", "FUND_SAFETY:HQ": "0.00"})
    states = story.ledger.states
    assert states["slip:SL-1"].state == "cancelled"
    assert (states["person-P-A"].due, states["unit-W1"].due, states["unit-HQ"].uncollected) == (0, 0, 30_00)
    assert "DueCancelled" in [type(fact).__name__ for fact in story.recorded]


def test_a_confirmation_whose_due_is_partly_collected_is_not_reversed() -> None:
    approvals = ["P-G1", "P-G2"]
    written_off = do("WriteOffDue", "P-C0", person="P-A", amount="0.01", reason="x", approvals=approvals)
    story = given(OPENED, *slip(("P-A", "50.00"), ("W1", "10.00")), later(written_off))
    story.when(later(reverse("confirm", "P-C0", approved_by="P-H0"))).then_refused(State)


def test_a_recovered_shortfall_goes_back_to_the_pool_and_the_fund_has_nothing_to_collect() -> None:
    """[rule 71]"""
    recover = do("CreditQuotaWage", "P-C1", unit="W1", amount="30.00", source_doc="C-9")
    story = given(OPENED, *slip(("W1", "130.00")), later(recover))
    story.when(later(reverse("confirm", "P-C0", approved_by="P-H0"))).then_facts("EntryReversed")
    story.then_balances({"DUE_UNIT:W1": "0.00", "POOL_WAGE:W1": "130.00", "FUND_SAFETY:HQ": "0.00"})
    assert (story.ledger.states["unit-W1"].due, story.ledger.states["unit-HQ"].uncollected) == (0, 30_00)
    story.when(later(do("CreditQuotaWage", "P-C1", unit="W1", amount="1.00", source_doc="C-10")))
    story.then_facts("QuotaWageCredited")
