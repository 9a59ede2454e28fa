"""Oversight of a month: what blocks the close, planned against paid, discretion, separation of duties."""

from __future__ import annotations

from typing import Any

from tests.projections.whole_ledger import Client, Line, do

MARCH = {"centre": "U1", "period": "2026-03"}
LEADS = {"T1": "P-T1L", "T2": "P-T2L", "T3": "P-T3L", "T4": "P-T4L", "U1": "P-U1H", "W1": "P-W1D", "W2": "P-W2D"}


OPENED = [
    do("OpenBalances", "SYSTEM", "2026-03-01T08:00:00", as_of="2026-03-01", balances={"POOL_WAGE:W1": "90000.00"}),
    do("OpenPeriod", "P-C1", "2026-03-01T08:30:00", **MARCH),
]
FEBRUARY = do("OpenPeriod", "P-C1", "2026-02-01T08:30:00", centre="U1", period="2026-02")
"""Announced, and nothing is posted in it: it hinders no close (rule 73)."""

NOTICE = {"unit": "W1", "item": "GP-05", "qty": "1", "description": "文明生产不达标"}
LEG = {"transfer": "X-1", "unit": "W1", "counter": "W2", "amount": "75.00", "kind": "tender"}


def reasons(board: dict[str, Any]) -> list[tuple[str, str]]:
    return [(block["reason"], block["ref"]) for block in board["blocks"]]


async def test_the_dashboard_names_what_the_close_would_refuse_until_nothing_is_left(client: Client) -> None:
    await client.accept(FEBRUARY, *OPENED, do("ImportTransferLeg", "SYSTEM", "2026-03-05T09:00:00", leg="out", **LEG))
    board = await client.ask("PeriodDashboard", **MARCH)
    assert (board["state"], board["statements"], board["last_run"]) == ("opened", {"draft": 7}, None)
    units = [("STATEMENT", unit) for unit in sorted(LEADS)]
    assert reasons(board) == [("NOT_CUT_OFF", "2026-03"), ("CLEARING", "CLR_TRADE:U1"), *units]
    await client.accept(
        do("CutOffPeriod", "P-C1", "2026-04-01T08:00:00", **MARCH),
        do("RunReconciliation", "P-C1", "2026-04-01T08:10:00", **MARCH),
    )
    board = await client.ask("PeriodDashboard", **MARCH)
    raised = [("EXCEPTION", "CLEARING_NOT_ZERO:U1"), ("EXCEPTION", "UNMATCHED_LEG:X-1")]
    assert reasons(board) == [("CLEARING", "CLR_TRADE:U1"), *raised, *units]
    assert (board["exceptions"], board["clearing"]) == ({"open": 2, "blocking": 2, "resolved": 0}, "75.00")
    settled = do(
        "ImportTransferLeg", "SYSTEM", "2026-04-01T08:20:00", leg="in", **LEG | {"unit": "W2", "counter": "W1"}
    )
    await client.accept(
        settled | {"business_date": "2026-03-31"},
        do("RunReconciliation", "P-C1", "2026-04-01T08:30:00", **MARCH),
        do("IssueStatements", "P-C1", "2026-04-01T08:40:00", **MARCH),
        *(do("ConfirmStatement", by, "2026-04-01T09:00:00", unit=unit, period="2026-03") for unit, by in LEADS.items()),
        {
            **do("CreditQuotaWage", "P-C1", "2026-04-01T09:30:00", unit="W1", amount="5.00", source_doc="D-1"),
            "business_date": "2026-03-31",
        },
    )
    board = await client.ask("PeriodDashboard", **MARCH)
    assert reasons(board) == [("STATEMENT", "W1")]
    assert [(unit["unit"], unit["state"], unit["issue"]) for unit in board["not_confirmed"]] == [("W1", "stale", 1)]
    refused = await client.send(do("ClosePeriod", "P-H1", "2026-04-01T10:00:00", **MARCH))
    assert (refused["code"], refused["detail"]) == ("NOT_READY", "statement of W1: stale")
    await client.accept(
        do("IssueStatements", "P-C1", "2026-04-01T10:10:00", **MARCH),
        do("ConfirmStatement", "P-W1D", "2026-04-01T10:20:00", unit="W1", period="2026-03"),
    )
    assert not reasons(await client.ask("PeriodDashboard", **MARCH))
    await client.accept(do("ClosePeriod", "P-H1", "2026-04-01T10:30:00", **MARCH))
    board = await client.ask("PeriodDashboard", **MARCH)
    assert (board["state"], board["blocks"], board["statements"]) == ("closed", [], {"confirmed": 7})


