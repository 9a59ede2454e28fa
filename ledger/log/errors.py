"""Trouble between us and the database, told apart by what the caller may believe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""All that the driver raises when the database or the way to it is in trouble (TimeoutError is an OSError)."""


class LogError(Exception):
    """The log did not do it."""


class LogUnavailable(LogError):
    """Nothing was recorded; the database is away, busy or refuses.  The same command may be sent again."""


class CommitInDoubt(LogError):
    """The connection was lost during COMMIT: recorded or not is unknown until the same command id is asked again."""


class LogConflict(LogError):
    """A unique key was hit.  Under the log's lock only a defect, or a command id that is used again, can do that."""

    def __init__(self, constraint: str, detail: str) -> None:
        super().__init__(f"{constraint}: {detail}")
        self.constraint = constraint


class Busy(LogError):
    """More commands are waiting than the queue holds; nothing was recorded, try again in a moment."""


@contextmanager
def database_trouble() -> Iterator[None]:
    """Turn the driver's exceptions into ours, with a sentence that says what to look at."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise LogConflict(error.constraint_name or "unknown constraint", error.detail or str(error)) from error
    except asyncpg.LockNotAvailableError as error:
        raise LogUnavailable("The log is busy: its lock was not free in time; try again") from error
    except asyncpg.QueryCanceledError as error:
        raise LogUnavailable("The database took too long and the statement was cancelled; try again") from error
    except asyncpg.PostgresError as error:
        raise LogUnavailable(f"The database refuses: {error}") from error
    except (asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise LogUnavailable(f"The connection to the database is broken: {error}") from error
    except TimeoutError as error:
        raise LogUnavailable("The database does not answer in time; try again") from error
    except OSError as error:
        raise LogUnavailable(f"The database cannot be reached: {error}") from error
