"""The units and people of a day, and who may give a command (rules 2, 4, 23, 51, 53, 54)."""

from __future__ import annotations

from typing import Any

import pytest

import ledger.decisions  # noqa: F401 - enters the rows that WhoMay reads
from ledger.errors import Invalid, Unknown
from tests.ledger.decisions.liabilities import at
from tests.projections.conftest import Books
from tests.spec import Line, do, given

RENAMED = (
    do("RenameUnit", "P-ADM", at("01-15"), unit="T2", name="支护二班", effective="2026-02-10", reason="改称"),
    do("RetireUnit", "P-ADM", at("01-15", "11:00"), unit="T3", effective="2026-01-31", reason="并班"),
    do("RenamePerson", "P-HR", at("02-05"), person="P-A", name="新名", reason="改名"),
)
DEPARTMENT = (
    do("RegisterUnit", "SYSTEM", at("01-05"), unit="D1", name="安监科", level=3, parent="U1", kind="department"),
    do("AssignPerson", "SYSTEM", at("01-05"), person="P-B", unit="D1", role="safety_office", since="2026-01-05"),
)


def lend(name: str, by: str, to: str, **fields: Any) -> Line:
    about = {
        "unit": "U1",
        "roles": ["centre_head"],
        "valid_from": "2026-02-03",
        "until": "2026-02-06",
        "reason": "出差",
    }
    return do("GrantDelegation", by, at("02-02"), delegation=name, to=to, **(about | fields))


async def told(books: Books, *lines: Line) -> None:
    await books.load(given(*lines).ledger.facts)


async def may(books: Books, command: str, unit: str, date: str = "2026-02-03") -> list[tuple[Any, ...]]:
    answer = await books.ask("WhoMay", command=command, unit=unit, date=date)
    return [tuple(row.values()) for row in answer["people"]]


async def test_units_are_shown_as_on_the_day(books: Books) -> None:
    """[rule 51] With the name of that day, and all below the unit that is asked for."""
    await told(books, *RENAMED)
    (row,) = (await books.ask("Units", unit="T2", date="2026-02-10"))["units"]
    assert row == {
        "unit": "T2",
        "name": "支护二班",
        "level": 4,
        "parent": "W1",
        "centre": "U1",
        "kind": None,
        "retired": None,
    }
    before = (await books.ask("Units", unit="W1", date="2026-02-09"))["units"]
    assert [(one["unit"], one["name"], one["retired"]) for one in before[1:3]] == [
        ("T2", "二班", None),
        ("T3", "三班", "2026-01-31"),
    ]
    assert len((await books.ask("Units"))["units"]) > len(before)


async def test_people_have_the_name_and_all_the_roles_of_the_day(books: Books) -> None:
    """[rules 23, 51]"""
    await told(books, *RENAMED)

    async def name(date: str) -> list[str]:
        answer = await books.ask("People", unit="T1", role="worker", date=date)
        return [row["name"] for row in answer["people"] if row["person"] == "P-A"]

    assert (await name("2026-02-04"), await name("2026-02-05")) == (["戚师傅"], ["新名"])
    (row,) = (await books.ask("People", role="inspector"))["people"]
    assert [(one["role"], one["unit"]) for one in row["roles"]] == [("office", "HQ"), ("inspector", "U1")]


async def test_people_of_a_unit_hold_a_role_there_or_below(books: Books) -> None:
    """[rule 51] Below only if asked for; without unit and role everybody is named."""
    await told(books, *RENAMED)
    assert (await books.ask("People", unit="U1", role="duty_director"))["people"] == []
    below = await books.ask("People", unit="U1", subtree=True, role="duty_director")
    assert [row["person"] for row in below["people"]] == ["P-W1D", "P-W2D"]
    assert len((await books.ask("People"))["people"]) > 10
    with pytest.raises(Invalid):
        await books.ask("People", role="king")
    with pytest.raises(Unknown):
        await books.ask("People", unit="U9")


