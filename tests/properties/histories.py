"""Random histories over two mines with their centres, their workshops and teams, and three months.

A command is drawn with actors and documents from small pools, so that most are accepted and every guard is met.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from tests.properties import duty_flows, more_flows, notice_flows, red_ink, rule_flows, two_hands, year_flows

Line = dict[str, Any]

SHANGHAI = timezone(timedelta(hours=8))
TEAMS = ("T1", "T2", "T3", "T4")
WORKSHOPS = ("W1", "W2", "W3")
LEADER = {"T1": "P-T1L", "T2": "P-T2L", "T3": "P-T3L", "T4": "P-T4L", "W1": "P-W1D", "W2": "P-W2D", "W3": "P-W3D"}
PERSONS = ("P-A", "P-B", "P-E", "P-F", "P-D4")
HAZARDS = tuple(f"H-{n}" for n in range(1, 7))
SLIPS = tuple(f"SL-{n}" for n in range(1, 5))
HANDOVERS = tuple(f"HV-{n}" for n in range(1, 5))
TENDERS = tuple(f"TD-{n}" for n in range(1, 3))

amounts = st.integers(1, 60_000).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")

Draw = Callable[[Any], Any]
OPENING: list[Line] = [
    {
        "by": "SYSTEM",
        "command": "OpenBalances",
        "data": {
            "as_of": "2026-02-01",
            "balances": {
                **{f"POOL_WAGE:{unit}": "900.00" for unit in (*TEAMS, *WORKSHOPS, "U1", "U2")},
                "POOL_PROJECT:T1": "60.00",
                "POOL_PROJECT:W1": "200.00",
                "POOL_PROJECT:U1": "300.00",
            },
        },
    }
]


def _report(draw: Draw) -> Line:
    unit = draw(st.sampled_from(TEAMS + WORKSHOPS))
    tier = draw(st.sampled_from(["T2", "T3"]))
    data = {
        "hazard": draw(st.sampled_from(HAZARDS)),
        "unit": unit,
        "place": draw(st.sampled_from(["皮带机头", "二部皮带"])),
        "category": draw(st.sampled_from(["site_quality", "hazard"])),
        "description": "现场问题",
        "tier": tier,
        "item": draw(st.sampled_from(["HO-01", "HO-02", "RQ-11"])),
        "fixed_on_spot": draw(st.booleans()),
    }
    return {"by": LEADER[unit] if tier == "T3" else "P-OFF", "command": "ReportHazard", "data": data}


def _hazard_step(draw: Draw) -> Line:
    hazard = draw(st.sampled_from(HAZARDS))
    name, by, more = draw(
        st.sampled_from(
            [
                ("VerifyHazard", "P-SI", {"level": "C"}),
                ("RejectHazard", "P-SI", {"reason": "不属实"}),
                ("AssignHazard", "P-W1D", {"manage": "term", "deadline": "2026-03-05", "person": "P-A"}),
                ("AssignHazard", "P-U1H", {"manage": "immediate", "deadline": "2026-02-28", "person": "P-A"}),
                ("ClaimRectification", "P-T1L", {"evidence": ["paper:照片"]}),
                ("ClaimRectification", "P-T2L", {"evidence": ["paper:照片"]}),
                ("AcceptHazard", "P-W1D", {"result": "pass"}),
                ("AcceptHazard", "P-SI", {"result": "pass"}),
                ("AcceptHazard", "P-SI", {"result": "fail"}),
            ]
        )
    )
    return {"by": by, "command": name, "data": {"hazard": hazard, **more}}


def _handover_step(draw: Draw) -> Line:
    handover = draw(st.sampled_from(HANDOVERS))
    sender, receiver = draw(st.sampled_from([("T1", "T2"), ("T2", "T3"), ("T3", "T1"), ("T1", "T4")]))
    step = draw(st.integers(0, 5))
    if step == 0:
        data: Line = {"handover": handover, "sender": sender, "receiver": receiver}
        return {"by": LEADER[sender], "command": "OpenHandover", "data": data}
    if step == 1:
        leaders = {"out_leader": LEADER[sender], "in_leader": LEADER[receiver]}
        return {"by": LEADER[receiver], "command": "SignHandover", "data": {"handover": handover, **leaders}}
    if step == 2:
        data = {"handover": handover, "reason": "不彻底", "hazard": draw(st.sampled_from(HAZARDS))}
        return {"by": LEADER[receiver], "command": "RefuseHandover", "data": data}
    if step == 3:
        decided = draw(st.sampled_from(["done", "substandard"]))
        data = {"handover": handover, "decision": decided, "reason": "复查"}
        return {"by": "P-W1D", "command": "ArbitrateHandover", "data": {**data, **draw(more_flows.FUNDS)}}
    if step == 4:
        return {"by": "P-W1D", "command": "CancelHandover", "data": {"handover": handover, "reason": "误开"}}
    data = {"handover": handover, "hazard": draw(st.sampled_from(HAZARDS)), "accepted_by": LEADER[receiver]}
    return {
        "by": "P-C1",
        "command": "TransferHandoverItem",
        "data": {**data, "qty": draw(more_flows.quantities), **draw(more_flows.FUNDS)},
    }


WHOLE = st.sampled_from([{"decision": "uphold"}, {"decision": "amend", "matrix": "HZ-C"}])
"""Reviews of the whole; by the matrix of another finding others are charged, too."""


def _slip_step(draw: Draw) -> Line:
    slip = draw(st.sampled_from(SLIPS))
    step: int = draw(st.integers(0, 8))
    if step <= 1:
        matrix = draw(st.sampled_from(["TW-S", "TW-G"]))
        data = {
            "slip": slip,
            "unit": draw(st.sampled_from(["W1", "W2", "T1"])),
            "grounds": "violation",
            "tier": draw(st.sampled_from(["T1", "T2"])),
            "matrix": matrix,
            "person": draw(st.sampled_from(PERSONS)),
            "basis": "办法 §12",
            "description": "违章",
            **draw(more_flows.FUNDS),
        }
        return {"by": "P-OFF", "command": "IssueSlip", "data": data}
    by = draw(st.sampled_from([*PERSONS, "P-W1D", "P-U1H", "P-SI", "P-T1L"]))
    choices: list[Line] = [
        {"by": "P-OFF", "command": "ServeSlip", "data": {"slip": slip}},
        {"by": by, "command": "AcknowledgeSlip", "data": {"slip": slip}},
        {"by": by, "command": "DisputeSlip", "data": {"slip": slip, "party": by, "grounds": "不服"}},
        {"by": by, "command": "WithdrawDispute", "data": {"slip": slip, "party": by}},
        {"by": "P-SO", "command": "ReviewSlip", "data": {"slip": slip, "reason": "属实", **draw(WHOLE)}},
        {"by": "P-OFF", "command": "ConfirmSlip", "data": {"slip": slip}},
        {"by": "P-OFF", "command": "CancelSlip", "data": {"slip": slip, "reason": "误开"}},
    ]
    return choices[step - 2]


def _tender_step(draw: Draw) -> Line:
    tender = draw(st.sampled_from(TENDERS))
    step = draw(st.integers(0, 8))
    if step == 0:
        data: Line = {"tender": tender, "unit": "W1", "hazard": draw(st.sampled_from(HAZARDS)), "reason": "capacity"}
        data |= {"item": "RQ-11", "est_qty": draw(more_flows.quantities), **draw(more_flows.FUNDS)}
        return {"by": "P-W1D", "command": "RequestTender", "data": data}
    name, by, more = [
        ("ApproveTender", "P-U1D", {}),
        ("PublishTender", "P-C1", {"bid_deadline": "2026-03-31T09:00:00+08:00"}),
        ("SubmitBid", "P-W2D", {"unit": "W2"}),
        ("Award", "P-U1D", {"winner": "W2"}),
        ("AcceptAward", "P-W2D", {}),
        ("ClaimCompletion", "P-W2D", {"qty": "5"}),
        ("AcceptTender", "P-C1", {"result": "pass", "qty": "5", "acceptors": ["P-SI", "P-W1D"]}),
        ("TerminateAward", "P-U1D", {"reason": "停工"}),
    ][step - 1]
    return {"by": by, "command": name, "data": {"tender": tender, **more}}


def _pool_step(draw: Draw) -> Line:
    unit = draw(st.sampled_from(TEAMS + WORKSHOPS))
    clerk = "P-C2" if unit == "W3" else "P-C1"
    if draw(st.booleans()):
        data: Line = {"unit": unit, "amount": draw(amounts), "source_doc": f"D-{draw(st.integers(1, 9))}"}
        return {"by": clerk, "command": "CreditQuotaWage", "data": data}
    paid: Line = {"unit": unit, "lines": [{"person": draw(st.sampled_from(PERSONS)), "amount": draw(amounts)}]}
    return {"by": LEADER[unit], "command": "DistributeWage", "data": paid | draw(more_flows.PAPERS)}


def _time(draw: Draw) -> Line:
    return {"by": "SYSTEM", "command": "AdvanceClock", "data": {}}


STRAY: tuple[Callable[[Draw], Line], ...] = (
    _report,
    _hazard_step,
    _handover_step,
    _slip_step,
    notice_flows.stray,
    _tender_step,
    _pool_step,
    _pool_step,
    red_ink.reversal,
    red_ink.reversal,
    _time,
)
"""Single commands out of the blue: most meet a guard."""


def _repaired(draw: Draw, number: int) -> list[Line]:
    """A hazard from report to close."""
    hazard = {"hazard": f"H-{number}"}
    report = _report(draw)
    report["data"] |= {**hazard, "unit": "T1", "tier": "T2", "fixed_on_spot": False}
    return [
        {**report, "by": "P-OFF"},
        {"by": "P-SI", "command": "VerifyHazard", "data": {**hazard, "level": draw(st.sampled_from("CBA"))}},
        {
            "by": "P-W1D",
            "command": "AssignHazard",
            "data": {**hazard, "manage": "term", "deadline": "2026-04-20", "person": "P-A"},
        },
        {"by": "P-T1L", "command": "ClaimRectification", "data": {**hazard, "evidence": ["paper:照片"]}},
        {
            "by": "P-SI",
            "command": "AcceptHazard",
            "data": {**hazard, "result": draw(st.sampled_from(["pass", "fail"]))},
        },
    ]


def _handed_over(draw: Draw, number: int) -> list[Line]:
    """An unfixed hazard flows to the next team at list price."""
    sender, receiver = draw(st.sampled_from([("T1", "T2"), ("T2", "T3"), ("T3", "T1"), ("T1", "T4")]))
    report = _report(draw)
    report["data"] |= {"hazard": f"H-{number}", "unit": sender, "tier": "T3", "fixed_on_spot": False}
    handover = {"handover": f"HV-{number}"}
    leaders = {"out_leader": LEADER[sender], "in_leader": LEADER[receiver]}
    moved = {"hazard": f"H-{number}", "accepted_by": LEADER[receiver], "qty": draw(more_flows.quantities)}
    return [
        {**report, "by": LEADER[sender]},
        {
            "by": LEADER[sender],
            "command": "OpenHandover",
            "data": {**handover, "sender": sender, "receiver": receiver, "items": [f"H-{number}"]},
        },
        {"by": "P-C1", "command": "TransferHandoverItem", "data": {**handover, **moved}},
        {"by": LEADER[receiver], "command": "SignHandover", "data": {**handover, **leaders}},
    ]


def _charged(draw: Draw, number: int) -> list[Line]:
    """A slip from issue to confirmation, now and then disputed (and the dispute withdrawn or reviewed) or appealed."""
    slip = {"slip": f"SL-{number}"}
    issue = _slip_step(draw)
    while issue["command"] != "IssueSlip":
        issue = _slip_step(draw)
    issue["data"] |= {**slip, "unit": "W1", "person": "P-A"}
    spoken = [
        {"by": by, "command": "AcknowledgeSlip", "data": dict(slip)}
        for by in draw(st.permutations(["P-A", "P-W1D", "P-T1L", "P-U1H", "P-SI"]))
    ]
    disputed: list[Line] = [
        {"by": "P-A", "command": "DisputeSlip", "data": {**slip, "party": "P-A", "grounds": "不服"}},
        {"by": "P-A", "command": "WithdrawDispute", "data": {**slip, "party": "P-A"}}
        if draw(st.booleans())
        else {
            "by": "P-SO",
            "command": "ReviewSlip",
            "data": {**slip, "party": "P-A", "decision": draw(st.sampled_from(["uphold", "revoke"])), "reason": "复核"},
        },
    ]
    appealed: list[Line] = [
        {"by": "P-T1L", "command": "LodgeAppeal", "data": {**slip, "party": "P-T1L", "grounds": "不服"}},
        {
            "by": "P-G1",
            "command": "DecideAppeal",
            "data": {
                **slip,
                "party": "P-T1L",
                "decision": draw(st.sampled_from(["uphold", "revoke"])),
                "reason": "裁定",
                "approvals": ["P-G1", "P-G2"],
            },
        },
    ]
    served = {"by": "P-OFF", "command": "ServeSlip", "data": dict(slip)}
    confirmed = {"by": "P-OFF", "command": "ConfirmSlip", "data": dict(slip)}
    whole: Line = {"by": "P-SO", "command": "ReviewSlip", "data": {**slip, "reason": "属设施隐患", **draw(WHOLE)}}
    middle = draw(st.sampled_from([[], disputed, [disputed[0], whole]]))
    return [issue, served, *middle, *spoken, confirmed, *(appealed if draw(st.booleans()) else [])]


def _tendered(draw: Draw, number: int) -> list[Line]:
    """A hazard of W1 is fixed by W2 and paid."""
    report = _report(draw)
    report["data"] |= {"hazard": f"H-{number}", "unit": "W1", "tier": "T2", "fixed_on_spot": False}
    tender = {"tender": f"TD-{number}"}
    request = {**tender, "unit": "W1", "hazard": f"H-{number}", "reason": "capacity", "item": "RQ-11"}
    steps: list[tuple[str, str, Line]] = [
        ("P-W1D", "RequestTender", {**request, "est_qty": draw(more_flows.quantities), **draw(more_flows.FUNDS)}),
        ("P-U1D", "ApproveTender", {}),
        ("P-C1", "PublishTender", {"bid_deadline": "2026-05-31T09:00:00+08:00"}),
        ("P-W2D", "SubmitBid", {"unit": "W2"}),
        ("P-U1D", "Award", {"winner": "W2"}),
        ("P-W2D", "AcceptAward", {}),
        ("P-W2D", "ClaimCompletion", {"qty": "3"}),
        (
            "P-C1",
            "AcceptTender",
            {"result": "pass", "qty": "3", "acceptors": ["P-SI", "P-W1D"], "approved_by": "P-U1D"},
        ),
    ]
    return [
        {**report, "by": "P-OFF"},
        *({"by": by, "command": name, "data": {**tender, **more}} for by, name, more in steps),
    ]


Flow = Callable[[Draw, int], list[Line]]
FLOWS: tuple[Flow, ...] = (
    _repaired,
    _handed_over,
    _charged,
    notice_flows.noticed,
    _tendered,
    *more_flows.FLOWS,
    *duty_flows.FLOWS,
    *year_flows.FLOWS,
    *rule_flows.FLOWS,
    red_ink.figures,
    red_ink.taken_back(_handed_over, "handover"),
    red_ink.taken_back(_charged, "slip"),
    red_ink.taken_back(notice_flows.noticed, "notice"),
    red_ink.taken_back(_tendered, "tender"),
)


@st.composite
def histories(draw: Draw, longest: int = 6, flows: tuple[Flow, ...] = FLOWS) -> list[Line]:
    """Flows of the market, interleaved and disturbed by strays, in the order of time, from February to April 2026.

    Some words are said by proposal, some commands are bound together.
    """
    begun = [draw(st.sampled_from(flows))(draw, number) for number in range(11, 11 + draw(st.integers(1, longest)))]
    lines: list[Line] = list(OPENING)
    while any(begun):
        if draw(st.integers(0, 3)) == 0:
            lines.append(draw(st.sampled_from(STRAY))(draw))
        flow = draw(st.sampled_from([flow for flow in begun if flow]))
        step = flow.pop(0)
        if draw(st.integers(0, 11)):  # now and then a step is left out
            lines.append(step)
    return two_hands.bundled(draw, _dated(draw, two_hands.proposed(draw, lines)))


def _dated(draw: Draw, lines: list[Line]) -> list[Line]:
    """In order, some histories in a few days, others over three months; now and then one arrives late."""
    when = datetime(2026, 2, 1, 7, tzinfo=SHANGHAI)
    pace = draw(st.sampled_from([(1, 7, 60, 480), (1, 7, 60, 480, 1440), (7, 60, 480, 1440, 7200)]))
    for number, line in enumerate(lines):
        when += timedelta(minutes=draw(st.sampled_from(pace)))
        line["id"] = f"h-{number}"
        red_ink.told(draw, line, number)
        line["at"] = when.isoformat()
        if line["by"] != "SYSTEM" and draw(st.integers(0, 19)) == 0:
            line["business_date"] = (when - timedelta(days=draw(st.sampled_from([1, 20, 61])))).date().isoformat()
    return lines
