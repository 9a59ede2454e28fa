"""The analysis report of a person, a unit or the company: what is weak, the trend, a comparison (ASS-18).

Counted from scores, tasks and facts as they stand; the text is filled into templates.  The same facts give the same
report, and the same digest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Numeric, Text, cast, column, func, select

from ledger import analysis as tallied
from ledger.calendars import add_months, last_day
from ledger.errors import Invalid
from ledger.money import percent, plain
from ledger.state.duties import DONE
from ledger.state.person import Person
from ledger.state.tallies import Tally
from ledger.vocabulary import PersonId, Span, UnitId, person_stream, unit_stream
from ledger.words import word
from projections import read_models
from projections.analysis_text import text_of
from projections.queries.analysis import generated_report
from projections.queries.answers import indicators as answers
from projections.queries.folds import facts_of_documents, folded
from projections.queries.kernel import Reader, Result, query
from projections.queries.score_sheets import duty_items
from projections.queries.score_sums import ByUnit, Scores, together, told_scores

Row = dict[str, Any]
states = read_models.states.c
WORST = 5
"""So many of the weakest are named."""
MONTHS_BACK = 6
"""Of a single month the course of so many months is shown."""


class Scope(NamedTuple):
    """Subject of a report: a person, or units (a unit with all below it)."""

    subject: str
    kind: str
    units: tuple[str, ...] = ()

    def of(self, kind: str) -> list[ColumnElement[bool]]:
        """Documents of the person, or of the units."""
        mine = states.unit.in_(self.units) if self.kind != "person" else states.body["person"].astext == self.subject
        return [states.kind == kind, mine]


@query("Analysis", "register", at="/analysis/{period}", cli="report analysis", answer=answers.Analysis)
async def analysis(
    reader: Reader,
    period: Span,
    person: PersonId | None = None,
    unit: UnitId | None = None,
    lang: Literal["zh", "en"] = "zh",
) -> Result:
    """The report of a person, of a unit with all below it, or (neither named) of the whole company.

    ``duties`` and ``deductions`` are the weakest first, ``trend`` the months of the period (of a month the last six),
    ``comparison`` the sibling units, or a person beside the means of his unit and the company; ``text`` says it in
    Chinese or English.  ``digest`` is of the figures that GenerateAnalysisReport seals, ``sealed`` that of the report
    that it sealed last: where the two are the same, this is the sealed report.
    """
    if person is not None and unit is not None:
        raise Invalid("person or unit, not both")
    scope = await _scope(reader, period, person, unit)
    months, course, sheets = tallied.months_of(period), trend_months(period), sheets_of(period)
    scores = await told_scores(reader, scope.of("assessment"), {*course, *sheets})
    counted = await _tallies(reader, scope, course)
    figures = tallied.report(scope.subject, period, counted)
    data: Result = {
        "subject": scope.subject,
        "kind": scope.kind,
        "period": period,
        "scores": together(scores, sheets).shown,
        "tasks": await _task_totals(reader, scope, months),
        "duties": await _duties(reader, scope, months),
        "deductions": await _deductions(reader, scope, sheets),
        "figures": figures["figures"],
        "rates": {name: rate for name, rate in figures["rates"].items() if rate is not None},
        "weakest": figures["weakest"],
        "trend": await _trend(reader, scope, course, scores, counted),
        "comparison": await _comparison(reader, scope, sheets, months[-1]),
    }
    generated = await generated_report(reader, scope.subject, period)
    seals = {"digest": tallied.sealed(figures)[1], "sealed": None if generated is None else generated.digest}
    return {**data, "lang": lang, "text": text_of(data, lang), **seals}


async def _scope(reader: Reader, period: str, person: str | None, unit: str | None) -> Scope:
    """Units are those at the end of the period, or today, as when a report is sealed."""
    if person is not None:
        return Scope(person, "person")
    organisation = await reader.organisation()
    subject = unit or organisation.root
    day = min(await reader.today(), last_day(tallied.months_of(period)[-1]))
    units = sorted(name for name in organisation.units if organisation.within(name, subject, day))
    return Scope(subject, "company" if subject == organisation.root else "unit", tuple(units))


def sheets_of(period: str) -> tuple[str, ...]:
    """The periods whose sheets count: the months, and a deputy's year in a year."""
    months = tallied.months_of(period)
    return (*months, period) if "-" not in period else months


def trend_months(period: str) -> tuple[str, ...]:
    """The months of a quarter or year; of a month, the last six up to it."""
    months = tallied.months_of(period)
    if len(months) > 1:
        return months
    return tuple(add_months(f"{period}-01", back)[:7] for back in range(1 - MONTHS_BACK, 1))


# -- what is weak ---------------------------------------------------------------------------------------------------


async def _duties(reader: Reader, scope: Scope, months: Sequence[str]) -> list[Row]:
    """The duties that were missed, the worst first: how many tasks fell due, how many were done."""
    body, missed = states.body, states.state == "missed"
    item, person = body["item"].astext, body["person"].astext
    statement = (
        select(item, func.count(), func.count().filter(missed), func.min(person).filter(missed))
        .where(*scope.of("task"), *_due_in(months), states.state.in_([*DONE, "missed"]))
        .group_by(item)
        .having(func.count().filter(missed) > 0)
    )
    rows = sorted(await reader.rows(statement), key=lambda row: (-row[2] / row[1], -row[2], row[0]))
    day = last_day(months[-1])
    return [await _duty(reader, day, *row) for row in rows[:WORST]]


