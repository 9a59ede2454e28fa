"""Lists, tasks and inspections of the group, as specifications tell them."""

from __future__ import annotations

from typing import Any

from tests.ledger.decisions.sheets import at, step
from tests.projections.conftest import Books
from tests.spec import Line, given

TODAY = at("02-02", "09:00")
EFFECTIVE = "2026-02-03"


def duty(item: str = "A1", weight: int = 100, **fields: Any) -> dict[str, Any]:
    usual = {"text": f"班前检查 {item}", "metric": "次数", "target": "1", "period": "day", "basis": "责任制 §3"}
    return {"item": item, "weight": weight, **usual, **fields}


def check(place: str, item: str = "护罩", specialty: str = "机电", layer: str = "point") -> dict[str, str]:
    return {"place": place, "specialty": specialty, "layer": layer, "item": item}


duty_list = step("ApproveDutyList", "P-SO", TODAY, version="1", effective=EFFECTIVE)
element_list = step("ApproveInspectionList", "P-SO", TODAY, version="1", effective=EFFECTIVE)
inspection = step("RecordInspection", "P-T1L", at("02-04", "09:00"), place="机头")
complete = step("CompleteDutyTask", "P-A", at("02-04", "12:00"))
OK = {"item": "护罩", "result": "ok"}


def list_of(person: str, *items: dict[str, Any], **fields: Any) -> Line:
    return duty_list(person=person, items=list(items) or [duty()], **fields)


def places_of(person: str, *places: str, freq: dict[str, int] | None = None, **fields: Any) -> Line:
    items = fields.pop("items", [check(place) for place in places])
    return element_list(person=person, places=list(places), items=items, freq=freq or {"早": 1}, **fields)


async def told(books: Books, *lines: Line) -> Books:
    """The read models of a group to which this has happened."""
    await books.load(given(*lines).ledger.facts)
    return books
