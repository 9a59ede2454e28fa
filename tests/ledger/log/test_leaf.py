"""Leaves and roots are those of an RFC 9162 tree, as another implementation builds it."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from ledger.log.leaf import EMPTY_ROOT, TreeHead, leaf, tree_root

entries = st.tuples(st.integers(1, 2**62), st.integers(-(2**62), 2**62), st.binary(max_size=40))


def plainly(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, as it is written there."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + plainly(leaves[:k]) + plainly(leaves[k:])).digest()


@given(st.lists(entries, min_size=1, max_size=70))
def test_a_leaf_hashes_place_time_and_bytes_as_one_entry_of_the_tree(facts: list[tuple[int, int, bytes]]) -> None:
    tree = InmemoryTree(algorithm="sha256")
    for position, recorded_at, body in facts:
        tree.append_entry(position.to_bytes(8, "big") + recorded_at.to_bytes(8, "big", signed=True) + body)
    assert tree_root(leaf(*fact) for fact in facts) == tree.get_root()


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_a_growing_tree_has_the_root_of_the_whole_at_every_size(leaves: list[bytes]) -> None:
    head = TreeHead()
    assert head.root() == EMPTY_ROOT
    for size, each in enumerate(leaves, start=1):
        head.append(each)
        assert head.size == size
        assert head.root() == plainly(leaves[:size])


def test_a_leaf_changes_with_position_time_and_every_byte() -> None:
    one = leaf(7, 11, b"{}")
    assert len({one, leaf(8, 11, b"{}"), leaf(7, 12, b"{}"), leaf(7, 11, b"[]"), leaf(7, -11, b"{}")}) == 5
