"""What an earlier version recorded is read, posted, tagged and folded as that version did it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec

from ledger.agenda import changes
from ledger.analysis import counts
from ledger.calendars import microseconds
from ledger.claims import claims
from ledger.fact import Fact
from ledger.facts import encode
from ledger.log.leaf import TreeHead, leaf
from ledger.money import yuan
from ledger.posting import entries
from ledger.state import kinds
from ledger.subjects import standing, subjects
from tests.golden import every_fact, known, sample

SAMPLE = known("sample.json")
FOLLOWS = known("follows.json")


def follows(fact: Fact) -> list[Any]:
    """Everything that follows from a fact: entries, tags, named tags, changes of dues, timers, counts."""
    posted = entries(fact)
    counted = () if fact.mirror else counts(fact)
    return [
        posted,
        subjects(fact, posted),
        sorted(standing(fact, posted)),
        claims(fact),
        changes(fact),
        [(count.stream, count.figure, count.amount, count.in_month(fact)) for count in counted],
    ]


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


def test_every_state_is_folded_to_the_same() -> None:
    states: dict[str, Any] = {}
    for stored, _, _ in sample():
        fact, posted = stored.fact, entries(stored.fact)
        for key in (fact.stream, *subjects(fact, posted), f"command:{fact.command}"):
            if kind := kinds.kind_of(key):
                states[key] = kind.evolve(states[key] if key in states else kinds.begin(key), stored, posted)
    written = msgspec.json.Encoder(enc_hook=kinds.encode_hook, order="deterministic").encode
    found: defaultdict[str, Any] = defaultdict(hashlib.sha256)
    for key in sorted(states):
        found[kinds.split(key)[0]].update(key.encode() + b" " + written(states[key]) + b"\n")
    assert {kind: digest.hexdigest() for kind, digest in found.items()} == SAMPLE["states"]
