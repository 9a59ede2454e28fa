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
    async for rows in source.stretches(STORED):
        lines = []
        for position, recorded_at, stream, version, topic, leaf, body in rows:
            tree.append(leaf)
            lines.append(
                b'{"position":%d,"recorded_at":"%b","stream":%b,"version":%d,"topic":%b,"leaf":"%b",%b}\n'
                % (
                    *(position, recorded_at.encode(), _json(stream), version, _json(topic), leaf.hex().encode()),
                    _body(body),
                )
            )
        yield b"".join(lines)
    end = {"end": tree.size, "root": tree.root().hex(), "ledger": source.ledger, "clock": source.clock}
    yield _json(end) + b"\n"


def _body(body: bytes) -> bytes:
    """Verbatim; only bytes that somebody has put there instead of a fact could break the line."""
    if b"\n" in body:
        return b'"body_base64":"%b"' % base64.b64encode(body)
    return b'"body":%b' % body
