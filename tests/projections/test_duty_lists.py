"""A person's lists, lists that are copies, and the report of who has lists (DUTY-01 … 09, PLAT-12)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ledger.errors import Invalid, Unknown
from projections.queries.duty_lists import copies, likenesses
from projections.rebuild import rebuild
from tests.ledger.decisions.sheets import at
from tests.projections.conftest import Books
from tests.projections.duties import OK, check, complete, duty, inspection, list_of, places_of, told
from tests.spec import do

DAY = "2026-02-10"


async def test_the_list_that_has_taken_effect_last_counts(books: Books) -> None:
    newer = list_of("P-A", duty("B1"), version="2", effective="2026-03-01")
    corrected = list_of("P-A", duty("C1"), version="1a", at=at("02-02", "10:00"))
    asked = await told(books, list_of("P-A"), newer, corrected, places_of("P-A", "机头"))
    found = await asked.ask("DutyLists", person="P-A", date=DAY)
    assert (found["duty"]["version"], found["duty"]["items"][0]["item"]) == ("1a", "C1")
    assert (found["inspection"]["places"], found["inspection"]["cycle"]) == (["机头"], "month")
    assert [row["list_version"] for row in found["versions"]] == ["1", "2", "1a", "1"]
    assert (await asked.ask("DutyLists", person="P-A", date="2026-03-01"))["duty"]["version"] == "2"
    before = await asked.ask("DutyLists", person="P-A", date="2026-02-02")
    assert (before["duty"], before["inspection"], before["alike"]) == (None, None, [])
    with pytest.raises(Unknown):
        await asked.ask("DutyLists", person="P-X")


async def test_copied_lists_are_a_warning_whatever_their_codes_and_weights(books: Books) -> None:
    copied = [duty("X", 40, text="班前检查 A1 ", basis="别的"), duty("Y", 60, text="班前检查  A2")]
    other = [duty("A1", 50, text="班前检查 A1"), duty("A2", 50, text="班中巡视")]
    asked = await told(
        books,
        list_of("P-A", duty("A1", 50), duty("A2", 50)),
        list_of("P-T1L", *copied),
        list_of("P-T2L", *other),
        places_of("P-W1D", "甲", "乙"),
        places_of("P-W2D", "甲", "乙", freq={"中": 3}),
    )
    found = await asked.ask("ListCopies", date=DAY)
    assert [(group["list"], group["persons"]) for group in found["copies"]] == [
        ("duty", ["P-A", "P-T1L"]),
        ("inspection", ["P-W1D", "P-W2D"]),
    ]
    assert found["copies"][0]["roles"] == ["team_leader", "worker"]
    assert found["alike"] == []
    assert [pair["share"] for pair in (await asked.ask("ListCopies", date=DAY, share="0.30"))["alike"]] == ["0.33"]
    assert (await asked.ask("ListCopies", unit="T1", date=DAY))["counted"] == {"copies": 1, "alike": 0}
    assert (await asked.ask("ListCopies", unit="U2", date=DAY))["copies"] == []
    [warning] = (await asked.ask("DutyLists", person="P-A", date=DAY))["alike"]
    assert warning == {"list": "duty", "person": "P-T1L", "share": "1", "same_role": False}
    with pytest.raises(Invalid):
        await asked.ask("ListCopies", share="0")
    with pytest.raises(Invalid):
        await asked.ask("ListCopies", share="1.01")


def test_alike_are_those_and_only_those_with_such_a_share() -> None:
    """Against comparing every list with every other."""
    lists = {f"P-{n}": frozenset(f"{n * step % 11}" for step in range(1, 3 + n % 5)) for n in range(1, 40)}
    for least in (Decimal("0.2"), Decimal("0.5"), Decimal("0.75"), Decimal(1)):
        found = {(one, other) for one, other, _ in likenesses(lists, least)}
        names = sorted(lists)
        expected = {
            (one, other)
            for one in names
            for other in names
            if one < other and Decimal(len(lists[one] & lists[other])) / len(lists[one] | lists[other]) >= least
        }
        assert found == expected
    assert copies({"A": frozenset("1"), "B": frozenset("1"), "C": frozenset(), "D": frozenset()}) == [["A", "B"]]


async def test_the_adoption_report_names_who_has_which_list_and_who_has_none(books: Books) -> None:
    grid = {"specialty": "机电", "person": "P-T1L", "since": "2026-02-02"}
    asked = await told(
        books,
        list_of("P-A"),
        list_of("P-T1L", duty("T1"), version="3"),
        places_of("P-T1L", "机头"),
        *(do("AssignResponsibility", "P-SO", at("02-02"), place=place, **grid) for place in ("机头", "机尾")),
        inspection(inspection="IN-1", items=[OK]),
    )
    report = await asked.ask("ListAdoption", unit="W1", date=DAY)
    rows = {row["unit"]: row for row in report["units"]}
    assert rows["T1"]["versions"] == {"P-A": "1", "P-T1L": "3"}
    assert (rows["T1"]["required"], rows["T1"]["duty"], rows["T1"]["duty_share"]) == (1, 1, "100")
    assert rows["T1"]["inspection"] == 1
    assert (rows["T1"]["taken_up"], rows["T1"]["not_taken_up"]) == (1, ["P-A"])
    assert rows["W1"]["missing"] == {"duty": ["P-W1D"], "inspection": ["P-W1D"]}
    assert report["total"]["duty_share"] == "25"
    assert (report["places"], report["specialties"]) == (1, ["机电"])
    assert report["layers"] == {"point": 1, "line": 0, "area": 0}
    assert report["uncovered"] == [{"place": "机尾", "specialty": "机电"}]
    nobody = await asked.ask("ListAdoption", unit="U2", date=DAY)
    assert (nobody["total"]["duty"], nobody["uncovered"]) == (0, [])


async def test_the_deputies_of_the_company_ought_to_have_lists_too(books: Books) -> None:
    """[ORG-02, ORG-08]: in the report, and in 责任分解到位率 of the pack."""
    asked = await told(books, list_of("P-A"))
    [head] = [row for row in (await asked.ask("ListAdoption", date=DAY))["units"] if row["unit"] == "HQ"]
    assert "P-LD" in head["missing"]["duty"]
    split = await asked.ask("Indicator", indicator="posts.duty_breakdown", unit="HQ", period=DAY[:7])
    assert "P-LD" in str(split["den_list"])


async def test_a_list_is_taken_up_by_a_task_that_was_done_since_it_counts(books: Books) -> None:
    dispatched = do("DispatchDutyTask", "P-T1L", at("02-03"), task="TK", person="P-A", item="A1", due=at("02-05"))
    done = complete(task="TK", evidence=["paper:照片"])
    asked = await told(books, list_of("P-A"), list_of("P-A", version="2", effective="2026-02-05"), dispatched, done)
    for day, taken in (("2026-02-04", 1), ("2026-02-05", 0)):
        [row] = (await asked.ask("ListAdoption", unit="T1", date=day))["units"]
        assert row["taken_up"] == taken


async def test_a_rebuild_finds_the_same_lists_and_inspections(books: Books) -> None:
    lines = [list_of("P-A"), places_of("P-T1L", "机头", items=[check("机头"), check("机头", "信号")])]
    asked = await told(books, *lines, inspection(inspection="IN-1", items=[OK, {**OK, "item": "信号"}]))
    [report] = await rebuild(asked.dsn, ["duties"])
    assert {table["table"]: table["rows_after"] for table in report["tables"]} == {
        "duty_lists": 2,
        "inspections": 1,
        "checks": 2,
        "acceptances": 0,
    }
    assert report["differences"] == 0


async def test_copies_can_be_asked_of_certain_persons(books: Books) -> None:
    asked = await told(books, *(list_of(name) for name in ("P-A", "P-B")), list_of("P-T1L", duty("Z", text="别的")))
    assert (await asked.ask("ListCopies", date=DAY, persons=["P-B", "P-T1L"]))["copies"][0]["persons"] == ["P-A", "P-B"]
    assert (await asked.ask("ListCopies", date=DAY, persons=["P-T1L"]))["copies"] == []
    with pytest.raises(Unknown):
        await asked.ask("ListCopies", persons=["P-A", "P-X"])


async def test_who_has_not_read_the_list_that_counts_is_named(books: Books) -> None:
    """[rule 32]"""
    read = do("AcknowledgeDutyList", "P-A", at("02-03"), person="P-A", version="1")
    asked = await told(
        books,
        list_of("P-A"),
        list_of("P-A", version="2", effective="2026-02-05"),
        list_of("P-B"),
        places_of("P-E", "机头"),
        read,
    )
    for day, missing in (("2026-02-04", ["P-B"]), ("2026-02-05", ["P-A", "P-B"])):
        [row] = (await asked.ask("ListAdoption", unit="T1", date=day))["units"]
        assert row["not_acknowledged"] == missing
    told_of = [
        (await asked.ask("DutyLists", person=name, date="2026-02-04"))["acknowledged"] for name in ("P-A", "P-B", "P-E")
    ]
    assert told_of == [True, False, None]
