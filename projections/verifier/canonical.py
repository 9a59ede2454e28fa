"""The one byte form of a body: RFC 8785 (sorted keys, no white space) without fractions; integers to ±(2^53 - 1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn
from unicodedata import is_normalized

LARGEST = 2**53 - 1
ALIKE = bytes.maketrans(b"123456789\xf1\xf2\xf3\xf4", b"000000000\xf0\xf0\xf0\xf0")
"""Any digit is a zero, any byte that begins four of UTF-8 is the first of them: both are then found at once."""
LONG_NUMBER, FOUR_BYTES, BASIC_PLANE = b"0" * 16, b"\xf0", "\uffff"


class NotCanonical(ValueError):
    """The body is not the canonical form of an object."""


def read(body: bytes) -> dict[str, Any]:
    """Read the object in a body; raises NotCanonical unless the bytes are its only form."""
    try:
        text = body.decode()
        said, _ = _scan(text)
        again = _write(said)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"it cannot be read: {error}"[:200]) from None
    if again != text:  # white space, another order, other escapes, a name given twice, something after it
        raise NotCanonical("the same object is written differently in canonical form")
    if not isinstance(said, dict):
        raise NotCanonical("it is no object")
    alike = body.translate(ALIKE)
    if LONG_NUMBER in alike:
        _check_numbers(said)
    if FOUR_BYTES in alike:
        _check_names(said)
    if not text.isascii() and not is_normalized("NFC", text):
        raise NotCanonical("its text is not in normal form NFC")
    return said


def _refuse(number: str) -> NoReturn:
    raise NotCanonical(f"{number[:40]} is no integer")


def _check_numbers(said: Any) -> None:
    for value in _parts(said):
        if isinstance(value, int) and abs(value) > LARGEST:
            raise NotCanonical(f"the integer {str(value)[:40]} is too large")


_scan = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse).raw_decode
_write = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")).encode


def _check_names(said: Any) -> None:
    """No name of a member has a place that depends on whether UTF-8 or UTF-16 is sorted."""
    for value in _parts(said):
        if isinstance(value, dict) and any(max(name, default="") > BASIC_PLANE for name in value):
            raise NotCanonical("a name has characters whose order depends on the encoding")


def _parts(value: Any) -> Iterator[Any]:
    """The value and every value inside, however deep."""
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _parts(each)
