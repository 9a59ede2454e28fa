"""Every module that has jobs; importing this one makes them known."""

from __future__ import annotations

from api.jobs import commands
from api.jobs.registry import TABLE

MODULES = (commands,)

__all__ = ["MODULES", "TABLE"]
