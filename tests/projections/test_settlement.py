"""A settlement month from opening to close on a real database: released vectors, sealed statements, stale books."""

from __future__ import annotations

import asyncio
import json
import runpy

import pytest

from ledger.closing import Closing
from ledger.facts.periods import BalanceCarriedForward
from ledger.facts.reconciliation import ReconciliationRun
from ledger.facts.statements import StatementIssued
from ledger.posting import entries
from tests.projections.whole_ledger import Client, Line, do, named
from tests.spec import VECTORS

difference = runpy.run_path(str(VECTORS / "run.py"))["difference"]
SCENARIOS = ("SC-15", "SC-19", "SC-20", "SC-41")


OPENED = [
    do("OpenBalances", "SYSTEM", "2026-03-01T08:00:00", as_of="2026-03-01", balances={"POOL_WAGE:W1": "1000.00"}),
    do("OpenPeriod", "P-C1", "2026-03-01T08:30:00", centre="U1", period="2026-03"),
]
MARCH = {"centre": "U1", "period": "2026-03"}


def credit(at: str, amount: str, doc: str) -> Line:
    return do("CreditQuotaWage", "P-C1", at, unit="W1", amount=amount, source_doc=doc)


def ready() -> list[Line]:
    return [
        *OPENED,
        do("CutOffPeriod", "P-C1", "2026-04-01T08:00:00", **MARCH),
        do("RunReconciliation", "P-C1", "2026-04-01T08:10:00", **MARCH),
    ]


def confirmations(at: str) -> list[Line]:
    leads = {"T1": "P-T1L", "T2": "P-T2L", "T3": "P-T3L", "T4": "P-T4L", "U1": "P-U1H", "W1": "P-W1D", "W2": "P-W2D"}
    return [do("ConfirmStatement", by, at, unit=unit, period="2026-03") for unit, by in leads.items()]


@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_released_month_is_settled_as_it_expects(client: Client, name: str) -> None:
    for step in json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))["steps"]:
        answer = await client.send(step["send"])
        assert difference(step.get("expect", {"ok": True}), answer) is None, (step["send"], answer)
    await every_promise_holds(client)


async def test_a_run_is_repeated_at_its_position_whatever_was_learned_since(client: Client) -> None:
    """The missing leg, quota wages, a new unit and a second list change what is found now, not what was found then."""
    unmatched = do("ImportTransferLeg", "SYSTEM", "2026-03-05T09:00:00", transfer="X-1", leg="out", unit="W1",
                   counter="W2", amount="75.00", kind="tender")  # fmt: skip
    listed = do("ImportDepartmentList", "P-C1", "2026-03-31T09:00:00", list="L-1", department="安监处", **MARCH,
                rows=[{"doc": "TN-9", "kind": "notice", "amount": "50.00"}])  # fmt: skip
    await client.accept(*OPENED, unmatched, listed, do("RunReconciliation", "P-C1", "2026-03-31T10:00:00", **MARCH))
    [first] = (await client.ask("ReconciliationRuns", **MARCH))["runs"]
    then = await client.ask("Reconciliation", **MARCH, known_position=first["known_position"])
    assert [one["exception"] for one in then["exceptions"]] == [
        "UNMATCHED_LEG:X-1",
        "CLEARING_NOT_ZERO:U1",
        "MISSING_IN_LEDGER:TN-9",
    ]
    assert then["same"]
    assert then["run"]["digest"] == then["digest"] == first["digest"]
    await client.accept(
        {**unmatched, "id": "later", "at": "2026-03-31T11:00:00+08:00",
         "data": {**unmatched["data"], "leg": "in", "unit": "W2", "counter": "W1"}},
        credit("2026-03-31T11:30:00", "5.00", "D-9"),
        do("RegisterUnit", "SYSTEM", "2026-03-31T11:40:00", unit="T9", name="新班组", level=4, parent="W2"),
        {**listed, "id": "l-2", "at": "2026-03-31T11:50:00+08:00", "data": {**listed["data"], "list": "L-2"}},
        do("RunReconciliation", "P-C1", "2026-04-01T08:10:00", **MARCH),
    )  # fmt: skip
    runs = (await client.ask("ReconciliationRuns", **MARCH))["runs"]
    again = [await client.ask("Reconciliation", **MARCH, known_position=run["known_position"]) for run in runs]
    assert [one["same"] for one in again] == [True, True]
    assert await client.ask("Reconciliation", **MARCH, known_position=first["known_position"]) == then
    now = await client.ask("Reconciliation", **MARCH)
    assert [one["exception"] for one in now["exceptions"]] == [
        "MISSING_IN_LEDGER:TN-9",
        "DUPLICATE_DOC:TN-9",
        "DEVIATION:W1",
    ]
    assert (now["run"], now["same"]) == (None, None)


