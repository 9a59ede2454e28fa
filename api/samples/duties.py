"""Duty in workshop W3: lists, tasks that are done or missed, and a team leader's inspections (DUTY-01 … DUTY-12).

Two of the workers have the same list: whoever looks at the lists is warned of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.samples.journal import Journal

EFFECTIVE = "2026-03-02"
LEADER, DIRECTOR = "P-T31L", "P-W3D"
WORKERS = ("P-T31A", "P-T31B")
MISSED = (11, 19)
"""Days on which nobody checked before work."""

PLACES = {  # place, its check items by specialty
    "1301工作面": (("顶板", "支柱初撑力"), ("顶板", "端头支护"), ("瓦斯", "上隅角瓦斯")),
    "运输顺槽": (("通风", "风量"), ("机电", "开关接地"), ("运输", "皮带综保")),
    "轨道上山": (("防治水", "水沟"), ("提升", "挡车栏"), ("综合防尘", "喷雾")),
}
PROBLEMS = {("运输顺槽", "皮带综保"): "更换速度传感器", ("轨道上山", "喷雾"): "疏通喷嘴"}
"""Problems found once, in the first inspection of the place, and the counter-measure."""


def live_up_to_duty(journal: Journal, days: list[datetime]) -> None:
    """The lists in the morning of the first working day; then the tasks and inspections of each."""
    publish_lists(journal, days[0].replace(hour=5))
    for number, day in enumerate(days):
        for worker in WORKERS:
            _task(journal, worker, day)
        if number % 2 == 0:
            _inspect(journal, day.replace(hour=9), list(PLACES)[number // 2 % len(PLACES)], first=number < 6)


def publish_lists(journal: Journal, at: datetime) -> None:
    before_work = _item("A1", "班前检查支护与护栏", "次", "1", "早", 60)
    risk = _item("A2", "作业前风险报告", "份", "1", "week", 40)
    for worker in WORKERS:
        _approve(journal, at, LEADER, worker, [before_work, risk])
    meeting = _item("L1", "主持班前会", "次", "1", "早", 50)
    patrol = _item("L2", "巡视工作面", "次", "2", "day", 50)
    _approve(journal, at, DIRECTOR, LEADER, [meeting, patrol])
    elements = [
        {"place": place, "specialty": specialty, "layer": "point", "item": item}
        for place, items in PLACES.items()
        for specialty, item in items
    ]
    fields = {"person": LEADER, "version": "2026-1", "effective": EFFECTIVE}
    freq = {"早": 10}
    journal.add(at, DIRECTOR, "ApproveInspectionList", **fields, places=list(PLACES), items=elements, freq=freq)


def _item(item: str, text: str, metric: str, target: str, period: str, weight: int) -> dict[str, Any]:
    asked = {"item": item, "text": text, "metric": metric, "target": target, "period": period, "weight": weight}
    return {**asked, "basis": "安全生产责任制 第12条"}


def _approve(journal: Journal, at: datetime, by: str, person: str, items: list[dict[str, Any]]) -> None:
    journal.add(at, by, "ApproveDutyList", person=person, version="2026-1", effective=EFFECTIVE, items=items)


def _task(journal: Journal, worker: str, day: datetime) -> None:
    """The check before work of one day, with the id that `jiesuan tasks generate` would give it."""
    name = f"{worker}.A1.{day:%Y-%m-%d}.早"
    due = f"{day:%Y-%m-%d}T14:00:00+08:00"
    journal.add(day.replace(hour=6), "SYSTEM", "DispatchDutyTask", task=name, person=worker, item="A1", due=due)
    if day.day not in MISSED:
        evidence = [f"paper:班前检查表-{day:%m%d}-{worker}"]
        journal.add(day.replace(hour=6, minute=25), worker, "CompleteDutyTask", task=name, evidence=evidence)


def _inspect(journal: Journal, at: datetime, place: str, *, first: bool) -> None:
    """One place; a problem is reported as a hazard of the workshop, with its measure, and fixed by the deadline."""
    items, hazards = list[dict[str, Any]](), list[str]()
    name = f"IN-{at:%m%d}"
    for number, (_, item) in enumerate(PLACES[place], 1):
        measure = PROBLEMS.get((place, item)) if first else None
        items.append(
            {"item": item, "result": "problem" if measure else "ok"} | ({"measure": measure} if measure else {})
        )
        if measure:
            hazards.append(f"{name}.{number}")
            _report(journal, at, hazards[-1], place, f"{item};整改措施:{measure}")
    found = {"quality": "85" if hazards else "94", "hazards": hazards, "evidence": [f"paper:检查记录-{at:%m%d}"]}
    journal.add(at, LEADER, "RecordInspection", inspection=name, place=place, items=items, **found)


def _report(journal: Journal, at: datetime, hazard: str, place: str, description: str) -> None:
    told = {"place": place, "category": "hazard", "tier": "T3", "description": description}
    journal.add(at, LEADER, "ReportHazard", hazard=hazard, unit="W3", **told)
    journal.add(at.replace(hour=10), "P-I2", "VerifyHazard", hazard=hazard, level="C")
    term = {"manage": "term", "deadline": f"{at:%Y-%m}-20", "person": DIRECTOR}
    journal.add(at.replace(hour=11), DIRECTOR, "AssignHazard", hazard=hazard, **term)
    journal.add(at.replace(hour=15), DIRECTOR, "ClaimRectification", hazard=hazard, evidence=[f"paper:照片-{hazard}"])
    journal.add(at.replace(hour=16), "P-I2", "AcceptHazard", hazard=hazard, result="pass")
