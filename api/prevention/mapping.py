"""The mapping file (TOML): the columns of a double-prevention system, each a field of ours or a constant."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from api.imports.mapping import Id, Name, Part, TableFormat

Text = Annotated[str, StringConstraints(min_length=1)]

MOMENTS = frozenset({"reported_at", "finished_at", "accepted_at"})
DAYS = frozenset({"deadline"})
AMOUNTS = frozenset({"budget", "cost"})
NAMES = frozenset({"hazard", "unit", "item", "reporter", "liable", "claimant", "acceptor", "report_no"})
NEEDED = ("hazard", "unit", "place", "category", "description", "tier", "reported_at", "state")
"""Without these no hazard can be reported, nor its state be known."""

FieldName = Literal[
    "hazard",
    "unit",
    "state",
    "place",
    "category",
    "tier",
    "item",
    "description",
    "cause",
    "reporter",
    "reported_at",
    "level",
    "clause",
    "manage",
    "measures",
    "budget",
    "deadline",
    "liable",
    "finished_at",
    "claimant",
    "cost",
    "acceptor",
    "accepted_at",
    "comment",
    "report_no",
]


class Column(Part):
    """A column: a field of ours with its codes and form, or a constant that is written and asked for.

    ``codes`` are ours to theirs; where several of ours have one code, the first of them is read back.  ``unit`` is
    what an amount is counted in, in yuan (10000 for 万元); ``format`` is that of a moment or day.
    """

    field: FieldName | None = None
    value: str | None = None
    codes: Annotated[dict[str, Text], Field(min_length=1)] | None = None
    format: Text | None = None
    unit: Literal["1", "10000"] = "1"

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if (self.field is None) == (self.value is None):
            raise ValueError("exactly one of field and value is needed")
        if self.format is not None and self.field not in MOMENTS | DAYS:
            raise ValueError("format goes with a moment or a day")
        if self.unit != "1" and self.field not in AMOUNTS:
            raise ValueError("unit goes with an amount")
        return self


class Acts(Part):
    """The persons who act where the upload fields name nobody; ``late_approval`` lets old hazards in (TOO_LATE)."""

    verifier: Id
    assigner: Id
    authority: Text | None = None
    late_approval: Id | None = None


class HazardMapping(Part):
    """All of a mapping file.  ``source`` begins the id of every command that an import records."""

    source: Name
    table: TableFormat = TableFormat()
    acts: Acts
    columns: dict[Text, Column]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        fields = [column.field for column in self.columns.values() if column.field]
        if missing := [name for name in NEEDED if name not in fields]:
            raise ValueError(f"no column has the field {', '.join(missing)}")
        if twice := [name for name in fields if fields.count(name) > 1]:
            raise ValueError(f"two columns have the field {twice[0]}")
        return self

    def column_of(self, field: str) -> str:
        """The column of a field, "" if there is none."""
        return next((name for name, column in self.columns.items() if column.field == field), "")
