"""The mapping file of a table of findings: what its columns mean, and the ledger that they are imported into."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from api.imports.mapping import Id, Name, Part, Rule, TableFormat, columns_of
from ledger.vocabulary import Role


class NewLedger(Part):
    """The ledger that an import into an empty database begins.

    ``opened`` is the date of its set-up if its clock is simulated; persons hold their roles from that date on.
    """

    name: str
    clock: Literal["simulated", "real"]
    opened: date


class WorkCalendars(Part):
    """Work calendars for the years ``first`` to ``last``: weekdays are working days but for ``holidays``."""

    first: int = Field(ge=1900, le=2999)
    last: int = Field(ge=1900, le=2999)
    week: Literal["monday to friday"]
    source: str = Field(min_length=1)
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()


class Policy(Part):
    """A policy value that the ledger begins with (contract §2.15)."""

    key: str
    value: Any
    legal_basis: str


class Root(Part):
    """The unit under which all others stand; in a new ledger it is the settlement centre."""

    unit: Id
    name: str


class Units(Part):
    """Units of one field: named by id, or by a name from which the id is derived, and made or not."""

    named_by: Literal["name", "id"] = "name"
    create: bool = True
    prefix: str = Field(default="", max_length=16)
    level: int = Field(default=3, ge=2, le=5)


class Persons(Part):
    """Liable persons of the field ``person``: named and made like units, each at home in the unit of the row."""

    named_by: Literal["name", "id"] = "name"
    create: bool = True
    prefix: str = Field(default="", max_length=16)
    role: Role = Role.WORKER


class Verifier(Part):
    """The grader of the hazards: verification is a person's act, so the authority's inspector is registered as one."""

    person: Id
    name: str
    role: Literal["inspector", "safety_office", "office"] = "inspector"


class Slips(Part):
    """The party charged: the row's unit (its wage pool) or its liable person, in which role."""

    party: Literal["unit", "person"] = "unit"
    role: str | None = None
    authority: str = Field(min_length=1)


class Fields(Part):
    """The fields of a finding.  ``occurred`` and ``served`` are the day of issue where they are not given."""

    unit: Rule
    amount: Rule
    issued: Rule
    tier: Rule
    place: Rule
    description: Rule
    grounds: Rule
    basis: Rule
    document: Rule
    parent: Rule | None = None
    person: Rule | None = None
    occurred: Rule | None = None
    served: Rule | None = None
    category: Rule | None = None
    item: Rule | None = None
    level: Rule | None = None

    def given(self) -> dict[str, Rule]:
        return {name: rule for name in type(self).model_fields if (rule := getattr(self, name)) is not None}


class FindingsMapping(Part):
    """All of a mapping file.  ``source`` begins every id, so that two sources never meet."""

    source: Name
    table: TableFormat = TableFormat()
    ledger: NewLedger
    calendars: WorkCalendars | None = None
    policies: tuple[Policy, ...] = ()
    root: Root
    units: Units = Units()
    parents: Units | None = None
    persons: Persons | None = None
    verifier: Verifier | None = None
    slips: Slips
    fields: Fields

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        fields = self.fields
        needs = {
            "parents": (self.parents, fields.parent),
            "persons": (self.persons, fields.person),
            "verifier": (self.verifier, fields.level),
        }
        for table, (given, field) in needs.items():
            if (given is None) != (field is None):
                raise ValueError(f"the table {table} and its field in fields go together")
        if self.verifier and fields.category is None:
            raise ValueError("fields.level grades a hazard, so fields.category is needed too")
        if self.slips.party == "person" and fields.person is None:
            raise ValueError("slips.party is person, so fields.person is needed")
        if self.parents and self.parents.level >= self.units.level:
            raise ValueError("parents.level is above units.level, so it is the smaller number")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, in the order of the fields."""
        return columns_of(self.fields.given().values())
