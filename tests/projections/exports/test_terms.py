"""Workers read Chinese: everything that can stand in a paper has a Chinese name."""

from __future__ import annotations

import pytest

from ledger.fact import Fact
from ledger.facts import BY_TOPIC as FACTS
from ledger.posting import may_post
from ledger.subjects import DOCUMENTS
from projections.exports import terms
from projections.queries.documents import EXPOSED, HOLDING, OPEN
from projections.statement_classes import BY_TOPIC

POSTING = [kind for kind in FACTS.values() if may_post(kind)]


@pytest.mark.parametrize("kind", POSTING, ids=lambda kind: kind.__name__)
def test_every_fact_that_moves_money_has_a_chinese_name(kind: type[Fact]) -> None:
    assert kind.__name__ in terms.FACTS


def test_no_name_is_given_to_a_fact_that_moves_none() -> None:
    assert set(terms.FACTS) == {kind.__name__ for kind in POSTING}


def test_every_line_of_a_summary_and_every_open_item_has_a_chinese_name() -> None:
    assert set(BY_TOPIC.values()) <= set(terms.CLASSES)
    assert {*OPEN, *EXPOSED, *HOLDING} <= set(terms.DOCUMENTS)
    assert set(terms.DOCUMENTS) - set(DOCUMENTS) <= set(HOLDING)
