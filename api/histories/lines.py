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
        *whole, begun = (self._begun + block).split(b"\n")
        self._begun = begun[: self._longest + 1]
        return self._cleaned(whole)

    def end(self) -> list[bytes]:
        """The last line, where it does not end in a newline."""
        rest, self._begun = self._begun, b""
        return self._cleaned([rest])

    def _cleaned(self, whole: list[bytes]) -> list[bytes]:
        if self._first and whole:
            self._first = False
            whole[0] = whole[0].removeprefix(BOM)  # editors put it before the first line
        return [line[: self._longest + 1] for line in whole if line and not line.isspace()]