async def every_promise_holds(client: Client) -> None:
    """Carry-forwards are found again, nothing is posted to a closed month, issues and runs still have their digests."""
    closing, facts = Closing(), await client.facts()
    for run in (one.fact for one in facts if isinstance(one.fact, ReconciliationRun)):
        asked = {"centre": run.centre, "period": run.period, "known_position": run.known}
        assert (await client.ask("Reconciliation", **asked))["same"]
    assert not [wrong for one in facts for wrong in closing.follow(one.fact, entries(one.fact))]
    for issued in (one.fact for one in facts if isinstance(one.fact, StatementIssued)):
        shown = await client.ask("Statement", unit=issued.unit, period=issued.period, issue=issued.issue)
        assert shown["digest"] == issued.digest
        assert_sums(shown)


def fen(text: str) -> int:
    return int(text.replace(".", ""))


def assert_sums(shown: Line) -> None:
    """Summary = sum of lines: what the month's entries add to the opening balance is the closing balance."""
    gains = ("quota_wage", "market_income", "adjustments", "other")
    costs = ("distribution", "market_expense", "slips", "notices")
    moved = sum(fen(shown[name]) for name in gains) - sum(fen(shown[name]) for name in costs)
    assert fen(shown["closing"]) == fen(shown["opening"]) + moved
    opened = sum(fen(line["credit"]) - fen(line["debit"]) for line in shown["lines"] if line["fact"] == "BalanceOpened")
    assert moved + opened == sum(fen(line["credit"]) - fen(line["debit"]) for line in shown["lines"])


async def test_a_batch_reconciles_issues_signs_and_closes_on_what_the_batch_itself_has_recorded(client: Client) -> None:
    """Each of these asks for a state that the one before it has made stale."""
    await client.accept(
        *OPENED,
        do("CutOffPeriod", "P-C1", "2026-04-01T08:00:00", **MARCH),
        {**credit("2026-04-01T08:05:00", "70.00", "D-1"), "business_date": "2026-03-31"},
        do("RunReconciliation", "P-C1", "2026-04-01T08:10:00", **MARCH),
        {**credit("2026-04-01T08:15:00", "7.00", "D-2"), "business_date": "2026-03-31"},
        do("IssueStatements", "P-C1", "2026-04-01T08:20:00", **MARCH),
        *confirmations("2026-04-01T09:00:00"),
        do("ClosePeriod", "P-H1", "2026-04-01T10:00:00", **MARCH),
    )
    shown = await client.ask("Statement", unit="W1", period="2026-03")
    assert (shown["issue"], shown["state"], shown["quota_wage"], shown["closing"]) == (
        1,
        "confirmed",
        "77.00",
        "1077.00",
    )
    await every_promise_holds(client)


