"""Leaves and tree (RFC 9162 §2.1): SHA-256 with a zero byte before a leaf's input, a one before two nodes."""

from __future__ import annotations

from datetime import datetime, timezone
from hashlib import sha256
from struct import Struct

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - plain Python, also older ones
_place = Struct(">BQq").pack
EMPTY = sha256(b"").hexdigest()


def leaf_hash(position: int, recorded_at: int, body: bytes) -> bytes:
    """SHA-256(0x00 ‖ position as 8 bytes ‖ microseconds since 1970 as 8 bytes, signed ‖ body), big endian."""
    return sha256(_place(0, position, recorded_at) + body).digest()


def microseconds(moment: str) -> int:
    """``2026-02-05T05:55:00.000000Z`` since 1970."""
    since = datetime.fromisoformat(moment[:-1]).replace(tzinfo=EPOCH.tzinfo) - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


class Tree:
    """Subtrees that are complete, largest first, as (number of leaves, hash); two of one size become the next one."""

    def __init__(self) -> None:
        self.size = 0
        self._complete: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        complete, count = self._complete, 1
        while complete and complete[-1][0] == count:
            leaf = sha256(b"\x01" + complete.pop()[1] + leaf).digest()
            count *= 2
        complete.append((count, leaf))
        self.size += 1

    def root(self) -> str:
        """The hash over everything so far: the smaller subtrees are joined first, from the right."""
        if not self._complete:
            return EMPTY
        joined = self._complete[-1][1]
        for _, left in reversed(self._complete[:-1]):
            joined = sha256(b"\x01" + left + joined).digest()
        return joined.hex()
