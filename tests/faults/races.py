"""Races of clients: a state of the market, two commands of which the first makes the other impossible."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from tests.projections.boards import approve, publish, report, request
from tests.spec import Line, do

DEADLINE = "2026-02-06T18:00:00+08:00"
NOON, MARCH = "2026-02-05T12:00:00+08:00", "2026-03-02T10:00:00+08:00"
INSTANCES = 3
DEBTORS, TEAMS = ("P-A", "P-E", "P-F"), ("T1", "T2", "T3")
LEADERS = {"T1": "P-T1L", "T2": "P-T2L", "T3": "P-T3L"}
WORKERS = {"T1": "P-A", "T2": "P-E", "T3": "P-F"}


class Race(NamedTuple):
    """``outcomes``: which commands may be accepted, in which order; all others are refused."""

    name: str
    given: Callable[[int], list[Line]]
    rivals: Callable[[int], tuple[Line, Line]]
    outcomes: frozenset[tuple[str, ...]]


def _bidden(name: str, n: int) -> list[Line]:
    """A published tender with bids of W2 and T4."""
    tender, hazard = f"{name}-{n}", f"H-{name}-{n}"
    bids = [("P-W2D", "W2"), ("P-T4L", "T4")]
    return [
        *(report(hazard), request(tender, hazard), approve(tender), publish(tender, DEADLINE)),
        *(do("SubmitBid", by, "2026-02-03T09:00:00+08:00", tender=tender, unit=unit) for by, unit in bids),
    ]


def _award(tender: str, winner: str = "W2") -> Line:
    return do("Award", "P-U1D", NOON, tender=tender, winner=winner)


def _slip(name: str, n: int) -> list[Line]:
    """A served slip with one line on P-B."""
    slip = f"{name}-{n}"
    issued = {"unit": "W1", "grounds": "quality", "tier": "T1", "basis": "§12", "description": "违章"}
    issued["lines"] = [{"party": "P-B", "amount": "80.00"}]  # type: ignore[assignment]
    issued["authority"] = {"name": "安监处", "doc": "X-9", "date": "2026-03-01"}  # type: ignore[assignment]
    return [do("IssueSlip", "P-OFF", MARCH, slip=slip, **issued), do("ServeSlip", "P-OFF", MARCH, slip=slip)]


def _acknowledge(slip: str) -> Line:
    return do("AcknowledgeSlip", "P-B", MARCH, slip=slip)


def _owing(n: int) -> list[Line]:
    person = DEBTORS[n]
    balances = {f"DUE_PERSON:{person}": "-400.00", f"PAY_PERF:{person}": "3000.00"}
    gross = [{"person": person, "gross": "3000.00"}]
    return [
        do("OpenBalances", "SYSTEM", as_of="2026-02-02", balances=balances),
        do("ImportGrossWage", "P-HR", MARCH, period="2026-02", lines=gross),
    ]


def _deduct(n: int, by: str) -> Line:
    return do("DeductCompensation", by, MARCH, period="2026-02", person=DEBTORS[n])


def _handed_over(n: int) -> list[Line]:
    """A handover of T4 to W2 with one item."""
    hazard = {"hazard": f"H-HV-{n}", "unit": "T4", "place": f"机头 {n}", "category": "site_quality", "tier": "T3"}
    return [
        do("ReportHazard", "P-T4L", NOON, **hazard, item="HO-01", description="浮煤未清"),
        do("VerifyHazard", "P-SO", NOON, hazard=f"H-HV-{n}", level="C"),
        do("OpenHandover", "P-T4L", NOON, handover=f"HV-{n}", sender="T4", receiver="W2", items=[f"H-HV-{n}"]),
    ]


def _transfer(n: int, qty: str) -> Line:
    fields = {"handover": f"HV-{n}", "hazard": f"H-HV-{n}", "accepted_by": "P-W2D", "qty": qty}
    return do("TransferHandoverItem", "P-C1", NOON, **fields)


def _filled(n: int) -> list[Line]:
    return [do("OpenBalances", "SYSTEM", as_of="2026-02-02", balances={f"POOL_WAGE:{TEAMS[n]}": "100.00"})]


def _distribute(n: int, amount: str) -> Line:
    team = TEAMS[n]
    return do("DistributeWage", LEADERS[team], NOON, unit=team, lines=[{"person": WORKERS[team], "amount": amount}])


RACES = (
    Race(
        "two awards",
        partial(_bidden, "AA"),
        lambda n: (_award(f"AA-{n}"), _award(f"AA-{n}", "T4")),
        frozenset({("Award",)}),
    ),
    Race(
        "award and cancellation",
        partial(_bidden, "AC"),
        lambda n: (_award(f"AC-{n}"), do("CancelTender", "P-W1D", NOON, tender=f"AC-{n}", reason="自行整改")),
        frozenset({("Award",), ("CancelTender",)}),
    ),
    Race(
        "award and termination",
        partial(_bidden, "AT"),
        lambda n: (_award(f"AT-{n}"), do("TerminateAward", "P-U1D", NOON, tender=f"AT-{n}", reason="违约")),
        frozenset({("Award",), ("Award", "TerminateAward")}),
    ),
    Race(
        "acknowledge and dispute",
        partial(_slip, "AD"),
        lambda n: (
            _acknowledge(f"AD-{n}"),
            do("DisputeSlip", "P-B", MARCH, slip=f"AD-{n}", party="P-B", grounds="事实不清"),
        ),
        frozenset({("AcknowledgeSlip",), ("DisputeSlip",)}),
    ),
    Race(
        "confirm and cancel a slip",
        lambda n: [*_slip("CC", n), _acknowledge(f"CC-{n}")],
        lambda n: (
            do("ConfirmSlip", "P-OFF", MARCH, slip=f"CC-{n}"),
            do("CancelSlip", "P-SO", MARCH, slip=f"CC-{n}", reason="撤回"),
        ),
        frozenset({("ConfirmSlip",), ("CancelSlip",)}),
    ),
    Race(
        "two deductions",
        _owing,
        lambda n: (_deduct(n, "P-C1"), _deduct(n, "P-H1")),
        frozenset({("DeductCompensation",)}),
    ),
    Race(
        "two transfers of one item",
        _handed_over,
        lambda n: (_transfer(n, "1"), _transfer(n, "2")),
        frozenset({("TransferHandoverItem",)}),
    ),
    Race(
        "a pool for three",
        _filled,
        lambda n: (_distribute(n, "30.00"), _distribute(n, "31.00")),
        frozenset({("DistributeWage",) * 3}),
    ),
)
