"""Appeals against lines of confirmed slips, penalties and cases: escrow and decision (TR-12, ORG-04, P12)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Already, Authority, Invalid, OpenItems, Sod, State, WindowClosed
from ledger.facts.dues import DueCancelled
from ledger.facts.hazards import ReminderSent
from tests.ledger.decisions.liabilities import advance, at, by_lines, by_matrix, confirm, document, line, opened, serve
from tests.spec import Line, Story, do, given

LODGED, DECIDED = at("03-09"), at("03-11")
LINES = [line("P-A", "300.00"), line("W1", "200.00")]
confirmed = (opened(POOL_WAGE_W1="500.00", PAY_PERF_P_A="1000.00"), by_lines(lines=LINES), serve(), confirm())


def lodge(by: str, party: str, when: str = LODGED, **fields: Any) -> Line:
    return do("LodgeAppeal", by, when, party=party, grounds="处理过重", **({"slip": "SL-1"} | fields))


def decide(party: str, decision: str, **fields: Any) -> Line:
    usual = {"slip": "SL-1", "reason": "复议", "approvals": ["P-G1", "P-G2"]}
    return do("DecideAppeal", "P-G1", DECIDED, party=party, decision=decision, **(usual | fields))


def deducted(gross: str) -> tuple[Line, Line]:
    """A month's deduction of 20 % of this gross wage."""
    wage = do("ImportGrossWage", "P-HR", at("03-07"), period="2026-03", lines=[{"person": "P-A", "gross": gross}])
    return wage, do("DeductCompensation", "P-C1", at("03-08"), period="2026-03", person="P-A")


def test_the_amount_of_the_line_waits_in_escrow() -> None:
    story = given(*confirmed).when(lodge("P-A", "P-A")).then_facts("AppealLodged", "AppealHeld")
    story.then_balances({"FUND_SAFETY:HQ": "200.00", "ESC_DISPUTE:HQ": "300.00", "DUE_PERSON:P-A": "-300.00"})
    assert [(due.open, due.appealed) for due in story.ledger.lookup("person-P-A").dues] == [(30000, True)]


def test_what_the_fund_cannot_cover_is_due_from_its_centre() -> None:
    spent = do(
        "WriteOffDue", "P-C0", at("03-08"), person="P-A", amount="250.00", reason="x", approvals=["P-G1", "P-G2"]
    )
    story = given(*confirmed, spent, lodge("P-A", "P-A"))
    story.then_balances({"FUND_SAFETY:HQ": "0.00", "DUE_UNIT:HQ": "-50.00", "ESC_DISPUTE:HQ": "300.00"})


def test_who_may_appeal_is_the_person_or_the_lead_of_the_unit() -> None:
    given(*confirmed).when(lodge("P-W1D", "W1")).then_facts("AppealLodged", "AppealHeld")
    given(*confirmed).when(lodge("P-B", "P-A")).then_refused(Authority)


def test_only_a_line_of_a_confirmed_document_is_appealed() -> None:
    given(*confirmed[:3]).when(lodge("P-A", "P-A")).then_refused(State)
    given(*confirmed).when(lodge("P-B", "P-B")).then_refused(State)


def test_a_line_is_appealed_once() -> None:
    given(*confirmed, lodge("P-A", "P-A")).when(lodge("P-A", "P-A")).then_refused(Already)
    decided = (*confirmed, lodge("P-A", "P-A"), decide("P-A", "uphold"))
    given(*decided).when(lodge("P-A", "P-A", at("03-12"))).then_refused(Already)


def test_an_appeal_is_in_time_for_thirty_calendar_days_after_confirmation() -> None:
    given(*confirmed).when(lodge("P-A", "P-A", at("04-05", "23:59"))).then_facts("AppealLodged", "AppealHeld")
    given(*confirmed).when(lodge("P-A", "P-A", at("04-06", "00:00"))).then_refused(WindowClosed)


def test_a_late_clock_takes_nobodys_appeal() -> None:
    """The confirmation counts from its moment, the days of the appeal from when it was recorded [rule 77]."""
    late = given(*confirmed[:3], advance(at=at("04-20", "00:00")))
    assert document(late, "slip", "SL-1").appeals_from == "2026-04-20"
    late.when(lodge("P-A", "P-A", at("05-20", "23:59"))).then_facts("AppealLodged", "AppealHeld")
    late.when(lodge("P-W1D", "W1", at("05-21", "00:00"))).then_refused(WindowClosed)


