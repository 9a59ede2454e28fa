"""The register: every document, unit and person as it stands, folded by the same functions as decisions fold them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from ledger.fact import StoredFact
from ledger.posting import Entries
from ledger.state import table
from ledger.state.columns import columns_of
from ledger.state.kind import StateKind
from ledger.tags import named_tags
from ledger.vocabulary import DOCUMENTS
from projections.batch import Connection, Posted
from projections.layout import layout_of_states
from projections.projection import Projection

STATES_KEPT = 20_000
RECENT = 20_000
"""A number of facts; a state that they changed is likely to change again soon."""

LOAD = """
select kind, id, first_position, first_day, last_day, body::text
from unnest($1::text[], $2::text[]) as w(kind, id) join {schema}.states using (kind, id)
"""
# Rows travel by COPY, which costs us a fifth of what arrays cost, to a table of this session alone.
STAGE = "create temp table if not exists {schema}_stage (like {schema}.states)"
STORE = """
insert into {schema}.states as s select * from {schema}_stage
on conflict (kind, id) do update set first_position = excluded.first_position, first_day = excluded.first_day,
    last_position = excluded.last_position, last_day = excluded.last_day,
    unit = excluded.unit, centre = excluded.centre, state = excluded.state, total = excluded.total,
    number = excluded.number, since = excluded.since, until = excluded.until, reserved = excluded.reserved,
    disputed = excluded.disputed, in_escrow = excluded.in_escrow, tier = excluded.tier, item = excluded.item,
    hazard = excluded.hazard, parties = excluded.parties, charges = excluded.charges,
    charged_on = excluded.charged_on, body = excluded.body
"""

REMOVE = "delete from {schema}.states where (kind, id) in (select * from unnest($1::text[], $2::text[]))"

_encode = msgspec.json.Encoder(enc_hook=table.encode_hook, order="deterministic").encode


KEPT = {
    prefix: kind
    for prefix, kind in table.KINDS.items()
    if prefix in ("org", "periods", "unit-", "person-") or prefix.removesuffix(":") in DOCUMENTS
}
"""Documents, units and persons, the organisation and the closed months; other states serve decisions only."""


def decoder(kind: StateKind) -> msgspec.json.Decoder[Any]:
    """Reads the stored body of a state."""
    return msgspec.json.Decoder(kind.type, dec_hook=table.decode_hook)


_decoders = {prefix: decoder(kind) for prefix, kind in KEPT.items()}


Row = tuple[object, ...]


class Kept:
    """One state under its key; ``last`` is the position of the newest fact folded in, ``last_day`` the latest date.

    ``stored``: there is a row of it.
    """

    __slots__ = ("evolve", "first", "first_day", "id", "kind", "last", "last_day", "prefix", "state", "stored")

    def __init__(self, prefix: str, name: str) -> None:
        kind = KEPT[prefix]
        self.prefix, self.id = prefix, name
        self.kind = prefix.rstrip("-:")
        self.evolve = kind.evolve
        self.state = kind.begin(self.id)
        self.first = 0
        self.last = 0
        self.first_day = self.last_day = ""
        self.stored = False

    def load(self, first: int, first_day: str, last_day: str, body: str) -> None:
        self.first, self.first_day, self.last_day = first, first_day, last_day
        self.state = _decoders[self.prefix].decode(body)
        self.stored = True

    @property
    def row(self) -> Row:
        columns = columns_of(self.state)
        dated = (self.first, self.last, self.first_day, self.last_day)
        return self.kind, self.id, *dated, *columns, _encode(self.state).decode()

    def fold(self, stored: StoredFact, posted: Entries) -> None:
        day = stored.fact.business_date
        self.state = self.evolve(self.state, stored, posted)
        if self.state is None:  # it is not there yet, or no more (rule 72)
            self.first, self.first_day, self.last_day = 0, "", ""
            self.last = stored.position
            return
        if not self.first:
            self.first, self.first_day = stored.position, day
        self.last = stored.position
        if day > self.last_day:
            self.last_day = day


class RegisterFeed:
    """Remembers the states that it folded last."""

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self._states: dict[str, Kept | None] = {}

    def forget(self) -> None:
        self._states.clear()

    async def write(self, connection: Connection, facts: Sequence[Posted]) -> None:
        if not facts:
            return
        self._make_room(facts[0].stored.position)
        touched, new = self._meet(facts)
        await self._load(connection, new)
        changed = list(self._fold(facts, touched))
        await self._store(connection, [kept for kept in changed if kept.state is not None])
        await self._remove(connection, [kept for kept in changed if kept.state is None and kept.stored])

    async def _remove(self, connection: Connection, gone: Sequence[Kept]) -> None:
        """A document that a reversal has taken back has no row."""
        if gone:
            keys = [kept.kind for kept in gone], [kept.id for kept in gone]
            await connection.execute(REMOVE.format(schema=self._schema), *keys)
        for kept in gone:
            kept.stored = False

    async def _store(self, connection: Connection, changed: Iterable[Kept]) -> None:
        """Store changed states; new ones come in by COPY alone."""
        new, known = list[Row](), list[Row]()
        for kept in changed:
            (known if kept.stored else new).append(kept.row)
            kept.stored = True
        if new:
            await connection.copy_records_to_table("states", schema_name=self._schema, records=new)
        if known:
            await connection.execute(STAGE.format(schema=self._schema))
            await connection.execute(f"truncate {self._schema}_stage")
            await connection.copy_records_to_table(f"{self._schema}_stage", records=known)
            await connection.execute(STORE.format(schema=self._schema))

    def _make_room(self, position: int) -> None:
        """Forget old states: units and persons change all the time and stay, most documents come only once."""
        if len(self._states) > STATES_KEPT:
            since = position - RECENT
            recent: dict[str, Kept | None] = {
                key: kept for key, kept in self._states.items() if kept and kept.last > since
            }
            self._states = recent if len(recent) <= STATES_KEPT else {}

    def _meet(self, facts: Sequence[Posted]) -> tuple[list[list[Kept]], list[Kept]]:
        """The states that each fact changes, and those of them that are not remembered."""
        states, touched, new = self._states, [], []
        for stored, posted in facts:
            fact, mine = stored.fact, []
            for key in named_tags(fact, posted):
                try:
                    kept = states[key]
                except KeyError:
                    kept = states[key] = self._begin(key)
                    if kept:
                        new.append(kept)
                if kept:
                    mine.append(kept)
            touched.append(mine)
        return touched, new

    def _begin(self, key: str) -> Kept | None:
        prefix, name = table.split(key)
        return Kept(prefix, name) if prefix in KEPT else None

    async def _load(self, connection: Connection, new: Iterable[Kept]) -> None:
        by_key = {(kept.kind, kept.id): kept for kept in new}
        if by_key:
            names, ids = zip(*by_key, strict=True)
            for kind, name, *stored in await connection.fetch(LOAD.format(schema=self._schema), names, ids):
                by_key[kind, name].load(*stored)

    def _fold(self, facts: Sequence[Posted], touched: Sequence[Sequence[Kept]]) -> Iterable[Kept]:
        changed: dict[int, Kept] = {}
        for (stored, posted), states in zip(facts, touched, strict=True):
            for kept in states:
                kept.fold(stored, posted)
                changed[id(kept)] = kept
        return changed.values()


REGISTER = Projection("register", layout_of_states(), {"states": ("kind", "id")}, RegisterFeed)
"""Every document, unit and person as it stands."""
