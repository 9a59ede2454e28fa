"""Parameters of a URL: each once, each known, and those that say how long a read waits."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from api.http.problems import Problem
from api.ledger import WAIT_SECONDS

LONGEST_WAIT_SECONDS = 60.0
WAITING = ("wait_for", "timeout")


def parameters(request: Request) -> dict[str, str]:
    """The URL's parameters; a field that is given twice is a mistake of the caller."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in given:
            raise Problem("INVALID", f"{name}: given twice; lists are comma-separated")
        given[name] = value
    return given


async def only_known(request: Request) -> None:
    """Refuse parameters that the address does not declare: who sends one believes that it does something."""
    declared = {field.alias for field in request.scope["route"].dependant.query_params}
    if strange := parameters(request).keys() - declared:
        raise unknown(min(strange))


def unknown(name: str) -> Problem:
    return Problem("INVALID", f"{name}: not known at this address")


def waiting(fields: dict[str, Any], given: dict[str, str]) -> tuple[int, float]:
    """Take out what is said about waiting: `wait_for`, or `after` where that is none of the query's fields."""
    if "after" in given and "after" not in fields:
        given.setdefault("wait_for", given.pop("after"))
    position, timeout = (given.pop(field, None) for field in WAITING)
    return _position(position), _timeout(timeout)


def _position(text: str | None) -> int:
    if text is None:
        return 0
    if not text.isascii() or not text.isdecimal() or len(text) > 16:
        raise Problem("INVALID", "wait_for: a position is needed")
    return int(text)


def _timeout(text: str | None) -> float:
    try:
        seconds = WAIT_SECONDS if text is None else float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_WAIT_SECONDS:
        raise Problem("INVALID", f"timeout: seconds, at most {LONGEST_WAIT_SECONDS:g}")
    return seconds
