"""Files under the SHA-256 of their content: written whole or not at all, once, and never changed.

    <root>/ab/cd…ef      the file whose hash is abcd…ef
    <root>/received      one line for every file that was ever taken in, so that a lost one is known to be lost

Several processes may put the same file at the same time.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

from api.evidence.sniff import HEAD_BYTES, Media, media_of
from ledger.errors import Invalid

PREFIX = "sha256:"
RECEIVED = "received"
BROKEN_OFF_SECONDS = 86_400.0
_NAME = re.compile(r"(sha256:)?[0-9a-f]{64}\Z")


class Stored(NamedTuple):
    """A file in the store; ``new`` if it was not there before."""

    sha256: str
    size: int
    media: Media
    new: bool

    @property
    def evidence(self) -> str:
        """As facts name it."""
        return PREFIX + self.sha256

    def said(self) -> dict[str, object]:
        """The fields of AttachEvidence."""
        said = {"evidence": self.evidence, "sha256": self.sha256, "size": self.size}
        return said | {"kind": self.media.kind, "media_type": self.media.media_type, "new": self.new}


class TooLarge(Exception):
    """The file is larger than the store takes."""


class NotStored(Exception):
    """There is no such file in the store."""


def name_of(text: str) -> str:
    """The bare hash of ``sha256:…`` or of the hash itself.  INVALID for anything else."""
    if not _NAME.match(text):
        raise Invalid("evidence: sha256: and 64 hexadecimal digits are needed")
    return text.removeprefix(PREFIX)


class EvidenceStore:
    """One ledger's files below ``root``; none is larger than ``limit`` bytes."""

    def __init__(self, root: Path, limit: int) -> None:
        self.root = root
        self.limit = limit

    def path(self, sha256: str) -> Path:
        """Where the file of this hash is, or would be."""
        name = name_of(sha256)
        return self.root / name[:2] / name[2:]

    def has(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def put(self, pieces: Iterable[bytes]) -> Stored:
        """Take in a file.  Raises TooLarge, Invalid if it is empty."""
        with self.incoming() as incoming:
            for piece in pieces:
                incoming.write(piece)
            return incoming.keep()

    def incoming(self) -> Incoming:
        """A file on its way in, piece by piece; it is in the store when ``keep`` returns."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Incoming(self)

    def media(self, sha256: str) -> Media:
        with self._open(sha256) as file:
            return media_of(os.read(file.fileno(), HEAD_BYTES))

    def sound(self, sha256: str) -> bool:
        """Is the content still that of its name?  Raises NotStored."""
        with self._open(sha256) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == name_of(sha256)

    def received(self) -> Iterator[str]:
        """The hashes of all files that were ever taken in, some perhaps twice."""
        with suppress(FileNotFoundError), (self.root / RECEIVED).open(encoding="ascii", errors="replace") as lines:
            for line in lines:
                name = line.partition(" ")[0]
                if _NAME.match(name):
                    yield name

    def stored(self) -> Iterator[str]:
        """The hashes of all files in the store."""
        for directory in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            for path in sorted(directory.iterdir()):
                if _NAME.match(name := directory.name + path.name):
                    yield name

    def sweep(self) -> int:
        """Remove what broke off on its way in more than a day ago; how many there were."""
        long_ago = time.time() - BROKEN_OFF_SECONDS
        left = [path for path in self.root.glob("incoming-*") if path.stat().st_mtime < long_ago]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _open(self, sha256: str) -> BufferedReader:
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError:
            raise NotStored(sha256) from None


class Incoming:
    """Bytes go to a file of their own beside the others; only a whole one that is on the disk gets its name."""

    def __init__(self, store: EvidenceStore) -> None:
        self._store = store
        self._hash = hashlib.sha256()
        self._size = 0
        self._head = b""
        descriptor, name = tempfile.mkstemp(prefix="incoming-", dir=store.root)
        self._path = Path(name)
        self._file = os.fdopen(descriptor, "wb")

    def __enter__(self) -> Incoming:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def write(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._store.limit:
            raise TooLarge(f"A file of evidence has at most {self._store.limit} bytes.")
        if len(self._head) < HEAD_BYTES:
            self._head += piece[: HEAD_BYTES - len(self._head)]
        self._hash.update(piece)
        self._file.write(piece)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def keep(self) -> Stored:
        """In the store and on the disk; what was there already and is sound stays as it is."""
        if not self._size:
            raise Invalid("the file is empty")
        name = self.sha256
        new = not (self._store.has(name) and self._store.sound(name))
        if new:
            self._to_disk()
            self._take_its_name(self._store.path(name), name)
        return Stored(name, self._size, media_of(self._head), new)

    def _to_disk(self) -> None:
        self._file.flush()
        os.fchmod(self._file.fileno(), 0o440)
        os.fsync(self._file.fileno())

    def _take_its_name(self, final: Path, name: str) -> None:
        final.parent.mkdir(exist_ok=True, mode=0o700)
        self._path.replace(final)
        for directory in (final.parent, self._store.root):
            sync(directory)
        append(self._store.root / RECEIVED, f"{name} {self._size}\n")


def append(path: Path, line: str) -> None:
    """One short line at the end of a file that others append to as well."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync(directory: Path) -> None:
    """The names in a directory are on the disk."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
