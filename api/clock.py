"""Time passes by itself in a ledger with a real clock: AdvanceClock by SYSTEM, every few minutes.

Everything that falls due is dated by its own due moment, however late it is found; so this need not be often, and
each time is a fact for ever.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from ledger.calendars import moment
from ledger.decisions import Command
from ledger.facts import decode
from ledger.facts.organisation import LedgerCreated
from ledger.interchange import read
from ledger.log.errors import LogError
from ledger.vocabulary import SYSTEM

if TYPE_CHECKING:
    from api.ledger import Ledger

EVERY = timedelta(minutes=5)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
logger = structlog.get_logger("jiesuan.clock")


async def keep_time(ledger: Ledger) -> None:
    """Until cancelled."""
    while True:
        now = datetime.now(UTC)
        tick = now - (now - EPOCH) % EVERY
        try:
            if await has_real_clock(ledger):
                await advance(ledger, tick)
        except LogError as trouble:
            logger.warning("clock_waits", ledger=ledger.name, problem=str(trouble))
        await asyncio.sleep((tick + EVERY - datetime.now(UTC)).total_seconds())


async def has_real_clock(ledger: Ledger) -> bool:
    """Whether the ledger has begun, and lives in the present."""
    first = await ledger.log.after(0, 1)
    created = decode(first[0].body) if first else None
    return isinstance(created, LedgerCreated) and created.clock == "real"


async def advance(ledger: Ledger, tick: datetime) -> None:
    """The id follows from the moment, so however many processes keep time, each moment is recorded once."""
    command = read(
        {
            "id": f"clock-{tick:%Y%m%dT%H%M}Z",
            "at": moment(tick),
            "by": SYSTEM,
            "command": "AdvanceClock",
            "data": {},
        }
    )
    assert isinstance(command, Command)
    [answer] = await ledger.submit([command])
    if not answer.ok:
        logger.warning("clock_refused", ledger=ledger.name, code=answer.code, command_id=answer.id)
