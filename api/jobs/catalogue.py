"""Every module that has jobs; importing this one makes them known."""

from __future__ import annotations

from api.jobs import commands, duties, exporting, files, issuing, reconciling
from api.jobs.registry import TABLE

MODULES = (commands, duties, exporting, files, issuing, reconciling)

__all__ = ["MODULES", "TABLE"]
