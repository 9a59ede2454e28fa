"""Every due of a person in the order raised, with what is still open of it (contract rule 45).

The state of a person forgets what is paid; the facts do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from sqlalchemy import or_, select

from ledger.consequences import DueChange
from ledger.fact import Fact
from ledger.facts import BY_TOPIC
from ledger.money import yuan
from ledger.state.person import Person
from ledger.vocabulary import Month, person_stream
from projections import read_models
from projections.queries.facts import stored_facts
from projections.queries.kernel import Reader

log, listed = read_models.events.c, read_models.subjects.c

CHANGING_DUES = tuple(topic for topic, fact_type in BY_TOPIC.items() if fact_type.due_changes is not Fact.due_changes)
"""Facts by which somebody may come to owe, or pay."""


class RaisedDue(Struct):
    document: str
    fund: str
    amount: int
    open: int

    def goes_on(self, change: DueChange) -> bool:
        """Is it the due that changes?  One that is closed is raised no more: what comes then is another due."""
        is_mine = (self.document, self.fund) == (change.document, change.fund or "")
        is_new = change.amount > 0 and change.since is None
        return is_mine and (self.open > 0 or not is_new)


async def dues_of(
    reader: Reader, person: Person, until: Month | None = None, known: int | None = None
) -> list[dict[str, Any]]:
    """The dues of a person as query Person lists them; of what is posted up to a month, as known at a position."""
    stream = person_stream(person.person)
    touching = select(listed.position).where(listed.subject == stream)
    concerning = or_(log.stream == stream, log.position.in_(touching))
    where = [concerning, log.topic.in_(CHANGING_DUES), log.position <= (known or reader.position)]
    told = [one.fact for one in await stored_facts(reader, where, log.position) if not one.fact.mirror]
    facts = [fact for fact in told if until is None or (fact.posting_period or "") <= until]
    appealed = {(due.document, due.fund) for due in person.dues if due.appealed}
    return [_shown(due, (due.document, due.fund) in appealed) for due in raised(facts, person.person)]


def raised(facts: Iterable[Fact], person: str) -> list[RaisedDue]:
    """The dues that these facts raise for a person, less what they pay."""
    dues: list[RaisedDue] = []
    for fact in facts:
        for change in fact.due_changes():
            if change.party == person and not change.unit:
                _change(dues, change)
    return dues


def _change(dues: list[RaisedDue], change: DueChange) -> None:
    due = next((one for one in reversed(dues) if one.goes_on(change)), None)
    if due is None:
        dues.append(RaisedDue(change.document, change.fund or "", change.amount, change.amount))
    else:
        due.open += change.amount
        due.amount = max(due.amount, due.open)


def _shown(due: RaisedDue, appealed: bool) -> dict[str, Any]:
    """The document by its own id; a due that was opened with the book has none."""
    kind, _, name = due.document.partition(":")
    document = None if kind == "opening" else name or kind
    return {"document": document, "amount": yuan(due.amount), "open": yuan(due.open), "appealed": appealed}
