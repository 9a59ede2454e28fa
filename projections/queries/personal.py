"""A person's own figures of a month: wage, score, payout, dues, deductions, carry."""

from __future__ import annotations

from typing import Any

from ledger.accounts import AccountCode, account_of
from ledger.calendars import last_day
from ledger.money import fen
from ledger.state.person import Person
from ledger.vocabulary import Month, PersonId
from projections import read_models
from projections.queries.answers import papers as answers
from projections.queries.axes import now
from projections.queries.entries import line, lines
from projections.queries.kernel import Reader, Result, query
from projections.queries.persons import person as about
from projections.queries.statement import in_words
from projections.queries.wages import PAY, figures_of

journal = read_models.entries.c
OWN = (*PAY, AccountCode.DUE_PERSON)


@query(
    "PersonalStatement",
    "journal",
    "register",
    at="/persons/{person}/statements/{period}",
    cli="personal-list PERSON PERIOD",
    answer=answers.PersonalStatement,
)
async def personal_statement(reader: Reader, person: PersonId, period: Month) -> Result:
    """A person's own list of a month: figures as in section C of the unit's statement, and every entry behind them."""
    state: Person = await reader.state("person", person)
    organisation = await reader.organisation()
    unit = state.home(last_day(period)) or organisation.root
    [figures] = await figures_of(reader, [person], period, now(reader))
    told = await about(reader, person, period)
    return {
        "person": person,
        "period": period,
        "unit": unit,
        "unit_name": organisation.units[unit].name_on(last_day(period)),
        "centre": organisation.centre(unit, last_day(period)),
        "simulated": organisation.simulated,
        **{name: value for name, value in figures.items() if name != "person"},
        "payable_words": in_words(fen(figures["payable"])),
        "entries": await _entries(reader, person, period),
        "dues": [due for due in told["dues"] if due["open"] != "0.00" or due["appealed"]],
        "deductions": told["deductions"],
        "known": reader.position,
    }


async def _entries(reader: Reader, person: str, period: str) -> list[dict[str, Any]]:
    """Every entry on the person's own accounts in the month, in the order of recording."""
    accounts = [account_of(code, person) for code in OWN]
    rows = await reader.rows(lines(journal.account.in_(accounts), journal.posting_period == period))
    return [{"account": row.account, "class": getattr(row, "class"), **line(row)} for row in rows]
