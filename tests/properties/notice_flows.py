"""Trade notices in random histories: disputed and reviewed, between teams, from either pool, appealed."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.properties.more_flows import FUNDS, GROUP, SPEAKERS, Draw, Line, line, quantities

NOTICES = tuple(f"NT-{n}" for n in range(1, 4))
TRADES: tuple[Line, ...] = (
    {},
    {"fixer": "T2"},
    {"payer": "T1", "accepted_by": "P-T1L"},
    {"payer": "T1", "fixer": "T2", "accepted_by": "P-T1L"},
)
"""The unit's own trade: the team that pays and the team that is paid in its place."""
REVIEWS: tuple[Line, ...] = (
    {"decision": "uphold", "reason": "属实"},
    {"decision": "amend", "qty": "0.1", "reason": "部分属实"},
    {"decision": "revoke", "reason": "不属实"},
)
TIME = line("SYSTEM", "AdvanceClock")


def stray(draw: Draw) -> Line:
    """A single command about one of three notices."""
    notice: Line = {"notice": draw(st.sampled_from(NOTICES))}
    choices = [
        issued(draw, draw(st.sampled_from(["W1", "W2", "T1"])), **notice),
        line("P-C1", "ConfirmNotice", **notice, **draw(st.sampled_from(TRADES))),
        line("P-W1D", "DisputeNotice", **notice, grounds="数量不符"),
        line("P-W1D", "WithdrawDispute", **notice),
        line("P-SO", "ReviewNotice", **notice, **draw(st.sampled_from(REVIEWS))),
        line("P-SO", "CancelNotice", **notice, reason="误开"),
    ]
    step: int = draw(st.integers(-1, len(choices) - 1))
    return choices[max(0, step)]


def issued(draw: Draw, unit: str, **notice: str) -> Line:
    about = {"unit": unit, "item": "GP-05", "qty": draw(quantities), "description": "文明生产不达标"}
    fixer = draw(st.sampled_from([{}, {"fixer": "T4"}]))
    return line("P-OFF", "IssueNotice", **notice, **about, **fixer, **draw(FUNDS))


def noticed(draw: Draw, number: int) -> list[Line]:
    """A trade notice, confirmed by hand or by time; now and then disputed before it and appealed after it."""
    notice: Line = {"notice": f"NT-{number}"}
    answers = [
        line("P-W1D", "WithdrawDispute", **notice),
        *(line("P-SO", "ReviewNotice", **notice, **said) for said in REVIEWS),
    ]
    disputed = [line("P-W1D", "DisputeNotice", **notice, grounds="数量不符"), draw(st.sampled_from(answers))]
    trade = draw(st.sampled_from(TRADES))
    party = trade.get("payer", "W1")
    verdict = {"party": party, "decision": draw(st.sampled_from(["uphold", "revoke"])), "reason": "裁定"}
    appealed = [
        line(SPEAKERS[party], "LodgeAppeal", **notice, party=party, grounds="不服"),
        line("P-G1", "DecideAppeal", **notice, **verdict, approvals=GROUP),
    ]
    return [
        issued(draw, "W1", **notice),
        *(disputed if draw(st.booleans()) else []),
        line("P-W1D", "ConfirmNotice", **notice, **trade) if draw(st.booleans()) else dict(TIME),
        *(appealed if draw(st.booleans()) else []),
    ]
