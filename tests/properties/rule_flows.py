"""Flows that change who is who in random histories: names, units that come back, risks and their reviews, grades."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.properties.more_flows import GROUP, Draw, Line, line

MEASURES = [{"measure": "M-1", "text": "挂牌警戒"}, {"measure": "M-2", "text": "每班检查"}]
ANOTHER = [{"measure": "M-3", "text": "加装护栏"}]


def _watched(draw: Draw, number: int) -> list[Line]:
    """A risk is registered, its measures are checked, it is reviewed and retired; a failed measure names a hazard."""
    risk = {"risk": f"RK-{number}"}
    found = {"measure": draw(st.sampled_from(["M-1", "M-2", "M-3"]))}
    failed = {"result": "failed", "hazard": f"H-{draw(st.integers(11, 13))}"}
    checked = draw(st.sampled_from([{"result": "ok"}, {"result": "failed"}, failed]))
    registered = {"unit": "W1", "place": "皮带机头", "description": "输送带打滑", "person": "P-W1D"}
    hazard = {"hazard": f"H-{number}", "unit": "W1", "place": "皮带机头", "category": "hazard", "tier": "T2"}
    review = draw(st.sampled_from([{}, {"measures": ANOTHER}]))
    return [
        line("P-SO", "RegisterRisk", **risk, **registered, level="orange", measures=MEASURES, review_by="2026-03-10"),
        line("P-OFF", "ReportHazard", **hazard, **risk, description="失效"),
        line("P-W1D", "CheckMeasure", **risk, **found, **checked, check=f"CK-{number}"),
        line("SYSTEM", "AdvanceClock"),
        line("P-U1D", "ReviewRisk", **risk, **review, level="blue", review_by="2026-06-30", reason="复评"),
        line("P-SI", "CheckMeasure", **risk, measure="M-3", result="ok", check=f"CK-{number}-2"),
        line("P-SO", "RetireRisk", **risk, reason="工程结束"),
    ]


def _renamed(draw: Draw, number: int) -> list[Line]:
    """A unit and a person get other names; a team that is new, or has open items, is retired and comes back."""
    unit = {"unit": draw(st.sampled_from(["T4", f"N{number}", f"N{number}"]))}
    day = draw(st.sampled_from(["2026-02-01", "2026-03-15", "2026-05-01"]))
    return [
        line("P-ADM", "RegisterUnit", unit=f"N{number}", name=f"新班{number}", level=4, parent="W2"),
        line("P-ADM", "RenameUnit", **unit, name=f"新名{number}", effective=day, reason="更名"),
        line("P-HR", "RenamePerson", person=draw(st.sampled_from(["P-A", "P-B"])), name=f"新{number}", reason="户口"),
        line("P-ADM", "RetireUnit", **unit, effective=day, reason="撤并"),
        line("P-ADM", "ReinstateUnit", **unit, reason="恢复"),
    ]


def _lent(draw: Draw, number: int) -> list[Line]:
    """A leader lends his role for some days, and takes it back; the deputies' grade of the year is recorded."""
    loan = {"unit": "W1", "roles": ["duty_director"], "valid_from": "2026-02-01", "until": "2026-03-31"}
    grade = draw(st.sampled_from(["一级", "二级", "九级"]))
    return [
        line("P-W1D", "GrantDelegation", delegation=f"DL-{number}", to="P-T1L", **loan, reason="出差"),
        line("P-T1L", "CreditQuotaWage", unit="W1", amount="1.00", source_doc=f"L-{number}"),
        line("P-W1D", "RevokeDelegation", delegation=f"DL-{number}", reason="返岗"),
        line("P-G1", "RecordLeaderGrade", year="2025", grade=grade, doc=f"等次-{number}"),
        line("P-G1", "RevokeBonusEligibility", unit="U1", year="2025", reason="瞒报", approvals=GROUP),
    ]


FLOWS = (_watched, _renamed, _lent)
