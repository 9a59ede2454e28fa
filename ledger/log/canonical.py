"""The one byte form of a fact: RFC 8785 under a strict profile, so that anyone can recompute every hash.

Under the profile (no floats, integers within ±(2⁵³−1), NFC strings, keys of the basic plane) sorted msgspec bytes
*are* RFC 8785 bytes; the tests hold that against the `rfc8785` library.
"""

from __future__ import annotations

from unicodedata import is_normalized

import msgspec

LARGEST_INTEGER = 2**53 - 1

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder().decode


class NotCanonical(ValueError):
    """These bytes are not the canonical form of a value."""


def encode(value: object) -> bytes:
    """Canonical bytes of a fact or plain value that keeps the profile; it is not checked here (see check_canonical)."""
    return _encode(value)


def check_canonical(body: bytes) -> None:
    """Raise NotCanonical unless these bytes are exactly what RFC 8785 makes of a value within the profile.

    White space, key order, escapes and duplicate keys all show as a difference after decoding and encoding again.
    """
    try:
        value = _decode(body)
        _check(value)
        again = _encode(value)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise NotCanonical(str(error)) from error
    if again != body:
        where = next((i for i, (a, b) in enumerate(zip(again, body, strict=False)) if a != b), len(again))
        raise NotCanonical(f"differs from the canonical form at byte {where}")


def _check(value: object) -> None:
    match value:
        case None | bool():
            pass
        case int():
            if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
                raise NotCanonical(f"the integer {value} is beyond ±(2^53-1)")
        case str():
            if not value.isascii() and not is_normalized("NFC", value):
                raise NotCanonical(f"the string {value!r} is not in normal form NFC")
        case list():
            for item in value:
                _check(item)
        case dict():
            for key, item in value.items():
                if not key.isascii() and max(key) > "\uffff":
                    raise NotCanonical(f"the key {key!r} sorts differently in UTF-8 and UTF-16")
                _check(key)
                _check(item)
        case _:
            raise NotCanonical(f"{value!r} is a {type(value).__name__}: only text, integers, true, false and null")
