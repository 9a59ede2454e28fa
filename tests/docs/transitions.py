"""The effect of a command on every document: (state before, command, state after), seen from outside.

A *document* is anything that a page of ``docs/processes`` draws: a hazard, a slip, but also a unit, a version of a
price list, the money of one command, an entry of the agenda.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from ledger.consequences import DueChanges
from ledger.decisions import TABLE
from ledger.fact import Fact, StoredFact
from ledger.facts.appeals import AppealDecided, AppealHeld
from ledger.posting import entries
from ledger.state.dues import Due
from ledger.state.periods import CentreMonth
from ledger.state.person import Person
from ledger.state.registers import CommandRecord
from ledger.state.statements import UnitMonth
from ledger.state.unit_year import UnitYear
from ledger.tags import all_tags
from tests.spec import Line, MemoryLedger

NOTHING = "[*]"
"""Where a document begins and where it ends, as Mermaid writes it."""

States = Mapping[str, Any]


class Seen(NamedTuple):
    """One transition of a kind of document."""

    kind: str
    before: str
    command: str
    after: str


class Kind(NamedTuple):
    """A kind of document: the states of all its documents, and what commands are its own (None: by their form).

    A command of its own that names the document and leaves its state is a transition as well (an acknowledgement of
    a served slip); a foreign one is not (a slip that names a hazard).
    """

    states: Callable[[States], dict[str, str]]
    own: frozenset[str] | None = frozenset()


def _documents(kind: str) -> Kind:
    prefix = f"{kind}:"

    def states(ledger: States) -> dict[str, str]:
        return {key[len(prefix) :]: state.state for key, state in ledger.items() if key.startswith(prefix) and state}

    return Kind(states, None)


def _units(ledger: States) -> dict[str, str]:
    if "org" not in ledger:
        return {}
    return {name: "retired" if unit.retired else "active" for name, unit in ledger["org"].units.items()}


def _persons(ledger: States) -> dict[str, str]:
    people = (state for state in ledger.values() if isinstance(state, Person) and state.registered)
    return {person.person: _of_person(person) for person in people}


def _of_person(person: Person) -> str:
    if person.left:
        return "left"
    return "assigned" if any(not post.ended for post in person.posts) else "registered"


def _versions(ledger: States) -> dict[str, str]:
    books = ((key.removeprefix("pricelist-"), book) for key, book in ledger.items() if key.startswith("pricelist-"))
    return {
        f"{owner}@{version.version}": "retired" if version.retired else "published"
        for owner, book in books
        for version in book.versions
    }


def _urgent_items(ledger: States) -> dict[str, str]:
    books = ((key, book) for key, book in ledger.items() if key.startswith("pricelist-"))
    return {f"{key}/{item}": "approved" for key, book in books for item in book.urgent}


def _values(ledger: States) -> dict[str, str]:
    policies = ledger.get("policy")
    return (
        {f"{key}@{unit}": "published" for key, scopes in policies.values.items() for unit in scopes} if policies else {}
    )


def _delegations(ledger: States) -> dict[str, str]:
    policies = ledger.get("policy")
    granted = policies.delegations if policies else {}
    return {name: "revoked" if one.revoked_from else "granted" for name, one in granted.items()}


def _money(ledger: States) -> dict[str, str]:
    """Commands that moved money."""
    records = (state for state in ledger.values() if isinstance(state, CommandRecord))
    return {
        record.command: "reversed" if record.undone else "posted"
        for record in records
        if any(entries(recorded.fact) for recorded in record.facts)
    }


def _dues(ledger: States) -> dict[str, str]:
    """A due that is settled is in no state any more; that there was one, the commands that raised it know."""
    people = [state for state in ledger.values() if isinstance(state, Person)]
    records = (state for state in ledger.values() if isinstance(state, CommandRecord))
    changes = (change for record in records for recorded in record.facts for change in _dues_changed(recorded.fact))
    settled = {_due_of(one.party, one.document, one.fund or ""): "settled" for one in changes if not one.unit}
    return settled | {_due_of(one.person, due.document, due.fund): _of_due(due) for one in people for due in one.dues}


def _dues_changed(fact: Fact) -> DueChanges:
    return () if fact.mirror else fact.due_changes()


def _due_of(person: str, document: str, fund: str) -> str:
    return f"{person}/{document}/{fund}"


def _of_due(due: Due) -> str:
    if due.appealed:
        return "appealed"
    return "open" if due.open == due.amount else "partly_settled"


def _periods(ledger: States) -> dict[str, str]:
    """Months of centres that were opened."""
    months = ((key, state) for key, state in ledger.items() if isinstance(state, CentreMonth) and state.is_opened)
    return {key: _of_period(month) for key, month in months}


def _of_period(month: CentreMonth) -> str:
    if month.is_closed:
        return "closed"
    if month.is_cut_off:
        return "reconciled" if month.reconciled else "cut_off"
    return "opened"


def _statements(ledger: States) -> dict[str, str]:
    """Units' months of which a statement was issued."""
    months = (state for state in ledger.values() if isinstance(state, UnitMonth) and state.issues)
    return {f"{month.unit}/{month.month}": "stale" if month.stale else month.state for month in months}