async def test_a_hazard_reported_in_the_same_batch_is_an_open_item_of_the_statement(client: Client) -> None:
    hazard = {"hazard": "H-1", "unit": "W1", "place": "x", "category": "hazard", "description": "x", "tier": "T2"}
    await client.accept(
        *ready(),
        do("ReportHazard", "P-OFF", "2026-04-01T08:15:00", **hazard),
        do("IssueStatements", "P-C1", "2026-04-01T08:20:00", **MARCH),
    )
    shown = await client.ask("Statement", unit="W1", period="2026-03")
    assert [item["document"] for item in shown["open_items"]] == ["H-1"]


async def test_two_months_have_one_balance_between_them(client: Client) -> None:
    """Movements of April before the close are not carried forward with March."""
    await client.accept(
        *ready(),
        credit("2026-04-01T08:15:00", "5.00", "APRIL"),
        do("IssueStatements", "P-C1", "2026-04-01T08:20:00", **MARCH),
        *confirmations("2026-04-01T09:00:00"),
        do("ClosePeriod", "P-H1", "2026-04-01T10:00:00", **MARCH),
    )
    carried = {
        line.account: line.amount
        for one in await client.facts()
        if isinstance(one.fact, BalanceCarriedForward) and one.fact.unit == "W1"
        for line in one.fact.balances
    }
    assert carried == {"POOL_WAGE:W1": 100_000, "SRC_QUOTA:W1": 0}
    april = await client.ask("Statement", unit="W1", period="2026-04", issue=0)
    assert (april["opening"], april["closing"]) == ("1000.00", "1005.00")
    await every_promise_holds(client)


async def test_what_is_posted_after_an_issue_makes_it_stale_until_it_is_issued_again(client: Client) -> None:
    await client.accept(*ready(), do("IssueStatements", "P-C1", "2026-04-01T08:20:00", **MARCH))
    first = await client.ask("Statement", unit="W1", period="2026-03")
    signed = do("ConfirmStatement", "P-W1D", "2026-04-01T09:00:00", unit="W1", period="2026-03")
    await client.accept(signed, {**credit("2026-04-01T09:10:00", "1.00", "LATE"), "business_date": "2026-03-31"})
    assert (await client.send(do("ClosePeriod", "P-H1", "2026-04-01T10:00:00", **MARCH)))["code"] == "NOT_READY"
    reissue = do("IssueStatements", "P-C1", "2026-04-01T10:10:00", **MARCH, units=["W1"])
    assert (await client.send(reissue))["facts"] == ["StatementIssued"]
    second = await client.ask("Statement", unit="W1", period="2026-03")
    assert (first["issue"], second["issue"], second["closing"]) == (1, 2, "1001.00")
    days = {"since": "2026-03-01", "until": "2026-04-30"}
    (again,) = (await client.ask("Reissues", **days, centre="U1"))["reissues"]
    changed = {"unit": "W1", "period": "2026-03", "issue": 2, "before": "1000.00", "after": "1001.00", "by": "P-C1"}
    assert again == changed | {"business_date": again["business_date"]}
    assert await client.ask("Reissues", **days, centre="HQ") == {"reissues": []}
    old = await client.ask("Statement", unit="W1", period="2026-03", issue=1)
    assert (old["digest"], old["lines"], old["state"]) == (first["digest"], first["lines"], "confirmed")
    unknown = {"id": "q", "query": "Statement", "data": {"unit": "W1", "period": "2026-03", "issue": 3}}
    assert (await client.send(unknown))["code"] == "UNKNOWN_STATEMENT"


async def test_only_units_of_the_centre_and_only_what_is_not_settled_is_issued(client: Client) -> None:
    await client.accept(*ready(), do("IssueStatements", "P-C1", "2026-04-01T08:20:00", **MARCH))
    outside = do("IssueStatements", "P-C1", "2026-04-01T08:30:00", **MARCH, units=["W3"])
    assert (await client.send(outside))["code"] == "INVALID"
    again_issued = await client.send(do("IssueStatements", "P-C1", "2026-04-01T08:30:00", **MARCH))
    assert len(again_issued["facts"]) == 7
    await client.accept(*confirmations("2026-04-01T09:00:00"))
    assert (await client.send(do("IssueStatements", "P-C1", "2026-04-01T09:30:00", **MARCH)))["code"] == "STATE"