async def test_who_may_shows_roles_where_they_are_held_and_those_that_are_lent(books: Books) -> None:
    """[rules 51, 54] The centre that settles for the unit; a delegation counts while its grantor holds the role."""
    await told(
        books,
        lend("DG-1", "P-H1", "P-U1D"),
        lend("DG-2", "P-U1D", "P-W1D", valid_from="2026-02-04") | {"at": at("02-03")},
    )
    own, lent = ("P-H1", "centre_head", "U1", False), ("P-U1D", "centre_head", "U1", True)
    assert await may(books, "ClosePeriod", "W1", "2026-02-02") == [own]
    assert await may(books, "ClosePeriod", "W1", "2026-02-03") == [own, lent]
    assert await may(books, "ClosePeriod", "W1", "2026-02-04") == [own, lent, ("P-W1D", "centre_head", "U1", True)]
    assert await may(books, "ClosePeriod", "U1", "2026-02-07") == [own]


async def test_a_delegation_of_one_who_no_longer_holds_the_role_is_nobodys(books: Books) -> None:
    """[rule 54]"""
    ended = do(
        "EndAssignment", "P-HR", at("02-03"), person="P-H1", unit="U1", role="centre_head", last_day="2026-02-03"
    )
    await told(books, lend("DG-1", "P-H1", "P-U1D"), ended)
    assert await may(books, "ClosePeriod", "U1", "2026-02-04") == []


async def test_a_departments_role_counts_at_its_parent_and_is_shown_where_it_is_held(books: Books) -> None:
    """[rules 2, 51]"""
    await told(books, *DEPARTMENT)
    held = ("P-B", "safety_office", "D1", False)
    assert held in await may(books, "CancelNotice", "W1")
    assert held not in await may(books, "CancelNotice", "HQ")


async def test_the_tender_of_a_unit_belongs_to_the_centre_above_it(books: Books) -> None:
    """[rule 51]"""
    await told(books)
    assert await may(books, "Award", "W1") == [("P-U1D", "unit_deputy", "U1", False)]
    assert await may(books, "Award", "U1") == [("P-LD", "company_deputy", "HQ", False)]


async def test_a_unit_does_not_judge_itself_in_the_answer_either(books: Books) -> None:
    """[rule 53] The leading group of U1 scores W1, not U1; for bonus and control quota as for a person."""
    grouped = do(
        "AssignPerson", "SYSTEM", at("01-05"), person="P-B", unit="U1", role="leading_group", since="2026-01-05"
    )
    office = do("AssignPerson", "SYSTEM", at("01-05"), person="P-B", unit="U1", role="office", since="2026-01-05")
    await told(books, grouped, office)
    own = ("P-B", "leading_group", "U1", False)
    assert own in await may(books, "ScoreUnitYear", "W1")
    assert own not in await may(books, "ScoreUnitYear", "U1")
    assert own in await may(books, "ScoreUnitHalf", "W1")
    assert own not in await may(books, "ScoreUnitHalf", "U1")
    assert own in await may(books, "AwardBonus", "U1")
    verifier = ("P-B", "office", "U1", False)
    assert verifier in await may(books, "VerifyCorrective", "W1")
    assert verifier not in await may(books, "VerifyCorrective", "U1")
    assert ("P-SO", "safety_office", "HQ", False) in await may(books, "VerifyCorrective", "HQ")
    assert ("P-G1", "leading_group", "HQ", False) in await may(books, "ScoreUnitYear", "HQ")


async def test_what_anyone_may_is_answered_with_everybody(books: Books) -> None:
    """[rule 51]"""
    await told(books)
    everybody = [row["person"] for row in (await books.ask("People"))["people"]]
    assert await may(books, "ReportHazard", "W1") == [(name, None, None, False) for name in everybody]


async def test_a_command_that_there_is_not_is_refused(books: Books) -> None:
    """[rule 51]"""
    await told(books)
    with pytest.raises(Invalid):
        await may(books, "ExtendDeadlines", "T1")
