"""Lists of dues: who was not deducted, what was written off of units, appeals of dues (rules 61, 62, 83)."""

from __future__ import annotations

from tests.ledger.decisions.liabilities import at, by_lines, confirm, line, opened, serve
from tests.projections.conftest import Books
from tests.spec import Line, do, given

GROUP = ["P-G1", "P-G2"]
PAID = opened(PAY_PERF_P_A="900.00", PAY_PERF_P_B="900.00", FUND_SAFETY_HQ="100.00", POOL_WAGE_W2="50.00")


def overpaid(person: str, due: str, amount: str = "260.00", **claimant: str) -> Line:
    usual = {"reason": "多发", "doc": f"DF-{due}", "approved_by": "P-H1"}
    return do("RaiseDue", "P-C1", at("03-10"), due=due, person=person, amount=amount, **usual, **claimant)


def gross(person: str, period: str = "2026-03") -> Line:
    lines = [{"person": person, "gross": "2401.25"}]
    return do("ImportGrossWage", "P-HR", at("03-30"), period=period, lines=lines)


def deduct(person: str) -> Line:
    return do("DeductCompensation", "P-C1", at("03-31"), known_as=f"kept-{person}", period="2026-03", person=person)


APPEALED = do("LodgeAppeal", "P-B", at("03-11"), due="D-2", party="P-B", grounds="未多发")


async def test_persons_who_owe_and_were_not_deducted_are_listed(books: Books) -> None:
    """[rule 61] Of whom the gross wage is told; dues under appeal do not count."""
    owing = (PAID, overpaid("P-A", "D-1"), overpaid("P-B", "D-2", unit="W1"), gross("P-A"), gross("P-B"))
    await books.load(given(*owing, APPEALED).ledger.facts)
    listed = {"undeducted": [{"person": "P-A", "due": "260.00", "gross": "2401.25"}]}
    assert await books.ask("Undeducted", centre="U1", period="2026-03") == listed
    assert await books.ask("Undeducted", centre="U1", period="2026-02") == {"undeducted": []}
    assert await books.ask("Undeducted", centre="HQ", period="2026-03") == {"undeducted": []}


async def test_dues_of_a_later_month_are_not_missing_in_an_earlier_one(books: Books) -> None:
    """[rules 61 and 70]"""
    await books.load(given(PAID, overpaid("P-A", "D-1"), gross("P-A", "2026-02")).ledger.facts)
    assert await books.ask("Undeducted", centre="U1", period="2026-02") == {"undeducted": []}


async def test_a_deduction_is_missing_again_when_it_is_reversed(books: Books) -> None:
    """[rule 61]"""
    undo = do("ReverseEntry", "P-C1", at("03-31", "12:00"), of="kept-P-A", reason="x", approved_by="P-H1")
    story = given(PAID, overpaid("P-A", "D-1"), gross("P-A"), deduct("P-A"))
    await books.load(story.ledger.facts)
    assert await books.ask("Undeducted", centre="U1", period="2026-03") == {"undeducted": []}
    known = len(story.ledger.facts)
    await books.load(story.given(undo).ledger.facts[known:])
    (row,) = (await books.ask("Undeducted", centre="U1", period="2026-03"))["undeducted"]
    assert (row["person"], row["due"]) == ("P-A", "260.00")


async def test_the_debt_of_a_unit_that_was_written_off_is_listed_by_the_unit(books: Books) -> None:
    """[rule 83]"""
    off = do("WriteOffDue", "P-C0", at("03-12"), unit="W2", amount="139.00", reason="无力偿还", approvals=GROUP)
    await books.load(given(PAID, by_lines(lines=[line("W2", "189.00")]), serve(), confirm(), off).ledger.facts)
    (row,) = (await books.ask("WriteOffs", since="2026-03-01", until="2026-03-31"))["write_offs"]
    assert list(row)[:2] == ["person", "unit"]
    assert (row["person"], row["unit"], row["centre"], row["amount"]) == (None, "W2", "HQ", "139.00")


async def test_an_appealed_due_is_an_open_item_and_its_decision_a_review(books: Books) -> None:
    """[rule 62]"""
    story = given(PAID, overpaid("P-B", "D-2", unit="W1"), APPEALED)
    await books.load(story.ledger.facts)
    items = [item for item in (await books.ask("OpenItems"))["items"] if item["document"] == "D-2"]
    assert [(item["kind"], item["amount"], item["unit"], item["state"]) for item in items] == [
        ("escrow", "260.00", "W1", "raised")
    ]
    known = len(story.ledger.facts)
    amended = do(
        *("DecideAppeal", "P-G1", at("03-12")),
        due="D-2",
        party="P-B",
        decision="amend",
        amount="200.00",
        reason="核实",
        approvals=GROUP,
    )
    await books.load(story.given(amended).ledger.facts[known:])
    (row,) = (await books.ask("Reviews", since="2026-03-01", until="2026-03-31"))["reviews"]
    assert (row["document"], row["kind"], row["unit"], row["before"], row["after"]) == (
        *("D-2", "due", "W1"),
        *("260.00", "200.00"),
    )
    assert row["appeal"] is True
