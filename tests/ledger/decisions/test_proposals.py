"""Two hands: the words that a command names are said by the persons themselves [rule 40], delegates [rule 54]."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.decisions.proposals import digest_of
from ledger.errors import Already, Authority, Duplicate, Insufficient, Invalid, Sod, State, TooLate, WrongCentre
from tests.spec import Line, Story, do, given, when

TOP_UP = {"payer": "W1", "payee": "W2", "amount": "120.00", "adjusts_period": "2026-02", "reason": "补结运费"}
NAMING = {**TOP_UP, "approved_by": "P-H1"}
REWARD = {"person": "P-B", "amount": "60.00", "reason": "举报奖", "doc": "JL-1", "approved_by": "P-H1"}
POOLS = do("OpenBalances", as_of="2026-02-01", balances={"POOL_WAGE:W1": "500.00", "DUE_PERSON:P-A": "-400.00"})
LOAN = {"valid_from": "2026-02-02", "until": "2026-02-02", "reason": "出差"}


def propose(
    name: str = "AdjustTransfer", data: dict[str, Any] = NAMING, by: str = "P-C1", proposal: str = "TY-1", **more: str
) -> Line:
    line = do("ProposeCommand", by, proposal=proposal, data=data, **more)
    return {**line, "data": {**line["data"], "command": name}}


def approve(by: str = "P-H1", name: str = "AdjustTransfer", data: dict[str, Any] = NAMING) -> Line:
    return do("ApproveProposal", by, proposal="TY-1", digest=digest_of(name, data))


def lend(by: str, to: str, unit: str, role: str) -> Line:
    return do("GrantDelegation", by, delegation=f"{by}-{to}-{unit}-{role}", to=to, unit=unit, roles=[role], **LOAN)


WRITE_OFF = {"person": "P-A", "amount": "150.00", "reason": "困难", "approvals": ["P-G1", "P-G2"]}


def written_off() -> Story:
    """A write-off that asks two of the leading group is proposed."""
    return given(POOLS, propose("WriteOffDue", WRITE_OFF, "P-C0"))


def on_write_off(by: str) -> Line:
    return approve(by, "WriteOffDue", WRITE_OFF)


# -- proposing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("AdjustTransfers", NAMING),
        ("AdjustTransfer", {**NAMING, "amount": "120"}),
        ("AdjustTransfer", {**NAMING, "doc": None}),
        ("AdjustTransfer", {**NAMING, "approved_by": ""}),
        ("CreditQuotaWage", {"unit": "W1", "amount": "1.00", "source_doc": "Q-1"}),
        ("WithdrawProposal", {"proposal": "TY-1"}),
        ("AdjustTransfer", {**NAMING, "approved_by": "P-C1"}),
    ],
)
def test_a_command_that_is_unknown_malformed_or_asks_no_one_else_cannot_be_proposed(
    name: str, data: dict[str, Any]
) -> None:
    given(POOLS).when(propose(name, data)).then_refused(Invalid)


def test_a_proposal_is_refused_as_its_command_would_be() -> None:
    story = given(POOLS)
    story.when(propose(data={**NAMING, "payer": "W9"})).then_refused("UNKNOWN_UNIT")
    story.when(propose(data={**NAMING, "approved_by": "P-9"})).then_refused("UNKNOWN_PERSON")
    story.when(propose(business_date="2025-11-01")).then_refused(TooLate)
    story.when(propose(by="P-C2")).then_refused(WrongCentre)
    story.when(propose(by="P-W1D")).then_refused(Authority)
    story.when(propose()).then_facts("CommandProposed")
    story.when(propose()).then_refused(Duplicate)


def test_a_proposal_moves_nothing_and_names_who_is_asked() -> None:
    story = given(POOLS).when(propose()).then_balances({"POOL_WAGE:W1": "500.00"})
    [proposed] = story.recorded
    assert (proposed.stream, proposed.asked, proposed.until) == (  # type: ignore[attr-defined]
        "proposal-TY-1",
        ("P-H1",),
        "2026-02-09T01:00:00.000000Z",
    )


# -- the words --------------------------------------------------------------------------------------------------------


def test_the_command_is_the_proposers_and_follows_the_last_word() -> None:
    story = given(POOLS, propose()).when(approve())
    story.then_facts("ProposalApproved", "TransferAdjustedOut", "TransferAdjustedIn")
    assert [fact.by for fact in story.recorded] == ["P-H1", "P-C1", "P-C1"]
    story.then_balances({"POOL_WAGE:W1": "380.00", "POOL_WAGE:W2": "120.00"})
    story.when(approve()).then_refused(State)


def test_a_command_that_is_reversed_is_the_one_that_the_last_word_brought() -> None:
    story = given(POOLS, propose(), {**approve(), "id": "WORD-1"})
    story.given(do("ReverseEntry", "P-C1", of="WORD-1", reason="x", approved_by="P-H1"))
    story.then_balances({"POOL_WAGE:W1": "500.00", "POOL_WAGE:W2": "0.00"})


def test_only_the_persons_asked_speak_and_only_to_what_they_saw() -> None:
    story = given(POOLS, propose())
    story.when(approve("P-C1")).then_refused(Authority)
    story.when(approve("P-H2")).then_refused(Authority)
    story.when(approve(data={**NAMING, "amount": "12.00"})).then_refused(State)


def test_every_word_is_needed_and_each_person_speaks_once() -> None:
    story = written_off().when(on_write_off("P-G1")).then_facts("ProposalApproved")
    story.when(on_write_off("P-G1")).then_refused(Already)
    story.when(on_write_off("P-G2")).then_facts("ProposalApproved", "DueWrittenOff")


def test_a_refused_decision_leaves_nothing_of_the_last_word() -> None:
    story = given(POOLS, propose(data={**NAMING, "amount": "600.00"}))
    asked = approve(data={**NAMING, "amount": "600.00"})
    story.when(asked).then_refused(Insufficient)
    story.given(do("CreditQuotaWage", "P-C1", unit="W1", amount="100.00", source_doc="Q-1"))
    story.when(asked).then_facts("ProposalApproved", "TransferAdjustedOut", "TransferAdjustedIn")


def test_who_may_no_longer_send_it_when_the_last_word_is_said_is_refused() -> None:
    story = given(
        POOLS, propose(), do("EndAssignment", "P-HR", person="P-C1", unit="U1", role="clerk", last_day="2026-02-01")
    )
    story.when(approve()).then_refused(Authority)


# -- delegates --------------------------------------------------------------------------------------------------------


def test_a_delegate_speaks_for_the_first_whose_word_is_missing() -> None:
    story = written_off().given(lend("P-G2", "P-DM", "HQ", "leading_group"))
    story.given(on_write_off("P-G1"))
    story.when(on_write_off("P-DM")).then_facts("ProposalApproved", "DueWrittenOff")
    assert story.recorded[0].asked == "P-G2"  # type: ignore[attr-defined]


def test_nobody_speaks_twice_for_himself_and_for_another() -> None:
    story = written_off().given(lend("P-G2", "P-G1", "HQ", "leading_group"), on_write_off("P-G1"))
    story.when(on_write_off("P-G1")).then_refused(Already)


def test_a_word_that_a_delegate_has_given_is_given() -> None:
    story = written_off().given(lend("P-G1", "P-DM", "HQ", "leading_group"), on_write_off("P-DM"))
    story.when(on_write_off("P-G1")).then_refused(Already)
    story.when(on_write_off("P-G2")).then_facts("ProposalApproved", "DueWrittenOff")


def test_the_proposer_says_nobody_elses_word() -> None:
    story = written_off().given(lend("P-G1", "P-C0", "HQ", "leading_group"))
    story.when(on_write_off("P-C0")).then_refused(Sod)


def test_a_delegation_covers_a_word_by_its_role_at_the_commands_unit_or_above() -> None:
    recorder = do("AssignPerson", person="P-H1", unit="U1", role="recorder", since="2026-01-01")
    story = given(POOLS, propose(), recorder, lend("P-H1", "P-E", "U1", "recorder"))
    story.when(approve("P-E")).then_refused(Authority)
    elsewhere = do("AssignPerson", person="P-H1", unit="U2", role="centre_head", since="2026-01-01", home=False)
    story.given(elsewhere, lend("P-H1", "P-S1", "U2", "centre_head"))
    story.when(approve("P-S1")).then_refused(Authority)
    story.given(lend("P-H1", "P-F", "U1", "centre_head"))
    story.when(approve("P-F")).then_facts("ProposalApproved", "TransferAdjustedOut", "TransferAdjustedIn")


# -- the end ----------------------------------------------------------------------------------------------------------


def test_a_person_asked_refuses_and_the_proposer_withdraws_and_both_end_it() -> None:
    for by, others, end in (
        ("P-H1", ("P-C1", "P-H2"), {"command": "RefuseProposal", "reason": "未查实"}),
        ("P-C1", ("P-H1", "P-H2"), {"command": "WithdrawProposal"}),
    ):
        story = given(POOLS, propose())
        for other in others:
            story.when(do(by=other, proposal="TY-1", **end)).then_refused(Authority)
        story.given(do(by=by, proposal="TY-1", **end))
        story.when(do(by=by, proposal="TY-1", **end)).then_refused(State)
        story.when(approve()).then_refused(State)


def test_a_proposal_lapses_after_its_days() -> None:
    story = given(POOLS, propose("GrantReward", REWARD))
    story.when(do("AdvanceClock", at="2026-02-09T08:59:00+08:00")).then_facts("ClockAdvanced")
    story.when(do("AdvanceClock", at="2026-02-09T09:00:00+08:00")).then_facts("ProposalLapsed", "ClockAdvanced")
    story.when(approve(name="GrantReward", data=REWARD)).then_refused(State)
    story.when(do("ApproveProposal", "P-H1", proposal="TY-9", digest="x")).then_refused("UNKNOWN_PROPOSAL")


def test_the_days_are_a_policy_of_the_commands_unit() -> None:
    policy = do("PublishPolicy", key="proposal.days", value=1, effective="2026-02-02", unit="U1", legal_basis="§1")
    story = given(POOLS, policy, propose())
    story.when(do("AdvanceClock", at="2026-02-03T09:00:00+08:00")).then_facts("ProposalLapsed", "ClockAdvanced")


def test_lateness_is_approved_by_the_word_of_the_head() -> None:
    data = {"unit": "W1", "amount": "1.00", "source_doc": "QW-1"}
    late = {"business_date": "2025-11-01", "late_approval": "P-H1"}
    story = given(propose("CreditQuotaWage", data, **late))
    story.when(approve("P-H1", "CreditQuotaWage", data)).then_facts("ProposalApproved", "QuotaWageCredited")
    assert story.recorded[-1].business_date == "2025-11-01"
    when(propose("CreditQuotaWage", data, business_date="2025-11-01", late_approval="P-H2")).then_refused(TooLate)
