"""The mapping file (TOML) of a month's file: what its columns mean, and how units are named in it."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from api.imports.mapping import Name, Part, Rule, TableFormat, columns_of


class UnitNames(Part):
    """Are units named by their id, or by the name under which they are registered?"""

    named_by: Literal["id", "name"] = "id"


class MonthlyMapping(Part):
    """All of a mapping file.  ``source`` begins every id; ``repeated`` says what a document on several lines is."""

    source: Name
    table: TableFormat = TableFormat()
    units: UnitNames = UnitNames()
    repeated: Literal["refuse", "sum"] = "refuse"
    fields: dict[str, Rule]

    @model_validator(mode="after")
    def _plain(self) -> MonthlyMapping:
        if texts := [name for name, rule in self.fields.items() if rule.text is not None]:
            raise ValueError(f"fields.{texts[0]}: column or value, not text")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        return columns_of(self.fields.values())
