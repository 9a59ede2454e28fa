"""The verifier's own idea of canonical bytes is that of the service, and of RFC 8785."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from ledger.log.canonical import NotCanonical as TheirsNot
from ledger.log.canonical import check_canonical
from projections.verifier.canonical import NotCanonical, read

texts = st.text(max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def is_canonical(body: bytes) -> bool:
    with contextlib.suppress(NotCanonical):
        read(body)
        return True
    return False


def is_canonical_to_the_service(body: bytes) -> bool:
    with contextlib.suppress(TheirsNot):
        check_canonical(body)
        return True
    return False


@settings(max_examples=300, deadline=None)
@forall(st.dictionaries(texts, values, max_size=4))
def test_both_accept_and_refuse_the_same(said: dict[str, Any]) -> None:
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8", "surrogatepass")
    assert is_canonical(body) == is_canonical_to_the_service(body)
    if is_canonical(body):
        assert rfc8785.dumps(said) == body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"1",
        b"{",
        b'{"a":1}{',
        b'{"a":1} ',
        b'{"a": 1}',
        b'{"b":1,"a":1}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":NaN}',
        b'{"a":-0}',
        b'{"a":9007199254740992}',
        b'{"a":[-9007199254740992]}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\ud800"}',
        b'{"a":"e\xcc\x81"}',
        b'{"a":"\xff"}',
        '{"😀":1,"\ue000":2}'.encode(),
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=lambda body: body[:30].decode("latin-1"),
)
def test_any_other_form_is_refused(body: bytes) -> None:
    assert not is_canonical(body)


def test_the_largest_integers_and_any_script_are_accepted() -> None:
    body = '{"a":[-9007199254740991,9007199254740991],"b":"煤矿 😀 é"}'.encode()
    assert read(body) == {"a": [-(2**53 - 1), 2**53 - 1], "b": "煤矿 😀 é"}
