"""The checks of a whole ledger: one pass over the log, then the read models against the states folded on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from ledger.accounts import AccountCode
from ledger.closing import Closing
from ledger.fact import Fact, StoredFact
from ledger.facts import decode
from ledger.posting import Entries, entries
from ledger.tags import all_tags
from projections.batch import Connection, Posted, collector_paused
from projections.integrity.chain import ChainCheck, Envelope, Stored
from projections.integrity.findings import Finding, Findings
from projections.integrity.journal import check_journal, check_owned
from projections.integrity.register import RegisterFold
from projections.integrity.tags import StoredTags
from projections.integrity.totals import JournalTotals

READ = """
select position, stream, version, topic, body, (extract(epoch from recorded_at) * 1000000)::bigint, leaf, command_id,
    to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
from log.events where position > $1 order by position limit $2
"""
BATCH = 2_000

_envelope = msgspec.json.Decoder(dict[str, Any])


async def check(connection: Connection) -> list[Finding]:
    """Check everything that must hold; an empty list says that it does.  One snapshot, memory independent of length."""
    async with connection.transaction(isolation="repeatable_read"):
        await connection.execute("lock table projections.switching in access share mode")
        one = Check(connection, await _served(connection))
        await one.run()
    return one.findings.all()


async def _served(connection: Connection) -> dict[str, int]:
    return dict(map(tuple, await connection.fetch("select name, position from read.positions")))


async def _batches(connection: Connection) -> AsyncIterator[list[Any]]:
    position = 0
    while rows := await connection.fetch(READ, position, BATCH):
        yield [tuple(row) for row in rows]
        position = rows[-1][0]


class Check:
    """One pass over the log; what it remembers grows with accounts and streams, not with facts."""

    def __init__(self, connection: Connection, served: dict[str, int]) -> None:
        self.findings = Findings()
        self._connection = connection
        self._journal, self._register = served.get("journal", 0), served.get("register", 0)
        self._chain = ChainCheck(self.findings)
        self._clearing = Clearing()
        self._closing = Closing()
        self._totals = JournalTotals()
        self._owned = JournalTotals()
        self._fold = RegisterFold(connection)
        self._tags = StoredTags(connection)

    async def run(self) -> None:
        await self._fold.begin()
        async for rows in _batches(self._connection):
            listed = await self._tags.up_to(rows[-1][0])
            with collector_paused():
                read = (self._row(Stored(*row[:8]), row[8], listed) for row in rows)
                facts = [posted for posted in read if posted and posted.stored.position <= self._register]
            await self._fold.fold(facts)
        for position, names in (await self._tags.up_to(None)).items():
            self.findings.add("subjects", ", ".join(names), "listed for a fact that does not exist", position)
        for wrong in self._closing.rest():
            self.findings.add("closing", "…", wrong)
        self._clearing.report(self.findings)
        await check_journal(self._connection, self.findings, self._totals)
        await check_owned(self._connection, self.findings, self._owned)
        await self._fold.compare(self.findings)

    def _row(self, row: Stored, recorded_at: str, listed: dict[int, list[str]]) -> Posted | None:
        """Check everything about one row; None if its body is no fact."""
        self._chain.follow(row, _read_envelope(row.body))
        try:
            fact = decode(row.body)
        except msgspec.MsgspecError as error:
            self.findings.add("facts", row.stream, f"cannot be read: {error}", row.position)
            return None
        posted = entries(fact)
        if total := sum(entry.amount for entry in posted):
            self.findings.add("balanced", row.stream, f"its entries sum to {total} fen", row.position)
        if list(all_tags(fact, posted)) != listed.get(row.position, []):
            self.findings.add("subjects", row.stream, "the log lists others than the fact has", row.position)
        self._clearing.add(fact, posted)
        for wrong in self._closing.follow(fact, posted):
            self.findings.add("closing", row.stream, wrong, row.position)
        if row.position <= self._journal:
            self._totals.add(fact, posted)
        if row.position <= self._register:
            self._owned.add(fact, posted)
        return Posted(StoredFact(row.position, recorded_at, fact), posted)


def _read_envelope(body: bytes) -> Envelope:
    try:
        said = _envelope.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        said = {}
    text = {name: str(said.get(name, "")) for name in ("stream", "prev", "topic", "command")}
    version = said.get("version", 0)
    number = version if isinstance(version, int) else 0
    return Envelope(text["stream"], number, text["prev"], text["topic"], text["command"])


class Clearing:
    """Clearing accounts are zero; for one that is not, the transfers that left something in it (R1, R2)."""

    def __init__(self) -> None:
        self._open: dict[str, Counter[str]] = {}

    def add(self, fact: Fact, posted: Entries) -> None:
        for entry in posted:
            if entry.account.startswith(AccountCode.CLR_TRADE):
                transfers = self._open.setdefault(entry.account, Counter())
                name = fact.transfer or fact.command
                transfers[name] += entry.amount
                if not transfers[name]:
                    del transfers[name]

    def report(self, findings: Findings) -> None:
        for account, transfers in sorted(self._open.items()):
            if total := sum(transfers.values()):
                left = ", ".join(f"{name} {amount}" for name, amount in sorted(transfers.items())[:20])
                findings.add("clearing", account, f"holds {total} fen: {left}")
