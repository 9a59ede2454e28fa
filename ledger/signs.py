"""Signs that nobody sees: two texts that differ only in them look alike, on a screen and on paper."""

from __future__ import annotations

import unicodedata

_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_FILLERS = frozenset(
    {
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0000, 0xE1000),
    }
)
"""Letters and marks that are drawn as nothing (Unicode: Default_Ignorable_Code_Point), and the blank of Braille."""


def is_invisible(sign: str) -> bool:
    """Is nothing drawn for it?  A plain blank is seen between two words."""
    return unicodedata.category(sign) in _CATEGORIES or ord(sign) in _FILLERS


def first_invisible(text: str) -> str | None:
    """The first such sign of a text, as people name it: U+200B."""
    if text.isascii() and text.isprintable():
        return None
    return next((named(sign) for sign in text if is_invisible(sign)), None)


def named(sign: str) -> str:
    return f"U+{ord(sign):04X}"
