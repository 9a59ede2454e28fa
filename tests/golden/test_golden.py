"""A history of an earlier version is read, posted, tagged and folded as that version did it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from ledger.calendars import microseconds
from ledger.fact import Fact
from ledger.facts import encode
from ledger.log.leaf import TreeHead, leaf
from ledger.money import yuan
from ledger.posting import entries
from ledger.tags import all_tags, named_tags
from tests.golden import every_fact, known, sample

SAMPLE = known("sample.json")
FOLLOWS = known("follows.json")


def follows(fact: Fact) -> list[Any]:
    """Everything that follows from a fact: entries, tags, named tags, changes of dues, timers, counts."""
    posted = entries(fact)
    said = [all_tags(fact, posted), sorted(named_tags(fact, posted))]
    if fact.mirror:
        return [posted, *said, (), (), ()]
    counts = [(one.stream, one.figure, one.amount, one.in_month(fact.business_date)) for one in fact.counts()]
    return [posted, *said, fact.due_changes(), fact.timers(), counts]


def digests(facts: Iterable[Fact]) -> dict[str, str]:
    """By topic."""
    found: defaultdict[str, Any] = defaultdict(hashlib.sha256)
    for fact in facts:
        found[fact.topic].update(json.dumps(follows(fact), ensure_ascii=False).encode() + b"\n")
    return {topic: digest.hexdigest() for topic, digest in found.items()}


def test_what_follows_from_the_facts_of_the_sample_is_what_followed() -> None:
    assert digests(line.stored.fact for line in sample()) == FOLLOWS["sample"]


def test_what_follows_from_every_kind_of_fact_is_what_followed() -> None:
    assert digests(every_fact()) == FOLLOWS["every_fact"]


def test_stored_bytes_leaves_and_root_are_the_same() -> None:
    tree = TreeHead()
    for (position, recorded_at, fact), body, known_leaf in sample():
        assert encode(fact) == body
        tree.append(leaf(position, microseconds(recorded_at), body))
        assert leaf(position, microseconds(recorded_at), body).hex() == known_leaf
    assert tree.root().hex() == SAMPLE["root"]


def test_postings_add_up_to_the_same_balances() -> None:
    balances = Counter[str]()
    for line in sample():
        for entry in entries(line.stored.fact):
            balances[entry.account] += entry.amount
    assert {account: yuan(amount) for account, amount in balances.items()} == SAMPLE["balances"]
