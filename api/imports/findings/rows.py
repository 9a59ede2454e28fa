"""Rows become findings; a row that cannot says which column is wrong, and why."""

from __future__ import annotations

from dataclasses import dataclass

from api.imports.cells import amount_of, complaint, day_of, text_of
from api.imports.findings.mapping import FindingsMapping, Persons, Units
from api.imports.identity import Named, RowIds, content_digest, named, tidy
from api.imports.mapping import PLACEHOLDER, ROW, Rule
from api.imports.problems import BadRow, Wrong
from api.imports.tables import Row
from ledger.money import fen, yuan

DATES = frozenset({"issued", "occurred", "served"})
NAMES = frozenset({"unit", "parent", "person", "document", "item"})


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


class FindingRows:
    """Reads rows; ``today`` is the day after which nothing can have happened."""

    def __init__(self, mapping: FindingsMapping, today: str) -> None:
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
                bad.append(complaint(row, rule, str(wrong)))
        if not bad and (order := self._disorder(values)):
            field, reason = order
            bad.append(complaint(row, self._rules[field], reason))
        return bad or self._finding(row, values)

    def _value(self, field: str, rule: Rule, row: Row) -> str:
        """The field as canonical text, "" where it may be blank."""
        if rule.text is not None:
            return rule.text  # filled in when the row has its id
        if not (text := text_of(rule, row, needed=field != "parent", name=field in NAMES)):
            return ""
        if field == "amount":
            return yuan(amount_of(text))
        if field in DATES:
            return day_of(text, rule.date, self._today)
        return tidy(text) if field in ("unit", "parent", "person") else text

    def _disorder(self, values: dict[str, str]) -> tuple[str, str] | None:
        """The first day out of order, and why: a finding occurs, is issued, is served."""
        issued = values["issued"]
        if values.get("occurred", issued) > issued:
            return "occurred", f"occurred after it was issued ({issued})"
        if values.get("served", issued) < issued:
            return "served", f"served before it was issued ({issued})"
        return None

    def _finding(self, row: Row, values: dict[str, str]) -> Finding:
        digest = content_digest(self._content(row, values))
        identity = self._ids.next(digest)
        cells = {**row.cells, **row.shown, ROW: identity}
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
        """Everything that the mapping reads of the row; dates and amounts in the one form that they have here."""
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
