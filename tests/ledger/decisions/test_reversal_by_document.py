"""A reversal may name a document in place of a command: what stands of that is taken back, nothing else (rule 23)."""

from __future__ import annotations

from itertools import permutations
from typing import Any, get_args

import pytest

from ledger.decisions.standing import KINDS, DocumentKind
from ledger.errors import Authority, Insufficient, Invalid, Reversal, Sod, State, WrongCentre
from ledger.facts.pools import EntryReversed, NamedDocument
from tests.spec import Line, Story, do, given, stamped

LATER = "2026-02-20T09:00:00+08:00"
OPENED = do(
    "OpenBalances",
    known_as="open",
    as_of="2026-02-02",
    balances={"POOL_WAGE:W1": "900.00", "POOL_WAGE:T1": "200.00", "POOL_WAGE:W3": "500.00"},
)


def undo(kind: str, name: str, by: str = "P-C1", /, unit: str | None = None, **data: Any) -> Line:
    document = {"kind": kind, "id": name} | ({} if unit is None else {"unit": unit})
    return do("ReverseEntry", by, LATER, **{"document": document, "reason": "对象错误", "approved_by": "P-H1", **data})


def charged(kind: str, name: str, party: str, amount: str, centre: str = "U1", unit: str = "W1") -> tuple[Line, ...]:
    """A slip or penalty on the way to time's confirmation."""
    data: dict[str, Any] = {"unit": unit, "basis": "执法文书", "description": "通风", "centre": centre}
    data["lines"] = [{"party": party, "amount": amount}]
    if kind == "slip":
        authority = {"name": "矿山安监局", "doc": "X-9", "date": "2026-02-01"}
        issued = do("IssueSlip", slip=name, grounds="hazard", tier="T1", authority=authority, **data)
        return stamped(issued, source={"input_mode": "import"}), do("ServeSlip", slip=name)
    proposed = do("ProposePenalty", "P-SO", penalty=name, kind="other", approved_by="P-G1", **data)
    return proposed, do("ApprovePenalty", "P-G1", penalty=name)


def noticed(name: str, unit: str = "W1") -> Line:
    return do("IssueNotice", "P-OFF", notice=name, unit=unit, item="GP-05", qty="1", description="文明生产")


TICK = do("AdvanceClock", at="2026-02-10T00:00:00+08:00", known_as="tick")
SEVERAL: dict[str, tuple[tuple[Line, ...], dict[str, str]]] = {
    "slip": (charged("slip", "D-1", "P-A", "50.00"), {"by": "P-C1", "approved_by": "P-H1"}),
    "penalty": (charged("penalty", "D-1", "W1", "70.00", "U1"), {"by": "P-C1", "approved_by": "P-H1"}),
    "notice": ((noticed("D-1", "W3"),), {"by": "P-C2", "approved_by": "P-H2"}),
}
"""Documents that time confirms, and whose they are."""


def at_once(*kinds: str) -> Story:
    """Time confirms a document of each kind by one command."""
    return given(OPENED, *(line for kind in kinds for line in SEVERAL[kind][0]), TICK)


def moved(story: Story) -> dict[str, int]:
    return {account: amount for account, amount in story.ledger.balances.items() if amount}


@pytest.mark.parametrize(("one", "other"), list(permutations(SEVERAL, 2)))
def test_of_several_documents_that_time_confirmed_one_is_taken_back_and_the_others_stand(one: str, other: str) -> None:
    story, alone = at_once(one, other), at_once(other)
    who = SEVERAL[one][1]
    story.when(undo(one, "D-1", who["by"], approved_by=who["approved_by"]))
    story.then_facts("EntryReversed")
    assert moved(story) == moved(alone)
    assert story.ledger.states[f"{one}:D-1"].state == "cancelled"
    assert story.ledger.states[f"{other}:D-1"].state == "confirmed"
    told = [fact for fact in story.recorded if fact.mirror]
    assert [type(fact).__name__ for fact in told] == (["DueCancelled"] if one == "slip" else [])


@pytest.mark.parametrize(("one", "other"), list(permutations(["slip", "penalty"], 2)))
def test_a_command_that_confirmed_several_documents_is_not_reversed_as_a_whole(one: str, other: str) -> None:
    """INVALID comes first in the row: before SOD, and also when only one of them stands."""
    whole = do("ReverseEntry", "P-C1", LATER, of="tick", reason="x", approved_by="P-C1")
    story = at_once(one, other).when(whole).then_refused(Invalid)
    story.given(undo(one, "D-1")).when(whole).then_refused(Invalid)
    at_once(one).given({**whole, "data": {**whole["data"], "approved_by": "P-H1"}})


