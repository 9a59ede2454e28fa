"""What a database server says, as a sentence for the person who has to do something about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import asyncpg

from api.embedded.errors import DatabaseProblem


class WrongUrl(DatabaseProblem):
    """The database URL cannot be read: it should look like postgresql://user:password@host:5432/database (give it with
    --database-url or JIESUAN_DATABASE_URL)."""


class Unreachable(DatabaseProblem):
    """The database server at {server} does not answer ({reason}): start it, or correct the database URL."""


class NotYet(DatabaseProblem):
    """The database server at {server} is starting, stopping or full ({reason}): try again in a moment."""


class WrongLogin(DatabaseProblem):
    """The database server at {server} refuses the login '{login}': correct user and password in the database URL, or
    let an administrator allow it in pg_hba.conf."""


class NoDatabase(DatabaseProblem):
    """There is no database '{database}' at {server}: correct the database URL, or let an administrator create it and
    make '{login}' its owner."""


class NotAllowed(DatabaseProblem):
    """The login '{login}' at {server} lacks a permission ({reason}): let an administrator make it the owner of the
    database with the attributes CREATEROLE and CREATEDB, or run 'jiesuan migrate' with such a login once."""


class ServerDiskFull(DatabaseProblem):
    """The disk of the database server at {server} is full: free some space; nothing that was acknowledged is lost."""


class TooOld(DatabaseProblem):
    """The database server is PostgreSQL {theirs}: jiesuan needs {oldest} or newer."""


class NotUtf8(DatabaseProblem):
    """The database '{database}' has the encoding {encoding}: create one with ENCODING 'UTF8' and name that."""


class NewerDatabase(DatabaseProblem):
    """The database '{database}' was migrated by a newer jiesuan (revision {revision}): update jiesuan."""


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
