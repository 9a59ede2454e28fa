"""The walks of the processes: how each begins, which commands are tried, what distinguishes two situations."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cache
from typing import Any

from ledger.decisions.proposals import digest_of
from tests.docs.appraisal_walks import APPRAISALS
from tests.docs.exploration import (
    Move,
    Place,
    Trace,
    Walk,
    fields,
    fresh,
    in_days,
    moment_in,
    move,
    moves,
    reverse,
    together,
    walked,
)
from tests.docs.settlement_walk import SETTLEMENT
from tests.spec import Line, MemoryLedger

POOLS = move(
    "OpenBalances",
    as_of="2026-03-01",
    balances={f"POOL_WAGE:{unit}": "900.00" for unit in ("T1", "T2", "W1", "W2", "U1")},
)
ADVANCE = move("AdvanceClock", days=20)
WINDOW_OVER = 6.0
"""Days after which a window of three working days is over."""


# -- hazards, handovers, tenders ------------------------------------------------------------------------------------


def report(hazard: str = "H-1", unit: str = "T1", tier: str = "T2", **more: Any) -> Move:
    usual = {"place": "皮带机头", "category": "site_quality", "description": "浮煤未清", "item": "HO-01"}
    return move("ReportHazard", "P-OFF", hazard=hazard, unit=unit, tier=tier, **(usual | more))


def hazard(command: str, by: str, **more: Any) -> Move:
    return move(command, by, hazard="H-1", **more)


OPEN_HANDOVER = move("OpenHandover", "P-T1L", handover="HV-1", sender="T1", receiver="T2")
TRANSFER = move("TransferHandoverItem", "P-C1", handover="HV-1", hazard="H-1", accepted_by="P-T2L")
REFUSE = move("RefuseHandover", "P-T2L", handover="HV-1", reason="不彻底", hazard="H-1")
ARBITRATE = tuple(
    move("ArbitrateHandover", "P-W1D", handover="HV-1", decision=decision, reason="复查")
    for decision in ("done", "substandard")
)


def tender(command: str, by: str, days: float = 0.05, **more: Any) -> Move:
    return move(command, by, days, tender="TD-1", **more)


REQUEST = tender("RequestTender", "P-W1D", unit="W1", hazard="H-1", reason="capacity", item="RQ-11", est_qty="2")
APPROVE = tender("ApproveTender", "P-U1D")
PUBLISH = tender("PublishTender", "P-C1", bid_deadline=moment_in(2))
BID = tender("SubmitBid", "P-W2D", unit="W2")
AWARD = tender("Award", "P-U1D", winner="W2")
TAKE = tender("AcceptAward", "P-W2D")
CLAIM = tender("ClaimCompletion", "P-W2D", qty="2")
PASS = tender("AcceptTender", "P-C1", result="pass", qty="2", acceptors=["P-SI", "P-W1D"])
TENDERED = moves(REQUEST, APPROVE, PUBLISH, BID, AWARD, TAKE, CLAIM, PASS)

GIVE_BACK = move("ReverseEntry", "P-C1", document={"kind": "handover", "id": "HV-1"}, reason="记错", approved_by="P-H1")


def flowed(ledger: MemoryLedger) -> Hashable:
    """From which states the hazard has flowed: it goes back to the last of them."""
    state = ledger.states.get("hazard:H-1")
    return None if state is None else tuple(flow.state for flow in state.flows)


HAZARDS = Walk(
    (POOLS, report("H-0"), OPEN_HANDOVER),
    (
        report(),
        report(tier="T3"),
        report(fixed_on_spot=True),
        *(hazard("VerifyHazard", "P-SI", level=level, clause="§4") for level in ("C", "MAJOR")),
        hazard("VerifyHazard", "P-SI", level="B", reason="级别看错"),
        hazard("RejectHazard", "P-SI", reason="不属实"),
        hazard("MergeHazard", "P-SI", into="H-0", reason="重复"),
        hazard("AssignHazard", "P-W1D", manage="term", deadline=in_days(3), person="P-A"),
        hazard("ExtendDeadline", "P-W1D", deadline=in_days(9), reason="缺件", approved_by="P-U1H"),
        hazard("StartRectification", "P-W1D", executor="P-A"),
        *(hazard("ClaimRectification", by, evidence=["paper:照片"]) for by in ("P-A", "P-T1L", "P-T2L")),
        *(hazard("AcceptHazard", "P-W1D", result=result) for result in ("pass", "fail")),
        hazard("ReportMajorHazard", "P-SO", authority="矿山安监局", report_no="Z-1"),
        TRANSFER,
        REFUSE,
        *ARBITRATE,
        GIVE_BACK,
        TENDERED,
        ADVANCE,
    ),
    together(
        fields("hazard:H-1", "state", "unit", "fixed_on_spot", "level", "major_reported", "tier", "executor", "tender"),
        fields("handover:HV-1", "state", "contested"),
        flowed,
    ),
)

HANDOVERS = Walk(
    (POOLS, report()),
    (
        OPEN_HANDOVER,
        TRANSFER,
        REFUSE,
        *ARBITRATE,
        move("SignHandover", "P-T2L", handover="HV-1", out_leader="P-T1L", in_leader="P-T2L"),
        move("SuspendHandover", "P-T1L", handover="HV-1", reason="停电"),
        move("ResumeHandover", "P-T1L", handover="HV-1"),
        move("CancelHandover", "P-W1D", handover="HV-1", reason="误开"),
        reverse(),
        ADVANCE,
    ),
    together(fields("handover:HV-1", "state", "total"), fields("hazard:H-1", "state", "unit")),
)

TENDERS = Walk(
    (POOLS, report()),
    (
        REQUEST,
        APPROVE,
        tender("RefuseTender", "P-U1D", reason="自行整改"),
        PUBLISH,
        BID,
        tender("WithdrawBid", "P-W2D", unit="W2"),
        AWARD,
        tender("CloseBidding", "P-C1", 3),
        tender("DirectTender", "P-U1D", winner="W2", reason="无人投标"),
        tender("CancelTender", "P-U1D", reason="不再需要"),
        TAKE,
        tender("TerminateAward", "P-U1D", reason="停工"),
        CLAIM,
        PASS,
        tender("AcceptTender", "P-C1", result="fail", acceptors=["P-SI", "P-W1D"]),
        tender("SettleTender", "P-C1"),
        reverse(),
        ADVANCE,
    ),
    fields("tender:TD-1", "state", "bids", "reserve"),
)

TASKS = Walk(
    (),
    (
        move("DispatchDutyTask", "P-T1L", task="TK-1", person="P-A", item="A1", due=moment_in(2), place="机头"),
        move("CompleteDutyTask", "P-A", task="TK-1", evidence=["paper:照片"]),
        move("RecordInspection", "P-A", inspection=fresh("IN"), place="机头", items=[{"item": "护罩", "result": "ok"}]),
        *(
            move("ReviewDutyTask", "P-T1L", task="TK-1", result=result, due=moment_in(2), reason="照片不清")
            for result in ("pass", "fail")
        ),
        move("WithdrawDutyTask", "P-T1L", task="TK-1", reason="重复派发"),
        ADVANCE,
    ),
    fields("task:TK-1", "state"),
)

# -- slips, penalties, cases, notices -------------------------------------------------------------------------------

LINES = [{"party": "P-A", "amount": "50.00"}, {"party": "W1", "amount": "30.00"}]
APPROVALS = ["P-G1", "P-G2"]


SPEAKERS = (("P-A", "P-A"), ("P-W1D", "W1"))
REVIEWS: tuple[dict[str, Any], ...] = (
    {"decision": "uphold", "party": "P-A"},
    {"decision": "revoke", "party": "P-A"},
    {"decision": "revoke", "party": "W1"},
    {"decision": "amend", "party": "P-A", "amount": "20.00"},
    {"decision": "revoke"},
)
VERDICTS: tuple[dict[str, Any], ...] = (
    {"decision": "uphold"},
    {"decision": "revoke"},
    {"decision": "amend", "amount": "10.00"},
)


def objections(kind: str, name: str) -> tuple[Move, ...]:
    """Moves that slip and penalty have in common."""
    document: dict[str, Any] = {kind: name}
    return (
        *(move("AcknowledgeSlip", by, **document) for by, _ in SPEAKERS),
        *(move("WithdrawDispute", by, party=party, **document) for by, party in SPEAKERS),
        *(move("DisputeSlip", by, party=party, grounds="不服", **document) for by, party in SPEAKERS),
        *(move("ReviewSlip", "P-SO", reason="复核", **review, **document) for review in REVIEWS),
    )


def appeals(kind: str, name: str) -> tuple[Move, ...]:
    document: dict[str, Any] = {kind: name}
    return (
        *(move("LodgeAppeal", by, party=party, grounds="不服", **document) for by, party in SPEAKERS),
        *(
            move("DecideAppeal", "P-G1", party=party, reason="裁定", approvals=APPROVALS, **verdict, **document)
            for _, party in SPEAKERS
            for verdict in VERDICTS
        ),
    )


def liability(key: str) -> Callable[[MemoryLedger], Hashable]:
    """State of the document, of its lines and of the first party's due."""

    def look(ledger: MemoryLedger) -> Hashable:
        state = ledger.states.get(key)
        if state is None:
            return None
        lines = tuple((entry.line.party, entry.line.amount > 0, entry.state, entry.appeal) for entry in state.lines)
        return state.state, state.window_until is None, lines, dues(ledger)

    return look


