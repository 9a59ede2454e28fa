"""States loaded before the lock are those that the decisions ask for."""

from __future__ import annotations

import msgspec

from ledger.decisions import TABLE
from ledger.market.lookahead import named_keys
from ledger.state.table import KINDS
from tests.ledger.market.histories import command


def test_the_keys_that_a_decision_asks_for_are_made_of_fields_of_its_command() -> None:
    for name, row in TABLE.items():
        fields = {field.name for field in msgspec.structs.fields(row.form.struct)}
        nested = {field.nested for field in row.form.references if field.nested}
        assert all({*key.fields} <= fields | nested for key in row.asks), name


def test_the_keys_that_a_decision_asks_for_are_keys_of_states() -> None:
    assert all(key.prefix in KINDS for row in TABLE.values() for key in row.asks)


def test_a_hazard_asks_for_its_spot_if_it_has_an_item() -> None:
    found = {"unit": "T1", "place": "机头", "category": "hazard", "description": "x", "tier": "T2", "hazard": "H-1"}
    assert "spot:机头/HO-01" in set(named_keys(command("ReportHazard", "P-A", "h-1", **found, item="HO-01")))
    assert not [key for key in named_keys(command("ReportHazard", "P-A", "h-1", **found)) if key.startswith("spot:")]


def test_gross_wages_ask_for_the_month_of_each_person() -> None:
    lines = [{"person": person, "gross": "2400.00"} for person in ("P-A", "P-B")]
    asked = set(named_keys(command("ImportGrossWage", "P-HR", "g-1", period="2026-02", lines=lines)))
    assert asked >= {"gross-wage:P-A/2026-02", "gross-wage:P-B/2026-02", "person-P-A", "person-P-B"}


def test_a_quota_wage_asks_for_its_unit_its_clerk_and_its_paper() -> None:
    credited = command("CreditQuotaWage", "P-C1", "q-1", unit="T1", amount="100.00", source_doc="验收单-7")
    assert set(named_keys(credited)) == {"person-P-C1", "unit-T1", "pricelist-T1", "quota-wage:T1/验收单-7"}
