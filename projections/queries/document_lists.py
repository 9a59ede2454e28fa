"""Documents of a kind as a list, and sums of the lines that charge parties (rule 51)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, null, select, true, tuple_

from ledger.errors import Invalid, Unknown
from ledger.money import yuan
from ledger.state.organisation import Organisation
from ledger.vocabulary import Day, PersonId, Tier, UnitId
from projections import read_models
from projections.queries.answers import books as answers
from projections.queries.documents import check_kind
from projections.queries.kernel import Reader, Result, page, query

states = read_models.states.c
CHARGING = ("slip", "penalty", "notice", "case")
GONE = ("cancelled", "waived")
BY = ("unit", "centre", "person", "kind", "tier", "item", "month", "year")


@query("Register", "register", at="/documents/{kind}", cli="documents KIND", answer=answers.Register)
async def register(
    reader: Reader,
    kind: str,
    unit: UnitId | None = None,
    subtree: bool = True,
    person: PersonId | None = None,
    state: str | None = None,
    since: Day | None = None,
    until: Day | None = None,
    tier: Tier | None = None,
    item: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Result:
    """Documents of a kind by the business date of their first fact and id: of a unit (with all below it), of a party.

    ``after`` is the last id of the page before.  Parties are those of the lines, both sides of a trade, else the
    person whom the document is about.
    """
    check_kind(kind)
    wanted = [
        states.kind == kind,
        *_equal(state=state, tier=tier, item=item),
        *_between(states.first_day, since, until),
    ]
    if unit is not None:
        wanted.append(states.unit.in_(await reader.unit_and_below(unit) if subtree else [unit]))
    if person is not None:
        wanted.append(states.parties.contains([person]))
    if after is not None:
        wanted.append(tuple_(states.first_day, states.id) > tuple_(*await _place(reader, kind, after)))
    listed = select(*(states[name] for name in SHOWN)).where(*wanted).order_by(states.first_day, states.id)
    return {"documents": [_document(row) for row in await reader.rows(listed.limit(page(limit)))]}


SHOWN = ("id", "number", "unit", "first_day", "state", "tier", "item", "total", "parties", "hazard")


def _equal(**asked: str | None) -> list[ColumnElement[bool]]:
    return [states[column] == value for column, value in asked.items() if value is not None]


def _between(column: ColumnElement[str], since: Day | None, until: Day | None) -> list[ColumnElement[bool]]:
    """The days asked for, both included."""
    return [*([] if since is None else [column >= since]), *([] if until is None else [column <= until])]


async def _place(reader: Reader, kind: str, name: str) -> tuple[str, str]:
    """The place of a document in the list of its kind."""
    first_day = await reader.connection.scalar(select(states.first_day).where(states.kind == kind, states.id == name))
    if first_day is None:
        raise Unknown(kind, name)
    return str(first_day), name


def _document(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "unit": row.unit,
        "business_date": row.first_day,
        "state": row.state,
        "tier": row.tier,
        "item": row.item,
        "total": None if row.total is None else yuan(row.total),
        "parties": list(dict.fromkeys(row.parties or ())),
        "hazard": row.hazard,
    }


@query("SlipSums", "register", at="/slip-sums", cli="slip-sums", answer=answers.SlipSums)
async def slip_sums(reader: Reader, by: list[str], since: Day | None = None, until: Day | None = None) -> Result:
    """Lines of slips, penalties, notices and cases as they stand now, confirmed or not, summed by any of eight marks.

    The marks are unit, centre, person, kind, tier, item, month and year: unit and centre the document's, the person of
    a unit's line null, the month that of the issue, of a case that of its decision.  Cancelled and waived documents are
    left out, and lines that an appeal has revoked; ``count`` is of documents.
    """
    if not set(by) <= set(BY) or len(set(by)) < len(by):
        raise Invalid(f"by: of {', '.join(BY)} some, each once")
    organisation = await reader.organisation()
    found: defaultdict[tuple[str | None, ...], list[int]] = defaultdict(lambda: [0, 0])
    for row in await reader.rows(_sums(by, organisation, since, until)):
        key = tuple(_mark(word, row, organisation) for word in by)
        found[key][0] += row.documents
        found[key][1] += int(row.total)
    return {
        "rows": [
            dict(zip(by, key, strict=True)) | {"count": documents, "total": yuan(total)}
            for key, (documents, total) in sorted(found.items(), key=lambda group: _null_first(group[0]))
        ]
    }


def _null_first(values: Iterable[str | None]) -> tuple[tuple[bool, str], ...]:
    return tuple((value is not None, value or "") for value in values)


def _sums(by: list[str], organisation: Organisation, since: Day | None, until: Day | None) -> Select[Any]:
    """Lines by all that the marks are made of: a notice has no centre of its own but that of its unit on its day."""
    line = func.unnest(states.parties, states.charges).table_valued("party", "charge").render_derived("line")
    marks: dict[str, list[Any]] = {
        "unit": [states.unit],
        "centre": [states.centre, states.unit, states.charged_on],
        "person": [case((line.c.party.in_(list(organisation.units)), null()), else_=line.c.party).label("person")],
        "kind": [states.kind],
        "tier": [states.tier],
        "item": [states.item],
        "month": [func.left(states.charged_on, 7).label("month")],
        "year": [func.left(states.charged_on, 4).label("year")],
    }
    groups = list(dict.fromkeys(column for word in by for column in marks[word]))
    documents = func.count(func.concat(states.kind, ":", states.id).distinct()).label("documents")
    return (
        select(*groups, documents, func.sum(line.c.charge).label("total"))
        .select_from(read_models.states.join(line, true()))
        .where(
            states.kind.in_(CHARGING),
            states.state.not_in(GONE),
            line.c.charge.is_not(None),
            *_between(states.charged_on, since, until),
        )
        .group_by(*groups)
    )


def _mark(word: str, row: Any, organisation: Organisation) -> str | None:
    if word == "centre":
        return row.centre or organisation.centre(row.unit, row.charged_on)
    found: str | None = getattr(row, word)
    return found
