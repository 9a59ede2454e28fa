"""The market of one process: commands in, decided answers out when they are durable (architecture §3).

`ledger.log.writer` sees to the order, `ledger.market.decider` to the decisions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType

from ledger.decisions import Command
from ledger.interchange import Answer, Bundle
from ledger.log import writer
from ledger.log.store import Log
from ledger.log.writer import Writer, microseconds_now
from ledger.market.batch import Report
from ledger.market.computed_cache import ComputedCache
from ledger.market.decider import Decider
from ledger.market.rehearsal import Rehearsal
from ledger.market.states import States
from ledger.market.submission import MarketSubmission
from ledger.state.computed import Loader


@dataclass(frozen=True)
class Bounds(writer.Bounds):
    """Those of the writer, and how many states stay in memory."""

    states: int = 20_000


REHEARSED_STATES = 1_000_000


def _raise(command: Command, defect: Exception) -> None:
    raise defect


class Market:
    """Records commands.

        async with Market(log) as market:
            [answer] = await market.submit([command])

    ``on_recorded`` is called with the last position after every commit (it wakes the projections).
    """

    def __init__(
        self,
        log: Log,
        *,
        allow_simulated: bool = False,
        clock: Callable[[], int] = microseconds_now,
        bounds: Bounds | None = None,
        report: Report = _raise,
        on_recorded: Callable[[int], None] = lambda position: None,
        computed: Mapping[str, Loader] | None = None,
    ) -> None:
        bounds = bounds or Bounds()
        self._log = log
        self._allow_simulated = allow_simulated
        self._report = report
        self._computed = computed or {}
        self.states = States(log, bounds.states)
        self._decider = Decider(
            log,
            self.states,
            ComputedCache(self._computed),
            allow_simulated=allow_simulated,
            clock=clock,
            report=report,
            on_recorded=on_recorded,
        )
        self._writer = self._decider.writer = Writer(log, self._decider, bounds)

    async def __aenter__(self) -> Market:
        await self._writer.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Decide what is queued, then stop."""
        await self._writer.__aexit__(kind, error, trace)
        await self._decider.close()

    @property
    def position(self) -> int:
        """The last position that this process knows to be recorded."""
        return self._writer.position

    @property
    def queued(self) -> int:
        """Commands that wait for their answer."""
        return self._writer.queued

    async def submit(self, commands: Sequence[Command | Bundle]) -> list[Answer]:
        """Decide one caller's commands and bundles in their order; returns when all that they recorded is durable.

        Raises Busy if the queue is full, LogUnavailable if nothing could be recorded, CommitInDoubt if the outcome is
        unknown: then the same ids are to be sent again.
        """
        return await self._writer.submit(MarketSubmission(list(commands))) if commands else []

    def rehearsal(self) -> Rehearsal:
        """A dry run on the ledger as it is when the first command comes: nothing of it is recorded (rule 42)."""
        states = States(self._log, REHEARSED_STATES)
        return Rehearsal(self._log, states, self._computed, allow_simulated=self._allow_simulated, report=self._report)
