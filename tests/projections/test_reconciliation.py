"""Each check of the reconciliation on rows alone: where it finds something, and where it is content (domain §11)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.fact import StoredFact
from ledger.facts.handovers import HandoverItemTransferredOut
from ledger.facts.notices import TradeNoticeConfirmed
from ledger.facts.prices import PriceItem
from ledger.facts.reconciliation import ListRow
from ledger.facts.safety_wages import SafetyWageAccrued
from ledger.facts.slips import ChargedLine, Line, SlipConfirmed
from ledger.facts.tenders import TenderAcceptancePassed, TenderAwarded, TenderSettledOut
from ledger.state.assessment import Assessment
from ledger.state.hazards import Hazard
from ledger.state.liability import Liability, LiabilityLine
from ledger.state.prices import PriceBook, Version
from ledger.state.reconciliation import CHECKS, Found
from ledger.state.safety_wages import Entitlement
from projections.reconciliation import checks
from projections.reconciliation.books import (
    books_roll_forward,
    chain_is_whole,
    facts_balance,
    numbers_are_gapless,
)
from projections.reconciliation.documents import Paper, lists_agree, posted_papers
from projections.reconciliation.material import (
    AccountSums,
    Budget,
    ClearingLeg,
    Link,
    Papers,
    Payroll,
    Production,
)
from projections.reconciliation.trades import (
    clearing_is_empty,
    legs_meet,
    lines_are_posted,
    tenders_are_settled_as_agreed,
    versions_were_in_force,
)
from projections.reconciliation.wages import (
    budgets_are_kept,
    hazards_are_marked,
    payroll_agrees,
    safety_wages_are_recalculated,
    wages_follow_production,
)

DAY = "2026-03-20"
NO_PAPERS = Papers({}, {}, {}, {}, {})


def stored(fact: Any, position: int = 10) -> StoredFact:
    return StoredFact(position, f"{DAY}T01:00:00.000000Z", fact)


def names(found: Any) -> list[tuple[str, int | None]]:
    return [(one.name, one.amount) for one in found]


def test_the_checks_run_in_the_order_of_the_contract() -> None:
    assert list(checks.CHECKS) == list(CHECKS)


# -- R12, R11, R10 -------------------------------------------------------------------------------------------------


def test_a_chain_is_whole_until_a_hash_or_a_version_is_missing() -> None:
    assert not list(chain_is_whole([Link("unit-W1", 1, 0, True), Link("unit-W1", 2, 1, True)]))
    assert names(chain_is_whole([Link("unit-W1", 1, 0, False)])) == [("CHAIN_BROKEN:unit-W1", None)]
    assert names(chain_is_whole([Link("unit-W1", 3, 1, True)])) == [("GAP:unit-W1", None)]


def test_numbers_of_the_month_have_no_gap() -> None:
    told = ["U1-SL-202603-1", "U1-SL-202603-3", "U1-TD-202603-1", "U1-SL-202602-9", "U10-SL-202603-7"]
    assert names(numbers_are_gapless(told, "U1", "2026-03")) == [("GAP:U1-SL-202603", None)]
    assert not list(numbers_are_gapless(["U1-SL-202603-2", "U1-SL-202603-1"], "U1", "2026-03"))


def test_what_does_not_balance_is_named_by_its_position() -> None:
    assert names(facts_balance([(17, 5)])) == [("UNBALANCED:17", 5)]


@pytest.mark.parametrize(
    ("sums", "difference"),
    [
        (AccountSums("A", 100, 100, 40, 40, 60, 60), 0),
        (AccountSums("A", 100, 100, 40, 40, 60, None), 0),
        (AccountSums("A", 100, 99, 40, 40, 60, 60), 1),
        (AccountSums("A", 100, 100, 40, 42, 60, 60), -2),
        (AccountSums("A", 100, 100, 40, 40, 60, 57), 3),
    ],
)
def test_an_account_rolls_forward_in_every_book(sums: AccountSums, difference: int) -> None:
    assert names(books_roll_forward([sums])) == ([("ROLLFORWARD:A", difference)] if difference else [])


# -- R1, R2 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("legs", "expected"),
    [
        ([("X", 75, False), ("X", -75, False)], []),
        ([("X", 75, False)], [("UNMATCHED_LEG:X", 75)]),
        ([("X", -75, False)], [("UNMATCHED_LEG:X", 75)]),
        ([("X", 75, False), ("X", -70, False)], [("LEG_AMOUNT:X", 5)]),
        ([("X", 75, False), ("X", -75, True)], []),
        ([("X", 75, False), ("X", -75, False), ("X", -75, True)], [("UNMATCHED_LEG:X", 75)]),
    ],
)
def test_both_legs_of_a_transfer_meet(legs: list[tuple[str, int, bool]], expected: list[tuple[str, int]]) -> None:
    assert names(legs_meet([ClearingLeg(*leg) for leg in legs])) == expected


def test_clearing_is_empty() -> None:
    assert not list(clearing_is_empty("U1", [ClearingLeg("X", 75, False), ClearingLeg("Y", -75, False)]))
    assert names(clearing_is_empty("U1", [ClearingLeg("X", -75, False)])) == [("CLEARING_NOT_ZERO:U1", -75)]


# -- R3, R6 --------------------------------------------------------------------------------------------------------

AWARD = TenderAwarded(
    stream="tender-TD", tender="TD", winner="W2", item="RQ", list_version="HQ@v1", unit_price=4550, reserve=1
)


def settled(**changes: Any) -> StoredFact:
    told: dict[str, Any] = {
        "tender": "TD",
        "hazard": "H",
        "unit": "W1",
        "counter": "W2",
        "centre": "U1",
        "pool": "wage",
        "item": "RQ",
        "list_version": "HQ@v1",
        "unit_price": 4550,
        "qty": "58.5",
        "premium": "0",
        "amount": 266175,
        "shortfall": 0,
        "business_date": DAY,
    }
    return stored(TenderSettledOut(stream="unit-W1", **(told | changes)))


def accepted(qty: str) -> StoredFact:
    passed = TenderAcceptancePassed(
        stream="tender-TD", tender="TD", hazard="H", winner="W2", qty=qty, finished_at="", acceptors=()
    )
    return stored(passed, 9)


@pytest.mark.parametrize(
    ("fact", "qty", "expected"),
    [
        (settled(), "58.5", []),
        (settled(unit_price=5000, amount=292500), "58.5", [("PRICE_MISMATCH:TD", 26325)]),
        (settled(amount=266174), "58.5", [("PRICE_MISMATCH:TD", -1)]),
        (settled(), "58", [("QTY_MISMATCH:TD", None)]),
    ],
)
def test_a_tender_is_settled_at_the_award_s_price_for_what_was_accepted(
    fact: StoredFact, qty: str, expected: list[tuple[str, int | None]]
) -> None:
    assert names(tenders_are_settled_as_agreed([fact], {"TD": [AWARD]}, {"TD": [accepted(qty)]})) == expected


def test_a_tender_settled_by_another_version_than_its_award_s_is_found() -> None:
    fact = settled(list_version="HQ@v2")
    assert names(versions_were_in_force([fact], {"TD": [AWARD]}, NO_PAPERS, {}, {})) == [("WRONG_VERSION:TD", None)]
    assert not list(versions_were_in_force([settled()], {"TD": [AWARD]}, NO_PAPERS, {}, {}))


def handover(version: str) -> StoredFact:
    fact = HandoverItemTransferredOut(
        stream="unit-T1",
        handover="HV",
        hazard="H",
        unit="T1",
        counter="T2",
        centre="U1",
        item="HO-01",
        list_version=version,
        unit_price=7500,
        qty="1",
        amount=7500,
        shortfall=0,
        business_date=DAY,
        shift="早",
        deadline=DAY,
        accepted_by="P-T2L",
    )
    return stored(fact)


def test_a_handover_uses_the_version_in_force_on_its_day() -> None:
    item = PriceItem(item="HO-01", kind="handover", uom="place", price=7500)
    versions = (
        Version("v1", "2026-01-01", {"HO-01": item}, {}, "1"),
        Version("v2", "2026-03-16", {"HO-01": item}, {}, "1"),
    )
    books, paths = {"HQ": PriceBook("HQ", versions)}, {("T1", DAY): ("T1", "W1", "U1", "HQ")}
    assert not list(versions_were_in_force([handover("HQ@v2")], {}, NO_PAPERS, books, paths))
    assert names(versions_were_in_force([handover("HQ@v1")], {}, NO_PAPERS, books, paths)) == [
        ("WRONG_VERSION:HV", None)
    ]


# -- R4, R5 --------------------------------------------------------------------------------------------------------


def slip(*lines: ChargedLine, position: int = 10, stream: str = "unit-W1") -> StoredFact:
    total = sum(line.amount for line in lines)
    fact = SlipConfirmed(stream=stream, slip="SL", mode="ack", lines=lines, total=total, centre="HQ")
    return stored(fact, position)


LINES = (Line("P-A", 500), Line("W1", 300, unit=True), Line("W3", 50, unit=True))
AGREED = Liability("slip", "SL", "W1", "confirmed", "P-OFF", DAY, lines=tuple(map(LiabilityLine, LINES)))


def test_every_line_of_a_slip_is_posted_on_whatever_stream() -> None:
    own = slip(ChargedLine("P-A", 500), ChargedLine("W1", 300, unit=True, shortfall=100))
    other = slip(ChargedLine("W3", 50, unit=True), position=11, stream="unit-W3")
    whole = Papers({"slip:SL": AGREED}, {"slip:SL": [own, other]}, {}, {}, {})
    part = whole._replace(confirmations={"slip:SL": [own]})
    assert not list(lines_are_posted([own], whole, frozenset({"W1"})))
    assert names(lines_are_posted([own], part, frozenset({"W1"}))) == [("LINE_MISMATCH:SL", -50)]
    assert not list(lines_are_posted([other], part, frozenset({"W3"})))


def row(doc: str, amount: int, kind: str = "notice", **goods: Any) -> ListRow:
    return ListRow(doc, kind, amount, **goods)


NOTICE = Paper("notice", "NT", "W1", 200, (("notice", DAY, "W1", "GP-05", "4"),))
POSTED = {("notice", "NT"): NOTICE}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (None, []),
        ([], [("MISSING_IN_LIST:NT", 200)]),
        ([row("NT", 200)], []),
        ([row("U1-TN-202603-1", 200)], []),
        ([row("their-7", 200, date=DAY, unit="W1", item="GP-05", qty="4")], []),
        ([row("their-7", 200, date=DAY, unit="W1", item="GP-05", qty="5")],
         [("MISSING_IN_LEDGER:their-7", 200), ("MISSING_IN_LIST:NT", 200)]),
        ([row("NT", 190)], [("AMOUNT_MISMATCH:NT", -10)]),
        ([row("NT", 200), row("NT", 200)], [("DUPLICATE_DOC:NT", 200)]),
        ([row("NT", 200, kind="slip")], [("MISSING_IN_LEDGER:NT", 200), ("MISSING_IN_LIST:NT", 200)]),
    ],
)  # fmt: skip
def test_departments_lists_and_documents_agree(rows: list[ListRow] | None, expected: list[tuple[str, int]]) -> None:
    assert names(lists_agree(rows, POSTED, {"notice:U1-TN-202603-1": "NT"})) == expected


def test_transfers_of_a_handover_count_together_and_other_centres_documents_do_not_count() -> None:
    facts = [handover("HQ@v2"), stored(handover("HQ@v2").fact, 12)]
    assert posted_papers(facts, NO_PAPERS, frozenset({"T1"}))["handover", "HV"].amount == 15_000
    assert not posted_papers(facts, NO_PAPERS, frozenset({"T9"}))


def test_a_notice_is_posted_with_its_amount() -> None:
    fact = TradeNoticeConfirmed(
        stream="unit-W1",
        notice="NT",
        unit="W1",
        mode="ack",
        amount=200,
        shortfall=0,
        centre="U1",
        item="GP-05",
        list_version="HQ@v1",
        unit_price=50,
        qty="4",
    )
    assert posted_papers([stored(fact)], NO_PAPERS, frozenset({"W1"}))["notice", "NT"].amount == 200


# -- R9, R7, R8, R13, R14 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "expected"), [(71600, []), (71601, [("RECALC_DIFF:AS", 1)])])
def test_a_safety_wage_is_what_the_final_score_pays(amount: int, expected: list[tuple[str, int]]) -> None:
    fact = SafetyWageAccrued(
        stream="unit-U1",
        assessment="AS",
        person="P",
        period="2026-03",
        unit="U1",
        base=80000,
        factor="1",
        S="89.5",
        payout="0.895",
        amount=amount,
    )
    sheet = Assessment("AS", "monthly", "P", "U1", "2026-03", DAY, state="final", S="89.5", payout="0.895")
    entitled = {("P", "2026-03"): Entitlement(80000, "1")}
    assert names(safety_wages_are_recalculated([stored(fact)], {"AS": sheet}, entitled)) == expected


def test_a_unit_stays_within_its_control_figures() -> None:
    assert names(
        budgets_are_kept([Budget("U1", 100, 100), Budget("U1", 10, 12), Budget("U1", 10, 11), Budget("U2", 5, 9)])
    ) == [
        ("BUDGET_EXCEEDED:U1", 2),
        ("BUDGET_EXCEEDED:U2", 4),
    ]


@pytest.mark.parametrize(
    ("payroll", "expected"),
    [
        (Payroll({"P": 100}, {"P": 5}, None), []),
        (Payroll({"P": 100}, {"P": 5}, {"P": (100, 5)}), []),
        (Payroll({"P": 100}, {"P": 5}, {"P": (101, 4)}), [("PAYROLL_DIFF:P", 1)]),
        (Payroll({"P": 100}, {"P": 5}, {"P": (100, 4)}), [("PAYROLL_DIFF:P", -1)]),
        (Payroll({"P": 100}, {}, {}), [("PAYROLL_DIFF:P", -100)]),
        (Payroll({}, {}, {"Q": (7, 0)}), [("PAYROLL_DIFF:Q", 7)]),
    ],
)
def test_hr_paid_what_left_and_kept_back_what_was_deducted(payroll: Payroll, expected: list[tuple[str, int]]) -> None:
    assert names(payroll_agrees(payroll)) == expected


def test_an_unmarked_hazard_counts_from_the_day_after_its_deadline() -> None:
    hazard = Hazard(
        hazard="H",
        unit="W1",
        origin="W1",
        state="assigned",
        place="x",
        category="hazard",
        tier="T2",
        item=None,
        person=None,
        discoverer=None,
        reporter="P",
        reported_at="",
        reported_on=DAY,
        reported_shift=None,
        deadline=DAY,
    )
    assert list(hazards_are_marked([hazard])) == [Found("STATE_DIFF", "H", after=DAY)]


@pytest.mark.parametrize(
    ("credited", "distributed", "expected"),
    [
        (1000, 800, []),
        (1000, 1200, []),
        (1000, 799, [("DEVIATION:U", -201)]),
        (1000, 1201, [("DEVIATION:U", 201)]),
        (0, 50, []),
    ],
)
def test_quota_wages_are_distributed_within_a_fifth(
    credited: int, distributed: int, expected: list[tuple[str, int]]
) -> None:
    assert names(wages_follow_production([Production("U", credited, distributed)])) == expected