def test_of_several_documents_every_centre_is_asked() -> None:
    whole = do("ReverseEntry", "P-C1", LATER, of="tick", reason="x", approved_by="P-H1")
    at_once("slip", "notice").when(whole).then_refused(WrongCentre)


def test_exactly_one_of_command_and_document_is_named() -> None:
    story = at_once("slip")
    both = undo("slip", "D-1", of="tick")
    story.when(both).then_refused(Invalid)
    story.when(do("ReverseEntry", "P-C1", LATER, reason="x", approved_by="P-H1")).then_refused(Invalid)


def test_papers_are_named_with_their_unit_and_other_documents_without() -> None:
    story = at_once("slip")
    story.when(undo("slip", "D-1", unit="W1")).then_refused(Invalid)
    story.when(undo("distribution", "F-1")).then_refused(Invalid)
    story.when(undo("payslip", "F-1")).then_refused(Invalid)
    story.when(undo("distribution", "F-1", unit="W9")).then_refused("UNKNOWN_UNIT")


@pytest.mark.parametrize("kind", ["slip", "penalty", "case", "notice", "tender", "handover"])
def test_a_document_that_is_not_there_is_unknown(kind: str) -> None:
    given(OPENED).when(undo(kind, "NIX")).then_refused(f"UNKNOWN_{kind.upper()}")


def test_every_kind_that_can_be_named_can_be_found() -> None:
    assert set(get_args(DocumentKind)) == set(KINDS)


def test_a_document_that_is_not_confirmed_has_nothing_to_reverse() -> None:
    slip, penalty = charged("slip", "D-1", "P-A", "50.00"), charged("penalty", "D-2", "W1", "5.00")
    case = do("OpenCase", "P-SO", case="CS-1", unit="W1", description="x", accident="AC-1")
    accident = do(
        "RecordAccident",
        "P-SO",
        accident="AC-1",
        unit="W1",
        class_code="A",
        class_table="T",
        severity="轻伤",
        occurred="2026-02-01T08:00:00+08:00",
        place="井下",
        description="x",
    )
    story = given(OPENED, *slip, *penalty, noticed("D-3"), accident, case)
    for kind, name in (("slip", "D-1"), ("penalty", "D-2"), ("notice", "D-3")):
        story.when(undo(kind, name)).then_refused(Reversal)
    story.when(undo("case", "CS-1", "P-C1")).then_refused(Reversal)
    story.given(TICK, undo("slip", "D-1")).when(undo("slip", "D-1")).then_refused(Reversal)


def test_a_document_asks_its_own_centre_and_that_centres_head() -> None:
    story = at_once("notice", "slip")
    story.when(undo("notice", "D-1")).then_refused(WrongCentre)
    story.when(undo("notice", "D-1", "P-C2")).then_refused(Authority)
    story.when(undo("notice", "D-1", "P-C2", approved_by="P-C2")).then_refused(Sod)
    story.when(undo("notice", "D-1", "P-C2", approved_by="P-H2")).then_facts("EntryReversed")


def test_a_partly_deducted_due_keeps_its_document() -> None:
    written_off = do("WriteOffDue", "P-C1", LATER, person="P-A", amount="1.00", reason="x", centre="U1")
    written_off["data"]["approvals"] = ["P-G1", "P-G2"]
    at_once("slip").given(written_off).when(undo("slip", "D-1")).then_refused(State)


# -- papers -----------------------------------------------------------------------------------------------------------

PAPERS: dict[str, tuple[str, Line]] = {
    "distribution": (
        "W1",
        do("DistributeWage", "P-C1", unit="W1", lines=[{"person": "P-A", "amount": "9.00"}], doc="Z-1"),
    ),
    "pass_down": ("W1", do("PassDown", "P-C1", unit="W1", child="T1", amount="9.00", reason="x", doc="Z-1")),
    "adjustment": (
        "T1",
        do(
            "AdjustTransfer",
            "P-C1",
            payer="T1",
            payee="T2",
            amount="9.00",
            adjusts_period="2026-01",
            reason="x",
            approved_by="P-H1",
            doc="Z-1",
        ),
    ),
    "quota_wage": ("W1", do("CreditQuotaWage", "P-C1", unit="W1", amount="9.00", source_doc="Z-1")),
    "budget": (
        "W1",
        do("AllocateBudget", "P-C1", unit="W1", pool="wage", source="wage", year="2026", amount="9.00", doc="Z-1"),
    ),
}


