from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ledger.log.store import Log
from ledger.market import Market
from tests.ledger.market.histories import reads
from tests.spec import fixture_lines


@pytest.fixture
async def market(log: Log) -> AsyncIterator[Market]:
    """A market over the group of contract §1.7."""
    async with Market(log, allow_simulated=True) as market:
        answers = await market.submit([reads(line) for line in fixture_lines()])
        assert all(answer.ok for answer in answers), [answer for answer in answers if not answer.ok]
        yield market