def dues(ledger: MemoryLedger) -> Hashable:
    person = ledger.states["person-P-A"]
    return tuple((due.open == 0, due.open == due.amount, due.appealed) for due in person.dues)


SLIPS = Walk(
    (POOLS,),
    (
        move(
            "IssueSlip",
            "P-OFF",
            slip="SL-1",
            unit="W1",
            grounds="quality",
            tier="T2",
            lines=LINES,
            authority={"name": "集团", "doc": "A-1", "date": "2026-03-01"},
            approved_by="P-G1",
            basis="§12",
            description="质量",
        ),
        move("ServeSlip", "P-OFF", slip="SL-1"),
        *objections("slip", "SL-1"),
        *(move("ConfirmSlip", "P-OFF", days, slip="SL-1") for days in (0.05, WINDOW_OVER)),
        move("CancelSlip", "P-OFF", slip="SL-1", reason="误开"),
        *appeals("slip", "SL-1"),
        reverse("P-C0", "P-H0"),
        ADVANCE,
    ),
    liability("slip:SL-1"),
)

PENALTIES = Walk(
    (POOLS,),
    (
        move(
            "ProposePenalty",
            "P-U1D",
            penalty="PE-1",
            unit="W1",
            kind="other",
            basis="§20",
            description="迟交资料",
            lines=LINES,
            approved_by="P-G1",
        ),
        move("ApprovePenalty", "P-U1H", penalty="PE-1"),
        *objections("penalty", "PE-1"),
        *(move("ConfirmPenalty", "P-SO", days, penalty="PE-1") for days in (0.05, WINDOW_OVER)),
        move("WaivePenalty", "P-U1D", penalty="PE-1", reason="首次", approved_by="P-U1H"),
        *appeals("penalty", "PE-1"),
        reverse(),
        ADVANCE,
    ),
    liability("penalty:PE-1"),
)