async def test_an_earlier_month_that_is_not_closed_blocks_the_later_one(client: Client) -> None:
    """[rule 73] One in which nothing of the centre's was posted does not."""
    april = {"centre": "U1", "period": "2026-04"}
    await client.accept(FEBRUARY, *OPENED, do("OpenPeriod", "P-C1", "2026-04-01T08:30:00", **april))
    blocks = reasons(await client.ask("PeriodDashboard", **april))
    assert [ref for reason, ref in blocks if reason == "EARLIER_PERIOD"] == ["2026-03"]


async def test_open_items_are_counted_by_kind(client: Client) -> None:
    notice = {"unit": "W1", "item": "GP-05", "qty": "4", "description": "文明生产不达标"}
    await client.accept(
        *OPENED, *(do("IssueNotice", "P-OFF", "2026-03-10T10:00:00", notice=f"TN-{n}", **notice) for n in (1, 2))
    )
    board = await client.ask("PeriodDashboard", **MARCH)
    assert board["open_items"] == [{"kind": "notice", "items": 2, "amount": "400.00"}]


async def test_planned_and_paid_are_beside_each_other(client: Client) -> None:
    lines = [{"person": "P-A", "amount": "700.00"}]
    await client.accept(
        *OPENED,
        do("SetWageIndicator", "SYSTEM", "2026-03-01T09:00:00", unit="W1", year="2026", source="wage",
           amount="500000.00", doc="劳资1号"),
        do("CreditQuotaWage", "P-C1", "2026-03-05T09:00:00", unit="W1", amount="1000.00", source_doc="D-1"),
        do("IssueNotice", "P-OFF", "2026-03-10T10:00:00", notice="TN-1", **NOTICE | {"qty": "4"}),
        do("ConfirmNotice", "P-C1", "2026-03-10T11:00:00", notice="TN-1"),
        do("DistributeWage", "P-W1D", "2026-03-25T10:00:00", unit="W1", lines=lines),
        do("ImportPayrollActuals", "SYSTEM", "2026-03-31T10:00:00", **MARCH,
           lines=[{"person": "P-A", "paid": "690.00", "deducted": "0.00"}]),
    )  # fmt: skip
    [team, shop] = (await client.ask("DeviationReport", **MARCH))["units"]
    assert (team["unit"], team["paid"], team["limit"]) == ("T1", "690.00", None)
    assert (shop["unit"], shop["limit"], shop["used"]) == ("W1", "500000.00", "0.00")
    assert (shop["credited"], shop["planned"], shop["distributed"]) == ("1000.00", "800.00", "700.00")
    assert (shop["deviation"], shop["percent"], shop["warns"], shop["exported"]) == ("-300.00", "-30", True, None)
    board = await client.ask("PeriodDashboard", **MARCH)
    assert [row["unit"] for row in board["deviations"]] == ["W1"]


async def test_top_ups_show_who_approved_them_and_what_was_taken_back(client: Client) -> None:
    def adjust(amount: str, at: str) -> Line:
        return do("AdjustTransfer", "P-C1", at, payer="W1", payee="W2", amount=amount, adjusts_period="2026-03",
                  reason="漏记", approved_by="P-H1")  # fmt: skip

    wrong = adjust("30.00", "2026-03-12T10:00:00")
    back = do("ReverseEntry", "P-C1", "2026-03-13T10:00:00", of=wrong["id"], reason="重复", approved_by="P-H1")
    await client.accept(*OPENED, adjust("75.00", "2026-03-11T10:00:00"), wrong, back)
    told = await client.ask("TopUps", since="2026-03-01", until="2026-03-31", centre="U1")
    assert (told["count"], told["amount"], told["approvers"]) == (2, "75.00", {"P-H1": "75.00"})
    assert [(row["amount"], row["by"], row["approved_by"], row["reversed"]) for row in told["top_ups"]] == [
        ("75.00", "P-C1", "P-H1", False),
        ("30.00", "P-C1", "P-H1", True),
    ]
    assert (await client.ask("TopUps", until="2026-03-10"))["count"] == 0
    assert (await client.ask("TopUps", centre="U2"))["count"] == 0


async def test_urgent_prices_show_what_was_traded_at_them(client: Client) -> None:
    urgent = {"owner": "U1", "item": "GP-99", "kind": "general", "uom": "place", "price": "60.00"}
    await client.accept(
        *OPENED,
        do("ApproveUrgentPriceItem", "P-U1D", "2026-03-10T10:00:00", occurred_at="2026-03-10T08:00:00+08:00",
           legal_basis="应急条款", **urgent),
        do("IssueNotice", "P-OFF", "2026-03-10T11:00:00", notice="TN-1", **NOTICE | {"item": "GP-99", "qty": "2"}),
        do("ConfirmNotice", "P-C1", "2026-03-10T12:00:00", notice="TN-1"),
    )  # fmt: skip
    told = await client.ask("UrgentPrices", since="2026-03-01")
    [price] = told["prices"]
    assert (told["count"], told["approvers"]) == (1, {"P-U1D": 1})
    assert (price["item"], price["price"], price["trades"], price["amount"]) == ("GP-99", "60.00", 1, "120.00")
    assert (await client.ask("UrgentPrices", until="2026-03-01"))["count"] == 0


