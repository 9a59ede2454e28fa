"""Dues and deductions of a person, and the persons of a statement (rule 45)."""

from __future__ import annotations

from typing import Any

from tests.ledger.decisions.liabilities import at, by_matrix, confirm, opened, serve
from tests.projections import overpaid
from tests.projections.conftest import Books
from tests.spec import Line, do, given

CHARGED = (by_matrix(matrix="TW-G") | {"by": "P-SI"}, serve(), confirm())
"""A slip of 200.00 for P-A."""

GROSS = do("ImportGrossWage", "P-HR", at("03-31"), known_as="gross", period="2026-03",
           lines=[{"person": "P-A", "gross": "3000.37"}])  # fmt: skip
PAID = do("DistributeWage", "P-C1", at("03-20"), known_as="paid", unit="T1",
          lines=[{"person": "P-A", "amount": "150.00"}])  # fmt: skip
FUNDED = opened(POOL_WAGE_W1="800.00", POOL_WAGE_T1="800.00")
DEDUCT = do("DeductCompensation", "P-C1", at("03-31", "12:00"), known_as="kept", period="2026-03", person="P-A")


def reverse(of: str, **fields: Any) -> Line:
    return do("ReverseEntry", "P-C1", at("03-31", "18:00"), of=of, reason="错", approved_by="P-H1", **fields)


async def told(books: Books, *lines: Line) -> dict[str, Any]:
    await books.load(given(*lines).ledger.facts)
    return await books.ask("Person", person="P-A")


def row(**members: str | None) -> dict[str, str | None]:
    usual = {"period": "2026-03", "gross": "3000.37", "cap": "600.07", "floor": "2200.00"}
    return {**usual, "deducted": "0.00", "carried": "0.00", **members}


# -- the own list of a past month --------------------------------------------------------------------------------------


async def test_the_own_list_of_a_past_month_is_of_its_end(books: Books) -> None:
    """Dues that later months raise or pay are not in it; the deduction says gross, cap and floor (F-12)."""
    wage = do("ImportGrossWage", "P-HR", at("03-31"), period="2026-03",
              lines=[{"person": "P-A", "gross": "3000.37", "min_wage": "2400.00"}])  # fmt: skip
    march = given(FUNDED, *CHARGED, PAID, wage)
    await books.load(march.ledger.facts)
    known = len(march.ledger.facts)
    april = (
        do("DistributeWage", "P-C1", at("04-10"), unit="T1", lines=[{"person": "P-A", "amount": "90.00"}]),
        do("ImportGrossWage", "P-HR", at("04-30"), period="2026-04", lines=[{"person": "P-A", "gross": "2500.00"}]),
        do("RaiseDue", "P-C1", at("04-12"), due="DU-1", person="P-A", amount="9.00", reason="多发", doc="DF-1",
           approved_by="P-H1"),
    )  # fmt: skip
    story = march.given(*april)
    await books.load(story.ledger.facts[known:])
    found = await books.ask("PersonalStatement", person="P-A", period="2026-03")
    assert found["dues"] == [{"document": "SL-1", "amount": "200.00", "open": "200.00", "appealed": False}]
    assert found["due_closing"] == "200.00"
    assert found["deductions"] == [row(floor="2400.00")]
    later = await books.ask("PersonalStatement", person="P-A", period="2026-04")
    assert [due["document"] for due in later["dues"]] == ["SL-1", "DU-1"]
    assert later["due_closing"] == "209.00"


async def test_the_own_list_is_asked_for_as_it_was_known(books: Books) -> None:
    story = given(FUNDED, *CHARGED)
    await books.load(story.ledger.facts)
    known = len(story.ledger.facts)
    more = story.given(PAID, GROSS, DEDUCT)
    await books.load(more.ledger.facts[known:])
    before = await books.ask("PersonalStatement", person="P-A", period="2026-03", known_position=known)
    assert (before["performance"], before["deductions"], before["known"]) == ("0.00", [], known)
    assert [due["open"] for due in before["dues"]] == ["200.00"]
    after = await books.ask("PersonalStatement", person="P-A", period="2026-03")
    assert (after["performance"], [due["open"] for due in after["dues"]]) == ("150.00", ["50.00"])
    assert after["deductions"] == [row(deducted="150.00", carried="50.00")]