def _exceptions(ledger: States) -> dict[str, str]:
    months = ((key, state) for key, state in ledger.items() if isinstance(state, CentreMonth))
    return {
        f"{key}/{name}": "open" if raised.is_open else "resolved"
        for key, month in months
        for name, raised in month.exceptions.items()
    }


def _agenda(ledger: States) -> dict[str, str]:
    agenda = ledger.get("agenda")
    return dict.fromkeys(agenda.due, "waiting") if agenda else {}


def _taken(prefix: str) -> Kind:
    """Things done once under a natural key, which may be done again once they are reversed."""

    def states(ledger: States) -> dict[str, str]:
        return {key: "paid" for key, state in ledger.items() if key.startswith(prefix) and state.used}

    return Kind(states)


def _years(ledger: States) -> dict[str, str]:
    return {key: _of_year(year) for key, year in ledger.items() if key.startswith("year:")}


def _of_year(year: UnitYear) -> str:
    if year.graded:
        return "failed" if year.failed else "passed"
    return "vetoed" if year.vetoes else "open"


def _deposits(ledger: States) -> dict[str, str]:
    people = (state for state in ledger.values() if isinstance(state, Person))
    return {
        f"{person.person}/{year}": "held" if deposit.held else "given_up"
        for person in people
        for year, deposit in person.deposits.by_year.items()
    }


def _posts(ledger: States) -> dict[str, str]:
    """Persons that have a post, and may be suspended from it."""
    people = (state for state in ledger.values() if isinstance(state, Person) and state.posts)
    return {person.person: "suspended" if person.suspended else "at_work" for person in people}


def _points(ledger: States) -> dict[str, str]:
    """Awards of which something is left."""
    people = (state for state in ledger.values() if isinstance(state, Person))
    return {f"{person.person}/{lot.doc}": "held" for person in people for lot in person.points.lots}


KINDS = {
    **{kind: _documents(kind) for kind in ("hazard", "handover", "tender", "slip", "notice", "penalty", "case")},
    **{
        kind: _documents(kind)
        for kind in ("assessment", "advice", "training", "feedback", "proposal", "risk", "check", "corrective")
    },
    "overpayment": Kind(_documents("due").states),
    "post": Kind(_posts),
    "task": _documents("task"),
    "safety wage": _taken("safety-wage:"),
    "day's wage": _taken("daily-wage:"),
    "unit year": Kind(_years),
    "deposit": Kind(_deposits),
    "points": Kind(_points),
    "unit": Kind(_units, frozenset({"RenameUnit", "ReparentUnit"})),
    "person": Kind(_persons, frozenset({"AssignPerson", "EndAssignment"})),
    "price list": Kind(_versions),
    "urgent item": Kind(_urgent_items),
    "policy": Kind(_values),
    "delegation": Kind(_delegations),
    "posting": Kind(_money),
    "due": Kind(_dues),
    "agenda entry": Kind(_agenda),
    "period": Kind(_periods),
    "statement": Kind(_statements),
    "exception": Kind(_exceptions),
}


def observe(ledger: MemoryLedger, line: Line) -> tuple[bool, set[Seen]]:
    """Send a command; was it accepted, and what did it do to every document?"""
    before, first = dict(ledger.states), len(ledger.facts)
    if not ledger.send(line).ok:
        return False, set()
    after, facts = ledger.states, ledger.facts[first:]
    touched = {key for recorded in facts for key in (recorded.fact.stream, *all_tags(recorded.fact))}
    touched.add(f"command:{facts[-1].fact.command}")
    due = {f"command:{recorded.fact.command}" for recorded in facts_of_dues(ledger.facts[:first], facts)}
    old = {key: before[key] for key in touched | due if key in before}
    new = {key: after[key] for key in touched | due if key in after}
    return True, {
        Seen(name, was, line["command"], is_now)
        for name, kind in KINDS.items()
        for was, is_now in _moved(name, kind, old, new, line)
    }


def facts_of_dues(earlier: Iterable[StoredFact], facts: Iterable[StoredFact]) -> list[StoredFact]:
    """Earlier facts about a due that these facts are about as well."""
    documents = {change.document for recorded in facts for change in _dues_changed(recorded.fact)}
    documents |= {one.fact.document for one in facts if isinstance(one.fact, AppealHeld | AppealDecided)}
    if not documents:
        return []
    return [one for one in earlier if any(change.document in documents for change in _dues_changed(one.fact))]


def _moved(name: str, kind: Kind, before: States, after: States, line: Line) -> Iterator[tuple[str, str]]:
    old, new = kind.states(before), kind.states(after)
    named = line["data"].get(name) if _is_own(name, kind, line["command"]) else None
    for document in old.keys() | new.keys():
        was, is_now = old.get(document, NOTHING), new.get(document, NOTHING)
        if was != is_now or document == named:
            yield was, is_now


def _is_own(name: str, kind: Kind, command: str) -> bool:
    return name in about(command) if kind.own is None else command in kind.own


@cache
def about(command: str) -> frozenset[str]:
    """The kinds of documents that a command is about: what it brings in, else what it cannot do without."""
    row = TABLE[command]
    fields = {field.name: field for field in row.form.references}
    if new := {field.kind for field in fields.values() if field.new}:
        return frozenset(new)
    parameters = inspect.signature(row.function).parameters
    needed = {name for name in fields if "." not in name and parameters[name].default is inspect.Parameter.empty}
    return frozenset(needed | set(row.form.one_of))
