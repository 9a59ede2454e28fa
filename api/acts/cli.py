"""`jiesuan slip issue SL-1 …` and `jiesuan act NAME field=value …`: preview, recording, next step."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Coroutine, Mapping, Sequence
from inspect import Parameter, Signature, getdoc, signature
from typing import Annotated, Any, NamedTuple, get_type_hints

import typer
from rich.console import Console
from rich.table import Table

from api.acts.fields import moment, takes_several, value_of
from api.acts.verbs import VERBS, Verb
from api.bootstrap import existing_ledger
from api.cli.commands import now_of
from api.cli.groups import group
from api.cli.options import Failed, Options, command
from api.cli.tables import show
from api.http.descriptions import meant
from api.imports.problems import Wrong
from api.ledger import Ledger
from ledger.decisions import TABLE, Command
from ledger.decisions.kernel.table import Decision
from ledger.errors import Invalid
from ledger.interchange import Answer, read

ByOption = Annotated[str, typer.Option("--by", metavar="PERSON", envvar="JIESUAN_BY", help="The person who does it")]
AtOption = Annotated[
    str | None, typer.Option("--at", metavar="MOMENT", help="When it happened [default: now]", show_default=False)
]
DateOption = Annotated[str | None, typer.Option("--business-date", metavar="DAY", help="Another business date")]
LateOption = Annotated[
    str | None, typer.Option("--late-approval", metavar="PERSON", help="Who approves that it is late")
]
IdOption = Annotated[str | None, typer.Option("--id", help="Id of the command [default: a new one]")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Record without asking")]
DryOption = Annotated[bool, typer.Option("--dry-run", help="Only say what would be recorded")]


class Envelope(NamedTuple):
    """The person who acts, the moment, and whether it is asked first: options of every verb."""

    by: str
    at: str | None = None
    business_date: str | None = None
    late_approval: str | None = None
    id: str | None = None
    yes: bool = False
    dry_run: bool = False


OPTIONS: dict[str, Any] = {
    "by": ByOption,
    "at": AtOption,
    "business_date": DateOption,
    "late_approval": LateOption,
    "id": IdOption,
    "yes": YesOption,
    "dry_run": DryOption,
}


def register(app: typer.Typer) -> None:
    command(app)(act)
    for name, verb in VERBS.items():
        *groups, word = verb.path
        command(group(groups[0]) if groups else app, word)(subcommand(TABLE[name], verb))


async def act(
    options: Options,
    name: Annotated[str, typer.Argument(metavar="COMMAND", help="Name of the command: RegisterUnit, OpenCase …")],
    by: ByOption,
    fields: Annotated[list[str] | None, typer.Argument(metavar="FIELD=VALUE…", help="Lists comma-separated")] = None,
    at: AtOption = None,
    business_date: DateOption = None,
    late_approval: LateOption = None,
    id: IdOption = None,  # noqa: A002 - the option's name
    yes: YesOption = False,
    dry_run: DryOption = False,
) -> None:
    """Give any command of the contract, such as: act RegisterUnit unit=W9 name=九车间 level=3 parent=U1 --by P-AD"""
    if name not in TABLE:
        raise Failed(f"There is no command {name}; docs/contract.md lists them.", 2)
    given: dict[str, list[str]] = {}
    for word in fields or []:
        field, sign, value = word.partition("=")
        if not sign:
            raise Failed(f"{word}: FIELD=VALUE is needed.", 2)
        given.setdefault(field, []).append(value)
    envelope = Envelope(by, at, business_date, late_approval, id, yes, dry_run)
    await _do(options, TABLE[name], given, envelope, VERBS.get(name, Verb("")))


def subcommand(row: Decision, verb: Verb) -> Callable[..., Coroutine[Any, Any, None]]:
    """A function that gives a command; its parameters are the command's fields."""

    async def give(options: Options, **given: Any) -> None:
        envelope = Envelope(**{name: given.pop(name) for name in OPTIONS})
        words = {name: [value] if isinstance(value, str) else value for name, value in given.items() if value}
        await _do(options, row, words, envelope, verb)

    hints = hints_of(row)
    told = meant(hints)
    fields = [*verb.arguments, *(field for field in hints if field not in verb.arguments)]
    keyword = Parameter.KEYWORD_ONLY
    parameters = [
        Parameter("options", Parameter.POSITIONAL_OR_KEYWORD, annotation=Options),
        *(_parameter(row, verb, field, hints[field], told[field]) for field in fields),
        *(_of_envelope(name, hint, keyword) for name, hint in OPTIONS.items()),
    ]
    give.__name__ = row.name
    give.__doc__ = " ".join((getdoc(row.function) or "").partition("\n\n")[0].split())
    give.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    give.__annotations__ = {each.name: each.annotation for each in parameters}
    return give


def _of_envelope(name: str, hint: Any, kind: Any) -> Parameter:
    default = Envelope._field_defaults.get(name, Parameter.empty)
    return Parameter(name, kind, annotation=hint, default=default)


