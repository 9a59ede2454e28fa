"""Which function of a ``singledispatch`` a kind of fact gets, remembered in a plain dictionary.

Every fact is dispatched several times on its way in, and again by every projection and replay.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Protocol


class Dispatcher(Protocol):
    """What ``functools.singledispatch`` makes."""

    @property
    def dispatch(self) -> Callable[[type], Callable[..., Any]]: ...


@cache
def by_type(dispatcher: Dispatcher, kind: type) -> Callable[..., Any]:
    """The registered function for this type; the registrations are complete once the modules are imported."""
    return dispatcher.dispatch(kind)


def has_rule(dispatcher: Dispatcher, kind: type) -> bool:
    """Is anything registered for this type, or does the rule for all kinds answer, which says nothing?"""
    return dispatcher.dispatch(kind) is not dispatcher.dispatch(object)
