"""Every export by name: one file that is written block by block, or a directory of files with a manifest."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from ledger.errors import Invalid
from projections.exports.audit import audit
from projections.exports.beancount import beancount
from projections.exports.hledger import hledger
from projections.exports.log import log
from projections.exports.parquet import parquet
from projections.exports.source import Source, Wanted


class Export(NamedTuple):
    """An export: ``blocks`` makes those of one file, or ``fill`` writes a directory."""

    name: str
    suffix: str
    media_type: str
    blocks: Callable[[Source], AsyncIterator[bytes]] | None = None
    fill: Callable[[Source, Path], Awaitable[None]] | None = None
    by_period: bool = True
    is_record: bool = False
    """The log itself: it needs no read model, and names and sealed reporters are in it."""

    @property
    def uses(self) -> tuple[str, ...]:
        return () if self.is_record else ("journal",)


EXPORTS = {
    export.name: export
    for export in (
        Export("beancount", "beancount", "text/plain; charset=utf-8", beancount),
        Export("hledger", "journal", "text/plain; charset=utf-8", hledger),
        Export("log", "jsonl", "application/x-ndjson", log, by_period=False, is_record=True),
        Export("audit", "zip", "application/zip", fill=audit),
        Export("parquet", "zip", "application/zip", fill=parquet, by_period=False),
    )
}


def export_of(name: str, wanted: Wanted) -> Export:
    """The export of this name; INVALID if there is none, or if it knows no periods."""
    if name not in EXPORTS:
        raise Invalid(f"kind: one of {', '.join(EXPORTS)}")
    if wanted.period is not None and not EXPORTS[name].by_period:
        raise Invalid(f"period: {name} is exported whole")
    return EXPORTS[name]


def file_name(export: Export, source: Source) -> str:
    """Name of the file where nobody has given one."""
    ledger = re.sub(r"[^\w]+", "-", source.ledger).strip("-")
    parts = ["jiesuan", ledger, export.name, source.period, str(source.position)]
    return f"{'-'.join(part for part in parts if part)}.{export.suffix}"
