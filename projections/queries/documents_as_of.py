"""Documents as they stood on two time axes: those that have rested since are read, those that have changed are folded.

A step of a document counts from its business date on, but never before the steps that it followed: what was served on
the 15th and issued on the 16th was neither issued nor served on the 15th.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, not_, null, or_, select, true

from ledger.fact import StoredFact
from ledger.state.columns import Columns, columns_of
from ledger.vocabulary import DOCUMENTS
from projections import read_models
from projections.queries.axes import Axes
from projections.queries.folds import facts_of_documents, folded
from projections.queries.kernel import Reader, read_state

states = read_models.states.c
COLUMNS = [states[name] for name in Columns._fields]


class Paper(NamedTuple):
    """A document as it stood, with the columns by which queries filter and sum."""

    kind: str
    id: str
    columns: Columns
    source: Any
    """The stored body, or the folded state."""

    @property
    def state(self) -> Any:
        return read_state(self.kind, self.source) if isinstance(self.source, dict) else self.source


def rested(when: Axes) -> ColumnElement[bool]:
    """The rows of the register that say what was so then: nothing came to them since."""
    known = states.last_position <= when.position
    return known if when.day is None else and_(known, states.last_day <= when.day)


def _begun(when: Axes) -> ColumnElement[bool]:
    known = states.first_position <= when.position
    return known if when.day is None else and_(known, states.first_day <= when.day)


async def changed_since(reader: Reader, when: Axes, wanted: ColumnElement[bool]) -> list[Paper]:
    """Documents that had begun by then and have changed since, as they stood then."""
    rows = await reader.rows(select(states.kind, states.id).where(wanted, _begun(when), not_(rested(when))))
    names: dict[str, list[str]] = {}
    for row in rows:
        names.setdefault(row.kind, []).append(row.id)
    found = []
    for kind, ids in names.items():
        for name, facts in (await facts_of_documents(reader, kind, ids)).items():
            state = folded(f"{kind}:{name}", steps(facts, when))
            if state is not None:
                found.append(Paper(kind, name, columns_of(state), state))
    return found


def steps(facts: Iterable[StoredFact], when: Axes) -> Iterator[StoredFact]:
    """A document's facts up to the first that was not known, or that had not happened."""
    for each in facts:
        if each.position > when.position or not when.counts(each.fact.business_date):
            return
        yield each


class Sought(NamedTuple):
    """Which documents are asked for: as a condition on rows of the register, and of a document as it stood."""

    kinds: frozenset[str]
    rows: ColumnElement[bool]
    holds: Callable[[Paper], bool]


def in_states(wanted: Mapping[str, Collection[str]]) -> Sought:
    """Documents of these kinds in these states."""
    rows = [and_(states.kind == kind, states.state.in_(list(names))) for kind, names in wanted.items()]
    return Sought(frozenset(wanted), or_(*rows), lambda paper: paper.columns.state in wanted.get(paper.kind, ()))


async def papers(
    reader: Reader, when: Axes, sought: Sought, units: Collection[str] | None = None, *, bodies: bool = False
) -> list[Paper]:
    """The documents that are sought (of these units), by kind and id; their states only with ``bodies``."""
    mine = true() if units is None else states.unit.in_(list(units))
    at_rest = true() if when.is_now else rested(when)
    body = states.body if bodies else null().label("body")
    wanted = select(states.kind, states.id, *COLUMNS, body).where(sought.rows, mine, at_rest)
    found = [Paper(row[0], row[1], Columns(*row[2:-1]), row[-1]) for row in await reader.rows(wanted)]
    if not when.is_now:
        changed = await changed_since(reader, when, states.kind.in_(sought.kinds))
        found += [paper for paper in changed if sought.holds(paper) and (units is None or paper.columns.unit in units)]
    return sorted(found, key=lambda paper: (paper.kind, paper.id))


async def documents(reader: Reader, when: Axes, kind: str, names: Iterable[str]) -> dict[str, Any]:
    """The states of these documents, by id; those that had not begun are missing."""
    mine = and_(states.kind == kind, states.id.in_(list(names)))
    at_rest = true() if when.is_now else rested(when)
    found = {row.id: read_state(row.kind, row.body) for row in await reader.rows(_bodies(mine, at_rest))}
    if not when.is_now:
        found |= {paper.id: paper.state for paper in await changed_since(reader, when, mine)}
    return found


def documents_named(keys: Iterable[str]) -> list[str]:
    """``hazard:H-1``, ``slip:SL-1`` … of the subjects of a fact."""
    return sorted(key for key in keys if key.partition(":")[0] in DOCUMENTS)


def _bodies(*wanted: ColumnElement[bool]) -> Any:
    return select(states.kind, states.id, states.body).where(*wanted)
