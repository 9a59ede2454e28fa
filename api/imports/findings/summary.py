"""Counts of an import of findings: for a program as plain values, for a person as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table

from api.imports.findings.rows import Finding
from api.imports.pipeline import Prepared, Values
from api.imports.summary import bad_rows, totals
from ledger.money import yuan

SHOWN_UNITS = 60


def values_of(prepared: Prepared[Finding]) -> Values:
    """Counts of findings alone."""
    names = Counter(step.command.decision.name for step in prepared.steps)
    return {
        "creates": [
            _created(step.command.arguments) for step in prepared.steps if step.command.decision.name in CREATES
        ],
        "moves": names["ReparentUnit"],
        "hazards": names["ReportHazard"],
        "levels": dict(sorted(Counter(finding.texts.get("level", "") for finding in prepared.new).items())),
        "slips": names["IssueSlip"],
        "sum": yuan(sum(finding.amount for finding in prepared.new)),
        "clock": names["AdvanceClock"],
        "units": by_unit_and_year(prepared.new),
        "notes": list(_notes(prepared)),
    }


CREATES = ("CreateLedger", "RegisterUnit", "RegisterPerson", "PublishWorkCalendar", "PublishPolicy")


def _created(arguments: Values) -> Values:
    return {
        name: str(arguments[name]) for name in ("ledger", "unit", "person", "year", "key", "name") if name in arguments
    }


def by_unit_and_year(findings: Iterable[Finding]) -> list[Values]:
    """Number and sum of slips by unit and year of issue."""
    slips: Counter[tuple[str, str, str]] = Counter()
    sums: Counter[tuple[str, str, str]] = Counter()
    for finding in findings:
        key = (finding.unit.id, finding.unit.name, finding.issued[:4])
        slips[key] += bool(finding.amount)
        sums[key] += finding.amount
    return [
        {"unit": unit, "name": name, "year": year, "slips": slips[unit, name, year], "sum": yuan(amount)}
        for (unit, name, year), amount in sorted(sums.items())
    ]


def _notes(prepared: Prepared[Finding]) -> Iterable[str]:
    if prepared.known and prepared.new:
        lines = ", ".join(str(finding.line) for finding in prepared.new[:10])
        yield (
            f"{len(prepared.known)} rows are in the ledger already and {len(prepared.new)} are new "
            f"(line {lines}{' …' if len(prepared.new) > 10 else ''}). A row that was changed since is a new finding: "
            "nothing is ever edited, so cancel the slip of the old one, or reverse it."
        )
    elif prepared.known:
        yield "Every good row is in the ledger already: importing it again changes nothing."


# -- for a person -------------------------------------------------------------------------------------------------


def show(prepared: Prepared[Finding], values: Values, console: Console) -> None:
    """The dry run, and every row that would be left out."""
    labels: list[tuple[str, Any]] = [
        ("rows", values["rows"]),
        ("… that are new findings", values["new"]),
        ("… in the ledger already", values["known"]),
        ("… that cannot be imported", len({row.line for row in prepared.bad})),
        ("set-up: ledger, units, persons, calendars, policies", len(values["creates"])),
        ("units that move to another parent", values["moves"]),
        ("hazards 隐患", values["hazards"]),
        ("slips 赔付单", values["slips"]),
        ("sum of the slips, yuan", values["sum"]),
        ("commands in all", values["commands"]),
    ]
    console.print(totals(values["file"], labels))
    if values["units"]:
        console.print(_units(values["units"]))
    if prepared.bad:
        console.print(bad_rows(prepared.bad))
    for note in values["notes"]:
        console.print(note)


def _units(units: list[Values]) -> RenderableType:
    table = Table("unit", "name", "year", title="Slips by unit and year of issue")
    table.add_column("slips", justify="right")
    table.add_column("sum", justify="right")
    for entry in units[:SHOWN_UNITS]:
        table.add_row(entry["unit"], entry["name"], entry["year"], f"{entry['slips']:,}", entry["sum"])
    if len(units) > SHOWN_UNITS:
        table.add_row("…", f"and {len(units) - SHOWN_UNITS} more (all of them with --json)")
    return table
