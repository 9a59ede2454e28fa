"""How tests are spread over the workers of pytest-xdist."""

from __future__ import annotations

import re
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.conftest import VERSIONS


class ByServer(LoadScopeScheduling):  # type: ignore[misc]
    """Where both versions of PostgreSQL are tested, each has a worker; all other tests go to any, module by module."""

    def _split_scope(self, nodeid: str) -> str:
        version = re.search(r"[\[-](pg\d+)[-\]]", nodeid)
        return version[1] if version and len(VERSIONS) > 1 else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByServer:
    return ByServer(config, log)
