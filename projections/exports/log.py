"""The record itself, as JSON Lines: what `projections.verifier` and any auditor's own program can check offline.

A line for each fact, its body byte for byte as it is stored and hashed, then one line with size and root of the tree.
Nothing is masked here, as what is hashed cannot be: the file holds names of persons and of anonymous reporters.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator

import msgspec

from ledger.log.leaf import TreeHead
from projections.exports.source import Source

STORED = """
select position, to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), stream, version, topic, leaf,
    body
from log.events where position > $1 and position <= $2 order by position
"""

_json = msgspec.json.Encoder().encode


async def log(source: Source) -> AsyncIterator[bytes]:
    """The file in blocks."""
    tree = TreeHead()
    async for rows in source.batches(STORED):
        for row in rows:
            tree.append(row[5])
        yield b"".join(fact_line(*row) for row in rows)
    yield end_line(tree, source.ledger, source.clock)


def fact_line(
    position: int, recorded_at: str, stream: str, version: int, topic: str, leaf: bytes, body: bytes
) -> bytes:
    """One fact."""
    named = (position, recorded_at.encode(), _json(stream), version, _json(topic), leaf.hex().encode())
    return b'{"position":%d,"recorded_at":"%b","stream":%b,"version":%d,"topic":%b,"leaf":"%b",%b}\n' % (
        *named,
        _body(body),
    )


def end_line(tree: TreeHead, ledger: str, clock: str) -> bytes:
    """How many facts there are, and the root of the tree over them."""
    return _json({"end": tree.size, "root": tree.root().hex(), "ledger": ledger, "clock": clock}) + b"\n"


def _body(body: bytes) -> bytes:
    """The body verbatim; only bytes that somebody has put there instead of a fact could break the line."""
    if b"\n" in body:
        return b'"body_base64":"%b"' % base64.b64encode(body)
    return b'"body":%b' % body
