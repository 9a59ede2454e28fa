"""What a person asks about scores and pay, on the command line: `scores`, `wage`, `points`, `deposits`, `progress`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from api.cli.options import Options, command
from api.cli.tables import show
from api.commands.boards import asked, moment

Row = dict[str, Any]
Person = Annotated[str, typer.Argument(help="Person, such as P-T1L")]
Period = Annotated[str, typer.Argument(help="Month such as 2026-03; a deputy's year such as 2025")]


def register(app: typer.Typer) -> None:
    for function in (scores, wage, points, deposits, progress, followups):
        command(app)(function)


async def scores(options: Options, person: Person, period: Period) -> None:
    """The score sheet (考核成绩单) of a person: self-scores, every deduction with its reason, inspections, days."""
    result = await asked(options, "ScoreSheet", person=person, period=period)
    show(options, result if options.json else sheet_tables(result))


async def wage(options: Options, person: Person, period: Period) -> None:
    """How a person's pay of a period was reckoned, line by line, from score and base to fen (工资计算)."""
    result = await asked(options, "Wage", person=person, period=period)
    if not options.json:
        lines = result.pop("lines")
        pay = [{name: value for name, value in line.items() if name != "steps"} for line in lines]
        result |= {"pay": pay, "steps": list(step_lines(lines))}
    show(options, result)


async def points(
    options: Options,
    person: Person,
    month: Annotated[str | None, typer.Option(help="Whose cap [default: this month]", show_default=False)] = None,
) -> None:
    """A person's points (积分): held by award and expiry, what may be redeemed, every movement."""
    show(options, await asked(options, "Points", person=person, month=month))


async def deposits(
    options: Options,
    unit: Annotated[str | None, typer.Option(help="Only of this unit's leaders")] = None,
    person: Annotated[str | None, typer.Option(help="Only of this person")] = None,
    year: Annotated[str | None, typer.Option(help="Only of this year")] = None,
) -> None:
    """Risk deposits (风险抵押金) and yellow cards (黄牌), and who has a streak of them."""
    found = await asked(options, "Deposits", unit=unit, person=person, year=year)
    streaks = (await asked(options, "Streaks", unit=unit))["streaks"]
    show(options, {**found, "streaks": [row for row in streaks if person in (None, row["person"])]})


async def progress(
    options: Options, period: Period, unit: Annotated[str | None, typer.Option(help="Only it and those below")] = None
) -> None:
    """How far the appraisal (考核进度) of a month or year is, unit by unit, and who is waited for."""
    show(options, await asked(options, "AppraisalProgress", period=period, unit=unit))


async def followups(
    options: Options,
    unit: Annotated[str | None, typer.Option(help="Only of it and those below")] = None,
    person: Annotated[str | None, typer.Option(help="Only of this person")] = None,
    still_open: Annotated[bool | None, typer.Option("--open/--done", help="Only what is still to do, or done")] = None,
) -> None:
    """Advice with its deadline, training, and suspended posts (整改推送与培训)."""
    show(options, await asked(options, "FollowUps", unit=unit, person=person, open=still_open))


# -- for a person ---------------------------------------------------------------------------------------------------


def sheet_tables(sheet: Mapping[str, Any]) -> Row:
    """A sheet as tables: the result, then what it was made of."""
    result = sheet["result"] or {}
    told = ("assessment", "kind", "state", "D", "I", "S", "payout", "entitlement", "amount")
    return {
        "person": sheet["person"],
        "period": sheet["period"],
        **{name: result.get(name) for name in told},
        "duty": [{name: part[name] for name in ("part", "self", "D", "by")} for part in sheet["parts"]],
        "items": [{"part": part["part"], **item} for part in sheet["parts"] for item in part["items"]],
        "deductions": list(deduction_lines(sheet["parts"])),
        "inspections": [_without_position(row) for row in sheet["inspections"]],
        "led": sheet["led"],
        "days": [_without_position(row) for row in sheet["days"]],
        "history": [_without_position(row) for row in sheet["history"]],
    }


def deduction_lines(parts: Iterable[Mapping[str, Any]]) -> Iterable[Row]:
    """Points off with a minus, points on with a plus."""
    for part in parts:
        for one in part["adjustments"]:
            yield {
                "part": part["part"],
                "points": f"{'+' if one['bonus'] else '-'}{one['points']}",
                "reason": one["reason"],
                "evidence": ", ".join(one["evidence"]),
                "by": one["by"],
                "at": moment(one["at"]),
            }


def _without_position(row: Mapping[str, Any]) -> Row:
    return {name: moment(value) if name == "at" else value for name, value in row.items() if name != "position"}


def step_lines(lines: Iterable[Mapping[str, Any]]) -> Iterable[Row]:
    """One row a step, with where its figures come from."""
    for line in lines:
        for step in line["steps"]:
            yield {
                "of": f"{line['fact']} {line['business_date']}",
                "formula": step["formula"],
                "step": step["step"],
                "reckoned": step["written"],
                "from": ", ".join(dict.fromkeys(filter(None, map(source_text, step["inputs"])))),
            }


def source_text(figure: Mapping[str, Any]) -> str | None:
    """``#41``, or ``payout.monthly (default)``."""
    where = figure["source"]
    if where is None:
        return None
    if "position" in where:
        return f"#{where['position']}"
    scope = f"{where['scope']} {where['effective']}" if where["scope"] else where["origin"]
    return f"{where['policy']} ({scope})"
