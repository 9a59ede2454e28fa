"""`jiesuan demo`: a sample company's month and the real history of a mine, loaded once, shown, then served."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from api.bootstrap import open_server
from api.cli.options import Failed, Options, command
from api.cli.queries import ask
from api.cli.serve import listening, serve
from api.cli.tables import show
from api.histories.history import History
from api.imports.book import open_book
from api.imports.cli import progress_bar
from api.imports.findings.mapping import FindingsMapping
from api.imports.findings.reader import FindingsReader
from api.imports.mapping import mapping_of
from api.imports.pipeline import Progress
from api.imports.problems import ImportProblem
from api.imports.run import run_import, table_of
from api.ledger import Ledger
from api.samples import COMPANY, VIOLATIONS, VIOLATIONS_MAPPING
from ledger.calendars import moment
from ledger.interchange import read_json
from ledger.state.organisation import Organisation

MAIN, HISTORY = "main", "upper-big-branch"
BLOCK_LINES = 200
SHOWN_LINES = 12
STATEMENTS = {MAIN: ("W1", "2026-03"), HISTORY: ("V-Performance-Coal-Company-c8b6f0", "2010-09")}


def register(app: typer.Typer) -> None:
    command(app)(demo)


async def demo(
    options: Options,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one [default: 8420]")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on [default: 127.0.0.1]")] = None,
    then_serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the API after printing")] = True,
) -> None:
    """Load the samples, print wage pools and settlement statements, and serve.

    Ledger main gets a sample company (华岭矿业集团) with its March 2026, which mine U1 settles and closes; ledger
    upper-big-branch the real history of 4,415 violations found in one coal mine.  Nothing is loaded twice.
    """
    settings = options.settings.model_copy(update={"ledger": MAIN})
    if then_serve:  # a port that is taken is better known at once
        listening(host or settings.host, settings.port if port is None else port).close()
    from api.metrics import Metrics  # only servers measure

    async with open_server(settings, Metrics(), allow_simulated=True) as ledgers:
        with progress_bar() as progress:
            main = await ledgers.get(MAIN)
            _say(await load_company(main, progress))
            history = await ledgers.get(HISTORY, create=True)
            _say(await load_history(history, progress))
        for ledger in (main, history):
            await tell(options, ledger)
    if then_serve:
        await serve(Options(settings, options.json), host=host, port=port)


def _say(sentence: str) -> None:
    typer.echo(f"jiesuan: {sentence}", err=True)


# -- loading --------------------------------------------------------------------------------------------------------


async def load_company(ledger: Ledger, progress: Progress) -> str:
    """Run the sample company's commands, unless the last of them is recorded."""
    lines = COMPANY.read_bytes().splitlines(keepends=True)
    last = str(read_json(lines[-1])["id"])
    if await ledger.log.commands([last]):
        return f"The sample company is in ledger {ledger.name} already."
    history = History(ledger)
    async for _ in history.answers(_blocks(lines)):
        progress("sample company", history.lines, len(lines))
    if history.trouble is not None:
        raise history.trouble
    if history.refused:
        raise Failed(f"Ledger {ledger.name} has refused {history.refused} of {history.lines} sample commands: it holds "
                     "something else.  Take another directory with --data.")  # fmt: skip
    return f"{history.lines:,} commands of the sample company are in ledger {ledger.name}."


async def _blocks(lines: list[bytes]) -> Any:
    for start in range(0, len(lines), BLOCK_LINES):
        yield b"".join(lines[start : start + BLOCK_LINES])


async def load_history(ledger: Ledger, progress: Progress) -> str:
    """Import the real history; rows that are in the ledger are not imported again."""
    try:
        reader = FindingsReader(mapping_of(VIOLATIONS_MAPPING, FindingsMapping), moment(datetime.now(UTC)))
        table = await table_of(VIOLATIONS, reader)
        done = await run_import(ledger, table, reader, apply=True, strict=False, progress=progress)
    except ImportProblem as problem:
        raise Failed(str(problem), 2) from problem
    prepared, outcome = done.prepared, done.outcome
    assert outcome is not None
    if prepared.bad or outcome.refused:
        raise Failed(f"Ledger {ledger.name} has refused a part of the history: it holds something else.")
    if not outcome.commands:
        return f"The real history is in ledger {ledger.name} already."
    return f"{len(prepared.new):,} violations of the real history are in ledger {ledger.name}."


# -- showing --------------------------------------------------------------------------------------------------------


async def tell(options: Options, ledger: Ledger) -> None:
    """Wage pools of all units that have moved money, and one settlement statement."""
    book = await open_book(ledger.log)
    unit, period = STATEMENTS[ledger.name]
    if not options.json:
        typer.echo(f"\n=== {book.organisation.ledger} (ledger {ledger.name}): wage pools 工资总额池 ===")
    show(options, {"pools": await _pools(ledger, book.organisation)})
    statement = await ask(ledger, "Statement", unit=unit, period=period)
    if not options.json:
        typer.echo(f"=== Settlement statement 结算单: {book.organisation.units[unit].name}, {period} ===")
    show(options, statement if options.json else _shortened(statement))
    await _tell_what_is_owed(options, ledger, unit, period)


async def _tell_what_is_owed(options: Options, ledger: Ledger, unit: str, period: str) -> None:
    """Slips beyond what the pool holds are no entries of the pool, so the statement does not show them."""
    owed = await ask(ledger, "Entries", account=f"DUE_UNIT:{unit}", period=period, limit=1000)
    if owed["entries"]:
        if not options.json:
            typer.echo("=== Slips that the pool could not pay, owed to the safety fund 待扣 ===")
        show(options, owed if options.json else _shortened(owed))


async def _pools(ledger: Ledger, organisation: Organisation) -> list[dict[str, str]]:
    """Show for each pool what it holds, and what its unit owes beyond it."""
    accounts = [f"{word}:{unit}" for unit in organisation.units for word in ("POOL_WAGE", "DUE_UNIT")]
    balances = (await ask(ledger, "Balances", accounts=accounts))["balances"]
    return [
        {
            "unit": unit,
            "name": node.name,
            "balance": balances[f"POOL_WAGE:{unit}"],
            "owed": balances[f"DUE_UNIT:{unit}"],
        }
        for unit, node in organisation.units.items()
        if not node.centre
    ]


def _shortened(statement: dict[str, Any]) -> dict[str, Any]:
    """A statement that fits on a screen: its first lines and open items."""
    short = dict(statement)
    for name in ("lines", "open_items", "persons", "entries"):
        rows = statement.get(name) or []
        if rows:
            short[name] = rows[:SHOWN_LINES]
        if len(rows) > SHOWN_LINES:
            short[f"further_{name}"] = len(rows) - SHOWN_LINES
    return short
