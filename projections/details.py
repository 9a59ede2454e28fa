"""Details of a posting line beside its amount: the document, the price and the quantity that the fact names."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

from ledger.fact import Fact
from ledger.tags import document_fields

Details = tuple[str | None, str | None, str | None, str | None, str | None, int | None]
"""kind, document, item, list_version, qty, unit_price.

The kind is that of a document which the ledger has, never a word of the fact's data (rule 44).
"""

PRICED = ("item", "list_version", "qty", "unit_price")
ASIDE = ("hazard", "act", "delegation")
"""Documents that the fact's own document is about: the entry belongs to the handover, not to its hazard."""
PAPERS = ("document", "source_doc", "doc")
"""Fields that name a paper outside the ledger."""


@cache
def details_of(fact_type: type[Fact]) -> Callable[[Any], Details]:
    """How to read the details of facts of this type."""
    documents = sorted(document_fields(fact_type), key=lambda pair: pair[0] in ASIDE)
    papers = [name for name in PAPERS if name in fact_type.__struct_fields__]
    price = [_getter(fact_type, name) for name in PRICED]

    def details(fact: Any) -> Details:
        prices = (price[0](fact), price[1](fact), price[2](fact), price[3](fact))
        for field, prefix in documents:
            if name := getattr(fact, field):
                return prefix[:-1], name, *prices
        for field in papers:
            return None, getattr(fact, field), *prices
        return None, None, *prices

    return details


def _getter(fact_type: type[Fact], name: str) -> Callable[[Any], Any]:
    return attrgetter(name) if name in fact_type.__struct_fields__ else lambda fact: None
