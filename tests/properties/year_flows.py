"""Flows of a year in random histories: unit years, deposits, reports, quarters' indicators, pushes of policies."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.more_flows import GROUP, HEADS, Draw, Line, amounts, line

SCORES = st.sampled_from(["50", "84.99", "90", "96.5"])
LEGAL = {"unit": "HQ", "effective": "2026-02-01", "legal_basis": "办法"}
HEADS_OF = {"U1": "P-U1H", "U2": "P-U2H"}


def policy(key: str, value: Any) -> Line:
    return line("SYSTEM", "PublishPolicy", key=key, value=value, **LEGAL)


def _graded(draw: Draw, number: int) -> list[Line]:
    """A mine's year is scored by quarters and halves; a veto may come and go; it brings a bonus, or costs as much."""
    year: Line = {"unit": draw(st.sampled_from(["U1", "U2"])), "year": "2025"}
    unit = {"unit": year["unit"]}
    annual = draw(st.sampled_from([{}, {"annual": "97"}, {"annual": "60"}]))
    veto = {**year, "indicator": "事故", "reason": "死亡事故"}
    steps = [
        line(
            "P-SO",
            "ScoreUnitQuarter",
            **unit,
            quarter=f"2025-{draw(st.sampled_from(['Q1', 'Q2']))}",
            score=draw(SCORES),
        ),
        *(line("P-G1", "ScoreUnitHalf", **unit, half=f"2025-{half}", score=draw(SCORES)) for half in ("H1", "H2")),
        line("P-G1", "ScoreUnitYear", **year, **annual, approvals=GROUP),
        line("P-G1", "TriggerVeto", **veto),
        line("P-G1", "LiftVeto", **veto, approvals=GROUP),
        line("P-G1", "AwardBonus", **unit, kind="annual", period="2025"),
        line("P-G1", "ConfirmEqualForcePenalty", **year),
    ]
    return steps if draw(st.booleans()) else [step for step in steps if "Veto" not in step["command"]]


def _deposited(draw: Draw, number: int) -> list[Line]:
    """The head of a mine has a deposit for a year that passes or fails."""
    unit = draw(st.sampled_from(["U1", "U2"]))
    of_head = {"person": HEADS_OF[unit], "unit": unit, "year": "2025"}
    score = draw(SCORES)
    return [
        policy("deposit.mode", draw(st.sampled_from(["cash", "cash", "holdback"]))),
        line("P-OFF", "CollectDeposit", **of_head, post="head", basis="协议"),
        line("P-SO", "ScoreUnitQuarter", unit=unit, quarter="2025-Q3", score=score),
        line("P-G1", "ScoreUnitYear", unit=unit, year="2025", annual=score, approvals=GROUP),
        line("P-C0", "ReturnDeposit", **of_head, reason="期满"),
        line("P-G1", "ForfeitDeposit", **of_head, approvals=GROUP),
    ]


def _handed_in(draw: Draw, number: int) -> list[Line]:
    """Reports of a mine, now and then twice or for another report's period."""
    report, period = draw(
        st.sampled_from(
            [("quarter_sheet", "2025-Q4"), ("year", "2025"), ("month_analysis", "2026-01"), ("half_year", "2026-Q1")]
        )
    )
    submitted = {"unit": "U1", "report": report, "period": period}
    return [line(by, "SubmitReport", **submitted, doc=f"CL-{number}") for by in ("P-U1H", "P-U1D")]


def _limited(draw: Draw, number: int) -> list[Line]:
    """Figures of a quarter limit quota wages and budgets of a mine and of a team."""
    quarter, doc = {"year": "2026-Q1"}, {"doc": f"Z-{number}"}
    wage = {"unit": "T1", "source_doc": f"JS-{number}"}
    budget = {"pool": "wage", "source": "wage", "year": "2026"}
    return [
        line(HEADS["HQ"], "SetWageIndicator", unit="U1", source="quota", amount="900.00", **quarter, **doc),
        line(HEADS["U1"], "SetWageIndicator", unit="T1", source="quota", amount=draw(amounts), **quarter, **doc),
        line("P-C1", "CreditQuotaWage", **wage, amount=draw(amounts)),
        line(HEADS["HQ"], "SetWageIndicator", unit="U1", source="wage", amount=draw(amounts), **quarter, **doc),
        line("P-C1", "AllocateBudget", unit="U1", **budget, amount=draw(amounts), doc=f"BQ-{number}"),
        line("P-C1", "AllocateBudget", unit="T1", **budget, amount=draw(amounts), doc=f"BT-{number}"),
    ]


def _pushed(draw: Draw, number: int) -> list[Line]:
    """A month's score brings points or advice; a serious violation training; a reward of the price list is granted."""
    sheet = {"assessment": f"AS-{number}"}
    score = draw(SCORES)
    person = draw(st.sampled_from(["P-S1", "P-S2"]))
    slip = {"slip": f"SS-{number}"}
    issued = {"unit": "W1", "grounds": "violation", "tier": "T2", "matrix": "TW-S", "person": "P-B", "basis": "§12"}
    listed = [{"item": "RW-1", "kind": "reward", "uom": "条", "price": "12.35"}]
    published = {"owner": "U1", "version": f"r{number}", "effective": "2026-02-01", "legal_basis": "§", "notice": "栏"}
    rewarded = {"person": "P-A", "reason": "排查", "doc": f"JL-{number}", "approved_by": "P-H1", "item": "RW-1"}
    funds = {"as_of": "2026-02-01", "balances": {"FUND_SAFETY:U1": "300.00"}}
    return [
        line("SYSTEM", "OpenBalances", **funds),
        policy("advice.below", "85"),
        policy("points.rules", [{"min": "90", "points": 10}]),
        policy("training.on_serious", {"course": "严重三违学习班", "suspend": draw(st.booleans())}),
        line("SYSTEM", "PublishPriceList", **published, items=listed, drops=True),
        line("P-OFF", "OpenAssessment", **sheet, kind="monthly", person=person, period="2026-01"),
        line(person, "SubmitSelfScore", **sheet, self=score),
        line("P-OFF", "ScoreInspection", **sheet, score=score),
        line("P-OFF", "PublishAssessment", **sheet),
        line(person, "AcceptAssessment", **sheet),
        line("P-OFF", "FinalizeAssessment", **sheet),
        line("P-OFF", "IssueSlip", **slip, **issued, description="违章"),
        line("P-OFF", "ServeSlip", **slip),
        *(line(by, "AcknowledgeSlip", **slip) for by in ("P-B", "P-W1D", "P-T1L", "P-U1H", "P-SI")),
        line("P-OFF", "ConfirmSlip", **slip),
        line("P-C1", "GrantReward", **rewarded, qty=draw(st.sampled_from(["0.01", "2.5"]))),
        line(person, "RedeemPoints", person=person),
    ]


FLOWS = (_graded, _deposited, _handed_in, _limited, _pushed)
