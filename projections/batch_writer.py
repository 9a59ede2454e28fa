"""Writes batches into one build: rows and position in one transaction; a poison fact is named and parked."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from projections.batch import Batch, Connection, Poison, Posted, reason_of
from projections.builds import Build, Superseded, move, park
from projections.projection import Projection

TROUBLE = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.InsufficientPrivilegeError,
    Superseded,
)
"""Errors that say nothing about a fact: the database is away, full or busy, or the build is no longer ours."""


class BatchWriter:
    """Writes one build.  When anything goes wrong its memory is dropped and nothing half done is kept."""

    def __init__(self, projection: Projection, build: Build, *, filling: bool = False) -> None:
        self.projection = projection
        self.build = build
        self.filling = filling
        """The build is new: its sums and indexes are made at the end."""
        self.tries = False
        """A parked build is tried again when this is set, once."""
        make = projection.fill if filling and projection.fill else projection.feed
        self._feed = make(build.schema)

    @property
    def willing(self) -> bool:
        """Is there any use in handing over more facts now?"""
        return not self.parked or self.tries

    @property
    def position(self) -> int:
        return self.build.position

    @property
    def parked(self) -> bool:
        return self.build.parked_position is not None

    def filled(self) -> None:
        """Sums and indexes are made: whatever follows is added to them."""
        self.filling = False
        self._feed = self.projection.feed(self.build.schema)

    def resume(self, build: Build) -> None:
        """Go on from where somebody else has brought the build."""
        self._feed.forget()
        self.build = build

    async def take(self, connection: Connection, batch: Batch) -> None:
        """Write everything of the batch that this build has not seen, as far as it can be digested."""
        try:
            await self._digest(connection, batch.after(self.position), batch.until)
            if batch.poison and self.position == batch.poison.position - 1:
                await self._park(connection, batch.poison)
        finally:
            self.tries = False

    async def _digest(self, connection: Connection, facts: Sequence[Posted], until: int) -> None:
        if until <= self.position:
            return
        try:
            await self._commit(connection, facts, until)
        except TROUBLE:
            raise
        except Exception as error:  # one of these facts: look for it in ever smaller parts
            if not facts:
                raise
            middle = len(facts) // 2
            before = facts[middle].stored.position - 1
            await self._digest(connection, facts[:middle], before)
            if len(facts) == 1:
                await self._park(connection, Poison(before + 1, reason_of(error)))
            elif self.position == before:
                await self._digest(connection, facts[middle:], until)

    async def _commit(self, connection: Connection, facts: Sequence[Posted], until: int) -> None:
        try:
            async with connection.transaction():
                if facts:
                    await self._feed.write(connection, facts)
                moved = await move(connection, self.build, until)
        except BaseException:
            self._feed.forget()
            raise
        self.build = moved

    async def _park(self, connection: Connection, poison: Poison) -> None:
        async with connection.transaction():
            self.build = await park(connection, self.build, poison)
