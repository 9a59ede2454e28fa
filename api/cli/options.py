"""The options that every subcommand shares, before or after its name, and how a subcommand ends in trouble.

    @command(app)
    async def balances(options: Options, pattern: str = "*") -> None: ...

Options before the name are kept by the application's callback; after the name they win.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn, get_type_hints

import typer

from api import logs
from api.settings import Settings, WrongSettings, load
from ledger.errors import Refusal
from ledger.log.errors import LogError
from migrations.postgres import DatabaseProblem

PANEL = "Which ledger"
DataOption = Annotated[
    Path | None,
    typer.Option(help="Directory of our own PostgreSQL [default: .jiesuan]", rich_help_panel=PANEL, show_default=False),
]
UrlOption = Annotated[
    str | None,
    typer.Option(
        "--database-url", metavar="URL", help="A PostgreSQL server of your own instead", rich_help_panel=PANEL
    ),
]
LedgerOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Which ledger of the server [default: main]", rich_help_panel=PANEL)
]
JsonOption = Annotated[
    bool | None, typer.Option("--json", help="JSON instead of tables", rich_help_panel=PANEL, show_default=False)
]
BusinessDate = Annotated[str | None, typer.Option(help="As of the end of this business date")]
KnownAt = Annotated[str | None, typer.Option(metavar="MOMENT", help="As known then: a date (its end) or a moment")]
KnownPosition = Annotated[int | None, typer.Option("--position", help="As known at this position")]
"""The two time axes of a question."""

SHARED = {"data": DataOption, "database_url": UrlOption, "ledger": LedgerOption, "json": JsonOption}


@dataclass(frozen=True, slots=True)
class Options:
    """The request: settings, and whether a program or a person reads the answer."""

    settings: Settings
    json: bool


class Failed(Exception):
    """The subcommand could not do it; the message is the sentence for the person at the terminal."""

    def __init__(self, sentence: str, status: int = 1) -> None:
        super().__init__(sentence)
        self.status = status


def shared_parameters() -> list[inspect.Parameter]:
    keyword = inspect.Parameter.KEYWORD_ONLY
    return [inspect.Parameter(name, keyword, default=None, annotation=kind) for name, kind in SHARED.items()]


def command(
    app: typer.Typer, name: str | None = None, **extra: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a function, whose first parameter is the Options, as a subcommand."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(ctx: typer.Context, **given: Any) -> None:
            options = {option: given.pop(option) for option in SHARED}
            before = ctx.find_root().obj or {}
            with sentences():
                check_encoding(given | options)
                made = function(options_of({**before, **_without_none(options)}), **given)
                if inspect.iscoroutine(made):
                    run_to_end(made)

        _take_parameters(call, function)
        app.command(name, help=_paragraphs(function), **extra)(call)
        return function

    return register


def check_encoding(given: Mapping[str, Any]) -> None:
    """Refuse text of a terminal that is set to another encoding; a path may have any bytes.  Raises Failed."""
    for name, value in given.items():
        texts = value if isinstance(value, (list, tuple)) else (value,)
        if any(isinstance(text, str) and any("\ud800" <= sign <= "\udfff" for sign in text) for text in texts):
            said = f"{name.replace('_', '-')} holds bytes that are no UTF-8"
            raise Failed(f"{said}: set the terminal to UTF-8 (LANG=C.UTF-8), or give the text in a file.", 2)


def _take_parameters(call: Callable[..., None], function: Callable[..., Any]) -> None:
    """``call`` looks to typer as if it had the function's parameters, the context and the shared options."""
    hints = get_type_hints(function, include_extras=True)
    own = list(inspect.signature(function).parameters.values())[1:]
    keyword = inspect.Parameter.KEYWORD_ONLY
    context = inspect.Parameter("ctx", keyword, annotation=typer.Context)
    parameters = [parameter.replace(annotation=hints[parameter.name], kind=keyword) for parameter in own]
    all_of_them = [context, *parameters, *shared_parameters()]
    call.__name__ = function.__name__
    call.__signature__ = inspect.Signature(all_of_them)  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in all_of_them}


def _paragraphs(function: Callable[..., Any]) -> str:
    return inspect.getdoc(function) or ""


def _without_none(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def options_of(given: Mapping[str, Any]) -> Options:
    settings = load(**{name: given.get(name) for name in ("data", "database_url", "ledger")})
    logs.configure(settings.log_level if "log_level" in settings.model_fields_set else "warning")
    return Options(settings, bool(given.get("json")))


# -- running -------------------------------------------------------------------------------------------------------


def run_to_end(work: Coroutine[Any, Any, None]) -> None:
    """Run on uvloop where there is one."""
    _quiet_collector()
    try:
        import uvloop
    except ImportError:  # Windows
        asyncio.run(work)
    else:
        uvloop.run(work)


def _quiet_collector() -> None:
    """Structs make few cycles: looking for them ever so often among what was imported costs a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@contextmanager
def sentences() -> Iterator[None]:
    """Every foreseeable trouble is one sentence on standard error, and exit status 1 (refused) or 2 (could not)."""
    try:
        yield
    except Failed as failed:
        end(str(failed), failed.status)
    except Refusal as refusal:
        end(f"{refusal.code}: {refusal.detail or type(refusal).__doc__}", 1)
    except (DatabaseProblem, WrongSettings, LogError) as problem:
        end(str(problem), 2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone; say nothing more
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        end("Interrupted; what was answered is recorded.", 130)
    except OSError as error:
        end(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}", 2)


def end(sentence: str, status: int) -> NoReturn:
    sys.stdout.flush()
    typer.echo(f"jiesuan: {sentence}", err=True)
    raise typer.Exit(status)


__all__ = ["Failed", "Options", "command", "end", "options_of", "run_to_end", "sentences"]