async def test_a_run_is_pinned_to_its_position_and_says_the_same_when_nothing_has_changed(client: Client) -> None:
    leg = {"transfer": "X-1", "leg": "out", "unit": "W1", "counter": "W2", "amount": "75.00", "kind": "handover"}
    await client.accept(*ready(), do("ImportTransferLeg", "SYSTEM", "2026-04-01T08:11:00", **leg))
    run = do("RunReconciliation", "P-C1", "2026-04-01T08:20:00", **MARCH)
    first, second = await client.send(run), await client.send(named(run))
    assert first["facts"] == ["ReconciliationRun", "ExceptionRaised", "ExceptionRaised"]
    assert second["facts"] == ["ReconciliationRun"]
    runs = [one.fact for one in await client.facts() if type(one.fact).__name__ == "ReconciliationRun"]
    assert runs[-1].digest == runs[-2].digest  # type: ignore[attr-defined]


async def test_an_exception_that_had_gone_is_raised_again_one_resolved_by_hand_stays_resolved(client: Client) -> None:
    slip = {"doc": "SL-X", "kind": "slip", "amount": "5.00"}
    imported = do(
        "ImportDepartmentList", "P-OFF", "2026-04-01T08:05:00", list="L-1", **MARCH, department="机电科", rows=[slip]
    )
    run = do("RunReconciliation", "P-C1", "2026-04-01T08:20:00", **MARCH)
    out = {"transfer": "X-1", "unit": "W1", "counter": "W2", "amount": "75.00", "kind": "handover"}
    leg = do("ImportTransferLeg", "SYSTEM", "2026-04-01T08:11:00", leg="out", **out)
    await client.accept(*ready(), imported, leg, run)
    resolved = do(
        "ResolveException",
        "P-C1",
        "2026-04-01T08:30:00",
        **MARCH,
        exception="MISSING_IN_LEDGER:SL-X",
        how="corrected",
        reason="x",
        approved_by="P-H1",
    )
    undone = do("ReverseEntry", "P-C1", "2026-04-01T08:31:00", of=leg["id"], reason="x", approved_by="P-H1")
    await client.accept(resolved, undone)
    gone = await client.send(named(run))
    assert gone["facts"] == ["ReconciliationRun", "ExceptionResolved", "ExceptionResolved"]
    await client.accept(do("ImportTransferLeg", "SYSTEM", "2026-04-01T08:40:00", leg="out", **out))
    later = await client.send(named(run))
    assert later["facts"] == ["ReconciliationRun", "ExceptionRaised", "ExceptionRaised"]
    shown = await client.ask("Exceptions", **MARCH)
    assert [(one["exception"], one["state"], one["how"]) for one in shown["exceptions"]] == [
        ("CLEARING_NOT_ZERO:U1", "open", None),
        ("MISSING_IN_LEDGER:SL-X", "resolved", "corrected"),
        ("UNMATCHED_LEG:X-1", "open", None),
    ]


async def test_others_go_on_while_one_waits_for_a_computed_state(client: Client) -> None:
    """A reconciliation and a hundred credits at once: all are answered, and the books add up."""
    await client.accept(*OPENED)
    run = do("RunReconciliation", "P-C1", "2026-03-10T08:20:00", **MARCH)
    credits_ = [credit("2026-03-10T09:00:00", "1.00", f"D-{number}") for number in range(100)]
    answers = await asyncio.gather(client.send(run), *(client.send(each) for each in credits_))
    assert all(answer["ok"] for answer in answers), [answer for answer in answers if not answer["ok"]]
    assert (await client.ask("Pool", unit="W1"))["balance"] == "1100.00"