def test_an_upheld_line_goes_back_to_the_fund_and_is_collected_again() -> None:
    story = given(*confirmed, lodge("P-A", "P-A")).when(decide("P-A", "uphold")).then_facts("AppealDecided")
    story.then_balances({"FUND_SAFETY:HQ": "500.00", "ESC_DISPUTE:HQ": "0.00", "DUE_PERSON:P-A": "-300.00"})
    assert not next(iter(story.ledger.lookup("person-P-A").dues)).appealed


def test_a_revoked_line_lowers_the_due_and_pays_back_what_was_deducted() -> None:
    story = given(*confirmed, *deducted("600.00"), lodge("P-A", "P-A"), decide("P-A", "revoke"))
    story.then_balances({"DUE_PERSON:P-A": "0.00", "PAY_PERF:P-A": "1000.00", "FUND_SAFETY:HQ": "200.00"})


def deduction_allowed() -> Line:
    """Nothing has to be left of the wage."""
    return do(
        "PublishPolicy", at=at("03-01"), key="deduct.floor", value="0.00", effective="2026-03-02", legal_basis="办法"
    )


def test_an_amended_line_reduces_what_is_not_yet_deducted_first() -> None:
    story = given(deduction_allowed(), *confirmed, *deducted("600.00"), lodge("P-A", "P-A"))
    story.then_balances({"DUE_PERSON:P-A": "-180.00", "PAY_PERF:P-A": "880.00"})
    story.when(decide("P-A", "amend", amount="100.00")).then_facts("AppealDecided")
    story.then_balances({"DUE_PERSON:P-A": "0.00", "PAY_PERF:P-A": "900.00", "FUND_SAFETY:HQ": "300.00"})
    assert [fact.amount for fact in story.recorded if isinstance(fact, DueCancelled)] == [18000]


def test_a_small_reduction_touches_only_the_open_due() -> None:
    story = given(deduction_allowed(), *confirmed, *deducted("600.00"), lodge("P-A", "P-A"))
    story.when(decide("P-A", "amend", amount="299.99")).then_facts("AppealDecided")
    story.then_balances({"DUE_PERSON:P-A": "-179.99", "PAY_PERF:P-A": "880.00"})


def test_a_units_revoked_line_cancels_what_is_open_before_its_pool_is_paid() -> None:
    """[rule 17]"""
    short = (by_lines(lines=LINES), serve(), confirm(), lodge("P-W1D", "W1"))
    story = given(*short).when(decide("W1", "revoke")).then_facts("AppealDecided")
    story.then_balances({"POOL_WAGE:W1": "0.00", "DUE_UNIT:W1": "0.00", "FUND_SAFETY:HQ": "300.00"})
    assert not any(isinstance(fact, DueCancelled) for fact in story.recorded)


def test_what_an_appeal_gives_back_pays_the_units_other_debts_first() -> None:
    """[rule 17]"""
    other = by_lines(slip="SL-2", lines=[line("W1", "450.00")])
    owing = (*confirmed, other, serve(slip="SL-2"), confirm(slip="SL-2"), lodge("P-W1D", "W1"))
    story = given(*owing).then_balances({"POOL_WAGE:W1": "0.00", "DUE_UNIT:W1": "-150.00"})
    story.when(decide("W1", "revoke")).then_facts("AppealDecided", "UnitDueRecovered")
    story.then_balances({"POOL_WAGE:W1": "50.00", "DUE_UNIT:W1": "0.00"})


def written_off(amount: str) -> Line:
    return do("WriteOffDue", "P-C0", at("03-08"), person="P-A", amount=amount, reason="x", approvals=["P-G1", "P-G2"])


@pytest.mark.parametrize(
    ("decision", "fields", "fund", "due", "pay"),
    [
        ("revoke", {}, "200.00", "0.00", "1000.00"),
        ("amend", {"amount": "100.00"}, "300.00", "0.00", "900.00"),
        ("amend", {"amount": "250.00"}, "420.00", "-100.00", "880.00"),
    ],
)
def test_what_was_written_off_is_not_given_back(
    decision: str, fields: dict[str, str], fund: str, due: str, pay: str
) -> None:
    """120.00 are deducted, 30.00 written off, 150.00 open [rule 18]."""
    forgiven = (deduction_allowed(), *confirmed, *deducted("600.00"), written_off("30.00"), lodge("P-A", "P-A"))
    story = given(*forgiven, decide("P-A", decision, **fields))
    assert {name: story.ledger.balance(name) for name in ("FUND_SAFETY:HQ", "DUE_PERSON:P-A", "PAY_PERF:P-A")} == {
        "FUND_SAFETY:HQ": fund,
        "DUE_PERSON:P-A": due,
        "PAY_PERF:P-A": pay,
    }


