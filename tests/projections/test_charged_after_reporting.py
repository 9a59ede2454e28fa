"""Charges soon after a report are listed from the issue on, while they stand (rule 47)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ledger.decisions.liabilities import at, by_matrix, cancel, confirm, opened, serve
from tests.projections import overpaid
from tests.projections.conftest import Books
from tests.spec import Line, do, given

SLIP = by_matrix(matrix="TW-G") | {"by": "P-SI"}
"""200.00 for P-A, and the chain above him; issued on March 2nd."""


def report(name: str, by: str = "P-A", day: str = "02-05", **fields: Any) -> Line:
    whole = {"place": "机头", "category": "hazard", "description": "无护栏", "tier": "T3", "unit": "W1"} | fields
    return do("ReportHazard", by, at(day), hazard=name, **whole)


async def listed(books: Books, *lines: Line, **asked: str) -> list[tuple[str, str, str, str]]:
    await books.load(given(*lines).ledger.facts)
    found = (await books.ask("ChargedAfterReporting", since="2026-01-01", until="2026-12-31", **asked))["charges"]
    return [(row["person"], row["act"], row["business_date"], row["amount"]) for row in found]


async def test_a_charge_is_listed_from_its_issue_under_that_day(books: Books) -> None:
    """[rule 47] Not from its confirmation, and not under that day."""
    expected = [("P-A", "H-1", "2026-03-02", "200.00")]
    assert await listed(books, report("H-1"), SLIP) == expected


async def test_a_confirmed_charge_stays_under_the_day_of_its_issue(books: Books) -> None:
    """[rule 47]"""
    funds = opened(POOL_WAGE_W1="800.00")
    assert await listed(books, funds, report("H-1"), SLIP, serve(), confirm()) == [
        ("P-A", "H-1", "2026-03-02", "200.00")
    ]


async def test_a_cancelled_charge_is_left_out(books: Books) -> None:
    """[rule 47]"""
    assert await listed(books, report("H-1"), SLIP, cancel() | {"by": "P-SO"}) == []


async def test_a_line_that_an_appeal_has_revoked_charges_nobody(books: Books) -> None:
    """[rule 47] One that it has amended is listed with what stands."""
    named: dict[str, Any] = {"slip": "SL-1", "reason": "x", "approvals": ["P-G1", "P-G2"]}
    appeals = [
        do("LodgeAppeal", who, at("03-09"), slip="SL-1", party=who, grounds="x") for who in ("P-A", "P-T1L")
    ]  # fmt: skip
    decided = [
        do("DecideAppeal", "P-G1", at("03-10"), party="P-A", decision="revoke", **named),
        do("DecideAppeal", "P-G1", at("03-10"), party="P-T1L", decision="amend", amount="20.00", **named),
    ]
    funds = opened(POOL_WAGE_W1="800.00")
    reports = (report("H-1"), report("H-2", "P-T1L"))
    assert await listed(books, funds, *reports, SLIP, serve(), confirm(), *appeals, *decided) == [
        ("P-T1L", "H-2", "2026-03-02", "20.00")
    ]


async def test_acts_of_one_person_and_document_are_listed_by_act(books: Books) -> None:
    """[rule 47]"""
    assert await listed(books, report("H-3", day="02-04"), report("H-1", day="02-06"), report("H-2"), SLIP) == [
        ("P-A", name, "2026-03-02", "200.00") for name in ("H-1", "H-2", "H-3")
    ]


SPAN: dict[str, Any] = {"since": "2026-01-01", "until": "2026-02-28", "home": False}
OFFICE = [do("AssignPerson", person="P-A", unit="U1", role=role, **SPAN)
          for role in ("inspector", "safety_office", "office")]  # fmt: skip
ELSEWHERE = do("AssignPerson", person="P-A", unit="U2", role="inspector", **SPAN)
SAFETY = [do("RegisterUnit", unit="DS", name="安监处", level=3, parent="U1", kind="department"),
          do("AssignPerson", person="P-A", unit="DS", role="inspector", **SPAN)]  # fmt: skip
LENT = [do("AssignPerson", person="P-B", unit="U1", role="inspector", **SPAN),
        do("GrantDelegation", "P-B", delegation="D-1", to="P-A", unit="U1", roles=["inspector"],
           valid_from="2026-02-02", until="2026-02-28", reason="x")]  # fmt: skip


@pytest.mark.parametrize("office", [*([one] for one in OFFICE), SAFETY, LENT])
async def test_findings_in_office_are_no_reports(books: Books, office: list[Line]) -> None:
    """[rule 47] A role of a department or a lent one counts, too [rules 2, 54]."""
    assert await listed(books, *office, report("H-1", tier="T2"), SLIP) == []


@pytest.mark.parametrize(("office", "tier"), [([ELSEWHERE], "T2"), ([OFFICE[0]], "T3"), ([], "T2")])
async def test_other_reports_are_reports_whoever_gives_them(books: Books, office: list[Line], tier: str) -> None:
    """[rule 47] Of the unit's own tier, by an inspector of another mine, or by somebody without that office."""
    assert len(await listed(books, *office, report("H-1", tier=tier), SLIP)) == 1


async def test_a_due_that_is_raised_is_listed_under_its_day(books: Books) -> None:
    """[rules 47 and 52] One that is reversed is gone."""
    lines = (overpaid.paid(), report("H-1"), overpaid.claim("D-1"), overpaid.claim("D-2"))
    assert await listed(books, *lines, overpaid.undo("D-2")) == [("P-A", "H-1", "2026-03-10", "260.00")]