def _due_in(months: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return states.until >= f"{months[0]}-01", states.until <= last_day(months[-1])


async def _duty(reader: Reader, day: str, item: str, due: int, missed: int, person: str) -> Row:
    """A missed duty in the words of the list of one who missed it."""
    listed = (await duty_items(reader, person, day)).get(item)
    text = listed.text if listed else None
    return {"item": item, "text": text, "due": due, "missed": missed, "rate": _percent(due - missed, due)}


def _percent(part: int, whole: int) -> str | None:
    value = percent(part, whole)
    return None if value is None else plain(value)


async def _deductions(reader: Reader, scope: Scope, periods: Sequence[str]) -> list[Row]:
    """Reasons for which points were taken off, the most points first."""
    change = func.jsonb_array_elements(states.body["adjustments"]).table_valued(column("value", states.body.type))
    reason = change.c.value["reason_code"].astext
    points = func.sum(cast(change.c.value["points"].astext, Numeric))
    statement = (
        select(reason, func.count(), points)
        .select_from(read_models.states.join(change, read_models.states.c.kind == "assessment"))
        .where(
            *scope.of("assessment"),
            states.body["period"].astext.in_(periods),
            cast(change.c.value["bonus"].astext, Text) == "false",
        )
        .group_by(reason)
    )
    rows = sorted(await reader.rows(statement), key=lambda row: (-row[2], row[0]))
    return [
        {
            "reason_code": code,
            "reason": word("value", f"reason_code.{code}")[:2],
            "count": number,
            "points": plain(total),
        }
        for code, number, total in rows
    ]


# -- course and comparison ------------------------------------------------------------------------------------------


async def _tallies(reader: Reader, scope: Scope, months: Sequence[str]) -> dict[str, tuple[Tally, ...]]:
    """The figures that facts add to the person, or to each unit, in the years of these months."""
    years = sorted({month[:4] for month in months})
    streams = {scope.subject: person_stream(scope.subject)}
    if scope.kind != "person":
        streams = {unit: unit_stream(unit) for unit in scope.units}
    names = [f"{stream}/{year}" for stream in streams.values() for year in years]
    facts = await facts_of_documents(reader, "tally", names)
    found = {name: folded(f"tally:{name}", facts[name]) for name in names}
    return {name: tuple(found[f"{stream}/{year}"] for year in years) for name, stream in streams.items()}


async def _trend(
    reader: Reader,
    scope: Scope,
    months: Sequence[str],
    scores: ByUnit,
    counted: Mapping[str, tuple[Tally, ...]],
) -> list[Row]:
    """Month by month: scores, tasks done, hazards, charges."""
    tasks = await _tasks(reader, scope, months)
    rows = []
    for month in months:
        figures = tallied.report(scope.subject, month, counted)["figures"]
        done, missed = tasks.get(month, (0, 0))
        rows.append(
            {
                "month": month,
                **together(scores, [month]).shown,
                "tasks_done": _percent(done, done + missed),
                "hazards": figures.get("hazards_reported", 0),
                "charged": figures.get("charged", "0.00"),
            }
        )
    return rows


async def _tasks(reader: Reader, scope: Scope, months: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Completed and missed tasks by the month in which they were due."""
    month = func.substr(states.until, 1, 7)
    done, missed = states.state.in_(DONE), states.state == "missed"
    statement = (
        select(month, func.count().filter(done), func.count().filter(missed))
        .where(*scope.of("task"), *_due_in(months))
        .group_by(month)
    )
    return {name: (completed, lost) for name, completed, lost in await reader.rows(statement)}


async def _task_totals(reader: Reader, scope: Scope, months: Sequence[str]) -> Row:
    """How many tasks fell due in the period, and how many of them were done."""
    counted = (await _tasks(reader, scope, months)).values()
    done, missed = sum(done for done, _ in counted), sum(missed for _, missed in counted)
    return {"due": done + missed, "done": done, "rate": _percent(done, done + missed)}


async def _comparison(reader: Reader, scope: Scope, periods: Sequence[str], last: str) -> list[Row]:
    """Beside whom the subject stands: sibling units (the company: its units), or the means around a person."""
    scores = await told_scores(reader, [states.kind == "assessment"], periods)
    if scope.kind == "person":
        return await _around(reader, scope.subject, periods, scores, last_day(last))
    organisation, today = await reader.organisation(), await reader.today()
    parent = organisation.root if scope.kind == "company" else organisation.parent(scope.subject, today)
    siblings = [name for name in organisation.units if organisation.parent(name, today) == parent]
    means = {name: together(scores, periods, await reader.unit_and_below(name)) for name in siblings}
    ranked = sorted(means, key=lambda name: (not means[name].sheets, -_exact(means[name]), name))
    rows = [{"subject": name, "rank": place, **means[name].shown} for place, name in enumerate(ranked, 1)]
    return [row for row in rows if row["sheets"]]


def _exact(scores: Scores) -> Decimal:
    return scores.score / scores.sheets if scores.sheets else Decimal()


async def _around(reader: Reader, person: str, periods: Sequence[str], scores: ByUnit, day: str) -> list[Row]:
    """The person, the mean of the unit that was his home, and the mean of the company; nobody else's scores."""
    own = await told_scores(reader, Scope(person, "person").of("assessment"), periods)
    state: Person = await reader.state("person", person)
    home = state.home(day)
    rows = [("person", person, together(own, periods))]
    if home is not None:
        rows.append(("unit", home, together(scores, periods, [home])))
    rows.append(("company", (await reader.organisation()).root, together(scores, periods)))
    return [{"of": of, "subject": name, **sums.shown} for of, name, sums in rows]
