"""A person: home, what is payable, what is due, what was deducted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ledger.accounts import AccountCode
from ledger.calendars import last_day
from ledger.fact import Fact, StoredFact, topic_of
from ledger.facts.dues import CompensationDeducted, DeductionCarried, GrossWageImported
from ledger.facts.pools import EntryReversed
from ledger.money import fen, part_of, yuan
from ledger.state.person import Person
from ledger.state.policies import Policies
from ledger.vocabulary import Month, PersonId, person_stream
from projections import read_models
from projections.queries.answers import pools as answers
from projections.queries.facts import stored_facts
from projections.queries.folds import facts_of_stream, folded
from projections.queries.kernel import Reader, Result, query
from projections.queries.raised_dues import dues_of

log = read_models.events.c

PAY = {"perf": AccountCode.PAY_PERF, "safety": AccountCode.PAY_SAFETY, "bonus": AccountCode.PAY_BONUS}
TOLD = tuple(
    topic_of(fact_type) for fact_type in (GrossWageImported, CompensationDeducted, DeductionCarried, EntryReversed)
)


@query("Person", "register", at="/persons/{person}", cli="person PERSON", answer=answers.Person)
async def person(reader: Reader, person: PersonId, period: Month | None = None) -> Result:
    """A person's home, payables, every due with what is open of it, and deductions (of one month, or all).

    A month whose gross wage is imported has its row, also where nothing was decided (rule 45).
    """
    state: Person = await reader.state("person", person)
    return {
        "person": person,
        "home": state.home(await reader.today()),
        "pay": {name: yuan(state.balance(code)) for name, code in PAY.items()},
        "due": yuan(state.due),
        "dues": await dues_of(reader, state),
        "deposit": yuan(state.balance(AccountCode.DEP_RISK)),
        "streak": state.deposits.streak,
        "points": state.points.held,
        "suspended": state.suspended is not None,
        "deductions": await deductions_of(reader, state, period, reader.position),
    }


async def deductions_of(reader: Reader, person: Person, period: Month | None, known: int) -> list[dict[str, Any]]:
    """The deductions of a month, or all, by what was known at a position."""
    wanted = [log.stream == person_stream(person.person), log.topic.in_(TOLD), log.position <= known]
    months = await deductions(reader, person, await stored_facts(reader, wanted, log.version))
    return [month for month in months if period is None or month["period"] == period]


async def deductions(reader: Reader, person: Person, facts: Iterable[StoredFact]) -> list[dict[str, Any]]:
    """By month: gross wage and cap, the deduction, and the rest that was carried on; what is reversed is left out."""
    told = list(facts)
    reversals = [fact for _, _, fact in told if isinstance(fact, EntryReversed)]
    gone, undone = {fact.original for fact in reversals}, {fact.of for fact in reversals}
    months: dict[str, dict[str, Any]] = {}
    for position, _, fact in told:
        if position not in gone and not (isinstance(fact, DeductionCarried) and fact.command in undone):
            _tell(months, fact)
    usual = await _usual(reader, person, months) if any("cap" not in row for row in months.values()) else {}
    undecided = {"deducted": "0.00", "carried": "0.00"}
    return [
        {"period": month, "gross": row["gross"], "cap": None, "floor": None, **undecided, **usual.get(month, {}), **row}
        for month, row in sorted(months.items())
    ]


def _tell(months: dict[str, dict[str, Any]], fact: Fact) -> None:
    """A deduction follows the import of its gross wage, and goes with it."""
    match fact:
        case GrossWageImported():
            floor = {} if fact.min_wage is None else {"floor": yuan(fact.min_wage)}
            months[fact.period] = {"gross": yuan(fact.gross), **floor}
        case CompensationDeducted():
            months[fact.period] |= {"cap": yuan(fact.cap), "floor": yuan(fact.floor), "deducted": yuan(fact.amount)}
        case DeductionCarried() if fact.period in months:
            months[fact.period]["carried"] = yuan(fact.amount)
        case _:
            pass


async def _usual(reader: Reader, person: Person, months: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Cap and floor of each month in which none were used: those of the home on its last day (F-12, rule 45)."""
    organisation = await reader.organisation()
    policies: Policies = folded("policy", await facts_of_stream(reader, "policy"))
    found = {}
    for month, row in months.items():
        day = last_day(month)
        path = organisation.path(person.home(day) or organisation.root, day)
        share = Decimal(str(policies.value("deduct.cap", path, day)))
        floor = policies.value("deduct.floor", path, day)
        found[month] = {"cap": yuan(part_of(fen(row["gross"]), share)), "floor": floor}
    return found
