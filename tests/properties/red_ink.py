"""Reversals of random histories: by command and by document, of money, deposits, decisions and figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Line = dict[str, Any]
Draw = Callable[[Any], Any]

GROUP = ["P-G1", "P-G2"]
CENTRES = (("P-C1", "P-H1"), ("P-C1", "P-H1"), ("P-C0", "P-H0"), ("P-C2", "P-H2"), ("P-C1", "P-G1"), ("P-C0", "P-G1"))
NUMBERED = {"slip": "SL", "notice": "NT", "handover": "HV", "tender": "TD", "penalty": "PE", "case": "CS", "due": "D"}
PAPERS = {
    "distribution": ("F-1", "F-2"),
    "pass_down": ("F-1", "F-2"),
    "adjustment": ("F-1", "F-2"),
    "quota_wage": tuple(f"D-{number}" for number in range(1, 10)),
    "budget": ("B-1", "B-11"),
}


def line(by: str, command: str, **data: Any) -> Line:
    return {"by": by, "command": command, "data": data}


def reversal(draw: Draw) -> Line:
    """Of whatever was recorded so far, or of a document that may be there."""
    by, approver = draw(st.sampled_from(CENTRES))
    named = draw(st.sampled_from((_command, _command, _document, _document, _paper)))(draw)
    return line(by, "ReverseEntry", reason="记错", approved_by=approver, **named)


EARLIER = "h-earlier"
"""Stands for the id of a line before, until the lines have their ids."""


def _command(draw: Draw) -> Line:
    return {"of": EARLIER}


def told(draw: Draw, one: Line, number: int) -> None:
    """A reversal names one of the lines before it."""
    if one.get("data", {}).get("of") == EARLIER:
        one["data"]["of"] = f"h-{draw(st.integers(1, max(1, number - 1)))}"


def _document(draw: Draw) -> Line:
    kind = draw(st.sampled_from(sorted(NUMBERED)))
    return {"document": {"kind": kind, "id": f"{NUMBERED[kind]}-{draw(st.integers(11, 16))}"}}


def _paper(draw: Draw) -> Line:
    kind = draw(st.sampled_from(sorted(PAPERS)))
    unit = draw(st.sampled_from(["T1", "T2", "W1", "W3", "U1"]))
    return {"document": {"kind": kind, "id": draw(st.sampled_from(PAPERS[kind])), "unit": unit}}


def _taken_back(draw: Draw, flow: list[Line], kind: str, number: int) -> list[Line]:
    """A flow, then the reversal of its document by who may, and perhaps the last steps once more."""
    usual = ("P-C0", "P-H0") if kind == "slip" else ("P-C1", "P-H1")
    by, approver = usual if draw(st.integers(0, 3)) else draw(st.sampled_from(CENTRES))
    document = {"kind": kind, "id": f"{NUMBERED[kind]}-{number}"}
    undo = line(by, "ReverseEntry", document=document, reason="对象错误", approved_by=approver)
    return [*flow, undo, *([dict(flow[-1])] if draw(st.booleans()) else [])]


def taken_back(flow: Callable[[Draw, int], list[Line]], kind: str) -> Callable[[Draw, int], list[Line]]:
    return lambda draw, number: _taken_back(draw, flow(draw, number), kind, number)


def figures(draw: Draw, number: int) -> list[Line]:
    """Scores, counts and points, some of them paid for; strays take them back."""
    day = f"2026-02-{draw(st.integers(1, 3)):02d}"
    worked: Line = {"person": "P-B", "unit": "T1", "day": day}
    counted: Line = {"unit": "W2", "indicator": "工伤"}
    paper = {"reason": "上报", "doc": f"J-{number}"}
    return [
        line("P-W1D", "RecordDailyScore", **worked, score=draw(st.sampled_from(["60", "95"]))),
        line("P-C1", "AccrueDailyWage", **worked, quota_wage="20.00"),
        line("P-REC", "SealDaySheet", unit="T1", day=day, recorder="P-REC", reviewer="P-T1L"),
        line("P-SO", "SetControlQuota", **counted, year="2026", quota=1),
        line("P-SO", "CountIncident", **counted, count=draw(st.integers(1, 2)), doc=f"E-{number}"),
        line("P-OFF", "AwardPoints", person="P-A", points=5, **paper),
        line("P-A", "RedeemPoints", person="P-A", points=draw(st.integers(1, 5))),
    ]