def failed_tender(name: str, day: str) -> list[Line]:
    hazard = {"unit": "W1", "place": f"巷道 {name}", "category": "hazard", "tier": "T2", "description": "支护缺失"}
    asked = {"unit": "W1", "reason": "capacity", "item": "RQ-11", "est_qty": "10"}
    deadline = f"{day}T12:00:00+08:00"
    return [
        do("ReportHazard", "P-SI", f"{day}T08:00:00", hazard=f"H-{name}", item="RQ-11", **hazard),
        do("RequestTender", "P-W1D", f"{day}T09:00:00", tender=name, hazard=f"H-{name}", **asked),
        do("ApproveTender", "P-U1D", f"{day}T10:00:00", tender=name),
        do("PublishTender", "P-C1", f"{day}T11:00:00", tender=name, bid_deadline=deadline),
    ]


async def test_directed_awards_show_their_share_and_who_wins_them(client: Client) -> None:
    directed = {"winner": "W2", "premium": "0.10", "reason": "无人投标"}
    bid = {"unit": "W2", "days": 5, "qualified": True}
    await client.accept(
        *OPENED,
        *failed_tender("TD-1", "2026-03-10"),
        *failed_tender("TD-2", "2026-03-11"),
        do("SubmitBid", "P-W2D", "2026-03-11T11:30:00", tender="TD-2", **bid),
        do("CloseBidding", "P-C1", "2026-03-11T12:00:00", tender="TD-1"),
        do("DirectTender", "P-U1D", "2026-03-11T13:00:00", tender="TD-1", **directed),
        do("Award", "P-U1D", "2026-03-11T14:00:00", tender="TD-2", winner="W2"),
    )
    told = await client.ask("DirectedAwards", since="2026-03-01", centre="U1")
    assert (told["awards"], told["directed"], told["share"]) == (2, 1, "50")
    assert told["winners"] == [{"unit": "W2", "directed": 1}]
    [row] = told["tenders"]
    assert (row["tender"], row["payer"], row["premium"], row["reason"], row["by"]) == (
        *("TD-1", "W1", "0.1", "无人投标"),
        "P-U1D",
    )
    assert (await client.ask("DirectedAwards", centre="U2"))["awards"] == 0


async def test_whoever_recorded_and_settled_one_document_or_may_do_both_is_named(client: Client) -> None:
    """P-OFF becomes clerk between issuing a notice and confirming it; the clerk's head lends him his role."""
    await client.accept(
        *OPENED,
        do("IssueNotice", "P-OFF", "2026-03-10T10:00:00", notice="TN-1", **NOTICE),
        do("IssueNotice", "P-OFF", "2026-03-10T10:00:00", notice="TN-2", **NOTICE),
        do("ConfirmNotice", "P-C1", "2026-03-10T11:00:00", notice="TN-1"),
    )
    clean = await client.ask("DutyConflicts", since="2026-03-01")
    assert (clean["did"], clean["may"]) == ([], [])
    await client.accept(
        do("AssignPerson", "SYSTEM", "2026-03-11T08:00:00", person="P-OFF", unit="U1", role="clerk",
           since="2026-03-11"),
        do("ConfirmNotice", "P-OFF", "2026-03-11T09:00:00", notice="TN-2"),
        do("GrantDelegation", "P-H1", "2026-03-11T10:00:00", delegation="D-1", to="P-C1", unit="U1",
           roles=["centre_head"], valid_from="2026-03-12", until="2026-03-20", reason="出差"),
    )  # fmt: skip
    told = await client.ask("DutyConflicts", since="2026-03-01", date="2026-03-15")
    [did] = told["did"]
    assert (did["kind"], did["document"], did["person"], did["steps"]) == (
        "notice",
        "TN-2",
        "P-OFF",
        ["record", "settle"],
    )
    [may] = told["may"]
    assert (may["person"], may["settles"]["unit"]) == ("P-C1", "U1")
    assert may["approves"] == {"role": "centre_head", "unit": "U1", "delegation": "D-1"}
    assert not (await client.ask("DutyConflicts", date="2026-03-25"))["may"]
