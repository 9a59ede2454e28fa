from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ledger.log.store import Log
from tests.ledger.log.appender import Appender


@pytest.fixture
async def appender(log: Log) -> AsyncIterator[Appender]:
    async with Appender(log) as appender:
        yield appender
