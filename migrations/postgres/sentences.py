"""Errors of a database server as sentences for the person who has to do something about them."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import asyncpg

from migrations.postgres.problems import (
    DatabaseProblem,
    NoDatabase,
    NotAllowed,
    NotYet,
    ServerDiskFull,
    Unreachable,
    WrongLogin,
)

Starting = (asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError, asyncpg.AdminShutdownError)
Refused = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidPasswordError)
Gone = (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError)


@contextmanager
def as_sentences(url: str) -> Iterator[None]:
    """Turn what goes wrong with the server inside the block into a `DatabaseProblem`."""
    try:
        yield
    except (asyncpg.PostgresError, *Gone) as error:
        raise sentence_for(error, url) from error


def sentence_for(error: Exception, url: str) -> DatabaseProblem:
    """The sentence for an error; it never contains the password."""
    parts = urlsplit(url)
    place = parts.hostname or "the local socket"
    where = {
        "server": f"{place}:{parts.port or 5432}",
        "login": parts.username or "",
        "database": parts.path.lstrip("/"),
    }
    reason = str(error).partition("\n")[0].strip() or type(error).__name__
    match error:
        case asyncpg.InvalidCatalogNameError():
            return NoDatabase(**where)
        case asyncpg.InsufficientPrivilegeError():
            return NotAllowed(reason=reason, **where)
        case asyncpg.DiskFullError():
            return ServerDiskFull(**where)
    if isinstance(error, Starting):
        return NotYet(reason=reason, **where)
    if isinstance(error, Refused):
        return WrongLogin(**where)
    return Unreachable(reason=reason, **where)
