"""Words on the command line become the values that the ledger's forms take."""

from __future__ import annotations

from typing import Any

import pytest

from api.acts.cli import hints_of
from api.acts.fields import value_of
from api.imports.problems import Wrong
from ledger.decisions import TABLE


def value(command: str, field: str, *words: str) -> Any:
    return value_of(hints_of(TABLE[command])[field], words)


@pytest.mark.parametrize(
    ("command", "field", "words", "expected"),
    [
        ("CreditQuotaWage", "amount", ["42,000"], "42000.00"),
        ("CreditQuotaWage", "amount", ["￥１２．５"], "12.50"),
        ("RegisterUnit", "level", ["3"], 3),
        ("RegisterUnit", "centre", ["是"], True),
        ("RegisterUnit", "centre", ["no"], False),
        ("AssignPerson", "since", ["2026/1/5"], "2026-01-05"),
        ("OpenPeriod", "period", ["2026年1月"], "2026-01"),
        ("PublishTender", "bid_deadline", ["2026-01-20 09:00"], "2026-01-20T09:00+08:00"),
        ("PublishTender", "bid_deadline", ["2026-01-20T09:00:00Z"], "2026-01-20T09:00:00Z"),
        ("AcceptTender", "acceptors", ["P-SI,P-W1D"], ["P-SI", "P-W1D"]),
        ("AcceptTender", "acceptors", ["P-SI", "P-W1D"], ["P-SI", "P-W1D"]),
        ("DistributeWage", "lines", ["P-A:200", "person=P-B,amount=1.50"], [
            {"person": "P-A", "amount": "200.00"},
            {"person": "P-B", "amount": "1.50"},
        ]),
        ("IssueSlip", "persons", ["liable=P-A,inspector=P-SI,inspector=P-S2"], {
            "liable": "P-A",
            "inspector": ["P-SI", "P-S2"],
        }),
        ("OpenBalances", "balances", ["POOL_WAGE:W1=85,000", "DUE_PERSON:P-A=-4"], None),
        ("ReverseEntry", "document", ["slip:SL-1"], {"kind": "slip", "id": "SL-1"}),
        ("PublishPolicy", "value", ['{"1":60}'], {"1": 60}),
        ("PublishPolicy", "value", ["1:60"], "1:60"),
    ],
)  # fmt: skip
def test_a_word_is_read_by_the_form_of_its_field(command: str, field: str, words: list[str], expected: Any) -> None:
    if expected is None:  # thousands are separated by the sign that separates accounts
        with pytest.raises(Wrong):
            value(command, field, *words)
    else:
        assert value(command, field, *words) == expected


@pytest.mark.parametrize(
    ("command", "field", "word"),
    [
        ("CreditQuotaWage", "amount", "12x"),
        ("CreditQuotaWage", "amount", "1.234"),
        ("RegisterUnit", "level", "drei"),
        ("RegisterUnit", "centre", "maybe"),
        ("DistributeWage", "lines", "wer=P-A,amount=1"),
        ("DistributeWage", "lines", "P-A:eins"),
        ("IssueSlip", "persons", "P-A"),
    ],
)
def test_a_word_that_cannot_be_meant_is_wrong(command: str, field: str, word: str) -> None:
    with pytest.raises(Wrong):
        value(command, field, word)
