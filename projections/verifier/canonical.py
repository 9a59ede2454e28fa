"""The one byte form of a body: RFC 8785 (sorted keys, no white space) without fractions; integers to ±(2^53 - 1)."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn
from unicodedata import is_normalized

LARGEST = 2**53 - 1
LONG_NUMBER = re.compile(r"[0-9]{16}")
BASIC_PLANE = "\uffff"


class NotCanonical(ValueError):
    """The body is not the canonical form of an object."""


def read(body: bytes) -> dict[str, Any]:
    """The object that a body says; raises NotCanonical unless the bytes are its only form."""
    try:
        text = body.decode()
        said = _read(text)
        again = _write(said)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(str(error)[:200]) from None
    if not isinstance(said, dict):
        raise NotCanonical("it is no object")
    if again != text:
        raise NotCanonical("the same object is written differently in canonical form")
    if LONG_NUMBER.search(text) or not text.isascii():
        _look_closer(text, said)
    return said


def _refuse(number: str) -> NoReturn:
    raise NotCanonical(f"{number[:40]} is no integer")


_read = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse).decode
_write = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")).encode


def _look_closer(text: str, said: Any) -> None:
    if not is_normalized("NFC", text):
        raise NotCanonical("its text is not in normal form NFC")
    for value in _parts(said):
        if isinstance(value, int) and not -LARGEST <= value <= LARGEST:
            raise NotCanonical(f"the integer {value} is too large")


def _parts(value: Any) -> Any:
    """Every value inside, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if max(key, default="") > BASIC_PLANE:
                raise NotCanonical("a key has characters whose order depends on the encoding")
            yield from _parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(inner)
    else:
        yield value
