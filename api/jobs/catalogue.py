"""Every module that has jobs; importing this one makes them known."""

from __future__ import annotations

from api.jobs import commands, duties, exports, files, reconciliation, statements
from api.jobs.registry import TABLE

MODULES = (commands, duties, exports, files, reconciliation, statements)

__all__ = ["MODULES", "TABLE"]
