"""What is recorded next is numbered straight after what is there."""

from __future__ import annotations

import json

import pytest

from ledger.log.chain import chain, listed_subjects
from ledger.log.leaf import leaf
from ledger.log.row import NEW_STREAM, NO_FACTS, Head, StreamHead
from tests.ledger.log.notes import T0, Note, WrongVersion, digest

OLD = StreamHead(4, b"\x04" * 32)


def test_positions_and_versions_follow_without_gaps() -> None:
    drafts = [Note("unit-W1"), Note("unit-W2"), Note("unit-W1")]
    records = chain(Head(9, T0), {"unit-W1": OLD, "unit-W2": NEW_STREAM}, "c-1", digest("c-1"), drafts, T0)
    assert [(record.position, record.stream, record.version, record.ordinal) for record in records] == [
        (10, "unit-W1", 5, 0),
        (11, "unit-W2", 1, 1),
        (12, "unit-W1", 6, 2),
    ]


def test_each_body_carries_the_leaf_of_the_version_before_it() -> None:
    drafts = [Note("unit-W1"), Note("unit-W2"), Note("unit-W1")]
    records = chain(NO_FACTS, {"unit-W1": OLD, "unit-W2": NEW_STREAM}, "c-1", digest("c-1"), drafts, T0)
    assert [json.loads(record.body)["prev"] for record in records] == [OLD.leaf.hex(), "", records[0].leaf.hex()]
    assert all(record.leaf == leaf(record.position, record.recorded_at, record.body) for record in records)


@pytest.mark.parametrize(("clock", "recorded_at"), [(T0 + 5, T0 + 5), (T0, T0), (T0 - 5, T0)])
def test_time_never_goes_back_whatever_the_clock(clock: int, recorded_at: int) -> None:
    records = chain(Head(1, T0), {"unit-W1": OLD}, "c-1", digest("c-1"), [Note("unit-W1")], clock)
    assert [record.recorded_at for record in records] == [recorded_at]


def test_a_draft_that_refuses_its_version_leaves_no_trace() -> None:
    heads = {"unit-W1": OLD}
    with pytest.raises(WrongVersion):
        chain(NO_FACTS, heads, "c-1", b"", [Note("unit-W1"), Note("unit-W1", decided_on=5)], T0)
    assert heads == {"unit-W1": OLD}


def test_subjects_are_listed_with_the_positions_of_their_facts() -> None:
    drafts = [Note("unit-W1", subjects=["slip:P-1", "unit-HQ"]), Note("unit-W1", subjects=["slip:P-1"])]
    records = chain(NO_FACTS, {"unit-W1": OLD}, "c-1", b"", drafts, T0)
    assert listed_subjects(drafts, records) == [("slip:P-1", 1), ("unit-HQ", 1), ("slip:P-1", 2)]