def decide_case(lines: list[dict[str, str]]) -> Move:
    return move(
        "DecideCase", "P-G1", case="CS-1", basis="§30", reason="A级隐患", approvals=APPROVALS, lines=lines, centre="U1"
    )


CASES = Walk(
    (POOLS, report()),
    (
        move("OpenCase", "P-SO", case="CS-1", unit="W1", description="A级隐患", hazard="H-1"),
        decide_case(LINES),
        decide_case([]),
        move("CloseCase", "P-SO", case="CS-1", summary="已处理"),
        *appeals("case", "CS-1"),
        reverse(),
        ADVANCE,
    ),
    liability("case:CS-1"),
)


def issue_notice(**more: Any) -> Move:
    usual = {"notice": "NT-1", "unit": "W1", "item": "GP-05", "qty": "2", "description": "文明生产不达标"}
    return move("IssueNotice", "P-OFF", **(usual | more))


NOTICES = Walk(
    (POOLS,),
    (
        issue_notice(),
        issue_notice(fixer="T2"),
        move("DisputeNotice", "P-W1D", notice="NT-1", grounds="数量不符"),
        move("WithdrawDispute", "P-W1D", notice="NT-1"),
        *(move("ReviewNotice", "P-SO", notice="NT-1", reason="复核", decision=word) for word in ("uphold", "revoke")),
        move("ReviewNotice", "P-SO", notice="NT-1", reason="复核", decision="amend", qty="1"),
        move("ConfirmNotice", "P-C1", notice="NT-1"),
        move("ConfirmNotice", "P-C1", notice="NT-1", payer="T1", accepted_by="P-T1L"),
        move("CancelNotice", "P-OFF", notice="NT-1", reason="误开"),
        move("LodgeAppeal", "P-W1D", party="W1", grounds="不服", notice="NT-1"),
        move("DecideAppeal", "P-G1", party="W1", decision="revoke", reason="成立", approvals=APPROVALS, notice="NT-1"),
        reverse(),
        ADVANCE,
    ),
    together(fields("notice:NT-1", "state", "fixer", "disputed", "reviewed"), liability("notice:NT-1")),
)

