"""Answers as a person reads them: the tables that are shown instead of an answer's members, by query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ledger.calendars import local

Row = dict[str, Any]


def tenders(result: Row) -> Row:
    return without_end({**result, "tenders": [tender_line(row) for row in result["tenders"]]})


def hazards(result: Row) -> Row:
    rates = result.pop("rates")
    rows = [hazard_line(row) for row in result["hazards"]]
    return without_end({**result, "hazards": rows, f"rates of {rates.pop('period')}": rate_lines(rates)})


def prices(result: Row) -> Row:
    return {**result, "matrices": [line for row in result["matrices"] for line in matrix_lines(row)]}


def wage(result: Row) -> Row:
    lines = result.pop("lines")
    pay = [{name: value for name, value in line.items() if name != "steps"} for line in lines]
    return {**result, "pay": pay, "steps": list(step_lines(lines))}


def adoption(result: Row) -> Row:
    return {
        **result,
        "total": [adoption_line(result["total"])],
        "units": [adoption_line(row) for row in result["units"]],
    }


def tasks(result: Row) -> Row:
    return {**result, "tasks": [task_line(row) for row in result["tasks"]]}


def inspection_score(result: Row) -> Row:
    result = {name: value for name, value in result.items() if name != "score_inspection"}
    result |= {f"places {name}": value for name, value in result.pop("places").items()}
    return result | {f"shifts {name}": " ".join(map(times, of.items())) for name, of in result.pop("freq").items()}


def indicators(result: Row) -> Row:
    return {**result, "indicators": [indicator_line(row) for row in result["indicators"]]}


def devices(result: Row) -> Row:
    return {"devices": [row | {"gaps": gap_text(row["gaps"])} for row in result["devices"]]}


def dashboard(result: Row) -> Row:
    return {**result, "last_run": (result["last_run"] or {}).get("recorded_at")}


# -- their lines ---------------------------------------------------------------------------------------------------


def without_end(result: Row) -> Row:
    """``next`` is said where there is a next page."""
    return {name: value for name, value in result.items() if name != "next" or value is not None}


def tender_line(row: Mapping[str, Any]) -> Row:
    """One line of the board: what a wall would show of the tender."""
    return {
        "tender": row["tender"],
        "payer": row["payer"],
        "state": row["state"],
        "bid until": moment(row["bid_deadline"]),
        "open to": " ".join(row["open_to"]),
        "bids": ", ".join(bid_text(bid) for bid in row["bids"]),
        "winner": row["winner"],
        "item": row["item"],
        "qty": row["accepted_qty"] or row["est_qty"],
        "unit price": row["unit_price"],
        "reserve": row["reserve"],
        "total": row["total"],
        "hazard": row["hazard"],
        "place": row["place"],
        "level": row["hazard_level"],
        "part": row["part"],
    }


def bid_text(bid: Mapping[str, Any]) -> str:
    days = "" if bid["days"] is None else f" {bid['days']} d"
    return f"{bid['unit']}{days}{'' if bid['qualified'] else ' (not qualified)'}"


def hazard_line(row: Mapping[str, Any]) -> Row:
    """One line of the register."""
    late = row["days_overdue"]
    return {
        "hazard": row["hazard"],
        "unit": row["unit"],
        "state": row["state"],
        "level": row["level"],
        "place": row["place"],
        "description": row["description"],
        "item": row["item"],
        "reported": row["reported_on"],
        "deadline": row["deadline"],
        "overdue": None if late is None else f"{late} d",
        "person": row["person"] or row["executor"],
        "finished": moment(row["finished_at"]),
        "repeat": row["repeat"],
        "tender": row["tender"],
    }


def rate_lines(rates: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    """Each rate with the hazards to look at: those that are missing in it, or that were found again."""
    lines = []
    for name, rate in rates.items():
        found = set(rate["num_hazards"])
        asked_for = found if name == "repeat_rate" else set(rate["den_hazards"]) - found
        figures = {"rate": name.replace("_", " "), "%": rate["value"], "num": rate["num"], "den": rate["den"]}
        lines.append({**figures, "look at": " ".join(sorted(asked_for))})
    return lines


def matrix_lines(row: Mapping[str, Any]) -> list[Row]:
    """A matrix as one line a charge."""
    head = {name: value for name, value in row.items() if name not in ("tiers", "locked")}
    return [{**head, "tier": tier, **charge} for tier, charges in row["tiers"].items() for charge in charges]


def moment(text: str | None) -> str | None:
    """A moment as the clock on the wall shows it."""
    return None if text is None else local(text).isoformat(" ", "minutes")


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


def adoption_line(row: dict[str, Any]) -> dict[str, Any]:
    """A line of the report as cells: the missing by name."""
    missing = row.get("missing")
    named = ("missing", "not_taken_up", "not_acknowledged", "versions")
    kept = {name: value for name, value in row.items() if name not in named}
    if missing is None:
        return kept
    versions = " ".join(f"{person}@{version}" for person, version in row["versions"].items())
    return {
        **kept,
        "versions": versions,
        "without": " ".join(missing["duty"]),
        "unread": " ".join(row["not_acknowledged"]),
    }


def task_line(row: dict[str, Any]) -> dict[str, Any]:
    """A task with its moments as the clock on the wall shows them."""
    return {name: moment(value) if name in ("due", "done_at") else value for name, value in row.items()}


def times(pair: tuple[str, int]) -> str:
    return f"{pair[0]} {pair[1]}"


def indicator_line(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("indicator", "name", "value", "num", "den", "applied_weight", "minimum", "pass", "from")
    return {name: row[name] for name in names}


def gap_text(gaps: list[Row]) -> str:
    return ", ".join(str(gap["from"]) if gap["from"] == gap["to"] else f"{gap['from']}–{gap['to']}" for gap in gaps)


def replay(result: Row) -> Row:
    """The members that are one value first, then a table of each that is several."""
    state = result.pop("state") or {}
    several = {name: value for name, value in state.items() if isinstance(value, dict | list)}
    rows = {name: value if isinstance(value, dict) else _numbered(value) for name, value in several.items() if value}
    return {**result, **{name: value for name, value in state.items() if name not in several}, **rows}


def _numbered(values: list[Any]) -> list[Row]:
    return [value if isinstance(value, dict) else {"": value} for value in values]


def people(result: Row) -> Row:
    return {
        "people": [
            row | {"roles": [f"{role['role']}@{role['unit']}" for role in row["roles"]]} for row in result["people"]
        ]
    }


def free_charges(result: Row) -> Row:
    return {"charges": [row | {"authority": list((row["authority"] or {}).values())} for row in result["charges"]]}


VIEWS: dict[str, Callable[[Row], Row]] = {
    "TenderBoard": tenders,
    "HazardRegister": hazards,
    "PriceBook": prices,
    "ScoreSheet": sheet_tables,
    "Wage": wage,
    "ListAdoption": adoption,
    "TaskPlan": tasks,
    "Tasks": tasks,
    "InspectionScore": inspection_score,
    "IndicatorPack": indicators,
    "Devices": devices,
    "PeriodDashboard": dashboard,
    "Replay": replay,
    "People": people,
    "FreeCharges": free_charges,
    "SlipSums": lambda result: {"slip_sums": result["rows"]},
}
