"""Canonical bytes are RFC 8785 bytes, as another implementation makes them."""

from __future__ import annotations

import json
from typing import Any
from unicodedata import normalize

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.canonical import LARGEST_INTEGER, NotCanonical, check_canonical, encode

text = st.text(st.characters(exclude_categories=["Cs"])).map(lambda value: normalize("NFC", value))
keys = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF)).map(
    lambda value: normalize("NFC", value)
)
integers = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
values = st.recursive(
    st.none() | st.booleans() | integers | text,
    lambda inner: st.lists(inner) | st.dictionaries(keys.filter(lambda key: max(key, default="") <= "\uffff"), inner),
)


@given(values)
def test_our_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert encode(value) == rfc8785.dumps(value)


@given(values)
def test_what_we_encode_is_canonical(value: Any) -> None:
    check_canonical(encode(value))


@given(values, st.sampled_from([{"indent": 1}, {"ensure_ascii": True}, {"separators": (", ", ":")}]))
def test_any_other_spelling_of_a_value_is_not_canonical(value: Any, spelling: dict[str, Any]) -> None:
    other = json.dumps(value, **{"ensure_ascii": False, "separators": (",", ":"), **spelling}).encode()
    if other != encode(value):
        with pytest.raises(NotCanonical):
            check_canonical(other)


@given(st.binary())
def test_no_bytes_crash_the_check(body: bytes) -> None:
    try:
        check_canonical(body)
    except NotCanonical:
        return
    assert rfc8785.dumps(json.loads(body)) == body


@pytest.mark.parametrize(
    "body",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b"\xef\xbb\xbf{}",
        b"",
        b"{",
        b"1.0",
        b"1.5",
        b"1e3",
        b"-0",
        b"01",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"-9007199254740992",
        b"123456789012345678901234567890",
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u000A"',
        b'"\\ud800"',
        b'"\xed\xa0\x80"',
        b'"\xff"',
        '"e\u0301"'.encode(),
        '{"e\u0301":1}'.encode(),
        '{"\U0001f4b0":1}'.encode(),
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
    ],
    ids=lambda body: repr(body[:40]),
)
def test_these_are_not_canonical(body: bytes) -> None:
    with pytest.raises(NotCanonical):
        check_canonical(body)


def test_the_largest_integers_and_the_awkward_characters_are_canonical() -> None:
    check_canonical(b"[-9007199254740991,0,9007199254740991]")
    check_canonical('{"":"\\b\\t\\n\\f\\r\\u000b\\u001f\x7f\\"\\\\/","é":"结算","\uffff":"💰"}'.encode())
