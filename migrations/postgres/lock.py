"""One process at a time owns a data directory; others learn who it is and where its server listens.

The kernel holds the lock (flock), so it ends with its process however that dies, and a process number that was used
again can mislead nobody.  The file's text only tells who holds it.
"""

import fcntl
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import msgspec

NAME = "jiesuan.lock"


class Holder(msgspec.Struct, frozen=True):
    """The holder of the directory, and the directory of its server's socket once that answers."""

    pid: int
    started: str
    command: str
    purpose: str
    sockets: str = ""
    serving: bool = False


class Lock:
    """The lock on a data directory, held until `release`."""

    def __init__(self, fd: int, holder: Holder, left: Holder | None) -> None:
        self._fd = fd
        self.holder = holder
        self.sockets_left = left.sockets if left else ""  # of a holder that did not come to its end

    @classmethod
    def take(cls, data: Path, purpose: str) -> Self | None:
        """Take the lock, or None when another process holds it."""
        fd = os.open(data / NAME, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return None
        lock = cls(fd, ourselves(purpose), holder_of(data))
        try:
            lock._write()
        except OSError:
            os.close(fd)
            raise
        return lock

    def announce(self, sockets: Path, *, serving: bool) -> None:
        """Tell others where the server listens, and whether they may come."""
        self.holder = msgspec.structs.replace(self.holder, sockets=str(sockets), serving=serving)
        self._write()

    def release(self) -> None:
        os.ftruncate(self._fd, 0)
        os.close(self._fd)

    def _write(self) -> None:
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, msgspec.json.encode(self.holder), 0)


def ourselves(purpose: str) -> Holder:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200]
    return Holder(os.getpid(), datetime.now(UTC).isoformat(timespec="seconds"), command, purpose)


def holder_of(data: Path) -> Holder | None:
    """The holder of the directory by the lock file's own words, or None when it says nothing (yet)."""
    try:
        return msgspec.json.decode((data / NAME).read_bytes(), type=Holder)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
