"""One entry of the glossary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*")


class Word(NamedTuple):
    """How a code is called in Chinese and in English, and its meaning in one sentence of each.

    The sentences are empty where the words say it all, the English one also where the code's docstring is it.
    """

    zh: str
    en: str
    meaning: str = ""
    meaning_zh: str = ""


def named(chinese: Mapping[str, str]) -> dict[str, Word]:
    """Words of codes such as ``SlipConfirmed``, which are English words already."""
    return {code: Word(zh, _english(code)) for code, zh in chinese.items()}


def _english(code: str) -> str:
    return " ".join(part if part.isupper() and len(part) > 1 else part.lower() for part in _PART.findall(code))
