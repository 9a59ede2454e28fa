"""A person: home, what is payable, what is due, what was deducted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.accounts import AccountCode
from ledger.fact import StoredFact, topic_of
from ledger.facts.dues import CompensationDeducted, DeductionCarried
from ledger.facts.pools import EntryReversed
from ledger.money import yuan
from ledger.state.dues import Due
from ledger.state.person import Person
from ledger.vocabulary import Month, PersonId, person_stream
from projections import read_models
from projections.queries.answers import pools as answers
from projections.queries.facts import stored_facts
from projections.queries.kernel import Reader, Result, query

log = read_models.events.c

PAY = {"perf": AccountCode.PAY_PERF, "safety": AccountCode.PAY_SAFETY, "bonus": AccountCode.PAY_BONUS}
TOLD = tuple(topic_of(fact_type) for fact_type in (CompensationDeducted, DeductionCarried, EntryReversed))


@query("Person", "register", at="/persons/{person}", cli="person PERSON", answer=answers.Person)
async def person(reader: Reader, person: PersonId, period: Month | None = None) -> Result:
    """A person's home, payables, dues with what is open of them, and deductions (of one month, or all)."""
    state: Person = await reader.state("person", person)
    wanted = [log.stream == person_stream(person), log.topic.in_(TOLD), log.position <= reader.position]
    months = deductions(await stored_facts(reader, wanted, log.version))
    return {
        "person": person,
        "home": state.home(await reader.today()),
        "pay": {name: yuan(state.balance(code)) for name, code in PAY.items()},
        "due": yuan(state.due),
        "dues": [_due(due) for due in state.dues if due.open or due.appealed],
        "deposit": yuan(state.balance(AccountCode.DEP_RISK)),
        "streak": state.deposits.streak,
        "points": state.points.held,
        "suspended": state.suspended is not None,
        "deductions": [month for month in months if period is None or month["period"] == period],
    }


def _due(due: Due) -> dict[str, Any]:
    """The document by its own id; a due that was opened with the book has none."""
    kind, _, name = due.document.partition(":")
    document = None if kind == "opening" else name or kind
    return {"document": document, "amount": yuan(due.amount), "open": yuan(due.open), "appealed": due.appealed}


def deductions(facts: Iterable[StoredFact]) -> list[dict[str, Any]]:
    """Deductions of each month, and the rest that was carried on; reversed deductions are left out."""
    told = list(facts)
    gone = {fact.original for _, _, fact in told if isinstance(fact, EntryReversed)}
    months: dict[str, dict[str, Any]] = {}
    for position, _, fact in told:
        if position in gone or not isinstance(fact, CompensationDeducted | DeductionCarried):
            continue
        month = months.setdefault(
            fact.period, {"period": fact.period, "gross": None, "cap": None, "deducted": "0.00", "carried": "0.00"}
        )
        if isinstance(fact, CompensationDeducted):
            month |= {"gross": yuan(fact.gross), "cap": yuan(fact.cap), "deducted": yuan(fact.amount)}
        else:
            month["carried"] = yuan(fact.amount)
    return [months[month] for month in sorted(months)]
