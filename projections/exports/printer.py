"""`python -m projections.exports.printer`: prints papers in the order in which they come, until no more come.

Laying pages out takes memory, and the service keeps its own small.  A paper comes in as JSON (``pdf_files.order``) and
leaves as a PDF, or as the sentence that says why not; each with a letter and its length in front.
"""

from __future__ import annotations

import struct
import sys
from typing import IO

from projections.exports import pdf_files
from projections.exports.fonts import MissingFont
from projections.exports.pdf_files import CannotPrint

HEADER = struct.Struct(">cQ")
PRINT, DONE, NO_FONT, NOT_POSSIBLE = b"P", b"D", b"F", b"N"


def send(stream: IO[bytes], kind: bytes, body: bytes) -> None:
    stream.write(HEADER.pack(kind, len(body)) + body)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """The next order; None at the end."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    kind, size = HEADER.unpack(header)
    body = stream.read(size)
    return (kind, body) if len(body) == size else None


def main() -> None:
    """Print until the input ends, which it does however the service ended."""
    while (asked := receive(sys.stdin.buffer)) is not None:
        send(sys.stdout.buffer, *_printed(asked[1]))


def _printed(order: bytes) -> tuple[bytes, bytes]:
    try:
        return DONE, pdf_files.carried_out(order)
    except MissingFont as missing:
        return NO_FONT, str(missing).encode()
    except CannotPrint as problem:
        return NOT_POSSIBLE, str(problem).encode()


if __name__ == "__main__":
    main()
