"""R13 and R14 of a month, read from the books (rule 48)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.facts.hazards import DeadlineExtended
from projections.computed_states import payrolls, reconciliations
from projections.queries import reader_of
from tests.ledger.decisions.settlement import close_month
from tests.projections.boards import assign, report, verify
from tests.projections.conftest import Books
from tests.spec import Line, Story, do, given

MONTH = "U1/2026-02"


async def found(books: Books) -> list[str]:
    async with books.reading() as connection:
        computed = await reconciliations(await reader_of(connection, "journal"), [MONTH])
    return [one.name for one in computed[MONTH].value.found if one.kind in ("STATE_DIFF", "DEVIATION")]


@pytest.mark.parametrize(("deadline", "kinds"), [("2026-02-09", []), ("2026-02-11", ["STATE_DIFF:H-1"])])
async def test_a_mark_after_the_deadline_counts_whichever_it_was_made_for(
    books: Books, deadline: str, kinds: list[str]
) -> None:
    """[rule 48] It was made on the 11th for a deadline on the 10th."""
    marked = do("AdvanceClock", at="2026-02-11T09:00:00+08:00")
    facts = given(report("H-1"), verify("H-1"), assign("H-1", "2026-02-10"), marked).ledger.facts
    paper: dict[str, Any] = {"at": facts[-1].fact.at, "by": "P-U1D", "business_date": "2026-02-11"}
    moved = DeadlineExtended(
        stream="unit-W1", hazard="H-1", deadline=deadline, reason="x", approved_by="P-U1H", **paper
    )
    await books.load([*facts, moved])
    assert await found(books) == kinds


def wages(command: str, day: str, **fields: Any) -> Line:
    return do(command, "P-C1", "2026-02-20T09:00:00+08:00", unit="W1", **fields) | {"business_date": day}


async def test_quota_wages_that_adjust_a_closed_month_do_not_deviate(books: Books) -> None:
    """[rule 48]"""
    late = wages("CreditQuotaWage", "2026-01-31", amount="900.00", source_doc="Q-1")
    credit = wages("CreditQuotaWage", "2026-02-20", amount="1000.00", source_doc="Q-2")
    paid = wages("DistributeWage", "2026-02-20", lines=[{"person": "P-A", "amount": "1000.00"}])
    story = close_month(Story(), "U1", "2026-01").given(late, credit, paid)
    await books.load(story.ledger.facts)
    assert await found(books) == []


async def test_quota_wages_of_the_month_itself_deviate(books: Books) -> None:
    """[rule 48] The same money, where January is open."""
    credited = [
        wages("CreditQuotaWage", "2026-02-20", amount=amount, source_doc=amount) for amount in ("900.00", "1.00")
    ]
    paid = wages("DistributeWage", "2026-02-20", lines=[{"person": "P-A", "amount": "700.00"}])
    await books.load(given(*credited, paid).ledger.facts)
    assert await found(books) == ["DEVIATION:W1"]


async def test_no_payroll_pays_whose_home_begins_after_its_month(books: Books) -> None:
    """[rules 43, 45] Until then his accounts are the root's, whose month may be closed."""
    hired = do("RegisterPerson", person="P-N", name="新人")
    owed = do("OpenBalances", at="2026-02-20T09:00:00+08:00", as_of="2026-02-20", balances={"PAY_PERF:P-N": "7.00"})
    home = do("AssignPerson", person="P-N", unit="T1", role="worker", since="2026-03-05", home=True)
    await books.load(given(hired, owed, home).ledger.facts)
    async with books.reading() as connection:
        found = await payrolls(await reader_of(connection, "journal"), ["U1/2026-02/2026-02", "U1/2026-03/2026-03"])
    paid = {name: [line.person for line in one.value.lines] for name, one in found.items()}
    assert list(paid.values()) == [[], ["P-N"]]