# -- dues --------------------------------------------------------------------------------------------------------------


async def test_dues_are_listed_in_the_order_raised_also_when_they_are_paid(books: Books) -> None:
    """[rule 45]"""
    owed = opened(DUE_PERSON_P_A="-30.00", POOL_WAGE_W1="800.00", POOL_WAGE_T1="800.00")
    found = await told(books, owed, *CHARGED, PAID, GROSS, DEDUCT)
    assert found["dues"] == [
        {"document": None, "amount": "30.00", "open": "0.00", "appealed": False},
        {"document": "SL-1", "amount": "200.00", "open": "80.00", "appealed": False},
    ]
    assert found["due"] == "80.00"


async def test_a_due_that_was_revoked_on_appeal_is_listed_with_nothing_open(books: Books) -> None:
    """[rule 45] While it is under appeal it says so."""
    named = {"slip": "SL-1", "party": "P-A"}
    appeal = do("LodgeAppeal", "P-A", at("03-09"), grounds="x", **named)
    decide = do("DecideAppeal", "P-G1", at("03-10"), decision="revoke", reason="x", approvals=["P-G1", "P-G2"], **named)
    story = given(FUNDED, *CHARGED, appeal)
    await books.load(story.ledger.facts)
    due = {"document": "SL-1", "amount": "200.00", "open": "200.00", "appealed": True}
    assert (await books.ask("Person", person="P-A"))["dues"] == [due]
    known = len(story.ledger.facts)
    await books.load(story.given(decide).ledger.facts[known:])
    assert (await books.ask("Person", person="P-A"))["dues"] == [due | {"open": "0.00", "appealed": False}]


async def test_an_opening_that_is_put_right_is_another_due(books: Books) -> None:
    """[rule 45] A reversed deduction opens the same due again."""
    first = opened(DUE_PERSON_P_A="-30.00", POOL_WAGE_T1="800.00") | {"id": "first"}
    gone = do(
        "ReverseEntry", "P-C1", at("03-02"), of="first", accounts=["DUE_PERSON:P-A"], reason="错", approved_by="P-H1"
    )
    approved = {"reason": "补", "approved_by": "P-G1"}
    right = do("OpenBalances", at=at("03-02"), as_of="2026-03-01", balances={"DUE_PERSON:P-A": "-40.00"}, **approved)
    found = await told(books, first, gone, right, PAID, GROSS, DEDUCT, reverse("kept"))
    assert [(due["amount"], due["open"]) for due in found["dues"]] == [("30.00", "0.00"), ("40.00", "40.00")]


# -- deductions --------------------------------------------------------------------------------------------------------


async def test_a_month_with_gross_imported_has_its_row_before_anything_is_decided(books: Books) -> None:
    """[rule 45] The cap is that of the home on the month's last day, rounded down [rule 19]."""
    found = await told(books, GROSS)
    assert found["deductions"] == [row()]
    assert (await books.ask("Person", person="P-A", period="2026-02"))["deductions"] == []


async def test_the_cap_of_a_month_is_that_of_the_home_on_its_last_day(books: Books) -> None:
    """[rule 45]"""
    lower = do("PublishPolicy", at=at("02-02"), key="deduct.cap", value="0.10", effective="2026-02-02", unit="U2",
               legal_basis="集体合同")  # fmt: skip
    moved = do("AssignPerson", at=at("03-30"), person="P-A", unit="W3", role="worker", since="2026-03-30", home=True)
    assert (await told(books, GROSS, lower, moved))["deductions"] == [row(cap="300.03")]


