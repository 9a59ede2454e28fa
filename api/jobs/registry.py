"""A job is an async function whose parameters are its form, entered in a table by name."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, get_type_hints

from ledger.errors import Invalid
from ledger.forms import CommandForm, command_form

if TYPE_CHECKING:
    from api.ledger import Ledger


class Progress(Protocol):
    """Says how far the work is: so much of so much, and what it is at."""

    async def __call__(self, done: int, total: int | None = None, step: str | None = None) -> None: ...


class Work(NamedTuple):
    """The surroundings of a job: the ledger, a directory for its files, and whom it tells how far it is."""

    ledger: Ledger
    directory: Path
    progress: Progress


class File(NamedTuple):
    """A result that is a file; ``path`` lies in the work's directory."""

    name: str
    media_type: str
    path: Path


Result = dict[str, Any] | File


class Failed(Exception):
    """The job could not do it; ``code`` is a refusal's."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


Function = Callable[..., Awaitable[Result]]


class Job(NamedTuple):
    """One kind of job: its form, and the function that does it."""

    name: str
    function: Function
    form: CommandForm
    hints: dict[str, Any]
    valid: Callable[[dict[str, Any]], None]
    """Refuses fields that no job may have."""

    @property
    def rule(self) -> str:
        """The docstring: what it does, in domain words."""
        return inspect.getdoc(self.function) or ""


TABLE: dict[str, Job] = {}
"""Every kind of job by name."""


def job(name: str, valid: Callable[[dict[str, Any]], None] = lambda data: None) -> Callable[[Function], Function]:
    """Enter a function in the table; all its parameters but the first, the Work, are the job's fields."""

    def enter(function: Function) -> Function:
        parameters = list(inspect.signature(function).parameters.values())[1:]
        found = get_type_hints(function, include_extras=True)
        hints = {parameter.name: found[parameter.name] for parameter in parameters}
        required = frozenset(parameter.name for parameter in parameters if parameter.default is parameter.empty)
        TABLE[name] = Job(name, function, command_form(name, hints, required), hints, valid)
        return function

    return enter


def find(name: str) -> Job:
    """The job of this name; INVALID if there is none."""
    if name not in TABLE:
        raise Invalid(f"job: {name} is not known; there are {', '.join(sorted(TABLE))}")
    return TABLE[name]
