"""How tests are spread over the workers of pytest-xdist."""

from __future__ import annotations

import re
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling


class ByServer(LoadScopeScheduling):  # type: ignore[misc]
    """The tests of one version of PostgreSQL go to one worker, which starts it once; any others go module by module."""

    def _split_scope(self, nodeid: str) -> str:
        version = re.search(r"[\[-](pg\d+)[-\]]", nodeid)
        return version[1] if version else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByServer:
    return ByServer(config, log)
