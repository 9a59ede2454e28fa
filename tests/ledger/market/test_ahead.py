"""What is loaded before the lock is what the decisions ask for."""

from __future__ import annotations

from string import Formatter

import msgspec

from ledger.decisions import TABLE
from ledger.market.ahead import NATURAL_KEYS, named_keys
from ledger.state.kinds import KINDS
from tests.ledger.market.histories import command


def test_natural_keys_are_made_of_fields_that_their_commands_must_have() -> None:
    for name, template in NATURAL_KEYS.items():
        fields = {field for _, field, _, _ in Formatter().parse(template) if field}
        required = {field.name for field in msgspec.structs.fields(TABLE[name].form.struct) if field.required}
        assert fields <= required, name


def test_natural_keys_are_keys_of_states() -> None:
    assert all(f"{template.partition(':')[0]}:" in KINDS for template in NATURAL_KEYS.values())


def test_a_quota_wage_asks_for_its_unit_its_clerk_and_its_paper() -> None:
    credited = command("CreditQuotaWage", "P-C1", "q-1", unit="T1", amount="100.00", source_doc="验收单-7")
    assert set(named_keys(credited)) == {"person-P-C1", "unit-T1", "pricelist-T1", "quota-wage:T1/验收单-7"}
