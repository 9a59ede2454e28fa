"""Price lists with versions, linkage and locks; urgent items; the price in force (PRICE)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.decisions.in_force import find_matrix, price_in_force, price_of_version
from ledger.errors import (
    Already,
    Authority,
    Basis,
    Criteria,
    Duplicate,
    Future,
    Invalid,
    Locked,
    NoPrice,
    State,
    TooLate,
)
from ledger.view import View
from tests.ledger.decisions.settlement import close_month
from tests.spec import Line, Story, do, given, when


def item(name: str, price: str = "66.00", **more: Any) -> Line:
    return {"item": name, "kind": "handover", "uom": "place", "price": price, **more}


def matrix(name: str, amount: str = "1.00", **more: Any) -> Line:
    return {"matrix": name, "kind": "violation", "tiers": {"T2": [{"role": "liable", "amount": amount}]}, **more}


LIST = {"owner": "U1", "version": "a", "effective": "2026-02-05", "legal_basis": "矿规", "notice": "公示"}


def publish(by: str = "P-U1H", /, **data: Any) -> Line:
    return do("PublishPriceList", by, **{**LIST, "items": [item("HO-01")], "drops": True, **data})


retire = partial(do, "RetirePriceList", "P-U1H", owner="U1", version="a", reason="统一价格")


def price_of(story: Story, name: str, day: str, unit: str = "T1") -> tuple[int, str]:
    found = price_in_force(View(story.ledger.lookup), unit, name, day)
    return found.unit_price, found.list_version


def has_price(story: Story, name: str, day: str, unit: str = "T1") -> bool:
    try:
        return bool(price_of(story, name, day, unit))
    except NoPrice:
        return False


# -- which price ----------------------------------------------------------------------------------------------------


def test_the_nearest_owner_whose_list_holds_the_item_decides() -> None:
    story = when(publish()).then_facts("PriceListPublished")
    assert price_of(story, "HO-01", "2026-02-04") == (60_00, "HQ@v1")
    assert price_of(story, "HO-01", "2026-02-05") == (66_00, "U1@a")
    assert price_of(story, "HO-01", "2026-02-05", "W3") == (60_00, "HQ@v1")
    assert price_of(story, "HO-02", "2026-02-05") == (120_00, "HQ@v1")


def test_the_latest_version_in_effect_replaces_the_older_one_entirely() -> None:
    story = given(publish(), publish(version="b", effective="2026-02-07", items=[item("HO-03")]))
    assert price_of(story, "HO-01", "2026-02-06") == (66_00, "U1@a")
    assert price_of(story, "HO-01", "2026-02-07") == (60_00, "HQ@v1")
    assert price_of(story, "HO-01", "2026-03-16") == (75_00, "HQ@v2")


def test_linkage_multiplies_prices_rounded_once_and_no_matrix_amounts() -> None:
    story = given(publish(linkage="1.05", items=[item("HO-01"), item("HO-03", "31.50")], matrices=[matrix("M-1")]))
    assert price_of(story, "HO-01", "2026-02-05") == (69_30, "U1@a")
    assert price_of(story, "HO-03", "2026-02-05") == (33_08, "U1@a")
    found = find_matrix(View(story.ledger.lookup), "T1", "M-1", "2026-02-05")
    assert (found.list_version, found.matrix.tiers["T2"][0].amount) == ("U1@a", 1_00)


def test_an_item_that_nobody_has_priced_has_no_price() -> None:
    story = given(publish())
    assert not has_price(story, "HO-99", "2026-02-05")
    assert not has_price(story, "HO-01", "2025-12-31")


def test_a_named_version_has_its_price_in_force_or_not() -> None:
    view = View(given(publish()).ledger.lookup)
    assert price_of_version(view, "HQ@v2", "HO-01").unit_price == 75_00
    for nowhere in ("HQ@v9", "ZZ@v1", "HQ", "U1@a@b"):
        with pytest.raises(NoPrice):
            price_of_version(view, nowhere, "HO-01")


def test_retiring_a_version_lets_the_older_one_live_again() -> None:
    newer = publish(version="b", effective="2026-02-07", items=[item("HO-01", "70.00")])
    story = given(publish(), newer, retire(version="b", effective="2026-02-10"))
    assert price_of(story, "HO-01", "2026-02-09") == (70_00, "U1@b")
    assert price_of(story, "HO-01", "2026-02-10") == (66_00, "U1@a")


# -- publishing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-U1H", "SYSTEM"])
def test_the_owners_head_or_an_import_publishes(by: str) -> None:
    when(publish(by)).then_facts("PriceListPublished")


@pytest.mark.parametrize("by", ["P-U2H", "P-U1D", "P-SO"])
def test_others_do_not_publish_for_the_owner(by: str) -> None:
    when(publish(by)).then_refused(Authority)


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": ""},
        {"items": [item("HO-01"), item("HO-01")]},
        {"items": [item("HO-01", kind="gift")]},
        {"items": [item("HO-01", "66")]},
        {"items": [item("HO-01", colour="red")]},
        {"matrices": [matrix("M-1"), matrix("M-1")]},
        {"matrices": [matrix("M-1", level="D")]},
        {"matrices": [matrix("M-1", tiers={"T4": []})]},
        {"matrices": [matrix("M-1", tiers={"T2": [{"role": "liable", "amount": "1.00"}] * 2})]},
        {"linkage": "1.0000001"},
        {"linkage": 1},
    ],
)
def test_a_list_has_each_item_matrix_and_role_once_and_in_form(wrong: dict[str, Any]) -> None:
    when(publish(**wrong)).then_refused(Invalid)


def test_a_version_is_published_only_once_per_owner() -> None:
    again = publish(effective="2026-02-06")
    given(publish()).when(again).then_refused(Duplicate)
    given(publish()).when(publish("P-U2H", owner="U2")).then_facts("PriceListPublished")


NEXT_DAY = "2026-02-03T09:00:00+08:00"


def test_a_list_takes_effect_today_at_the_earliest() -> None:
    later = given(publish(effective="2026-01-15"))
    later.when({**publish(version="b", effective="2026-02-02"), "at": NEXT_DAY}).then_refused(TooLate)
    later.when({**publish(version="b", effective="2026-02-03"), "at": NEXT_DAY}).then_facts("PriceListPublished")


def test_an_owners_first_list_reaches_back_as_far_as_months_are_open() -> None:
    """[rule 25]"""
    when(publish(effective="2020-01-01")).then_facts("PriceListPublished")
    closed = close_month(given(), "U1", "2026-01")
    closed.when(publish(effective="2026-01-31")).then_refused(TooLate)
    closed.when(publish("P-U2H", owner="U2", effective="2026-01-31")).then_facts("PriceListPublished")
    closed.when(publish(effective="2026-02-01")).then_facts("PriceListPublished")


def test_a_slip_of_the_pen_in_the_first_list_is_put_right_on_the_same_day() -> None:
    """[rule 82]"""
    right = publish(version="b", effective="2026-01-15", items=[item("HO-01", "67.00")])
    story = given(publish(effective="2026-01-15")).when(right).then_facts("PriceListPublished")
    assert price_of(story, "HO-01", "2026-01-15") == (67_00, "U1@b")
    story.when({**right, "at": NEXT_DAY, "data": {**right["data"], "version": "c"}}).then_refused(TooLate)


def test_a_retired_version_still_stands_in_the_way_of_an_earlier_one() -> None:
    """[rule 82]"""
    gone = {**retire(effective="2026-02-03"), "at": NEXT_DAY}
    again = {**publish(version="b", effective="2026-02-02"), "at": NEXT_DAY}
    given(publish(effective="2026-01-15"), gone).when(again).then_refused(TooLate)


def test_what_a_list_leaves_out_it_leaves_out_on_purpose() -> None:
    """[rule 27]"""
    first = publish(items=[item("HO-01"), item("HO-03")], matrices=[matrix("M-1")])
    story = given(first)
    for dropping in ({"items": [item("HO-01")], "matrices": [matrix("M-1")]}, {"items": first["data"]["items"]}):
        newer = {"version": "b", "effective": "2026-02-07", "drops": False, **dropping}
        story.when(publish(**newer)).then_refused(Criteria)
        story.when(publish(**newer, notice="")).then_refused(Basis)
    earlier = publish(version="b", effective="2026-02-04", drops=False)
    story.when(earlier).then_facts("PriceListPublished")


# -- the catalogue (rule 8) -------------------------------------------------------------------------------------------


def entry(name: str = "WZ-01", **more: Any) -> Line:
    return {"item": name, "kind": "violation", "uom": "人次", "name": "未系安全带", **more}


@pytest.mark.parametrize(
    "given_entry",
    [
        entry(),
        entry(price="5.00"),
        entry(matrix="TW-S"),
        entry(matrix="M-1"),
        entry("QA-01", kind="quality", matrix="Q-1"),
    ],
)
def test_a_catalogue_entry_names_a_matrix_of_this_list_or_of_one_above(given_entry: Line) -> None:
    """[rule 8]"""
    own = [matrix("M-1"), matrix("Q-1", kind="quality")]
    when(publish(items=[given_entry], matrices=own)).then_facts("PriceListPublished")


@pytest.mark.parametrize(
    "wrong",
    [
        entry(matrix="ST-1"),
        entry(matrix="NIX"),
        entry(matrix="Q-1"),
        entry(name="WZ-01") | {"kind": "handover", "price": "1.00", "matrix": "TW-S"},
        {"item": "WZ-01", "kind": "violation", "uom": "人次", "matrix": "TW-S"},
        {"item": "HO-07", "kind": "handover", "uom": "place"},
    ],
)
def test_an_entry_has_a_name_and_a_matrix_of_its_kind_and_other_items_a_price(wrong: Line) -> None:
    """[rule 8]"""
    when(publish(items=[wrong], matrices=[matrix("Q-1", kind="quality")])).then_refused(Invalid)


def test_an_entrys_matrix_is_in_force_on_the_day_from_which_the_list_holds() -> None:
    """[rule 8]"""
    later = {**publish("P-SO", owner="HQ", version="v9", effective="2026-02-10", matrices=[matrix("M-9")])}
    early = publish(items=[entry(matrix="M-9")], effective="2026-02-09")
    given(later).when(early).then_refused(Invalid)
    given(later).when(publish(items=[entry(matrix="M-9")], effective="2026-02-10")).then_facts("PriceListPublished")


# -- locks ------------------------------------------------------------------------------------------------------------


LOCKED_ITEM = publish("P-SO", owner="HQ", version="v1b", effective="2026-02-05", items=[item("LK-1", locked=True)])


def test_what_a_superior_has_locked_is_not_redefined() -> None:
    given(LOCKED_ITEM).when(publish(items=[item("LK-1", "8.00")])).then_refused(Locked)
    when(publish(matrices=[matrix("TW-S", severity="serious")])).then_refused(Locked)


@pytest.mark.parametrize(
    "mine",
    [
        matrix("MY-S", severity="serious"),
        matrix("MY-C", kind="hazard", level="C"),
        matrix("MY-T", kind="stoppage"),
    ],
)
def test_a_lock_holds_for_the_kind_and_severity_under_whatever_id(mine: Line) -> None:
    """[rule 9]"""
    when(publish(matrices=[mine])).then_refused(Locked)


@pytest.mark.parametrize(
    "mine", [matrix("MY-V"), matrix("MY-B", kind="hazard", level="B"), matrix("Q", kind="quality")]
)
def test_what_a_superior_has_not_locked_of_its_kind_is_free(mine: Line) -> None:
    """[rule 9]"""
    when(publish(matrices=[mine])).then_facts("PriceListPublished")


def test_a_superiors_item_without_lock_may_be_redefined_and_a_lock_only_binds_while_in_force() -> None:
    when(publish(items=[item("HO-01")])).then_facts("PriceListPublished")
    earlier = publish(effective="2026-02-04", items=[item("LK-1", "8.00")])
    given(LOCKED_ITEM).when(earlier).then_facts("PriceListPublished")


def test_the_owner_of_a_lock_may_publish_the_item_again() -> None:
    newer = publish("P-SO", owner="HQ", version="v1c", effective="2026-02-06", items=[item("LK-1", "10.00")])
    given(LOCKED_ITEM).when(newer).then_facts("PriceListPublished")


@pytest.mark.parametrize("missing", ["legal_basis", "notice"])
def test_a_list_names_its_legal_basis_and_notice(missing: str) -> None:
    when(publish(**{missing: ""})).then_refused(Basis)
    command = publish()
    del command["data"][missing]
    when(command).then_refused(Basis)


def test_refusals_come_in_the_rows_order() -> None:
    wrong: dict[str, Any] = {"effective": "2026-02-02", "matrices": [matrix("TW-S")], "notice": "", "drops": False}
    unheard_of = {"items": [entry(matrix="NIX")]}
    story = given(publish(effective="2026-02-02", items=[item("HO-03")]))
    story.when({**publish(**wrong, **unheard_of), "at": NEXT_DAY}).then_refused(Invalid)
    story.when({**publish(**wrong), "at": NEXT_DAY}).then_refused(Duplicate)
    wrong |= {"version": "b"}
    story.when({**publish(**wrong), "at": NEXT_DAY}).then_refused(TooLate)
    wrong |= {"effective": "2026-02-05"}
    story.when({**publish(**wrong), "at": NEXT_DAY}).then_refused(Locked)
    wrong |= {"matrices": []}
    story.when({**publish(**wrong), "at": NEXT_DAY}).then_refused(Basis)
    story.when({**publish(**wrong | {"notice": "公示"}), "at": NEXT_DAY}).then_refused(Criteria)


# -- retiring -------------------------------------------------------------------------------------------------------


def test_a_version_is_retired_once() -> None:
    gone = retire(effective="2026-02-10")
    given(publish()).when(gone).then_facts("PriceListRetired").when(gone).then_refused(State)


def test_a_version_is_not_retired_for_days_that_are_gone() -> None:
    """[rule 82]"""
    story = given(publish(effective="2026-02-01"))
    story.when(retire(effective="2026-02-01")).then_refused(TooLate)
    story.when(retire(version="z", effective="2026-02-01")).then_refused(State)
    story.when(retire(effective="2026-02-02")).then_facts("PriceListRetired")


def test_an_unknown_version_is_not_retired() -> None:
    when(retire(effective="2026-02-10")).then_refused(State)


def test_only_who_may_publish_retires() -> None:
    given(publish()).when({**retire(effective="2026-02-10"), "by": "P-U2H"}).then_refused(Authority)


# -- urgent items ---------------------------------------------------------------------------------------------------

NEED = {"owner": "U1", "kind": "handover", "uom": "place", "price": "88.00"}


def urgent(by: str = "P-U1H", at: str = "2026-02-03T13:55:00+08:00", /, **data: Any) -> Line:
    needed = {"item": "UR-01", "occurred_at": "2026-02-03T06:30:00+08:00", "legal_basis": "应急定价会议"}
    return do("ApproveUrgentPriceItem", by, at, **{**NEED, **needed, **data})


@pytest.mark.parametrize("by", ["P-U1H", "P-U1D"])
def test_an_urgent_item_is_in_force_from_the_day_of_the_need(by: str) -> None:
    story = when(urgent(by)).then_facts("UrgentPriceItemApproved")
    assert not has_price(story, "UR-01", "2026-02-02")
    assert price_of(story, "UR-01", "2026-02-03")[0] == 88_00


def test_a_deputy_prices_what_is_traded_and_no_findings() -> None:
    """[rule 11]"""
    for kind in ("handover", "quota", "general"):
        when(urgent("P-U1D", kind=kind)).then_facts("UrgentPriceItemApproved")
    when(urgent("P-U1D", kind="violation")).then_refused(Authority)
    when(urgent("P-U1H", kind="violation")).then_facts("UrgentPriceItemApproved")


def test_an_urgent_item_lasts_until_a_version_of_its_owner_takes_effect_after_it() -> None:
    same_day = publish(effective="2026-02-03", items=[item("HO-03")])
    later = publish(version="b", effective="2026-02-07", items=[item("HO-03")])
    story = given(same_day, urgent(), later)
    assert [has_price(story, "UR-01", day) for day in ("2026-02-03", "2026-02-06", "2026-02-07")] == [True, True, False]
    story.given(retire(version="b", effective="2026-02-09"))
    assert not has_price(story, "UR-01", "2026-02-09")


def test_an_urgent_item_has_no_linkage() -> None:
    story = given(publish(effective="2026-02-03", linkage="2"), urgent())
    assert price_of(story, "UR-01", "2026-02-04")[0] == 88_00


def test_an_urgent_item_is_approved_within_24_hours() -> None:
    when(urgent(occurred_at="2026-02-02T13:54:59+08:00")).then_refused(TooLate)
    when(urgent(occurred_at="2026-02-02T13:55:00+08:00")).then_facts("UrgentPriceItemApproved")


def test_an_urgent_item_is_not_needed_in_the_future() -> None:
    when(urgent(occurred_at="2026-02-03T14:00:01+08:00")).then_refused(Future)


def test_what_has_a_price_is_not_urgent() -> None:
    when(urgent(item="HO-01")).then_refused(Already)
    given(urgent()).when(urgent()).then_refused(Already)


def test_what_a_superior_has_locked_is_not_urgent() -> None:
    lock = {**LOCKED_ITEM, "data": {**LOCKED_ITEM["data"], "effective": "2026-02-03"}}
    given(lock).when(urgent(item="LK-1")).then_refused(Locked)


def test_an_urgent_item_names_its_legal_basis() -> None:
    when(urgent(legal_basis="")).then_refused(Basis)


@pytest.mark.parametrize("by", ["P-W1D", "P-U2H", "SYSTEM"])
def test_others_do_not_approve_urgent_items(by: str) -> None:
    when(urgent(by)).then_refused(Authority)
