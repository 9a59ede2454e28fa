"""Rarer flows of random histories: penalties, cases, deductions, budgets, transfers between mines, a moving team."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Line = dict[str, Any]
Draw = Callable[[Any], Any]

amounts = st.integers(1, 60_000).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")
PAPERS = st.sampled_from([{}, {"doc": "F-1"}, {"doc": "F-2"}])
"""Papers on which money moves, each once in a unit."""
FUNDS = st.sampled_from([{}, {"funds": "project"}])
quantities = st.integers(1, 80).map(lambda tenths: f"{tenths / 10:g}")
GROUP = ["P-G1", "P-G2"]
CLERKS = {"U1": "P-C1", "U2": "P-C2", "HQ": "P-C0"}
SPEAKERS = {"P-A": "P-A", "P-B": "P-B", "W1": "P-W1D", "T1": "P-T1L", "T4": "P-T4L", "W3": "P-W3D"}
HEADS = {"U1": "P-H1", "U2": "P-H2", "HQ": "P-H0"}
HAPPENED = {
    "class_code": "03",
    "class_table": "GB6441-1986",
    "severity": "轻伤",
    "place": "皮带巷",
    "occurred": "2026-01-31T23:30:00+08:00",
    "description": "挤伤",
}


def line(by: str, command: str, **data: Any) -> Line:
    return {"by": by, "command": command, "data": data}


def _penalised(draw: Draw, number: int) -> list[Line]:
    """A penalty of a person and of two pools; waived, disputed or left to time."""
    penalty = {"penalty": f"PE-{number}"}
    parties = draw(st.lists(st.sampled_from(["P-A", "P-B", "W1", "T4", "W3"]), min_size=1, max_size=3, unique=True))
    lines = [{"party": party, "amount": draw(amounts)} for party in parties]
    proposed = {"unit": "W1", "kind": "other", "basis": "办法 §20", "description": "迟交资料", "lines": lines}
    proposed["approved_by"] = "P-G1"
    middle = draw(
        st.sampled_from(
            [
                [],
                [line("P-U1D", "WaivePenalty", **penalty, reason="首次", approved_by="P-U1H")],
                [
                    line(SPEAKERS[parties[0]], "DisputeSlip", **penalty, party=parties[0], grounds="不服"),
                    line("P-SO", "ReviewSlip", **penalty, decision="revoke", party=parties[0], reason="查实"),
                ],
                [
                    line(SPEAKERS[parties[0]], "DisputeSlip", **penalty, party=parties[0], grounds="不服"),
                    line(SPEAKERS[parties[0]], "WithdrawDispute", **penalty, party=parties[0]),
                ],
                [line(SPEAKERS[party], "AcknowledgeSlip", **penalty) for party in parties],
                [line("SYSTEM", "AdvanceClock")],
            ]
        )
    )
    return [
        line("P-U1D", "ProposePenalty", **penalty, **proposed),
        line("P-U1H", "ApprovePenalty", **penalty),
        *middle,
        line("P-SO", "ConfirmPenalty", **penalty),
    ]


def _decided(draw: Draw, number: int) -> list[Line]:
    """An accident, its case, and an appeal of the person charged."""
    case = {"case": f"CS-{number}"}
    lines = [{"party": "W2", "amount": draw(amounts)}, {"party": "P-D4", "amount": draw(amounts)}]
    amended = draw(st.sampled_from([{"decision": "uphold"}, {"decision": "revoke"}, {"decision": "amend"}]))
    remains = {"amount": "0.01"} if amended["decision"] == "amend" else {}
    return [
        line("P-SO", "RecordAccident", accident=f"AC-{number}", unit="W2", **HAPPENED),
        line("P-LD", "OpenCase", **case, unit="W2", accident=f"AC-{number}", description="轻伤事故"),
        line("P-G1", "DecideCase", **case, basis="办法 §8", reason="事故", approvals=GROUP, lines=lines),
        line("P-D4", "LodgeAppeal", **case, party="P-D4", grounds="已尽责"),
        line("P-G1", "DecideAppeal", **case, party="P-D4", reason="裁定", approvals=GROUP, **amended, **remains),
        line("P-SO", "CloseCase", **case, summary="已处理"),
    ]


def _collected(draw: Draw, number: int) -> list[Line]:
    """A person's dues are deducted from the month's wage, in part written off."""
    month = draw(st.sampled_from(["2026-02", "2026-03", "2026-04"]))
    person = draw(st.sampled_from(["P-A", "P-B"]))
    gross = [{"person": person, "gross": draw(st.sampled_from(["2100.00", "2400.00", "9000.00"]))}]
    case, accident = {"case": f"CS-{number}"}, f"AC-{number}"
    charged = [{"party": person, "amount": draw(amounts)}]
    return [
        line("P-SO", "RecordAccident", accident=accident, unit="T1", **HAPPENED),
        line("P-LD", "OpenCase", **case, unit="T1", accident=accident, description="轻伤事故"),
        line("P-G1", "DecideCase", **case, basis="办法 §8", reason="事故", approvals=GROUP, lines=charged),
        line("P-T1L", "DistributeWage", unit="T1", lines=[{"person": person, "amount": draw(amounts)}]),
        line("P-HR", "ImportGrossWage", period=month, lines=gross),
        line("P-C1", "DeductCompensation", period=month, person=person),
        line("P-C0", "WriteOffDue", person=person, amount=draw(amounts), reason="无法追回", approvals=GROUP),
    ]


def _overpaid(draw: Draw, number: int) -> list[Line]:
    """Wages that were overpaid are claimed back, appealed and written off; a unit's debt is forgone; pay comes back."""
    person, due = draw(st.sampled_from(["P-A", "P-B"])), {"due": f"DF-{number}"}
    claimant = draw(st.sampled_from([{"unit": "T1"}, {"unit": "W1"}, {"centre": "U1"}, {}]))
    amended = draw(st.sampled_from([{"decision": "uphold"}, {"decision": "revoke"}]))
    returned = {"centre": "U1", "period": "2026-02", "person": person, "pay": "perf", "amount": draw(amounts)}
    raised = {"person": person, "amount": draw(amounts), "reason": "多发", "doc": f"DF-{number}", "approved_by": "P-H1"}
    forgone = {"reason": "无法追回", "approvals": GROUP, "amount": draw(amounts), "centre": "U1"}
    appealed = [
        line(person, "LodgeAppeal", **due, party=person, grounds="未多发"),
        line("P-G1", "DecideAppeal", **due, party=person, reason="裁定", approvals=GROUP, **amended),
    ]
    return [
        line("P-T1L", "DistributeWage", unit="T1", lines=[{"person": person, "amount": draw(amounts)}]),
        line("P-C1", "RaiseDue", **due, **raised, **claimant),
        *(appealed[: draw(st.integers(0, 2))]),
        line("P-C1", "WriteOffDue", person=person, **forgone),
        line("P-C1", "WriteOffDue", unit=draw(st.sampled_from(["T1", "T2", "W1", "W2"])), **forgone),
        line("P-C1", "ReturnPayroll", **returned, doc=f"TP-{number}", reason="账号错", approved_by="P-H1"),
    ]