# -- risks ----------------------------------------------------------------------------------------------------------

MEASURE = {"measure": "M1", "text": "断带保护"}


def risk(command: str, by: str, **more: Any) -> Move:
    return move(command, by, risk="R-1", **more)


RISKS = Walk(
    (report(),),
    (
        risk(
            *("RegisterRisk", "P-SO"),
            unit="W1",
            place="主运皮带",
            description="断带",
            level="orange",
            person="P-W1D",
            measures=[MEASURE],
            review_by=in_days(3),
        ),
        risk("CheckMeasure", "P-SI", check="CK-1", measure="M1", result="ok"),
        risk("CheckMeasure", "P-SI", check="CK-2", measure="M1", result="failed", hazard="H-1"),
        risk("ReviewRisk", "P-SO", level="red", review_by=in_days(9), reason="加重"),
        risk("RetireRisk", "P-SO", reason="拆除"),
        ADVANCE,
    ),
    together(fields("risk:R-1", "state", "overdue"), fields("check:CK-1", "state"), fields("check:CK-2", "state")),
)

# -- two hands ------------------------------------------------------------------------------------------------------

GOAL = {"unit": "U1", "year": "2026", "evidence": ["paper:验收报告"], "approvals": ["P-G1", "P-G2"]}


def proposal(command: str, by: str, **more: Any) -> Move:
    return move(command, by, proposal="TY-1", **more)


def propose_goal(place: Place) -> list[Line]:
    """A command that asks for two words beside the proposer's; its name is a field of the proposal's data."""
    data = {"proposal": "TY-1", "command": "AchieveSafetyGoal", "data": GOAL, "late_approval": "P-H1"}
    return [{"by": "P-G1", "command": "ProposeCommand", "data": data}]


PROPOSALS = Walk(
    (),
    (
        Move(propose_goal),
        *(proposal("ApproveProposal", by, digest=digest_of("AchieveSafetyGoal", GOAL)) for by in ("P-G2", "P-H1")),
        proposal("RefuseProposal", "P-G2", reason="未达标"),
        proposal("WithdrawProposal", "P-G1"),
        ADVANCE,
    ),
    fields("proposal:TY-1", "state", "words"),
)

# -- organisation, prices, policies ---------------------------------------------------------------------------------


