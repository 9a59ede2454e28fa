"""True of every fact there is."""

from __future__ import annotations

import json
from collections import Counter

import msgspec
import pytest
import rfc8785

from ledger.accounts import AccountCode, parse
from ledger.fact import Fact, StoredFact
from ledger.facts import BY_TOPIC, decode, encode
from ledger.posting import entries
from ledger.state import table
from ledger.tags import all_tags, named_tags
from projections.register import KEPT
from tests.properties.any_fact import any_fact, forall


@forall(any_fact)
def test_money_moves_between_accounts_but_is_never_made(fact: Fact) -> None:
    assert sum(entry.amount for entry in entries(fact)) == 0


@forall(any_fact)
def test_a_fact_is_read_back_as_it_was_written(fact: Fact) -> None:
    assert decode(encode(fact)) == fact


@forall(any_fact)
def test_the_stored_bytes_are_canonical(fact: Fact) -> None:
    assert encode(fact) == rfc8785.dumps(json.loads(encode(fact)))


@forall(any_fact)
def test_a_mirror_moves_nothing_and_changes_only_its_stream(fact: Fact) -> None:
    mirror = msgspec.structs.replace(fact, mirror=True)
    assert (entries(mirror), all_tags(mirror), named_tags(mirror, ())) == ((), (), {mirror.stream})


@forall(any_fact)
def test_what_the_register_keeps_is_among_the_tags_and_nothing_kept_is_left_out(fact: Fact) -> None:
    everything = {fact.stream, *all_tags(fact)}
    found = named_tags(fact, entries(fact))
    assert found <= everything
    assert {key for key in everything - found if table.split(key)[0] in KEPT} == set()


@forall(any_fact)
def test_changes_of_dues_say_whom_the_due_accounts_are_owed_to(fact: Fact) -> None:
    """Per party: what it owes more is what its DUE account was debited (opened balances and mirrors included)."""
    if type(fact).__name__ == "EntryReversed":
        return  # its changes of dues and lines mirror those of one fact; here they are unrelated
    due: Counter[str] = Counter()
    for entry in entries(fact):
        if entry.account != "OPENING" and parse(entry.account).code in (AccountCode.DUE_PERSON, AccountCode.DUE_UNIT):
            due[parse(entry.account).owner] -= entry.amount
    owed: Counter[str] = Counter()
    for change in fact.due_changes():
        owed[change.party] += change.amount
    assert {party: amount for party, amount in due.items() if amount} == {
        party: amount for party, amount in owed.items() if amount
    }


@pytest.mark.parametrize("kind", BY_TOPIC.values(), ids=lambda kind: kind.__name__)
def test_every_kind_of_fact_has_a_topic_with_a_version(kind: type[Fact]) -> None:
    topic = str(kind.__struct_config__.tag)
    assert topic.rpartition(".v")[2].isdigit()
    assert topic == topic.lower()


@forall(any_fact)
def test_a_state_that_meets_a_fact_it_has_not_begun_with_stays_without(fact: Fact) -> None:
    """Documents begin with their first fact; a stray one on an empty document changes nothing and raises nothing."""
    for key in all_tags(fact):
        kind = table.kind_of(key)
        if kind is not None and table.begin(key) is None:
            state = kind.evolve(None, StoredFact(1, fact.at, fact), entries(fact))
            assert state is None or isinstance(state, kind.type)