def hints_of(row: Decision) -> dict[str, Any]:
    """The command's fields and their types."""
    hints = get_type_hints(row.function, include_extras=True)
    return {name: hints[name] for name in list(signature(row.function).parameters)[2:]}


def _parameter(row: Decision, verb: Verb, field: str, hint: Any, told: str) -> Parameter:
    """Everything may be left out here: what is needed is asked for at the terminal."""
    annotation: Any = list[str] | None if takes_several(hint) else str | None
    needed = " (needed)" if field in _needed(row) else ""
    if field in verb.arguments:
        default = typer.Argument(None, help=told, show_default=False)
    else:
        default = typer.Option(None, f"--{field.replace('_', '-')}", help=told + needed, show_default=False)
    return Parameter(field, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _needed(row: Decision) -> list[str]:
    parameters = list(signature(row.function).parameters.values())[2:]
    return [each.name for each in parameters if each.default is Parameter.empty]


# -- doing it -----------------------------------------------------------------------------------------------------


async def _do(
    options: Options, row: Decision, given: Mapping[str, Sequence[str]], envelope: Envelope, verb: Verb
) -> None:
    data = _data(row, _completed(row, given))
    async with existing_ledger(options.settings, "act") as ledger:
        made = await made_of(ledger, row, data, envelope)
        [would] = await ledger.rehearsal().submit([made])
        _refuse(would)
        if envelope.dry_run or not (envelope.yes or options.json or _agreed(would)):
            _tell(options, would, would.line() if envelope.dry_run else {})
            return
        [answer] = await ledger.submit([made])
        _refuse(answer)
        _tell(options, would, answer.line())
    if verb.then and not options.json:
        Console().print(f"Next: {' or '.join(f'jiesuan {then}' for then in verb.then)}", highlight=False)


def _completed(row: Decision, given: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """Needed fields that are not given are asked for at a terminal.  Raises Failed elsewhere."""
    hints = hints_of(row)
    if strange := given.keys() - hints.keys():
        raise Failed(f"{min(strange)} is no field of {row.name}; it has {', '.join(hints)}.", 2)
    missing = [field for field in _needed(row) if field not in given]
    told = meant({field: hints[field] for field in missing})
    if missing and not sys.stdin.isatty():
        wanted = "; ".join(f"--{field.replace('_', '-')}: {told[field]}" for field in missing)
        raise Failed(f"{row.name} needs {wanted}.", 2)
    return {**given, **{field: [typer.prompt(f"{field} ({told[field]})")] for field in missing}}


def _data(row: Decision, words: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    hints, data = hints_of(row), dict[str, Any]()
    for field, given in words.items():
        try:
            data[field] = value_of(hints[field], given)
        except Wrong as wrong:
            raise Failed(f"--{field.replace('_', '-')} {' '.join(given)}: {wrong}.", 2) from wrong
    return data


async def made_of(ledger: Ledger, row: Decision, data: dict[str, Any], envelope: Envelope) -> Command:
    at = moment(envelope.at) if envelope.at else await now_of(ledger)
    given = {"id": envelope.id or f"cli-{uuid.uuid4().hex}", "at": at, "by": envelope.by, "command": row.name}
    more = {"business_date": envelope.business_date, "late_approval": envelope.late_approval}
    try:
        made = read({**given, "data": data, **{name: value for name, value in more.items() if value}})
    except Invalid as invalid:
        raise Failed(f"INVALID: {invalid.detail}") from invalid
    assert isinstance(made, Command)
    return made


def _refuse(answer: Answer) -> None:
    if not answer.ok:
        raise Failed(f"{answer.code}: {answer.line()['detail']}")


def _agreed(would: Answer) -> bool:
    """Asked at a terminal, after the preview; a program has decided already."""
    if not sys.stdin.isatty():
        return True
    console = Console()
    console.print(f"It would record {', '.join(would.line()['facts'])}.")
    _entries(console, would)
    return typer.confirm("Record it?")


def _entries(console: Console, would: Answer) -> None:
    entries = would.line()["entries"]
    if not entries:
        return
    table = Table("account", title="Money that moves")
    for side in ("debit", "credit"):
        table.add_column(side, justify="right")
    for each in entries:
        table.add_row(each["account"], *("" if each[side] == "0.00" else each[side] for side in ("debit", "credit")))
    console.print(table)


def _tell(options: Options, would: Answer, line: Mapping[str, Any]) -> None:
    if options.json:
        show(options, line)
        return
    console = Console()
    if not line:
        console.print("Nothing was recorded.")
        return
    dry = "Would record" if "dry_run" in line else "Recorded"
    place = "" if "dry_run" in line else f" at position {line['position']:,}"
    console.print(f"{dry} {', '.join(line['facts'])}{place}.", highlight=False)
    _entries(console, would)
