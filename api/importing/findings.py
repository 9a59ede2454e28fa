"""Rows become findings; a row that cannot says which column is wrong, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from api.importing.identity import Named, RowIds, content_digest, named, tidy
from api.importing.mapping import PLACEHOLDER, ROW, Mapping, Persons, Rule, Units
from api.importing.problems import BadRow
from api.importing.tables import Row
from ledger.forms import FIRST_YEAR
from ledger.money import fen, yuan

_AMOUNT = re.compile(r"(?P<sign>-?)(?P<yuan>[0-9]+)(\.(?P<cents>[0-9]*))?\Z")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
DATES = frozenset({"issued", "occurred", "served"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of the authority: who is held responsible, for what, how much, and when."""

    id: str
    line: int
    digest: str
    unit: Named
    parent: Named | None
    person: Named | None
    amount: int
    issued: str
    occurred: str
    served: str
    texts: dict[str, str]
    """The other fields as text: tier, place, description, grounds, basis, document, category, item, level."""


class Wrong(Exception):
    """A cell that cannot be read as its field."""


@dataclass(frozen=True)
class Findings:
    """What a table holds: findings in the order of the file, and the rows left out."""

    good: list[Finding]
    bad: list[BadRow]


def read_findings(mapping: Mapping, rows: Iterable[Row], today: str) -> Findings:
    """Findings of all rows; ``today`` is the day after which nothing can have happened."""
    reader = _Reader(mapping, today)
    found: list[Finding] = []
    bad: list[BadRow] = []
    for row in rows:
        outcome = reader.read(row)
        if isinstance(outcome, Finding):
            found.append(outcome)
        else:
            bad += outcome
    return Findings(found, bad)


class _Reader:
    def __init__(self, mapping: Mapping, today: str) -> None:
        self._mapping = mapping
        self._rules = mapping.fields.given()
        self._columns = mapping.columns
        self._today = today
        self._ids = RowIds(mapping.source)

    def read(self, row: Row) -> Finding | list[BadRow]:
        values: dict[str, str] = {}
        bad: list[BadRow] = []
        for field, rule in self._rules.items():
            try:
                values[field] = self._value(field, rule, row)
            except Wrong as wrong:
                bad.append(self._bad(row, rule, str(wrong)))
        if not bad and (order := self._disorder(values)):
            field, reason = order
            bad.append(self._bad(row, self._rules[field], reason))
        return bad or self._finding(row, values)

    def _bad(self, row: Row, rule: Rule, reason: str) -> BadRow:
        column = next(rule.columns, "")
        return BadRow(row.line, column, row.cells.get(column, ""), reason)

    def _value(self, field: str, rule: Rule, row: Row) -> str:
        """The field as canonical text, "" where it may be blank."""
        if rule.text is not None:
            return rule.text  # filled in when the row has its id
        text = rule.value if rule.value is not None else row.cells[str(rule.column)].strip()
        if not text:
            if rule.blank or field == "parent":
                return ""
            raise Wrong("blank")
        if rule.values is not None:
            if text not in rule.values:
                raise Wrong(f"not among the values of the mapping ({', '.join(rule.values)})")
            text = rule.values[text]
        if field == "amount":
            return yuan(amount_of(text))
        if field in DATES:
            return day_of(text, rule.date, self._today)
        return tidy(text) if field in ("unit", "parent", "person") else text

    def _disorder(self, values: dict[str, str]) -> tuple[str, str] | None:
        """What is issued has occurred, what is served has been issued."""
        issued = values["issued"]
        if values.get("occurred", issued) > issued:
            return "occurred", f"occurred after it was issued ({issued})"
        if values.get("served", issued) < issued:
            return "served", f"served before it was issued ({issued})"
        return None

    def _finding(self, row: Row, values: dict[str, str]) -> Finding:
        digest = content_digest(self._content(row, values))
        identity = self._ids.next(digest)
        cells = {**row.cells, ROW: identity}
        texts = {field: _filled(value, cells) if self._rules[field].text else value for field, value in values.items()}
        mapping = self._mapping
        return Finding(
            id=identity,
            line=row.line,
            digest=digest,
            unit=named(texts.pop("unit"), mapping.units.named_by, mapping.units.prefix),
            parent=_named(texts.pop("parent", ""), mapping.parents),
            person=_named(texts.pop("person", ""), mapping.persons),
            amount=fen(texts.pop("amount")),
            issued=(issued := texts.pop("issued")),
            occurred=texts.pop("occurred", issued) or issued,
            served=texts.pop("served", issued) or issued,
            texts={field: text for field, text in texts.items() if text},
        )

    def _content(self, row: Row, values: dict[str, str]) -> dict[str, str]:
        """What the mapping reads of the row; dates and amounts in the one form that they have here."""
        content = {column: tidy(row.cells[column]) for column in self._columns}
        for field in ("amount", *DATES):
            rule = self._rules.get(field)
            if rule is not None and rule.column is not None:
                content[rule.column] = values[field]
        return content


def _named(text: str, rules: Units | Persons | None) -> Named | None:
    return named(text, rules.named_by, rules.prefix) if text and rules is not None else None


def _filled(text: str, cells: dict[str, str]) -> str:
    return tidy(PLACEHOLDER.sub(lambda found: cells[found[1]].strip(), text))


def amount_of(text: str) -> int:
    """Whole fen; what is written otherwise than digits and at most two decimals is wrong."""
    found = _AMOUNT.match(text)
    if found is None:
        raise Wrong("not an amount (digits, then at most two decimals)")
    if found["sign"]:
        raise Wrong("a negative amount")
    cents = found["cents"] or ""
    if len(cents) > 2:
        raise Wrong("an amount with more than two decimals")
    if len(found["yuan"]) > 13:
        raise Wrong("an amount that is too large")
    return int(found["yuan"]) * 100 + int(cents.ljust(2, "0"))


def day_of(text: str, layout: str | None, today: str) -> str:
    """The day, by the mapping's format or as ISO (what typed cells of a sheet are)."""
    day = _parsed(text, layout)
    if day is None:
        raise Wrong(f"not a date ({layout or 'as 2026-02-05'})")
    if day.year < FIRST_YEAR:
        raise Wrong(f"a date before {FIRST_YEAR}")
    if day.isoformat() > today:
        raise Wrong(f"a date in the future (today is {today})")
    return day.isoformat()


def _parsed(text: str, layout: str | None) -> date | None:
    for layout_tried in _layouts(layout):
        try:
            if layout_tried is None:
                return date.fromisoformat(text) if _ISO.match(text) else None
            return datetime.strptime(text, layout_tried).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _layouts(layout: str | None) -> Sequence[str | None]:
    return (None,) if layout is None else (layout, None)
