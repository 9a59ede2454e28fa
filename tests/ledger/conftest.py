from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ledger.log.store import Log
from tests.conftest import Database


@pytest.fixture
async def log(database: Database) -> AsyncIterator[Log]:
    log = await Log.open(database.dsn)
    yield log
    await log.close()
