"""The data directory: what lies where, and whether it is one of ours.

jiesuan.lock   who holds it            postgres/       PostgreSQL's own directory, of its user alone
pg_hba.conf    who may connect         postgres.log    what PostgreSQL says
pg_ident.conf  which user is whom      socket/         where it listens, unless the path is too long for that
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from migrations.postgres import lock
from migrations.postgres.account import Account
from migrations.postgres.problems import DatabaseProblem, DiskFull, NotADirectory, NotOurs, OtherVersion

LOG_BYTES = 10_000_000
SOCKET_PATH_BYTES = 107  # the longest path of a socket that Linux takes (103 on macOS)
SHORT_PREFIX = "jiesuan-socket-"
SOCKET_NAME = "/.s.PGSQL.5432"


@dataclass(frozen=True, slots=True)
class Directory:
    data: Path

    @property
    def cluster(self) -> Path:
        return self.data / "postgres"

    @property
    def new_cluster(self) -> Path:
        """A cluster in the making; it gets its name when it is whole."""
        return self.data / "postgres.new"

    @property
    def log(self) -> Path:
        return self.data / "postgres.log"

    @property
    def hba(self) -> Path:
        return self.data / "pg_hba.conf"

    @property
    def ident(self) -> Path:
        return self.data / "pg_ident.conf"

    def make(self) -> None:
        """Make the directory if it is missing; refuse one with other files and no cluster in it.

        As root, PostgreSQL's user must be able to pass through.
        """
        try:
            self.data.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
            strangers = list(self._strangers())
        except OSError as error:
            raise cannot_use(self.data, error) from error
        if strangers and not self.cluster.exists():
            raise NotOurs(data=self.data, example=strangers[0])

    def check_version(self, major: int) -> None:
        """Refuse a cluster of another major version, which could not read it."""
        version = self.cluster / "PG_VERSION"
        if not version.exists():
            return
        theirs = version.read_text(encoding="ascii").strip()
        if theirs != str(major):
            raise OtherVersion(data=self.data, theirs=theirs, ours=major)

    def _strangers(self) -> Iterator[str]:
        ours = {lock.NAME, self.new_cluster.name, self.log.name, self.hba.name, self.ident.name, "socket"}
        return (name for name in sorted(os.listdir(self.data)) if name not in ours)

    def write_access(self, account: Account) -> None:
        """The one login, by the operating system's word for who is asking: no password, and nobody else."""
        rows = "".join(f"local {databases} jiesuan peer map=jiesuan\n" for databases in ("all", "replication"))
        write_for_everyone(self.hba, rows)
        write_for_everyone(self.ident, f'jiesuan "{account.login}" jiesuan\n')

    def make_sockets(self, account: Account) -> Path:
        """The directory for the socket: in the data directory, or a short one elsewhere.

        A comma or a double quote would be read as a list of directories.
        """
        sockets = self.data / "socket"
        too_long = len(os.fsencode(sockets)) + len(SOCKET_NAME) > SOCKET_PATH_BYTES
        if too_long or {",", '"'} & set(str(sockets)):
            sockets = Path(tempfile.mkdtemp(prefix=SHORT_PREFIX))
        elif not sockets.exists():
            sockets.mkdir(mode=0o700)
        account.owns(sockets)
        return sockets

    def remove_sockets(self, left: str) -> None:
        """Remove the short directory that a killed process could not."""
        if left and Path(left).parent == Path(tempfile.gettempdir()) and Path(left).name.startswith(SHORT_PREFIX):
            shutil.rmtree(left, ignore_errors=True)

    def rotate_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))


def cannot_use(data: Path, error: OSError) -> DatabaseProblem:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(data=data)
    return NotADirectory(data=data, reason=(error.strerror or str(error)).lower())


def write_for_everyone(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)