@pytest.mark.parametrize("kind", PAPERS)
def test_money_is_taken_back_by_the_paper_that_carried_it(kind: str) -> None:
    unit, paid = PAPERS[kind]
    story = given(OPENED)
    before = moved(story)
    story.given(paid)
    facts = [fact for fact in story.recorded if not fact.mirror]
    story.when(undo(kind, "Z-1", unit="T4")).then_refused("UNKNOWN_DOCUMENT")
    story.when(undo(kind, "Z-2", unit=unit)).then_refused("UNKNOWN_DOCUMENT")
    story.when(undo(kind, "Z-1", unit=unit)).then_facts(*["EntryReversed"] * len(facts))
    assert moved(story) == before
    reversals = [fact for fact in story.recorded if isinstance(fact, EntryReversed)]
    assert {fact.named for fact in reversals} == {NamedDocument(kind, "Z-1", unit)}
    story.when(undo(kind, "Z-1", unit=unit)).then_refused(Reversal)
    story.given(paid)
    story.when(undo(kind, "Z-1", unit=unit)).then_facts(*["EntryReversed"] * len(facts))


def test_accounts_are_named_of_openings_only() -> None:
    unit, paid = PAPERS["quota_wage"]
    given(OPENED, paid).when(undo("quota_wage", "Z-1", unit=unit, accounts=["POOL_WAGE:W1"])).then_refused(Invalid)


def test_what_is_spent_cannot_be_taken_back_by_its_paper_either() -> None:
    spent = do("DistributeWage", "P-C1", unit="W1", lines=[{"person": "P-A", "amount": "905.00"}])
    given(OPENED, PAPERS["quota_wage"][1], spent).when(undo("quota_wage", "Z-1", unit="W1")).then_refused(Insufficient)


# -- recoveries -------------------------------------------------------------------------------------------------------


def test_what_a_credit_has_recovered_goes_back_with_it() -> None:
    owing = do("OpenBalances", as_of="2026-02-02", balances={"DUE_UNIT:W2": "-30.00"})
    credit = do("CreditQuotaWage", "P-C1", unit="W2", amount="20.00", source_doc="Z-1")
    story = given(owing, credit).then_balances({"DUE_UNIT:W2": "-10.00", "POOL_WAGE:W2": "0.00"})
    story.when(undo("quota_wage", "Z-1", unit="W2")).then_facts("EntryReversed", "EntryReversed")
    story.then_balances({"DUE_UNIT:W2": "-30.00", "POOL_WAGE:W2": "0.00"})


def test_what_was_recovered_asks_no_centre_of_its_own() -> None:
    """W3 of the other mine pays its debt from what it is paid; the transfer's clearing centre is asked alone."""
    owing = do("OpenBalances", as_of="2026-02-02", balances={"DUE_UNIT:W3": "-3.00"})
    far = do(
        "AdjustTransfer",
        "P-C0",
        payer="T1",
        payee="W3",
        amount="5.00",
        adjusts_period="2026-01",
        reason="x",
        approved_by="P-H0",
        doc="Z-1",
    )
    story = given(OPENED, owing, far).then_balances({"DUE_UNIT:W3": "0.00"})
    story.when(undo("adjustment", "Z-1", "P-C0", unit="T1", approved_by="P-H0"))
    story.then_facts("EntryReversed", "EntryReversed", "EntryReversed").then_balances({"DUE_UNIT:W3": "-3.00"})


# -- transfers of a handover ------------------------------------------------------------------------------------------


def test_all_transfers_of_a_handover_that_stand_are_taken_back() -> None:
    hazards = [
        do(
            "ReportHazard",
            "P-T1L",
            "2026-02-02T09:00:00+08:00",
            hazard=name,
            unit="T1",
            place=name,
            category="site_quality",
            item="HO-01",
            tier="T3",
            description="浮煤",
        )
        for name in ("H-1", "H-2", "H-3")
    ]
    opened = do("OpenHandover", "P-T1L", "2026-02-02T13:50:00+08:00", handover="HV-1", sender="T1", receiver="T2")
    flows = [
        do(
            "TransferHandoverItem",
            "P-C1",
            "2026-02-02T13:52:00+08:00",
            known_as=f"flow-{name}",
            handover="HV-1",
            hazard=name,
            accepted_by="P-T2L",
        )
        for name in ("H-1", "H-2", "H-3")
    ]
    story = given(OPENED, *hazards, opened)
    before = moved(story)
    story.given(*flows)
    one = do("ReverseEntry", "P-C1", LATER, of="flow-H-1", reason="x", approved_by="P-H1")
    story.when(one).then_facts("EntryReversed", "EntryReversed")
    story.when(undo("handover", "HV-1")).then_facts(*["EntryReversed"] * 4)
    assert moved(story) == before
    assert [fact.of for fact in story.recorded if isinstance(fact, EntryReversed)] == [
        "flow-H-2",
        "flow-H-2",
        "flow-H-3",
        "flow-H-3",
    ]
    story.when(undo("handover", "HV-1")).then_refused(Reversal)