def _organisation(ledger: MemoryLedger) -> Hashable:
    unit = ledger.states["org"].units.get("T9")
    person = ledger.states.get("person-P-N")
    posts = person and tuple((post.role, post.ended) for post in person.posts[:3])
    return unit and (unit.retired is None, len(unit.parents), bool(unit.renamed)), person and (
        person.left is None,
        posts,
    )


ORGANISATION = Walk(
    (),
    (
        move("RegisterUnit", unit="T9", name="九班", level=4, parent="W1"),
        move("ReparentUnit", unit="T9", parent="W2", effective=in_days(0), reason="划转"),
        move("RetireUnit", unit="T9", effective=in_days(30), reason="撤销"),
        move("ReinstateUnit", "P-ADM", unit="T9", reason="误撤"),
        move("RenameUnit", "P-ADM", unit="T9", name="综采九班", effective=in_days(0), reason="改制"),
        move("RegisterPerson", person="P-N", name="新人"),
        move("RenamePerson", "P-HR", person="P-N", name="新名", reason="户口"),
        *(
            move("AssignPerson", person="P-N", unit="W1", role=role, since=in_days(0))
            for role in ("worker", "recorder")
        ),
        *(
            move("EndAssignment", person="P-N", unit="W1", role="worker", last_day=in_days(0), left=left)
            for left in (False, True)
        ),
        move("EndAssignment", person="P-N", unit="W1", role="recorder", last_day=in_days(0)),
    ),
    _organisation,
    longest=6,
)


def _prices(ledger: MemoryLedger) -> Hashable:
    book = ledger.states.get("pricelist-U1")
    return book and (tuple(version.retired is None for version in book.versions), len(book.urgent))


PRICES = Walk(
    (),
    (
        move(
            "PublishPriceList",
            "P-U1H",
            owner="U1",
            version="v1",
            effective=in_days(5),
            items=[{"item": "RQ-90", "kind": "quota", "uom": "m", "price": "12.00"}],
            legal_basis="职代会〔2026〕1号",
            notice="公示栏 2026-03-02",
        ),
        move("RetirePriceList", "P-U1H", owner="U1", version="v1", effective=in_days(9), reason="停用"),
        move(
            "ApproveUrgentPriceItem",
            "P-U1D",
            owner="U1",
            item="RQ-91",
            kind="quota",
            uom="m",
            price="9.00",
            occurred_at=moment_in(0),
            legal_basis="价格办法 §8",
        ),
    ),
    _prices,
    longest=4,
)


def _policies(ledger: MemoryLedger) -> Hashable:
    state = ledger.states["policy"]
    return len(state.values), tuple(one.revoked_from is None for one in state.delegations.values())


POLICIES = Walk(
    (),
    (
        move("PublishPolicy", "P-SO", key="dispute.window", value=5, effective=in_days(1), legal_basis="办法 §5"),
        move(
            "GrantDelegation",
            "P-U1D",
            delegation="DG-1",
            to="P-U1M",
            unit="U1",
            roles=["unit_deputy"],
            valid_from=in_days(0),
            until=in_days(30),
            reason="出差",
        ),
        move("RevokeDelegation", "P-U1D", delegation="DG-1", reason="返岗"),
    ),
    _policies,
    longest=4,
)

# -- pools, wages, dues ---------------------------------------------------------------------------------------------


def _pools(ledger: MemoryLedger) -> Hashable:
    return tuple(sorted((account, bool(amount)) for account, amount in ledger.balances.items())), dues(ledger)


