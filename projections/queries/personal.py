"""A person's own figures of a month: wage, score, payout, dues, deductions, carry."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from ledger.accounts import AccountCode, account_of
from ledger.calendars import last_day
from ledger.money import fen
from ledger.state.person import Person
from ledger.vocabulary import Month, PersonId, person_stream
from projections import read_models
from projections.queries.answers import papers as answers
from projections.queries.axes import Axes, axes
from projections.queries.entries import line, lines
from projections.queries.facts import stored_facts
from projections.queries.folds import folded
from projections.queries.kernel import Reader, Result, query
from projections.queries.persons import deductions_of
from projections.queries.raised_dues import dues_of
from projections.queries.statement import in_words
from projections.queries.wages import PAY, figures_of

journal, log, listed = read_models.entries.c, read_models.events.c, read_models.subjects.c
OWN = (*PAY, AccountCode.DUE_PERSON)


@query(
    "PersonalStatement",
    "journal",
    "register",
    at="/persons/{person}/statements/{period}",
    cli="personal-list PERSON PERIOD",
    answer=answers.PersonalStatement,
)
async def personal_statement(
    reader: Reader,
    person: PersonId,
    period: Month,
    known_at: str | None = None,
    known_position: int | None = None,
) -> Result:
    """A person's own list of a month: figures as in section C of the unit's statement, and every entry behind them.

    Dues are those of the month's end, by everything posted up to it; with ``known_at`` or ``known_position`` all of
    it as it was known then.  The deduction shows gross wage, cap and floor, also where nothing was deducted (F-12).
    """
    when = await axes(reader, None, known_at, known_position)
    state = await _at_the_end(reader, person, period, when.position)
    organisation = await reader.organisation()
    unit = state.home(last_day(period)) or organisation.root
    [figures] = await figures_of(reader, [person], period, when)
    dues = await dues_of(reader, state, period, when.position)
    return {
        "person": person,
        "period": period,
        "unit": unit,
        "unit_name": organisation.units[unit].name_on(last_day(period)),
        "centre": organisation.centre(unit, last_day(period)),
        "simulated": organisation.simulated,
        **{name: value for name, value in figures.items() if name != "person"},
        "payable_words": in_words(fen(figures["payable"])),
        "entries": await _entries(reader, person, period, when),
        "dues": [due for due in dues if due["open"] != "0.00" or due["appealed"]],
        "deductions": await deductions_of(reader, state, period, when.position),
        "known": when.position,
        **when.said,
    }


async def _at_the_end(reader: Reader, person: str, period: str, known: int) -> Person:
    """The person as the postings up to a month leave him, by what was known at a position."""
    stream = person_stream(person)
    told = select(listed.position).where(listed.subject == stream)
    wanted = [or_(log.stream == stream, log.position.in_(told)), log.position <= known]
    found = await stored_facts(reader, wanted, log.position)
    state: Person = folded(stream, (each for each in found if (each.fact.posting_period or "") <= period))
    return state


async def _entries(reader: Reader, person: str, period: str, when: Axes) -> list[dict[str, Any]]:
    """Every entry on the person's own accounts in the month, in the order of recording."""
    accounts = [account_of(code, person) for code in OWN]
    rows = await reader.rows(lines(journal.account.in_(accounts), journal.posting_period == period, when.entries))
    return [{"account": row.account, "class": getattr(row, "class"), **line(row)} for row in rows]
