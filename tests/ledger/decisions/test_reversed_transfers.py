"""A transfer that is reversed gives everything back: the money, also what was recovered, and the hazard (rule 71)."""

from __future__ import annotations

from typing import Any

import pytest
from immutables import Map

from ledger.errors import Insufficient, NotResponsible, OpenItems, Reversal, State
from ledger.facts.pools import EntryReversed
from tests.ledger.decisions.hazards import (
    ASSIGNED,
    VERIFIED,
    assign,
    claim,
    credited,
    extend,
    hazard,
    report,
    request,
    start,
)
from tests.ledger.decisions.sheets import at, step
from tests.ledger.decisions.test_handovers import LEGS, arbitrate, open_, refuse, sign, transfer
from tests.spec import Line, Story, do, given

undo = step("ReverseEntry", "P-C1", at("02-06"), document={"kind": "handover", "id": "HV-1"}, reason="数量有误")


def reverse(**fields: Any) -> Line:
    return undo(**{"approved_by": "P-H1", **fields})


def recredit(amount: str, doc: str, name: str | None = None) -> Line:
    return do("CreditQuotaWage", "P-C1", at("02-05", "20:00"), known_as=name, unit="T1", amount=amount, source_doc=doc)


FUNDED = [credited("T1", "20.00"), report(tier="T3")]
SHORT = [*FUNDED, open_(), transfer(qty="10")]
"""T1 has 20.00 of the 600.00 that it pays."""


def kept(story: Story) -> tuple[Any, ...]:
    """All that a hazard's way to the next team changes, its money apart."""
    states = story.ledger.states
    sender, receiver = states["unit-T1"], story.ledger.lookup("unit-T2")
    owed = {key: states.get(f"tally:{key}/2026") for key in ("unit-T1", "unit-T2")}
    counted = {
        key: {name: count for name, count in (tally.months.get("2026-02", {}) if tally else {}).items() if count}
        for key, tally in owed.items()
    }
    return hazard(story), story.ledger.lookup("agenda"), sender.open_hazards, receiver.open_hazards, counted


@pytest.mark.parametrize(
    "before",
    [
        [report(tier="T3")],
        VERIFIED,
        ASSIGNED,
        [*VERIFIED, assign(manage="term")],
        [*ASSIGNED, start()],
        [*ASSIGNED, start(), claim()],
    ],
    ids=["reported", "verified", "assigned", "on a term", "rectifying", "claimed"],
)
def test_a_hazard_goes_back_to_the_sender_as_it_was(before: list[Line]) -> None:
    story = given(credited("T1", "90.00"), *before, open_())
    was = kept(story)
    story.given(transfer(), sign()).given(reverse())
    now = kept(story)
    assert now[0] == was[0]
    assert now == was


def test_a_hazard_goes_back_by_the_command_of_its_transfer_as_well() -> None:
    story = given(credited("T1", "90.00"), *VERIFIED, open_(), {**transfer(), "id": "t"})
    by_command = {**reverse(), "data": {"of": "t", "reason": "x", "approved_by": "P-H1"}}
    story.given(by_command)
    assert (hazard(story).unit, hazard(story).state) == ("T1", "verified")
    story.when(reverse()).then_refused(Reversal)


@pytest.mark.parametrize(
    "since",
    [
        [claim(by="P-T2L", at=at("02-05", "15:00"))],
        [extend(at=at("02-05", "15:00"), deadline="2026-02-20")],
        [start(at=at("02-05", "15:00"))],
        [request(by="P-W1D", at=at("02-05", "15:00"))],
    ],
    ids=["claimed", "extended", "begun", "out to tender"],
)
def test_a_hazard_that_has_gone_on_stays_with_the_receiver(since: list[Line]) -> None:
    """The money goes back alone (contract §5.44)."""
    story = given(credited("T1", "90.00"), *VERIFIED, open_(), transfer())
    story.given(*since)
    was = hazard(story)
    story.when(reverse()).then_facts("EntryReversed", "EntryReversed")
    assert hazard(story) == was
    story.then_balances({"POOL_WAGE:T1": "90.00", "POOL_WAGE:T2": "0.00"})


def test_of_two_transfers_in_a_row_the_later_goes_back_first() -> None:
    onward = open_(by="P-T2L", at=at("02-05", "21:50"), handover="HV-2", sender="T2", receiver="T3")
    further = transfer(at=at("02-05", "21:52"), handover="HV-2", accepted_by="P-T3L")
    story = given(credited("T1", "90.00"), credited("T2", "90.00"), *VERIFIED, open_(), transfer(), sign())
    first = hazard(story)
    story.given(onward, further)
    story.given(reverse(document={"kind": "handover", "id": "HV-2"}))
    assert hazard(story) == first
    story.given(reverse())
    assert (hazard(story).unit, hazard(story).state, hazard(story).handovers) == ("T1", "verified", ())
    story = given(credited("T1", "90.00"), credited("T2", "90.00"), *VERIFIED, open_(), transfer(), onward, further)
    story.given(reverse())
    assert hazard(story).unit == "T3"


