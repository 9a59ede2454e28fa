"""The next facts are numbered straight after those that are there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger.log.batch import Batch
from ledger.log.leaf import leaf
from ledger.log.row import NEW_STREAM, NO_FACTS, Head, Row, StreamHead
from tests.ledger.log.notes import T0, Note, digest

OLD = StreamHead(4, b"\x04" * 32)


def numbered(tip: Head, heads: dict[str, StreamHead], *drafts: Note, clock: int = T0) -> list[Row]:
    return batch_of(tip, heads, *drafts, clock=clock).rows


def batch_of(tip: Head, heads: dict[str, StreamHead], *drafts: Note, clock: int = T0) -> Batch[Any, Any]:
    batch: Batch[Any, Any] = Batch(tip)
    batch.accept("c-1", digest("c-1"), drafts, clock)
    batch.number(heads)
    return batch


def test_positions_and_versions_follow_without_gaps() -> None:
    drafts = [Note("unit-W1"), Note("unit-W2"), Note("unit-W1")]
    rows = numbered(Head(9, T0), {"unit-W1": OLD, "unit-W2": NEW_STREAM}, *drafts)
    assert [(row.position, row.stream, row.version, row.ordinal) for row in rows] == [
        (10, "unit-W1", 5, 0),
        (11, "unit-W2", 1, 1),
        (12, "unit-W1", 6, 2),
    ]


def test_each_body_carries_the_leaf_of_the_version_before_it() -> None:
    drafts = [Note("unit-W1"), Note("unit-W2"), Note("unit-W1")]
    rows = numbered(NO_FACTS, {"unit-W1": OLD, "unit-W2": NEW_STREAM}, *drafts)
    assert [json.loads(row.body)["prev"] for row in rows] == [OLD.leaf.hex(), "", rows[0].leaf.hex()]
    assert all(row.leaf == leaf(row.position, row.recorded_at, row.body) for row in rows)


def test_the_next_command_goes_on_where_the_last_one_ended() -> None:
    heads = {"unit-W1": OLD}
    batch = batch_of(Head(9, T0), heads, Note("unit-W1"), Note("unit-W1"))
    batch.accept("c-2", digest("c-2"), [Note("unit-W1")], T0)
    batch.number(heads)
    assert [(row.position, row.version, row.command_id) for row in batch.rows] == [
        (10, 5, "c-1"),
        (11, 6, "c-1"),
        (12, 7, "c-2"),
    ]
    assert batch.tip == Head(12, T0)
    assert heads == {"unit-W1": StreamHead(7, batch.rows[-1].leaf)}


@pytest.mark.parametrize(("clock", "recorded_at"), [(T0 + 5, T0 + 5), (T0, T0), (T0 - 5, T0)])
def test_time_never_goes_back_whatever_the_clock(clock: int, recorded_at: int) -> None:
    batch = batch_of(Head(1, T0), {"unit-W1": OLD}, Note("unit-W1"), clock=clock)
    assert [row.recorded_at for row in batch.rows] == [recorded_at]
    assert batch.tip == Head(2, recorded_at)


def test_the_stream_that_grew_last_is_forgotten_last() -> None:
    heads = {"unit-W1": OLD, "unit-W2": NEW_STREAM, "unit-W3": OLD}
    numbered(NO_FACTS, heads, Note("unit-W1"), Note("unit-W2"))
    assert list(heads) == ["unit-W3", "unit-W1", "unit-W2"]


def test_tags_are_listed_with_the_positions_of_their_facts() -> None:
    drafts = [Note("unit-W1", tags=["slip:P-1", "unit-HQ"]), Note("unit-W1", tags=["slip:P-1"])]
    batch = batch_of(NO_FACTS, {"unit-W1": OLD}, *drafts)
    assert batch.tags == [("slip:P-1", 1), ("unit-HQ", 1), ("slip:P-1", 2)]
