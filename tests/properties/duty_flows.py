"""Flows of duty: rosters, tasks that are done, returned or withdrawn, quotas, corrective notices (rules 32–34)."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.properties.more_flows import Draw, Line, line

PLACES = ("皮带机头", "二部皮带")
PROOF = ["paper:记录本"]
OK = [{"item": "护栏", "result": "ok"}]
WORDS = {"text": "班前检查", "metric": "次数", "target": "1", "weight": 100, "basis": "责任制 §3"}


def on_duty(draw: Draw, number: int) -> list[Line]:
    """A worker's list and roster, then his tasks: inspected, done, missed, returned, withdrawn."""
    person = draw(st.sampled_from(["P-A", "P-B"]))
    item = {"item": "A1", "period": draw(st.sampled_from(["shift", "day"])), **WORDS}
    days = [f"2026-03-{draw(st.integers(1, 28)):02d}" for _ in range(2)]
    shifts = [{"person": person, "day": day, "shift": draw(st.sampled_from("早中夜"))} for day in days]
    lines = [
        line("P-T1L", "ApproveDutyList", person=person, version="1", effective="2026-02-02", items=[item]),
        line(person, "AcknowledgeDutyList", person=person, version="1"),
        line("P-T1L", "PublishRoster", unit="T1", shifts=shifts),
    ]
    for task in range(draw(st.integers(1, 3))):
        lines += _tasked(draw, person, f"TK-{number}-{task}")
    return lines


def _tasked(draw: Draw, person: str, task: str) -> list[Line]:
    day, place = draw(st.integers(1, 28)), draw(st.sampled_from([None, *PLACES]))
    at = {} if place is None else {"place": place}
    due = f"2026-03-{day:02d}T14:00:00+08:00"
    step = st.sampled_from(
        [
            line(person, "CompleteDutyTask", task=task, evidence=PROOF),
            line(person, "RecordInspection", inspection=f"IS-{task}", place=draw(st.sampled_from(PLACES)), items=OK),
            line(person, "RecordInspection", inspection=f"IR-{task}", place=place or PLACES[0], items=OK),
            line("P-T1L", "ReviewDutyTask", task=task, result="pass"),
            line("P-T1L", "ReviewDutyTask", task=task, result="fail", due=f"2026-04-{day:02d}T08:00:00+08:00"),
            line("P-T1L", "WithdrawDutyTask", task=task, reason="重复派发"),
            line("SYSTEM", "AdvanceClock"),
        ]
    )
    dispatched = line("P-T1L", "DispatchDutyTask", task=task, person=person, item="A1", due=due, **at)
    return [dispatched, *map(dict, draw(st.lists(step, min_size=1, max_size=6)))]


def controlled(draw: Draw, number: int) -> list[Line]:
    """A quota of a unit or person, and incidents that pass it."""
    party = draw(st.sampled_from([{"unit": "T1"}, {"person": "P-A"}]))
    control = {**party, "indicator": "三违"}
    counted = [
        line("P-SO", "CountIncident", **control, count=draw(st.integers(1, 2)), doc=f"三违单 {draw(st.integers(1, 4))}")
        for _ in range(draw(st.integers(1, 4)))
    ]
    return [line("P-SO", "SetControlQuota", **control, year="2026", quota=draw(st.integers(0, 3))), *counted]


def corrected(draw: Draw, number: int) -> list[Line]:
    """A corrective notice from issue to close, now and then returned or overdue."""
    notice = {"corrective": f"ZG-{number}"}
    due, later = (f"2026-{month}-{draw(st.integers(1, 28)):02d}" for month in ("03", "04"))
    told: Line = {"unit": "W1", "text": "指标偏离", "basis": "考核办法 §9", "due": due}
    completed = line("P-T1L", "CompleteCorrective", **notice, evidence=PROOF)
    verified = line("P-SO", "VerifyCorrective", **notice, result="pass")
    returned = line("P-SO", "VerifyCorrective", **notice, result="fail", due=later)
    lines = [
        line("P-SO", "IssueCorrective", **notice, **told),
        line("P-W1D", "AnswerCorrective", **notice, measures="班前讲评", person="P-T1L"),
        *draw(st.sampled_from([[], [line("SYSTEM", "AdvanceClock")]])),
        completed,
        *draw(st.sampled_from([[], [returned, completed], [returned, line("SYSTEM", "AdvanceClock"), completed]])),
        verified,
    ]
    return list(map(dict, lines))


FLOWS = (on_duty, controlled, corrected)
