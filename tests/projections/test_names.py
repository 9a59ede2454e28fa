"""Papers of a month show the names of its last day; a person's name leaves no query of facts (rule 23)."""

from __future__ import annotations

import pytest

from tests.projections.conftest import Books
from tests.spec import do, given

RENAMED = do("RenameUnit", "P-ADM", unit="T1", name="综采一班", effective="2026-03-01", reason="更名")


@pytest.mark.parametrize(("period", "name"), [("2026-02", "一班"), ("2026-03", "综采一班")])
async def test_papers_of_a_month_show_the_names_of_its_last_day(books: Books, period: str, name: str) -> None:
    """[rule 23]"""
    await books.load(given(RENAMED).ledger.facts)
    assert (await books.ask("StatementPaper", unit="T1", period=period))["unit_name"] == name
    assert (await books.ask("PersonalStatement", person="P-A", period=period))["unit_name"] == name


async def test_a_day_sheet_shows_the_names_of_its_day(books: Books) -> None:
    """[rule 23]"""
    await books.load(given(RENAMED).ledger.facts)
    assert (await books.ask("DaySheet", unit="T1", day="2026-02-28"))["unit_name"] == "一班"
    assert (await books.ask("DaySheet", unit="T1", day="2026-03-01"))["unit_name"] == "综采一班"


async def test_a_new_name_of_a_person_is_sealed_like_the_first(books: Books) -> None:
    """[rule 23]"""
    story = given(do("RenamePerson", "P-HR", person="P-A", name="李四", reason="户口"))
    await books.load(story.ledger.facts)
    [renamed] = (await books.ask("Facts", after=len(story.ledger.facts) - 1))["facts"]
    assert (renamed["fact"], renamed["data"]["name"]) == ("PersonRenamed", None)
