"""Terms of the domain (术语, domain §2) that are not codes themselves, from ``terms.csv``."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Term(NamedTuple):
    """A term with its meaning in one sentence, where the code has it, and where the domain or contract asks for it.

    ``at`` is a code of the ledger (a fact, command, query, account, role, refusal or policy) or a file of it.
    """

    zh: str
    en: str
    meaning: str
    meaning_zh: str
    at: str
    see: str


@cache
def terms() -> tuple[Term, ...]:
    with Path(__file__).with_name("terms.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Term(**row) for row in csv.DictReader(file))