def _funded(draw: Draw, number: int) -> list[Line]:
    """Money comes to a mine and goes down to a team; a top-up between teams corrects it."""
    mine, team, other = draw(st.sampled_from([("U1", "T1", "T4"), ("U1", "T3", "W2"), ("U2", "W3", "U2")]))
    clerk, head = CLERKS[mine], HEADS[mine]
    budget = {"unit": mine, "pool": "wage", "source": "wage", "year": "2026", "doc": f"B-{number}"}
    topped = {"payer": team, "payee": other, "adjusts_period": "2026-01", "reason": "补差", "approved_by": head}
    return [
        line(head, "SetWageIndicator", unit=mine, year="2026", source="wage", amount="2000.00", doc=f"Z-{number}"),
        line(clerk, "AllocateBudget", **budget, amount=draw(amounts)),
        line(clerk, "PassDown", unit=mine, child=team, amount=draw(amounts), reason="下拨", **draw(PAPERS)),
        line(clerk, "AdjustTransfer", **topped, amount=draw(amounts), **draw(PAPERS)),
    ]


def _brought_in(draw: Draw, number: int) -> list[Line]:
    """Both legs of another system's transfer, which may lie far apart; between mines the company's centre clears."""
    payer, payee = draw(st.sampled_from([("W1", "W2"), ("U1", "U2"), ("U2", "W3")]))
    both = {"transfer": f"X-{number}", "amount": draw(amounts), "kind": draw(st.sampled_from(["handover", "tender"]))}
    legs = [
        line("SYSTEM", "ImportTransferLeg", **both, leg="out", unit=payer, counter=payee),
        line("SYSTEM", "ImportTransferLeg", **both, leg="in", unit=payee, counter=payer),
    ]
    return list(draw(st.permutations(legs)))