A_DAY: dict[str, Any] = {"person": "P-A", "unit": "W1", "day": "2026-03-02"}
SCORED = move("RecordDailyScore", "P-W1D", **A_DAY, score="95")
TWO_UNITS: dict[str, Any] = {"amount": "5.00", "reason": "补差"}
POOL_MOVES = (
    move("AllocateBudget", "P-C1", unit="W1", pool="wage", source="wage", year="2026", amount="50.00", doc=fresh("B")),
    move("CreditQuotaWage", "P-C1", unit="W1", amount="40.00", source_doc=fresh("Q")),
    move("DistributeWage", "P-C1", unit="W1", lines=[{"person": "P-A", "amount": "30.00"}]),
    move("AccrueDailyWage", "P-C1", **A_DAY, quota_wage="6.00"),
    move("PassDown", "P-C1", unit="W1", child="T1", **TWO_UNITS),
    move("AdjustTransfer", "P-C1", payer="W1", payee="T1", adjusts_period="2026-02", approved_by="P-H1", **TWO_UNITS),
    move(
        "ImportTransferLeg",
        "P-C1",
        transfer="X",
        leg="out",
        unit="T1",
        counter="T2",
        amount="7.00",
        kind="tender",
        approved_by="P-H1",
    ),
    reverse(),
)
MONEY = Walk((POOLS, SCORED), POOL_MOVES, _pools, longest=2)

OWING = {"DUE_PERSON:P-A": "-60.00", "PAY_PERF:P-A": "500.00", "FUND_SAFETY:HQ": "60.00"}


def gross(period: str, amount: str) -> Move:
    return move("ImportGrossWage", "P-HR", period=period, lines=[{"person": "P-A", "gross": amount}])


DEDUCTIONS = (
    *(move("DeductCompensation", "P-C1", period=period, person="P-A") for period in ("2026-03", "2026-04", "2026-05")),
    *(
        move("WriteOffDue", "P-C0", person="P-A", amount=amount, reason="无法追回", approvals=APPROVALS)
        for amount in ("10.00", "20.00", "60.00")
    ),
)
MONTHS = (gross("2026-03", "2225.00"), gross("2026-04", "2240.00"), gross("2026-05", "9000.00"))
"""The floor leaves 25.00 of the first, 40.00 of the second, everything of the third."""


def _owed(ledger: MemoryLedger) -> Hashable:
    """To the fen."""
    return tuple(sorted(ledger.balances.items())), dues(ledger)


DUES = Walk(
    (move("OpenBalances", as_of="2026-03-01", balances=OWING), *MONTHS),
    (*DEDUCTIONS, reverse("P-C1", "P-H1"), reverse("P-C0", "P-H0")),
    _owed,
    longest=7,
)


def overpaid(**claimant: Any) -> Move:
    usual = {"due": "DF-1", "person": "P-A", "amount": "60.00", "reason": "多发", "approved_by": "P-H1"}
    return move("RaiseDue", "P-C1", doc=fresh("DF"), **(usual | claimant))


OVERPAID = Walk(
    (
        move("OpenBalances", as_of="2026-03-01", balances={"PAY_PERF:P-A": "500.00", "POOL_WAGE:W1": "900.00"}),
        *MONTHS[-1:],
    ),
    (overpaid(unit="W1"), overpaid(centre="U1"), *DEDUCTIONS[2:3], reverse("P-C1", "P-H1")),
    together(_owed, liability("due:DF-1")),
    longest=4,
)
CHARGED = Walk(
    (
        POOLS,
        move("OpenBalances", as_of="2026-03-01", balances={"PAY_PERF:P-A": "500.00"}),
        *MONTHS,
        *SLIPS.moves[:2],
        move("ConfirmSlip", "P-OFF", WINDOW_OVER, slip="SL-1"),
    ),
    (*DEDUCTIONS, *appeals("slip", "SL-1"), reverse("P-C1", "P-H1"), reverse("P-C0", "P-H0")),
    together(_owed, liability("slip:SL-1")),
    longest=5,
)

WALKS = (
    SETTLEMENT,
    HAZARDS,
    HANDOVERS,
    TENDERS,
    TASKS,
    SLIPS,
    PENALTIES,
    CASES,
    NOTICES,
    PROPOSALS,
    RISKS,
    ORGANISATION,
    PRICES,
    POLICIES,
    MONEY,
    DUES,
    OVERPAID,
    CHARGED,
    *APPRAISALS,
)


@cache
def everything_walked() -> Trace:
    """Everything that all walks together have seen."""
    trace = Trace()
    for walk in WALKS:
        trace.add(walked(walk))
    return trace
