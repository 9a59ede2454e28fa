"""A wrong form is told by its field and how it is written, never by a pattern."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.decisions import TABLE
from ledger.errors import Invalid
from ledger.forms import FORMS, WRITTEN

STRANGE: list[Any] = [
    None,
    True,
    3,
    -1,
    1.5,
    "",
    "¥ 1",
    " ",
    "x" * 5_000,
    [],
    [1],
    [{}],
    [{"z": 1}],
    {},
    {"k v": 1},
    {"k": None},
]


def refused(command: str, data: dict[str, Any]) -> str:
    try:
        TABLE[command].read(data)
    except Invalid as invalid:
        return invalid.detail
    return ""


@pytest.mark.parametrize(
    ("command", "data", "said"),
    [
        ("CreditQuotaWage", {"amount": "12,5"}, "amount: needed is yuan with two digits, such as 1000.00"),
        ("CreditQuotaWage", {"unit": "W1", "source_doc": "D"}, "amount: is missing"),
        ("CreditQuotaWage", {"user": "x"}, "user: there is no such field; the fields are unit, amount, source_doc"),
        ("DistributeWage", {"lines": [{"person": "P-A"}]}, "lines[0].amount: is missing"),
        ("DistributeWage", {"lines": "x"}, "lines: needed is a list"),
        ("OpenPeriod", {"cutoff": "2026-2-1"}, "cutoff: needed is a date, such as 2026-02-05"),
        ("RegisterUnit", {"level": 9}, "level: 9 is none of 1, 2, 3, 4, 5"),
        ("RegisterUnit", {"level": "3"}, "level: needed is a whole number"),
        ("ReportHazard", {"place": "x" * 4_001}, "place: it has more than 4000 characters"),
        ("CountIncident", {"count": 0}, "count: needed is at least 1"),
        ("OpenBalances", {"balances": {"POOL WAGE": "1.00"}}, "balances: needed is an account, such as POOL_WAGE:W1"),
    ],
)
def test_a_wrong_field_is_named_with_how_it_is_written(command: str, data: dict[str, Any], said: str) -> None:
    """The library complains of the first wrong field that it meets, so the others may be missing."""
    assert refused(command, data) == said


@pytest.mark.parametrize("command", TABLE)
def test_no_refusal_of_a_form_shows_a_pattern(command: str) -> None:
    told = {
        detail
        for field in (*TABLE[command].form.struct.__struct_fields__, "nobody")
        for value in STRANGE
        if (detail := refused(command, {field: value}))
    }
    assert told
    assert not [detail for detail in told if any(sign in detail for sign in ("regex", "Expected", "`", "$."))]


def test_every_form_that_is_a_pattern_has_its_words() -> None:
    assert WRITTEN.keys() <= FORMS.keys()
    assert FORMS.keys() - WRITTEN.keys() == {"count", "positive", "moment", "people"}