async def test_a_cap_that_was_used_stands(books: Books) -> None:
    """[rule 45] The rest is carried; what is reversed is told as if nothing had been decided."""
    lines = (FUNDED, *CHARGED, PAID, GROSS, DEDUCT)
    assert (await told(books, *lines))["deductions"] == [row(deducted="150.00", carried="50.00")]


async def test_a_reversed_deduction_leaves_the_row_of_the_gross_wage(books: Books) -> None:
    """[rule 45]"""
    found = await told(books, FUNDED, *CHARGED, PAID, GROSS, DEDUCT, reverse("kept"))
    assert found["deductions"] == [row()]


# -- persons of a statement --------------------------------------------------------------------------------------------


async def persons(books: Books, unit: str, period: str) -> list[str]:
    made = await books.ask("Statement", unit=unit, period=period)
    return [each["person"] for each in made["persons"]]


async def test_whoever_was_at_home_on_a_day_of_the_month_stands_in_both_statements(books: Books) -> None:
    """[rule 45]"""
    moved = do("AssignPerson", at=at("03-10"), person="P-A", unit="T3", role="worker", since="2026-03-10", home=True)
    await books.load(given(moved).ledger.facts)
    assert "P-A" in await persons(books, "T1", "2026-03")
    assert "P-A" in await persons(books, "T3", "2026-03")
    assert "P-A" not in await persons(books, "T3", "2026-02")
    assert "P-A" not in await persons(books, "T1", "2026-04")


async def test_nobody_stands_in_a_month_before_his_first_home(books: Books) -> None:
    """[rule 45]"""
    hired = do("RegisterPerson", person="P-N", name="新人")
    home = do("AssignPerson", person="P-N", unit="T1", role="worker", since="2026-02-05", home=True)
    await books.load(given(hired, home).ledger.facts)
    assert "P-N" not in await persons(books, "T1", "2026-01")
    assert "P-N" in await persons(books, "T1", "2026-02")


async def test_a_home_that_never_was_puts_nobody_into_a_statement(books: Books) -> None:
    """[rules 45 and 81]"""
    home = do("AssignPerson", at=at("03-10"), person="P-A", unit="T3", role="worker", since="2026-03-10", home=True)
    undone = do("EndAssignment", at=at("03-11"), person="P-A", unit="T3", role="worker", last_day="2026-03-09")
    await books.load(given(home, undone).ledger.facts)
    assert "P-A" not in await persons(books, "T3", "2026-03")


async def test_a_payment_reversed_in_another_month_names_the_person_in_that_month_too(books: Books) -> None:
    """[rule 45] The figures add up: due_new is closing less opening and what was deducted."""
    stranger = do("DistributeWage", "P-C1", at("03-20"), known_as="strange", unit="T1",
                  lines=[{"person": "P-E", "amount": "10.00"}])  # fmt: skip
    gone = reverse("strange") | {"at": at("04-10")}
    await books.load(given(FUNDED, stranger, gone).ledger.facts)
    assert "P-E" in await persons(books, "T1", "2026-03")
    assert "P-E" in await persons(books, "T1", "2026-04")
    made = await books.ask("Statement", unit="T1", period="2026-04")
    figures = next(each for each in made["persons"] if each["person"] == "P-E")
    assert (figures["performance"], figures["payable"]) == ("-10.00", "-10.00")


async def test_a_due_to_a_fund_or_a_pool_is_listed_by_its_own_id(books: Books) -> None:
    """[rules 45, 83] One that is reversed stays listed, with nothing open."""
    to_pool = overpaid.claim("D-2", unit="W1", amount="10.00")
    found = await told(books, overpaid.paid(), overpaid.claim("D-1"), to_pool, overpaid.undo("D-1"))
    assert [(due["document"], due["amount"], due["open"]) for due in found["dues"]] == [
        ("D-1", "260.00", "0.00"),
        ("D-2", "10.00", "10.00"),
    ]