def _between_mines(draw: Draw, number: int) -> list[Line]:
    """A mine tenders at the company; the other one fixes it, and hands a part of the price down."""
    hazard, tender, funds = f"H-{number}", {"tender": f"TD-{number}"}, draw(FUNDS)
    found = {"unit": "U1", "place": "主井", "category": "hazard", "description": "罐道磨损", "tier": "T2"}
    wanted = {"unit": "U1", "hazard": hazard, "reason": "difficulty", "item": "RQ-12", "est_qty": "4"}
    passed = {"result": "pass", "qty": draw(st.sampled_from(["3.5", "4", "4.4"])), "acceptors": ["P-SO", "P-U1H"]}
    return [
        line("P-OFF", "ReportHazard", hazard=hazard, **found),
        line("P-U1D", "RequestTender", **tender, **wanted, **funds),
        line("P-LD", "ApproveTender", **tender),
        line("P-C0", "PublishTender", **tender, bid_deadline="2026-05-31T09:00:00+08:00"),
        line("P-U2H", "SubmitBid", **tender, unit="U2"),
        line("P-LD", "Award", **tender, winner="U2"),
        line("P-U2H", "AcceptAward", **tender),
        line("P-U2H", "ClaimCompletion", **tender, qty="4"),
        line("P-C0", "AcceptTender", **tender, **passed),
        line("P-C2", "PassDown", unit="U2", child="W3", amount="100.00", reason="分配", **tender, **funds),
    ]


def _moved(draw: Draw, number: int) -> list[Line]:
    """A team goes to the other workshop of the mine and comes back, with everything that is open."""
    there, back = draw(st.sampled_from([("2026-02-03", "2026-02-20"), ("2026-02-20", "2026-04-01")]))
    return [
        line("P-ADM", "ReparentUnit", unit="T4", parent="W1", effective=there, reason="划转"),
        line("P-ADM", "ReparentUnit", unit="T4", parent="W2", effective=back, reason="划回"),
    ]


def _paid_by_the_day(draw: Draw, number: int) -> list[Line]:
    """A leader's day is scored and paid by its score."""
    day = {"person": "P-T1L", "unit": "T1", "day": f"2026-02-{draw(st.integers(1, 3)):02d}"}
    score = draw(st.sampled_from(["89.99", "90", "71.5"]))
    return [
        line("P-W1D", "RecordDailyScore", **day, score=score),
        line("P-C1", "AccrueDailyWage", **day, quota_wage=draw(amounts)),
    ]


def _arbitrated(draw: Draw, number: int) -> list[Line]:
    """A handover rests, is refused, decided by the duty director, and signed."""
    hazard, handover = {"hazard": f"H-{number}"}, {"handover": f"HV-{number}"}
    found = {"unit": "T1", "place": "机头", "category": "site_quality", "description": "浮煤", "tier": "T3"}
    decided = draw(st.sampled_from(["done", "substandard"]))
    return [
        line("P-T1L", "ReportHazard", **hazard, **found, item="HO-02"),
        line("P-T1L", "OpenHandover", **handover, sender="T1", receiver="T2"),
        line("P-W1D", "SuspendHandover", **handover, reason="停电"),
        line("P-W1D", "ResumeHandover", **handover),
        line("P-T2L", "RefuseHandover", **handover, **hazard, reason="不彻底"),
        line("P-W1D", "ArbitrateHandover", **handover, decision=decided, reason="复查"),
        draw(
            st.sampled_from(
                [
                    line("P-T2L", "SignHandover", **handover, out_leader="P-T1L", in_leader="P-T2L"),
                    line("P-T1L", "CancelHandover", **handover, reason="误开"),
                ]
            )
        ),
    ]


FLOWS = (
    _arbitrated,
    _penalised,
    _decided,
    _collected,
    _overpaid,
    _funded,
    _brought_in,
    _between_mines,
    _moved,
    _paid_by_the_day,
)
