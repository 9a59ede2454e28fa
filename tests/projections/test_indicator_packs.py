"""Indicator packs: every indicator of every pack is computed from facts and opens to them (ASS-13, ASS-14, F-11)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ledger.errors import Invalid
from projections import packs
from projections.packs import Pack, WrongPack, read
from tests.ledger.decisions.sheets import at
from tests.projections.conftest import Books
from tests.projections.duties import check, complete, inspection, list_of, places_of, told
from tests.spec import Line, do

MONTH = "2026-02"
WANTED = {"posts", "coal_mine", "metal_nonmetal_mine", "hazardous_chemicals", "mechanical_manufacturing"}
PACKS = packs.all_packs()


def hazard(name: str, level: str = "A", **fields: Any) -> list[Line]:
    """A hazard of T1, verified and due on 10 February."""
    usual = {"place": name, "category": "hazard", "description": "x", "tier": "T2", "unit": "T1", **fields}
    assign = {"manage": "term", "deadline": "2026-02-10", "person": "P-T1L"}
    return [
        do("ReportHazard", "P-OFF", at("02-04"), hazard=name, **usual),
        do("VerifyHazard", "P-SO", at("02-04", "10:10"), hazard=name, level=level, clause="§4"),
        do("AssignHazard", "P-U1H", at("02-04", "10:20"), hazard=name, **assign),
    ]


def fixed(name: str, result: str = "pass") -> list[Line]:
    return [
        do("ClaimRectification", "P-T1L", at("02-05"), hazard=name, evidence=["paper:照片"]),
        do("AcceptHazard", "P-SO", at("02-05", "11:00"), hazard=name, result=result),
    ]


def checks(inspector: str, *found: tuple[str, str], place: str = "机头", name: str = "IN-1") -> list[Line]:
    """One check item of each (specialty, result), on the list and in one inspection."""
    items = [check(place, f"{specialty}{number}", specialty) for number, (specialty, _) in enumerate(found)]
    results = [
        {"item": item["item"], "result": result, "measure": "整改"}
        for item, (_, result) in zip(items, found, strict=True)
    ]
    return [
        places_of(inspector, place, items=items),
        inspection(inspector, inspection=name, place=place, items=results),
    ]


def history(pack: Pack) -> list[Line]:
    """A little of everything that a pack counts."""
    specialties = dict.fromkeys(specialty for one in pack.indicators for specialty in one.specialties)
    found = [(specialty, result) for specialty in specialties for result in ("ok", "problem")]
    return [
        *(checks("P-T1L", *found) if found else []),
        *hazard("H-1"),
        *fixed("H-1"),
        *hazard("H-2"),
        list_of("P-T1L"),
        do("DispatchDutyTask", "P-T1L", at("02-04"), task="TK-1", person="P-A", item="A1", due=at("02-06")),
        complete(task="TK-1", evidence=["paper:照片"]),
        do("PushTraining", "P-SO", at("02-05"), training="TR-1", person="P-A", course="x", reason="x"),
        do("PassTraining", "P-SO", at("02-06"), training="TR-1", score="90"),
        do("PushAdvice", "P-SO", at("02-05"), advice="AV-1", person="P-A", text="x", due="2026-02-20"),
    ]


def test_the_packs_that_are_wanted_are_there() -> None:
    assert PACKS.keys() >= WANTED
    families = [one.family for one in PACKS["posts"].indicators]
    assert {family: families.count(family) for family in families} == {"operation": 3, "management": 3, "technical": 3}


@pytest.mark.parametrize("name", PACKS)
async def test_every_indicator_of_a_pack_is_computed_from_facts_and_opens_to_them(books: Books, name: str) -> None:
    asked = await told(books, *history(PACKS[name]))
    whole = await asked.ask("IndicatorPack", pack=name, unit="W1", period=MONTH)
    assert [row["indicator"] for row in whole["indicators"]] == [
        f"{name}.{one.id}" for family in PACKS[name].families for one in PACKS[name].indicators if one.family == family
    ]
    for row in whole["indicators"]:
        assert row["den"] > 0, row
        assert (row["from"], row["value"] is None) == ("facts", False), row
        opened = await asked.ask("Indicator", indicator=row["indicator"], unit="W1", period=MONTH)
        assert (opened["value"], opened["num"], opened["den"], opened["pass"]) == (
            *(row["value"], row["num"], row["den"], row["pass"]),
        )
        assert [len(opened["num_list"]), len(opened["den_list"])] == [row["num"], row["den"]]
        for thing in opened["behind"]:
            if thing["position"] is None:
                assert (thing["kind"], thing["counts"]) == ("person", False)
            else:
                [fact] = (await asked.ask("Facts", after=thing["position"] - 1, limit=1))["facts"]
                assert fact["position"] == thing["position"]
    for score in whole["scores"].values():
        assert 0 <= float(score) <= 100


async def test_with_nothing_to_count_nothing_is_applicable(books: Books) -> None:
    asked = await told(books)
    whole = await asked.ask("IndicatorPack", pack="coal_mine", unit="T2", period=MONTH)
    assert whole["scores"] == {"all": None}
    assert {(row["value"], row["pass"], row["applied_weight"], row["from"]) for row in whole["indicators"]} == {
        (None, None, None, None)
    }


async def test_the_weight_of_what_is_not_applicable_goes_to_the_others(books: Books) -> None:
    """Of metal_nonmetal_mine only closure (15) 50 % and first acceptance (15) 100 % are there."""
    asked = await told(books, *hazard("H-1"), *fixed("H-1"), *hazard("H-2"))
    whole = await asked.ask("IndicatorPack", pack="metal_nonmetal_mine", unit="T1", period=MONTH)
    applied = {row["indicator"].partition(".")[2]: row["applied_weight"] for row in whole["indicators"]}
    assert {name: weight for name, weight in applied.items() if weight} == {"closure": "50", "first_pass": "50"}
    assert whole["scores"] == {"all": "75"}


async def test_what_should_be_low_is_worth_what_is_missing_to_100(books: Books) -> None:
    spot: dict[str, Any] = {"place": "甲", "item": "HO-01", "fixed_on_spot": True}
    lines: list[Line] = []
    for number in (1, 2):
        lines += [
            hazard(f"H-{number}", **spot)[0],
            do("VerifyHazard", "P-SO", at("02-04", "10:10"), hazard=f"H-{number}", level="C"),
            do("AcceptHazard", "P-SO", at("02-04", "10:20"), hazard=f"H-{number}", result="pass"),
        ]
    asked = await told(books, *lines, *hazard("H-3"), *hazard("H-4"), *fixed("H-4"))
    whole = await asked.ask("IndicatorPack", pack="coal_mine", unit="T1", period=MONTH)
    rows = {row["indicator"].partition(".")[2]: row for row in whole["indicators"] if row["den"]}
    assert {name: row["value"] for name, row in rows.items()} == {"on_time": "50", "repeated": "25"}
    assert rows["on_time"]["pass"] is False
    assert whole["scores"] == {"all": "60"}  # (15 · 50 + 10 · 75) / 25


async def test_a_check_counts_for_whoever_answers_for_the_place(books: Books) -> None:
    grid = do(
        "AssignResponsibility", "P-SO", at("02-03"), place="机头", specialty="顶板", person="P-WY", since="2026-02-03"
    )
    asked = await told(books, grid, *checks("P-T1L", ("顶板", "ok"), ("支护", "ok"), ("爆破", "ok")))
    roof = {"indicator": "coal_mine.roof_support", "period": MONTH}
    own = await asked.ask("Indicator", person="P-T1L", **roof)
    assert own["den_list"] == ["IN-1/支护1"]
    other = await asked.ask("Indicator", person="P-WY", **roof)
    assert other["den_list"] == ["IN-1/顶板0"]
    assert (await asked.ask("Indicator", unit="T1", **roof))["den"] == 1
    assert (await asked.ask("Indicator", **roof))["den"] == 2


async def test_facts_win_over_what_is_recorded(books: Books) -> None:
    record: dict[str, Any] = {"period": MONTH, "num": 1, "den": 4, "doc": "表-1"}
    asked = await told(
        books,
        *checks("P-T1L", ("顶板", "ok")),
        do("RecordIndicator", "P-SO", at("02-06"), indicator="coal_mine.roof_support", unit="W1", **record),
        do("RecordIndicator", "P-SO", at("02-06"), indicator="coal_mine.water_control", unit="W1", **record),
    )
    roof = await asked.ask("Indicator", indicator="coal_mine.roof_support", unit="W1", period=MONTH)
    assert (roof["value"], roof["source"], roof["papers"]) == ("100", "facts", [])
    water = await asked.ask("Indicator", indicator="coal_mine.water_control", unit="W1", period=MONTH)
    assert (water["value"], water["source"], water["papers"]) == ("25", "recorded", ["表-1"])


async def test_an_item_that_nobody_looked_at_is_missing_and_one_that_was_fixed_counts(books: Books) -> None:
    listed = places_of("P-T1L", "甲", items=[check("甲", name, "机电") for name in ("电缆", "护罩", "接地")])
    bad, good = ({"item": "护罩", "result": result, "measure": "修"} for result in ("problem", "ok"))
    cable = {"item": "电缆", "result": "ok"}
    asked = await told(
        books,
        listed,
        inspection(inspection="IN-1", place="甲", items=[cable, bad]),
        inspection(at=at("02-05"), inspection="IN-2", place="甲", items=[good]),
    )
    found = await asked.ask("Indicator", indicator="coal_mine.electromechanical", person="P-T1L", period=MONTH)
    assert (found["value"], found["num_list"]) == ("66.67", ["P-T1L/甲/电缆", "P-T1L/甲/护罩"])
    assert found["den_list"] == [*found["num_list"], "P-T1L/甲/接地"]


async def test_a_managers_breakdown_is_of_his_subordinates_and_a_family_can_be_asked_alone(books: Books) -> None:
    asked = await told(books, list_of("P-T1L"), list_of("P-W1D", by="P-SO"))
    found = await asked.ask("Indicator", indicator="posts.duty_breakdown", person="P-W1D", period=MONTH)
    assert (found["num_list"], found["den_list"]) == (["P-T1L"], ["P-T1L", "P-T2L", "P-T3L"])
    whole = await asked.ask("IndicatorPack", pack="posts", person="P-W1D", period=MONTH, family="management")
    assert (len(whole["indicators"]), whole["scores"]) == (3, {"management": "33.33"})


async def test_an_anonymous_reporter_is_in_no_persons_figure(books: Books) -> None:
    sealed, _, _ = hazard("H-1")
    sealed = do("ReportHazard", "P-A", at("02-04"), **{**sealed["data"], "anonymous": True})
    asked = await told(books, sealed, *hazard("H-2"))
    for name in ("risk_recognition", "timely_reporting"):
        assert (await asked.ask("Indicator", indicator=f"posts.{name}", person="P-A", period=MONTH))["den"] == 0
        assert (await asked.ask("Indicator", indicator=f"posts.{name}", unit="T1", period=MONTH))["den"] == 2


async def test_a_pack_is_asked_by_its_name(books: Books) -> None:
    asked = await told(books)
    listed = await asked.ask("IndicatorPacks")
    assert [pack["pack"] for pack in listed["packs"]] == sorted(PACKS)
    wrong: list[dict[str, Any]] = [
        {"pack": "nosuch"},
        {"pack": "coal_mine", "family": "operation"},
        {"pack": "coal_mine", "unit": "W1", "person": "P-A"},
    ]
    for fields in wrong:
        with pytest.raises(Invalid):
            await asked.ask("IndicatorPack", period=MONTH, **fields)


# -- packs as data ----------------------------------------------------------------------------------------------------

OWN = """
id = "own"
name = "本矿"
title = "Our mine"
basis = "矿发〔2026〕1号"
[[indicators]]
id = "helmets"
name = "安全帽佩戴率"
title = "Helmets worn"
weight = 100
source = "checks"
where = "ok"
items = ["帽*"]
"""


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (("weight = 100", "weight = 99"), "add up to 99"),
        (("weight = 100", "weight = 0"), "more than 0"),
        (('where = "ok"', 'where = "good"'), "there is no 'good'"),
        (('source = "checks"', 'source = "rumours"'), "rumours"),
        (('id = "own"', 'id = "Own"'), "small letters"),
        (('title = "Helmets worn"', 'colour = "red"'), "own.toml"),
        (("weight = 100", 'weight = 100\nminimum = "101"'), "no percentage"),
        (('id = "own"', "id ="), "own.toml"),
        (('"Helmets worn"', '"Helmets worn"\nbetter = "red"'), "red"),
    ],
)
def test_a_pack_that_cannot_be_right_is_refused_by_name(wrong: tuple[str, str], sentence: str) -> None:
    with pytest.raises(WrongPack, match="own") as refused:
        read(OWN.replace(*wrong).encode(), "own.toml")
    assert sentence in str(refused.value)


async def test_an_enterprise_has_packs_of_its_own(books: Books, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    packs.use(tmp_path)
    try:
        results = [{"item": "帽带", "result": "ok"}, {"item": "鞋", "result": "ok"}]
        asked = await told(books, inspection(inspection="IN-1", items=results))
        whole = await asked.ask("IndicatorPack", pack="own", unit="T1", period=MONTH)
        assert [(row["value"], row["den"]) for row in whole["indicators"]] == [("100", 1)]
    finally:
        packs.use(None)
    assert "own" not in packs.all_packs()
    with pytest.raises(WrongPack):
        packs.use(tmp_path / "nosuch")
