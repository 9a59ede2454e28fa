"""One line of a history is read strictly: whatever is wrong with its form is INVALID and named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger.decisions import Command
from ledger.interchange import MAX_LINE, Query, Unreadable, read_line

GOOD: dict[str, Any] = {
    "id": "c-1",
    "at": "2026-02-05T09:00:00+08:00",
    "by": "P-C1",
    "command": "CreditQuotaWage",
    "data": {"unit": "W1", "amount": "1.00", "source_doc": "D-1"},
}


def refusal(line: bytes | dict[str, Any]) -> tuple[str | None, str]:
    raw = line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode()
    with pytest.raises(Unreadable) as caught:
        read_line(raw)
    answer = caught.value.answer
    assert answer.code == "INVALID"
    return answer.id, answer.detail or ""


def changed(**members: Any) -> dict[str, Any]:
    return {**GOOD, **members}


def with_data(**fields: Any) -> dict[str, Any]:
    return changed(data={**GOOD["data"], **fields})


def test_a_good_line_is_a_command_with_typed_arguments() -> None:
    command = read_line(json.dumps(GOOD).encode())
    assert isinstance(command, Command)
    assert command.arguments == {"unit": "W1", "amount": 100, "source_doc": "D-1"}
    assert command.at == "2026-02-05T01:00:00.000000Z"


def test_a_query_line_is_a_query() -> None:
    query = read_line(b'{"id":"q-1","query":"Pool","data":{"unit":"W1"}}')
    assert query == Query("q-1", "Pool", {"unit": "W1"})


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (with_data(amount=1.5), "1.5"),
        (with_data(amount="1.005"), "amount"),
        (with_data(amount="1"), "amount"),
        (with_data(amount="+1.00"), "amount"),
        (with_data(amount="1e2"), "amount"),
        (with_data(amount="-1.00"), "amount"),
        (with_data(amount="１.00"), "amount"),
        (with_data(amount="1.00\n"), "amount"),
        (with_data(amount=100), "amount"),
        (with_data(amount=None), "amount"),
        (with_data(unit="W1\n"), "unit"),
        (with_data(unit="W 1"), "unit"),
        (with_data(unit=""), "unit"),
        (with_data(unit="W" * 65), "unit"),
        (with_data(colour="red"), "colour"),
        (changed(data={"unit": "W1", "amount": "1.00"}), "source_doc"),
        (changed(data=[]), "data"),
        (changed(id=""), "id"),
        (changed(id="c-1\n"), "id"),
        (changed(id="一"), "id"),
        (changed(id=7), "id"),
        (changed(at="2026-02-05T09:00:00"), "at"),
        (changed(at="2026-02-30T09:00:00+08:00"), "at"),
        (changed(at="2026-02-05"), "at"),
        (changed(at=1770253200), "at"),
        (changed(at="0001-01-01T00:00:00+08:00"), "at"),
        (changed(by=""), "by"),
        (changed(by=None), "by"),
        (changed(command="CreditQuotaWages"), "command"),
        (changed(command=["CreditQuotaWage"]), "command"),
        (changed(colour="red"), "colour"),
        (changed(business_date="2026-2-5"), "business_date"),
        (changed(business_date=None), "business_date"),
        (changed(source={"input_mode": "telepathy"}), "source"),
        (changed(source={"seq": "1"}), "source"),
        (changed(source={"colour": "red"}), "source"),
        (changed(recorded_at="yesterday"), "recorded_at"),
        (changed(query="Pool"), "not a member of a query"),
    ],
)
def test_a_wrong_form_is_invalid_and_named(line: dict[str, Any], named: str) -> None:
    assert named in refusal(line)[1]


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        (b"", "JSON"),
        (b"[]", "object"),
        (b'{"id":"c-1",', "JSON"),
        (b'{"id":"c-1","id":"c-2"}', "id"),
        (b'{"id":"c-1","data":{"a":NaN}}', "NaN"),
        (b'{"id":"c-1","data":{"a":Infinity}}', "Infinity"),
        (b'{"id":"c-1","data":{"a":1e400}}', "1e400"),
        (b'{"id":"c-1","data":{"a":123456789012345678901234567890}}', "large"),
        (b'{"id":"c-1","by":"\xff"}', "UTF-8"),
        (b'{"id":"c-1","by":"\\ud800"}', "surrogate"),
        (b'{"id":"c-1","by":"P\\u0000"}', "NUL"),
        (b'{"id":"c-1","data":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deep"),
        (b'{"id":"c-1","data":"' + b"x" * MAX_LINE + b'"}', "bytes"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_not_strict_json_is_invalid(raw: bytes, named: str) -> None:
    assert named in refusal(raw)[1]


def test_an_unreadable_line_keeps_its_id_where_it_can_be_seen() -> None:
    assert refusal(b'{"id":"c-1","data":{"a":NaN}}')[0] == "c-1"
    assert refusal(b"nonsense")[0] is None


def test_texts_are_normalised_so_that_equal_names_are_equal() -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    one = read_line(json.dumps(with_data(source_doc=composed), ensure_ascii=False).encode())
    other = read_line(json.dumps(with_data(source_doc=decomposed), ensure_ascii=False).encode())
    assert isinstance(one, Command)
    assert isinstance(other, Command)
    assert (one.arguments, one.digest) == (other.arguments, other.digest)


def test_the_same_moment_in_another_zone_is_the_same_content() -> None:
    one = read_line(json.dumps(GOOD).encode())
    other = read_line(json.dumps(changed(at="2026-02-05T01:00:00Z")).encode())
    assert isinstance(one, Command)
    assert isinstance(other, Command)
    assert one.digest == other.digest