def test_a_hazard_that_went_back_flows_again_also_by_a_signed_handover() -> None:
    story = given(*SHORT, sign()).when(transfer()).then_refused(State)
    story.given(reverse()).when(transfer(at=at("02-06"), qty="1")).then_facts(*LEGS)
    assert (hazard(story).unit, hazard(story).state) == ("T2", "assigned")
    story.when(transfer(at=at("02-06"))).then_refused(State)
    story.given(reverse())
    assert hazard(story).unit == "T1"


def test_a_hazard_that_went_back_has_to_flow_before_the_handover_is_signed() -> None:
    story = given(*SHORT, reverse()).when(sign(at=at("02-06"))).then_refused(OpenItems)
    story.given(transfer(at=at("02-06"))).when(sign(at=at("02-06"))).then_facts("HandoverSigned")


def test_a_hazard_of_another_sender_never_flows_by_a_signed_handover() -> None:
    other = report(hazard="H-2", unit="T2", by="P-T2L")
    given(*SHORT, sign(), other, reverse()).when(transfer(hazard="H-2")).then_refused(State)
    moved = given(*SHORT, sign(), reverse(), open_(at=at("02-06"), handover="HV-2", receiver="T3"))
    moved.given(transfer(at=at("02-06"), handover="HV-2", accepted_by="P-T3L"))
    moved.when(transfer(at=at("02-06"))).then_refused(NotResponsible)


def test_a_transfer_by_arbitration_goes_back_as_well() -> None:
    story = given(credited("T1", "90.00"), *VERIFIED, open_(), refuse(hazard="H-1"))
    story.given(arbitrate(decision="substandard")).given(reverse())
    assert (hazard(story).unit, hazard(story).state) == ("T1", "verified")


# -- money of units ---------------------------------------------------------------------------------------------------


def test_a_debt_that_a_reversal_ends_gives_back_what_was_recovered_of_it() -> None:
    story = given(*SHORT, recredit("300.00", "Q-1", "cq-1")).then_balances({"DUE_UNIT:T1": "-280.00"})
    story.when(reverse()).then_facts("EntryReversed", "EntryReversed")
    story.then_balances({"POOL_WAGE:T1": "320.00", "DUE_UNIT:T1": "0.00", "POOL_WAGE:T2": "0.00"})
    assert not list(story.ledger.states["unit-T1"].dues)


def test_a_recovery_that_is_reversed_afterwards_passes_over_the_debt_that_is_gone() -> None:
    of = {"of": "cq-1", "reason": "x", "approved_by": "P-H1"}
    again = {**reverse(), "data": of}
    story = given(*SHORT, recredit("300.00", "Q-1", "cq-1"), reverse(), again)
    story.then_balances({"POOL_WAGE:T1": "20.00", "DUE_UNIT:T1": "0.00", "SRC_QUOTA:T1": "-20.00"})
    assert [len(fact.lines) for fact in story.recorded if isinstance(fact, EntryReversed)] == [2, 0]
    assert not list(story.ledger.states["unit-T1"].dues)
    assert story.ledger.states["unit-T1"].dues.returned == Map()


def test_a_recovery_that_is_reversed_before_is_owed_again_and_given_back_no_more() -> None:
    again = {**reverse(), "data": {"of": "cq-1", "reason": "x", "approved_by": "P-H1"}}
    story = given(*SHORT, recredit("300.00", "Q-1", "cq-1"), again, reverse())
    story.then_balances({"POOL_WAGE:T1": "20.00", "DUE_UNIT:T1": "0.00", "SRC_QUOTA:T1": "-20.00"})


def test_the_pool_has_to_hold_what_a_recovery_had_brought() -> None:
    again = {**reverse(), "data": {"of": "cq-1", "reason": "x", "approved_by": "P-H1"}}
    spent = do("DistributeWage", "P-T1L", at("02-06"), unit="T1", lines=[{"person": "P-A", "amount": "100.00"}])
    given(*SHORT, recredit("300.00", "Q-1", "cq-1"), reverse(), spent).when(again).then_refused(Insufficient)


def test_of_two_transfers_each_takes_its_part_of_the_debt_back() -> None:
    """Both are one debt of the handover: what is open is cancelled first, the rest was paid."""
    second = [report(hazard="H-2", tier="T3"), transfer(hazard="H-2", qty="5")]
    story = given(*SHORT, *second, recredit("700.00", "Q-1")).then_balances({"DUE_UNIT:T1": "-180.00"})
    story.when(reverse()).then_facts(*["EntryReversed"] * 4)
    story.then_balances({"POOL_WAGE:T1": "720.00", "DUE_UNIT:T1": "0.00", "POOL_WAGE:T2": "0.00"})


def test_an_opened_debt_gives_back_what_was_recovered_of_it() -> None:
    """The account to which it is given back is not one that was opened."""
    owed = do("OpenBalances", as_of="2026-02-02", known_as="o", balances={"DUE_UNIT:T1": "-30.00"})
    opened = do("OpenBalances", as_of="2026-02-02", balances={"POOL_WAGE:T1": "5.00"})
    story = given(opened, owed, recredit("20.00", "Q-1"))
    story.given({**reverse(), "data": {"of": "o", "reason": "x", "approved_by": "P-H1"}})
    story.then_balances({"DUE_UNIT:T1": "0.00", "POOL_WAGE:T1": "25.00", "OPENING": "-5.00"})
    assert story.ledger.states["unit-T1"].opened == {"POOL_WAGE"}
