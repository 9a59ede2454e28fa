"""Days, people and short commands for the specifications of slips, penalties, cases and appeals."""

from __future__ import annotations

from functools import partial
from typing import Any

from ledger.state.liability import Liability
from tests.spec import Line, Story, do


def at(day: str, clock: str = "10:00") -> str:
    """A moment of 2026 in Shanghai: ``at("03-02", "11:30")``."""
    return f"2026-{day}T{clock}:00+08:00"


ISSUED, SERVED, LATER = at("03-02"), at("03-02", "10:10"), at("03-02", "11:00")
CLOSED = at("03-06", "00:00")
"""Served on Monday, the window is over at 00:00 after Thursday."""

issue = partial(do, "IssueSlip", "P-OFF", ISSUED, slip="SL-1", unit="W1", tier="T2", description="违章", basis="§12")
by_matrix = partial(issue, grounds="violation", matrix="TW-S", person="P-A")
AUTHORITY = {"name": "矿山安监局", "doc": "X-9", "date": "2026-03-01"}
by_lines = partial(issue, grounds="quality", authority=AUTHORITY, approved_by="P-G1")
serve = partial(do, "ServeSlip", "P-OFF", SERVED, slip="SL-1")
acknowledge = partial(do, "AcknowledgeSlip", at=LATER, slip="SL-1")
dispute = partial(do, "DisputeSlip", at=LATER, slip="SL-1", grounds="事实不清")
review = partial(do, "ReviewSlip", "P-SO", at("03-03"), slip="SL-1", reason="复核")
confirm = partial(do, "ConfirmSlip", "P-OFF", CLOSED, slip="SL-1")
cancel = partial(do, "CancelSlip", "P-OFF", LATER, slip="SL-1", reason="撤回")
advance = partial(do, "AdvanceClock")


def line(party: str, amount: str, role: str | None = None) -> dict[str, str]:
    return {"party": party, "amount": amount} | ({"role": role} if role else {})


def opened(**balances: str) -> Line:
    """``opened(POOL_WAGE_W1="500.00")``"""
    named = {
        "_".join(name.split("_")[:2]) + ":" + name.split("_", 2)[2].replace("_", "-"): yuan
        for name, yuan in balances.items()
    }
    return do("OpenBalances", at=at("03-01"), as_of="2026-03-01", balances=named)


def document(story: Story, kind: str, name: str) -> Liability:
    found = story.ledger.lookup(f"{kind}:{name}")
    assert isinstance(found, Liability)
    return found


def lines_of(story: Story, kind: str = "slip", name: str = "SL-1") -> list[tuple[str, int, str | None]]:
    return [(entry.line.party, entry.line.amount, entry.line.role) for entry in document(story, kind, name).lines]


def dropped_of(story: Story, kind: str = "slip", name: str = "SL-1") -> list[tuple[str, str, str | None]]:
    return [(one.role, one.reason, one.party) for one in document(story, kind, name).dropped]


def everybody_acknowledges(**fields: Any) -> list[Line]:
    """The five parties of matrix TW-S accept."""
    return [acknowledge(by, **fields) for by in ("P-A", "P-W1D", "P-T1L", "P-U1H", "P-SI")]
