"""Leaves and root of the RFC 9162 tree over all positions of the log."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from struct import Struct

EMPTY_ROOT = sha256(b"").digest()

_place = Struct(">BQq").pack  # 0x00, position, recorded_at


def leaf(position: int, recorded_at: int, body: bytes) -> bytes:
    """SHA-256(0x00 ‖ position ‖ recorded_at in µs since 1970 ‖ body): what happened, where and when it was recorded."""
    return sha256(_place(0, position, recorded_at) + body).digest()


class TreeHead:
    """The root of a growing tree: it remembers one perfect subtree for each bit of its size, largest first."""

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        size, node = self.size, leaf
        while size & 1:
            node = _parent(self._peaks.pop(), node)
            size >>= 1
        self._peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY_ROOT
        *larger, node = self._peaks
        for peak in reversed(larger):
            node = _parent(peak, node)
        return node


def tree_root(leaves: Iterable[bytes]) -> bytes:
    head = TreeHead()
    for each in leaves:
        head.append(each)
    return head.root()


def _parent(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
