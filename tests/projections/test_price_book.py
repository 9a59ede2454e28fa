"""The price book and the policies of a unit on a date are what decisions use."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.decisions.in_force import find_matrix, policy, price_in_force
from ledger.errors import Invalid, Unknown
from ledger.policy import KEYS
from ledger.view import View
from tests.projections.conftest import Books
from tests.spec import Line, Story, do, given

DAYS = ("2026-01-01", "2026-02-04", "2026-02-05", "2026-02-07", "2026-03-16")
UNITS = ("HQ", "U1", "W1", "T1", "W3")


def item(name: str, price: str) -> Line:
    return {"item": name, "kind": "handover", "uom": "place", "price": price}


def prices() -> Story:
    """U1 has its own list from the 5th, with a linkage, a matrix and, from the 7th on, an urgent item."""
    own: dict[str, Any] = {"owner": "U1", "version": "a", "effective": "2026-02-05", "linkage": "1.05"}
    own |= {"legal_basis": "矿规", "notice": "公示", "items": [item("HO-01", "66.00"), item("HO-09", "1.10")]}
    own |= {"matrices": [{"matrix": "SE-1", "kind": "shift_evaluation", "tiers": {"T2": [CHARGE]}}]}
    urgent = {"owner": "U1", "item": "HO-77", "kind": "handover", "uom": "place", "price": "30.00"}
    urgent |= {"occurred_at": "2026-02-07T08:00:00+08:00", "legal_basis": "应急"}
    return given(
        do("PublishPriceList", "P-U1H", **own),
        do("ApproveUrgentPriceItem", "P-U1H", "2026-02-07T09:00:00+08:00", **urgent),
    )


CHARGE = {"role": "team_leader", "amount": "20.00"}


async def test_every_price_of_the_book_is_the_one_that_a_decision_of_that_day_uses(books: Books) -> None:
    story = prices()
    await books.load(story.ledger.facts)
    view = View(story.ledger.lookup)
    for unit in UNITS:
        for day in DAYS:
            book = await books.ask("PriceBook", unit=unit, date=day)
            for row in book["items"]:
                price = price_in_force(view, unit, row["item"], day)
                amount = f"{price.unit_price // 100}.{price.unit_price % 100:02d}"
                assert (row["unit_price"], row["list_version"]) == (amount, price.list_version)
            for row in book["matrices"]:
                assert row["list_version"] == find_matrix(view, unit, row["matrix"], day).list_version


async def test_the_book_says_owner_level_linkage_and_version(books: Books) -> None:
    await books.load(prices().ledger.facts)
    book = await books.ask("PriceBook", unit="T1", date="2026-02-07")
    rows = {row["item"]: row for row in book["items"]}
    own = rows["HO-01"]
    assert (own["owner"], own["level"], own["price"], own["linkage"], own["unit_price"]) == (
        *("U1", 2, "66.00"),
        *("1.05", "69.30"),
    )
    assert (rows["HO-02"]["owner"], rows["HO-02"]["list_version"]) == ("HQ", "HQ@v1")
    assert (rows["HO-77"]["urgent"], rows["HO-77"]["linkage"]) == (True, "1")
    assert [entry["version"] for entry in book["lists"]] == ["a", "v1"]
    matrices = {row["matrix"]: row for row in book["matrices"]}
    assert matrices["SE-1"]["tiers"] == {"T2": [CHARGE]}
    assert (matrices["TW-S"]["for"], matrices["TW-S"]["locked"]) == ("serious", True)


async def test_the_book_changes_with_the_date(books: Books) -> None:
    await books.load(prices().ledger.facts)

    async def price(day: str) -> str | None:
        book = await books.ask("PriceBook", unit="W1", date=day)
        return next((row["unit_price"] for row in book["items"] if row["item"] == "HO-01"), None)

    assert [await price(day) for day in ("2025-12-31", "2026-02-04", "2026-02-05")] == [None, "60.00", "69.30"]


# -- policies -------------------------------------------------------------------------------------------------------


def publish(key: str, value: Any, unit: str, effective: str, **other: Any) -> Line:
    data = {"key": key, "value": value, "unit": unit, "effective": effective, "legal_basis": f"文 {unit} {effective}"}
    return do("PublishPolicy", "P-G1", **data, **other)


def rules() -> Story:
    return given(
        publish("dispute.window", 5, "HQ", "2026-02-03"),
        publish("dispute.window", 7, "U1", "2026-02-10", consultation="职代会"),
        publish("points.rate", "0.50", "HQ", "2026-02-05", locked=True),
    )


async def test_every_policy_is_the_one_that_decisions_of_that_day_use(books: Books) -> None:
    story = rules()
    await books.load(story.ledger.facts)
    view = View(story.ledger.lookup)
    for unit in UNITS:
        for day in DAYS:
            shown = (await books.ask("Policies", unit=unit, date=day))["policies"]
            assert {row["key"]: row["value"] for row in shown} == {key: policy(view, key, unit, day) for key in KEYS}


async def test_a_policy_says_where_it_comes_from_and_on_what_basis(books: Books) -> None:
    await books.load(rules().ledger.facts)

    async def one(key: str, unit: str, day: str) -> dict[str, Any]:
        [row] = (await books.ask("Policies", unit=unit, date=day, key=key))["policies"]
        found: dict[str, Any] = row
        return found

    assert await one("dispute.window", "T1", "2026-02-10") == {
        "key": "dispute.window",
        "value": 7,
        "origin": "published",
        "scope": "U1",
        "effective": "2026-02-10",
        "locked_by": None,
        "legal_basis": "文 U1 2026-02-10",
        "consultation": "职代会",
    }
    assert (await one("dispute.window", "T1", "2026-02-09"))["scope"] == "HQ"
    assert (await one("dispute.window", "T1", "2026-02-02"))["origin"] == "default"
    assert (await one("points.rate", "W3", "2026-02-05"))["locked_by"] == "HQ"
    assert (await one("bonus.table", "W3", "2023-06-01"))["origin"] == "missing"


async def test_a_policy_or_unit_that_is_not_known_is_refused(books: Books) -> None:
    await books.load(rules().ledger.facts)
    with pytest.raises(Invalid):
        await books.ask("Policies", unit="W1", date="2026-02-05", key="no.such")
    for name in ("Policies", "PriceBook"):
        with pytest.raises(Unknown):
            await books.ask(name, unit="NO", date="2026-02-05")