def test_a_reversed_write_off_is_given_back_like_the_rest() -> None:
    """[rule 18]"""
    undo = do("ReverseEntry", "P-C0", at("03-08", "12:00"), of="wo", reason="误销", approved_by="P-H0")
    forgiven = (*confirmed, written_off("300.00") | {"id": "wo"}, undo, lodge("P-A", "P-A"))
    story = given(*forgiven, decide("P-A", "revoke"))
    story.then_balances({"FUND_SAFETY:HQ": "200.00", "DUE_PERSON:P-A": "0.00", "PAY_PERF:P-A": "1000.00"})


def test_a_line_under_appeal_is_not_deducted() -> None:
    wage, deduct = deducted("600.00")
    later = (wage | {"at": at("03-09", "11:00")}, deduct | {"at": at("03-09", "11:10")})
    story = given(deduction_allowed(), *confirmed, lodge("P-A", "P-A"), *later)
    story.then_balances({"DUE_PERSON:P-A": "-300.00", "PAY_PERF:P-A": "1000.00"})


def test_a_decision_needs_a_pending_appeal() -> None:
    given(*confirmed).when(decide("P-A", "uphold")).then_refused(State)
    given(*confirmed, lodge("P-A", "P-A"), decide("P-A", "uphold")).when(decide("P-A", "revoke")).then_refused(State)


@pytest.mark.parametrize(
    ("decision", "fields"),
    [
        ("amend", {}),
        ("amend", {"amount": "300.01"}),
        ("uphold", {"amount": "1.00"}),
    ],
)
def test_the_amount_that_remains_is_at_most_the_line(decision: str, fields: dict[str, str]) -> None:
    given(*confirmed, lodge("P-A", "P-A")).when(decide("P-A", decision, **fields)).then_refused(Invalid)


def test_a_charged_member_of_the_leading_group_does_not_decide() -> None:
    charged = (by_lines(lines=[*LINES, line("P-G2", "1.00")]), serve(), confirm(), lodge("P-A", "P-A"))
    given(*charged).when(decide("P-A", "revoke")).then_refused(Sod)


@pytest.mark.parametrize("approvals", [[], ["P-G1"], ["P-G1", "P-G1"], ["P-G1", "P-OFF"]])
def test_the_leading_group_decides_by_its_quorum(approvals: list[str]) -> None:
    given(*confirmed, lodge("P-A", "P-A")).when(decide("P-A", "revoke", approvals=approvals)).then_refused(Authority)


def test_others_do_not_decide_appeals() -> None:
    given(*confirmed, lodge("P-A", "P-A")).when(decide("P-A", "revoke") | {"by": "P-SO"}).then_refused(Authority)


def test_a_confirmation_under_appeal_is_not_reversed() -> None:
    story: Story = given(by_matrix(), serve(), confirm() | {"id": "cf-1"}, lodge("P-W1D", "W1") | {"id": "ap-1"})
    for of in ("cf-1", "ap-1"):
        reverse = do("ReverseEntry", "P-C0", DECIDED, of=of, reason="误", approved_by="P-H0")
        story.when(reverse).then_refused(State)
    assert document(story, "slip", "SL-1").under_appeal


def test_an_appeal_undecided_after_sixty_days_is_brought_to_mind_once() -> None:
    story = given(*confirmed, lodge("P-A", "P-A"), lodge("P-W1D", "W1"))
    story.when(advance(at="2026-05-07T23:59:59+08:00")).then_facts("ClockAdvanced")
    story.when(advance(at="2026-05-08T00:00:00+08:00")).then_facts("ReminderSent", "ReminderSent", "ClockAdvanced")
    reminder = story.recorded[0]
    assert isinstance(reminder, ReminderSent)
    assert (reminder.stream, reminder.kind, reminder.document) == ("unit-HQ", "slip", "SL-1")
    story.when(advance(at="2026-08-08T00:00:00+08:00")).then_facts("ClockAdvanced")


def test_nobody_is_reminded_of_a_decided_appeal() -> None:
    story = given(*confirmed, lodge("P-A", "P-A"), decide("P-A", "uphold"))
    story.when(advance(at="2026-08-08T00:00:00+08:00")).then_facts("ClockAdvanced")


@pytest.mark.parametrize("decision", ["uphold", "revoke"])
def test_a_unit_is_not_retired_while_its_line_is_under_appeal(decision: str) -> None:
    """[rule 85] What comes back to its pool has to go first as well."""
    charged = (opened(POOL_WAGE_T4="100.00"), by_lines(lines=[line("T4", "100.00"), line("W1", "50.00")]))
    retire = do("RetireUnit", "P-ADM", at("03-12"), unit="T4", effective="2026-03-31", reason="撤并")
    story = given(*charged, serve(), confirm(), lodge("P-T4L", "T4"), lodge("P-W1D", "W1"))
    story.when(retire).then_refused(OpenItems)
    story.given(decide("T4", decision)).when(retire)
    if decision == "uphold":
        story.then_facts("UnitRetired")
    else:
        story.then_refused(OpenItems)


