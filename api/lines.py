"""A stream of bytes cut into lines, in bounded memory however long a line is."""

from __future__ import annotations

from ledger.interchange import MAX_LINE

BOM = b"\xef\xbb\xbf"


class Lines:
    """Cuts blocks into lines.  Of a line that is too long only so much is kept that its reader refuses it."""

    def __init__(self, longest: int = MAX_LINE) -> None:
        self._longest = longest
        self._begun = b""
        self._first = True

    def feed(self, block: bytes) -> list[bytes]:
        """The lines that this block completes; empty ones are left out."""
        if self._first and (self._begun + block).startswith(BOM):  # editors put it before the first line
            self._begun, block = b"", (self._begun + block)[len(BOM) :]
        self._first = self._first and not block
        pieces = block.split(b"\n")
        pieces[0] = self._begun + pieces[0]
        self._begun = self._kept(pieces.pop())
        return [self._kept(piece) for piece in pieces if piece and not piece.isspace()]

    def end(self) -> list[bytes]:
        """The last line, where it does not end in a newline."""
        rest, self._begun = self._begun, b""
        return [rest] if rest and not rest.isspace() else []

    def _kept(self, piece: bytes) -> bytes:
        return piece[: self._longest + 1]
