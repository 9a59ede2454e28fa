"""Inspections against the inspection list: quality, coverage, attendance per shift, and what came of problems (F-1).

The figures of a person's month are counted from the facts; ScoreInspection takes them as they are shown here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from ledger import scores
from ledger.calendars import last_day
from ledger.errors import Invalid
from ledger.inspections import Asked, Inspected, Visit, cycles, inspected
from ledger.money import plain
from ledger.state.policies import Policies
from ledger.vocabulary import Day, Month, PersonId, UnitId
from projections import read_models
from projections.queries.answers import duties as answers
from projections.queries.folds import facts_of_stream, folded
from projections.queries.kernel import Reader, Result, page, query
from projections.queries.posts import InForce, holders, in_force

made, checked = read_models.inspections.c, read_models.checks.c


# -- a person's month -----------------------------------------------------------------------------------------------


@query(
    "InspectionScore",
    "register",
    "duties",
    at="/persons/{person}/inspections/{period}",
    cli="inspections score PERSON",
    answer=answers.InspectionScore,
)
async def inspection_score(reader: Reader, person: PersonId, period: Month) -> Result:
    """A person's inspections of a month against the list in force at its end: quality, coverage, frequency, and I.

    Coverage is of the required places; an attendance is a shift in which the person has inspected anything, and one
    shift's excess never replaces another's miss (DUTY-08).  Without a list nothing is required: I is null.  Of a weekly
    list each week counts for itself, and ``score_inspection`` is null: such a score is taken from facts (rule 31).
    """
    last = last_day(period)
    listed = (await in_force(reader, "inspection", last, [person])).get(person)
    spans = cycles("month" if listed is None else listed.body["cycle"], period)
    rows = await made_between(reader, [person], spans[0][0], spans[-1][1])
    places, freq = _places(listed, rows), _attendances(listed, rows)
    found = inspected(_asked(listed), map(_visit, rows), period)
    parts = {name: None if part is None else scores.rounded(part) for name, part in found._asdict().items()}
    quality, score = parts["quality"], None
    if found.quality is not None and listed is not None:
        weights = await weights_of_inspection(reader, person, last)
        score = scores.rounded(scores.inspection(found.quality, found.coverage, found.frequency, weights))
    typed = score is not None and quality is not None and len(spans) == 1
    return {
        "person": person,
        "period": period,
        "list": None if listed is None else listed.version,
        **{name: None if part is None else plain(part) for name, part in parts.items()},
        "I": None if score is None else plain(score),
        "places": places,
        "freq": freq,
        "inspections": [row.inspection for row in rows],
        "rated": [row.inspection for row in rows if row.quality is not None],
        "score_inspection": _as_command(quality, places, freq) if typed and quality is not None else None,
    }


async def recorded_inspections(reader: Reader, person: str, month: Month) -> Inspected | None:
    """The parts of F-1 from the list and the recorded inspections; None where there is no list, or no inspection."""
    listed = (await in_force(reader, "inspection", last_day(month), [person])).get(person)
    if listed is None:
        return None
    spans = cycles(listed.body["cycle"], month)
    rows = await made_between(reader, [person], spans[0][0], spans[-1][1])
    return inspected(_asked(listed), map(_visit, rows), month) if rows else None


def _asked(listed: InForce | None) -> Asked:
    if listed is None:
        return Asked((), {}, "month")
    body = listed.body
    return Asked(body["places"], {each["shift"]: each["count"] for each in body["freq"]}, body["cycle"])


def _visit(row: Any) -> Visit:
    return Visit(row.business_date, row.shift, row.place, row.quality)


def _as_command(quality: Decimal, places: dict[str, list[str]], freq: dict[str, dict[str, int]]) -> dict[str, Any]:
    """The fields of ScoreInspection that these figures are."""
    counted = {"required": len(places["required"]), "visited": len(places["visited"])}
    return {"quality": plain(quality), "places": counted, "freq": freq}


async def made_between(reader: Reader, persons: Sequence[str] | None, first: Day, last: Day) -> list[Any]:
    wanted = select(read_models.inspections).where(made.business_date.between(first, last))
    if persons is not None:
        wanted = wanted.where(made.person.in_(persons))
    return await reader.rows(wanted.order_by(made.position))


def _places(listed: InForce | None, rows: Sequence[Any]) -> dict[str, list[str]]:
    """Required, visited of them, and not visited; visits elsewhere are extra and cover nothing."""
    required = [] if listed is None else list(dict.fromkeys(listed.body["places"]))
    seen = {row.place for row in rows}
    return {
        "required": required,
        "visited": [place for place in required if place in seen],
        "missing": [place for place in required if place not in seen],
        "extra": sorted(seen - set(required)),
    }


def _attendances(listed: InForce | None, rows: Sequence[Any]) -> dict[str, dict[str, int]]:
    """Per shift: the minimum of the list, and the shifts attended."""
    required = {} if listed is None else {each["shift"]: each["count"] for each in listed.body["freq"]}
    attended = {(row.business_date, row.shift) for row in rows if row.shift is not None}
    done = Counter(shift for _, shift in attended)
    return {"required": required, "done": {shift: done[shift] for shift in sorted({*required, *done})}}


async def weights_of_inspection(reader: Reader, person: str, day: Day) -> list[Decimal]:
    """``inspection.weights`` of the person's home on the day."""
    organisation = await reader.organisation()
    home = (await reader.state("person", person)).home(day) or organisation.root
    policies: Policies = folded("policy", await facts_of_stream(reader, "policy"))
    weights: list[str] = policies.value("inspection.weights", organisation.path(home, day), day)
    return [Decimal(weight) for weight in weights]


# -- the list of them -----------------------------------------------------------------------------------------------


@query("Inspections", "register", "duties", at="/inspections", cli="inspections list", answer=answers.Inspections)
async def inspections(
    reader: Reader,
    period: Month,
    unit: UnitId | None = None,
    person: PersonId | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> Result:
    """Inspections of a month in their order, of a person or of everybody at or below a unit, with what came of them.

    ``unreported``: problems that are more than the hazards that came of the inspection (DUTY-05).
    """
    if unit is not None and person is not None:
        raise Invalid("unit or person, not both")
    first, last = f"{period}-01", last_day(period)
    persons = [person] if person else None if unit is None else list(await holders(reader, unit, last))
    rows = [row for row in await made_between(reader, persons, first, last) if row.position > (after or 0)]
    shown = rows[: page(limit)]
    found = await _checks(reader, [row.position for row in shown])
    return {
        "period": period,
        "inspections": [_row(row, found[row.position]) for row in shown],
        "next": shown[-1].position if len(rows) > len(shown) else None,
    }


async def _checks(reader: Reader, positions: list[int]) -> defaultdict[int, list[Any]]:
    wanted = select(read_models.checks).where(checked.position.in_(positions)).order_by(checked.position, checked.line)
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in await reader.rows(wanted):
        found[row.position].append(row)
    return found


def _row(row: Any, found: list[Any]) -> dict[str, Any]:
    problems = [check.item for check in found if check.result == "problem"]
    return {
        "position": row.position,
        "inspection": row.inspection,
        "person": row.person,
        "place": row.place,
        "business_date": row.business_date,
        "shift": row.shift,
        "quality": row.quality,
        "unannounced": row.unannounced,
        "checked": len(found),
        "problems": problems,
        "hazards": row.hazards,
        "unreported": max(0, len(problems) - row.hazards),
    }