# -- a decision that is taken back (rule 71) --------------------------------------------------------------------------


def undo(of: str = "decided", approved_by: str = "P-G1", by: str = "P-C0") -> Line:
    return do("ReverseEntry", by, at("03-12"), of=of, reason="笔误", approved_by=approved_by)


def whole(story: Story) -> tuple[Any, ...]:
    """Everything that an appeal and its decision change."""
    states = story.ledger.states
    tallies = {key: state for key, state in states.items() if key.startswith("tally:")}
    charged = {key: state.sums(["2026-03"])["charged"] for key, state in tallies.items()}
    person, unit = story.ledger.lookup("person-P-A"), story.ledger.lookup("unit-W1")
    books = (person, unit, story.ledger.lookup("unit-HQ"))
    owed = [([(due.since, due.amount, due.open, due.appealed) for due in book.dues], book.balances) for book in books]
    balances = {account: amount for account, amount in story.ledger.balances.items() if amount}
    return document(story, "slip", "SL-1"), states["agenda"], charged, owed, balances, unit.appeals


@pytest.mark.parametrize("decision", ["uphold", "revoke", "amend"])
@pytest.mark.parametrize(("party", "by"), [("P-A", "P-A"), ("W1", "P-W1D")])
@pytest.mark.parametrize("paid", [False, True], ids=["due", "deducted"])
def test_a_decision_that_is_taken_back_leaves_the_line_under_appeal(
    decision: str, party: str, by: str, paid: bool
) -> None:
    """Money, dues with their age, the escrow's reminder, what counts as charged: all as before."""
    steps = (*confirmed, *(deducted("600.00") if paid else ()), lodge(by, party))
    story = given(deduction_allowed(), *steps)
    before = whole(story)
    amount = {"amount": "50.00"} if decision == "amend" else {}
    story.given({**decide(party, decision, **amount), "id": "decided"}).when(undo()).then_facts("EntryReversed")
    assert whole(story) == before
    story.when(decide(party, "uphold")).then_facts("AppealDecided")


def test_only_the_leading_group_approves_that_a_decision_is_taken_back() -> None:
    story = given(*confirmed, lodge("P-A", "P-A"), {**decide("P-A", "revoke"), "id": "decided"})
    story.when(undo(approved_by="P-H0")).then_refused(Authority)
    story.given(undo()).when(undo()).then_refused("REVERSAL")


def test_a_closed_case_whose_decision_of_an_appeal_is_taken_back_is_decided() -> None:
    accident = do(
        "RecordAccident",
        "P-SO",
        at("03-02"),
        accident="AC-1",
        unit="W1",
        class_code="A",
        class_table="T",
        severity="轻伤",
        occurred=at("03-01"),
        place="井下",
        description="x",
    )
    case = [
        do("OpenCase", "P-SO", at("03-02"), case="CS-1", unit="W1", description="x", accident="AC-1"),
        do(
            "DecideCase",
            "P-G1",
            at("03-02"),
            case="CS-1",
            lines=[line("P-A", "300.00")],
            basis="办法",
            reason="x",
            approvals=["P-G1", "P-G2"],
        ),
        lodge("P-A", "P-A", slip=None, case="CS-1"),
        {**decide("P-A", "uphold", slip=None, case="CS-1"), "id": "decided"},
        do("CloseCase", "P-SO", at("03-11", "12:00"), case="CS-1", summary="x"),
    ]
    lines = [{**one, "data": {name: value for name, value in one["data"].items() if value is not None}} for one in case]
    story = given(accident, *lines).when(undo()).then_facts("EntryReversed")
    assert document(story, "case", "CS-1").state == "decided"
    story.when(do("CloseCase", "P-SO", at("03-12", "12:00"), case="CS-1", summary="x")).then_refused(State)


def test_a_deduction_that_an_appeal_has_paid_back_stays() -> None:
    """STATE once money was paid back; while the decision is taken back it may be undone."""
    wage, deduction = deducted("600.00")
    steps = (deduction_allowed(), *confirmed, wage, {**deduction, "id": "deducted"}, lodge("P-A", "P-A"))
    revoked = given(*steps, {**decide("P-A", "revoke"), "id": "decided"})
    taken_back = undo("deducted", "P-H1", "P-C1")
    revoked.when(taken_back).then_refused(State)
    given(*steps, decide("P-A", "amend", amount="299.99")).when(taken_back).then_facts("EntryReversed")
    revoked.given(undo()).when(taken_back).then_facts("EntryReversed")
