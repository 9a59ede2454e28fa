"""`jiesuan evidence`: files into the store, out of it, and whether they are still what they were."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from api.bootstrap import evidence_of, existing_ledger
from api.cli.options import Failed, Options, command
from api.cli.tables import show
from api.duties.generate import now_of
from api.evidence import EvidenceStore, NotStored, Stored, TooLarge
from api.evidence.verify import Verified, verify
from api.histories.history import submitted
from api.ledger import Ledger
from ledger.decisions import Command
from ledger.interchange import read
from ledger.log.errors import database_trouble
from migrations.postgres.connections import closing
from projections.integrity import Finding
from projections.sessions import connect

app = typer.Typer(name="evidence", help="Files of evidence (佐证) by their content hash.", no_args_is_help=True)
PIECE = 1 << 20


def register(parent: typer.Typer) -> None:
    parent.add_typer(app)


@app.callback()
def evidence() -> None:
    """Files of evidence (佐证) by their content hash."""


@command(app)
async def put(
    options: Options,
    files: Annotated[list[Path], typer.Argument(help="Files to store")],
    to: Annotated[str | None, typer.Option(metavar="KIND:ID", help="Attach them to a document: hazard:H-1 …")] = None,
    by: Annotated[str | None, typer.Option(help="Person who attaches them")] = None,
) -> None:
    """Store files under the SHA-256 of their content, whole and on the disk; with --to, attach them to a document.

    The answer is what command AttachEvidence has to be told.  The same file again changes nothing.
    """
    if (to is None) != (by is None):
        raise Failed("--to and --by go together.", 2)
    store = _store(options)
    stored = [(file, _put(store, file)) for file in files]
    if to is not None and by is not None:
        async with existing_ledger(options.settings, "attach evidence") as ledger:
            for file, one in stored:
                await _attach(ledger, file.name, one, to, by)
    if options.json:
        show(options, {"stored": [{"file": str(file), **one.said()} for file, one in stored]})
        return
    for file, one in stored:
        typer.echo(f"{one.evidence}  {one.media.kind}  {one.size} bytes  {file}")


async def _attach(ledger: Ledger, name: str, stored: Stored, to: str, by: str) -> None:
    """AttachEvidence, once for a file, document and person."""
    kind, _, document = to.partition(":")
    digest = hashlib.sha256(f"{stored.sha256}{to}{by}".encode()).hexdigest()[:40]
    data = {"evidence": stored.evidence, "kind": stored.media.kind, "name": name, "size": stored.size}
    given = {"id": f"evidence-{digest}", "at": await now_of(ledger), "by": by, "command": "AttachEvidence"}
    command = read({**given, "data": {**data, "to": {"kind": kind, "id": document}}})
    assert isinstance(command, Command)
    [answer] = await submitted(ledger, [command])
    if not answer.ok and answer.code != "IDEMPOTENCY_CONFLICT":
        raise Failed(f"{name} is stored, but not attached to {to}: {answer.code}: {answer.detail}")


def _put(store: EvidenceStore, file: Path) -> Stored:
    try:
        return store.put(_pieces(file))
    except TooLarge as too_large:
        raise Failed(f"{file}: {too_large} JIESUAN_EVIDENCE_MAX_MB sets another limit.") from None


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while piece := source.read(PIECE):
            yield piece


@command(app)
def get(
    options: Options,
    sha256: Annotated[str, typer.Argument(help="sha256: and 64 hexadecimal digits, or these alone")],
    to: Annotated[Path | None, typer.Option(help="Write it there [default: standard output]")] = None,
) -> None:
    """Give out the file of a hash, if it is unchanged."""
    store = _store(options)
    try:
        if not store.sound(sha256):
            raise Failed(f"{sha256} is damaged: its content is not that of its hash.")
    except NotStored:
        raise Failed(f"There is no file {sha256} in {store.root}.") from None
    with store.path(sha256).open("rb") as source:
        if to is None:
            shutil.copyfileobj(source, sys.stdout.buffer)
        else:
            with to.open("wb") as target:
                shutil.copyfileobj(source, target)


@command(app, "verify")
async def verify_files(options: Options) -> None:
    """Hash every file that a fact names, look for every file that was ever received, remove what broke off on its way.

    Exit status 1 and a list if one is damaged or lost.  Files that this store never had are counted.
    """
    _store(options).sweep()
    async with existing_ledger(options.settings, "verify evidence") as ledger:
        found = await verified(ledger)
    wrong = [one._asdict() for one in found.wrong]
    missing = {"missing": found.missing_count, "missing_files": found.missing}
    if wrong or options.json:
        show(options, {"sound": found.sound, **missing, "wrong": wrong})
    else:
        typer.echo(f"{found.sound} files are what they were.")
        if sentence := missing_sentence(found):
            typer.echo(sentence)
    if wrong:
        raise Failed(f"{len(wrong)} files are not what they were.")


async def verified(ledger: Ledger) -> Verified:
    """The findings of `check` and `evidence verify`."""
    assert ledger.evidence is not None, "a ledger that is open has a store"
    with database_trouble():
        async with closing(await connect(ledger.dsn, "jiesuan evidence")) as connection:
            return await verify(connection, ledger.evidence)


def findings(found: Verified) -> list[Finding]:
    """Damaged and lost files, as findings of `check`."""
    return [Finding("evidence", one.evidence, one.what, one.position) for one in found.wrong]


def missing_sentence(found: Verified) -> str | None:
    """The sentence about files that are elsewhere, if there are any."""
    if not found.missing_count:
        return None
    return f"{found.missing_count} files of evidence are named by facts and were never in this store."


def _store(options: Options) -> EvidenceStore:
    settings = options.settings
    return evidence_of(settings, settings.ledger)


__all__: list[Any] = ["findings", "missing_sentence", "register", "verified"]
