"""The fonts that are embedded in PDF files, and which signs they have.

A PDF without its Chinese font drops Chinese in silence.  So the fonts are looked for before anything is printed, and a
sign that they do not have is printed as its number.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ledger.signs import named

SANS, SERIF = "Noto Sans SC", "Noto Serif SC"
FAMILIES = (SANS, SERIF)


class MissingFont(Exception):
    """The font that Chinese is printed with is missing; nothing was printed."""


@cache
def font_files() -> tuple[Path, ...]:
    """The files of our fonts.  Raises MissingFont."""
    try:
        import pylopdf_fonts_zh_cn as package
    except ImportError as error:
        raise MissingFont("The package pylopdf-fonts-zh-cn with the Chinese fonts is not installed.") from error
    files = (Path(package.sans_path()), Path(package.serif_path()))
    if missing := [file.name for file in files if not file.is_file()]:
        raise MissingFont(f"The Chinese font {missing[0]} is missing from pylopdf-fonts-zh-cn; install it again.")
    return files


def printable(text: str) -> str:
    """The text with every sign that both fonts have; others as their number: [U+1F600]."""
    if text.isascii():
        return text
    known = signs()
    return "".join(sign if ord(sign) in known else f"[{named(sign)}]" for sign in text)


@cache
def signs() -> frozenset[int]:
    """The code points that both fonts have."""
    one, other = (frozenset(_code_points(path.read_bytes())) for path in font_files())
    return (one & other) | frozenset(range(0x20))


def _code_points(font: bytes) -> Iterator[int]:
    """From the font's character map (OpenType ``cmap``, format 12: groups of first, last, first glyph)."""
    table = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, table + 2)
    for number in range(count):
        (offset,) = struct.unpack_from(">I", font, table + 4 + 8 * number + 4)
        (form,) = struct.unpack_from(">H", font, table + offset)
        if form == 12:
            (groups,) = struct.unpack_from(">I", font, table + offset + 12)
            for group in range(groups):
                first, last, _ = struct.unpack_from(">III", font, table + offset + 16 + 12 * group)
                yield from range(first, last + 1)
            return
    raise MissingFont("The Chinese font has no character map that we can read.")


def _table(font: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for number in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if name == tag:
            return int(offset)
    raise MissingFont(f"The Chinese font has no table {tag.decode()}.")
