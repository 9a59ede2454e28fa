"""Facts of the reports that a unit owes: score sheets, half-year, year and monthly analysis (ASS-28)."""

from __future__ import annotations

from ledger.consequences import Tags
from ledger.fact import Fact
from ledger.keys import Key
from ledger.vocabulary import PersonId, UnitId

REPORT = Key("report", "unit", "report", "period")
"""A report of a unit for a period."""


class ReportSubmitted(Fact, frozen=True, kw_only=True, tag="report.submitted.v1"):
    """应报材料: the unit has handed in a report, a paper that ``person`` has made (ASS-28, rule 35)."""

    unit: UnitId
    report: str
    period: str
    doc: str
    person: PersonId | None = None

    def tags(self) -> Tags:
        return (REPORT.of(self),)
