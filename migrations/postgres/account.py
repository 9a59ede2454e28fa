"""The account that runs PostgreSQL: ourselves, or an unprivileged user when we are root."""

import os
import pwd
from dataclasses import dataclass

from migrations.postgres.problems import NameLess, NoUser

UNPRIVILEGED = ("nobody", "postgres", "daemon")  # users that need a name; a bare number is refused by initdb


@dataclass(frozen=True, slots=True)
class Account:
    """`login` is who we are, `user` who PostgreSQL is to be (None: the same)."""

    login: str
    user: str | None = None
    uid: int = -1
    gid: int = -1

    def owns(self, path: str | os.PathLike[str]) -> None:
        """Hand a directory that we have just made to PostgreSQL's user."""
        if self.user is not None:
            os.chown(path, self.uid, self.gid)


def current() -> Account:
    uid = os.geteuid()
    try:
        login = pwd.getpwuid(uid).pw_name
    except KeyError as error:
        raise NameLess(uid=uid) from error
    if uid != 0:
        return Account(login)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in UNPRIVILEGED:
        if name in known:
            return Account(login, name, known[name].pw_uid, known[name].pw_gid)
    raise NoUser
