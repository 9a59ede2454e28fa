"""Over random months: nothing is posted to a closed one, and each opens with what the one before closed with."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from ledger.closing import Closing
from ledger.posting import entries
from ledger.state.statements import UnitMonth
from ledger.vocabulary import month_key
from tests.ledger.decisions.settlement import LEADS, UNITS, drafted, month
from tests.spec import Line, MemoryLedger, do

MONTHS = ("2026-03", "2026-04", "2026-05")
SETTLED = {"CutOffPeriod": "P-C1", "RunReconciliation": "P-C1", "IssueStatements": "P-C1", "ClosePeriod": "P-H1"}


def ledger() -> MemoryLedger:
    """Nothing is ever found, and every statement can be issued."""
    story = month()
    states = story.ledger.states
    for period in MONTHS:
        states[f"reconciliation:U1/{period}"] = states["reconciliation:U1/2026-03"]
        states.update({f"statement:{unit}/{period}": drafted() for unit in UNITS})
        story.given(do("OpenPeriod", "SYSTEM", f"{period}-01T08:00:00+08:00", centre="U1", period=period))
    return story.ledger


def settle(period: str, at: str) -> list[Line]:
    """Everything that a clean month needs; what comes too early or too late is refused."""
    signed = [do("ConfirmStatement", by, at, unit=unit, period=period) for unit, by in LEADS.items()]
    cut, run, issue, close = (do(name, by, at, centre="U1", period=period) for name, by in SETTLED.items())
    return [cut, run, issue, *signed, close]


@st.composite
def steps(draw: Any) -> list[Line]:
    """Credits, transfers, late ones among them, and attempts to settle, in the order of time."""
    lines: list[Line] = []
    days = sorted(draw(st.lists(st.integers(0, 89), min_size=5, max_size=25)))
    for number, day in enumerate(days):
        at = f"{MONTHS[day // 30]}-{day % 30 + 1:02d}T12:{number:02d}:00+08:00"
        kind = draw(st.sampled_from(["credit", "credit", "transfer", "late", "settle"]))
        unit = draw(st.sampled_from(["W1", "W2", "T1"]))
        amount = f"{draw(st.integers(1, 500))}.{draw(st.integers(0, 99)):02d}"
        if kind == "settle":
            lines += settle(draw(st.sampled_from(MONTHS)), at)
        elif kind == "transfer":
            told = {"payer": unit, "payee": "T2", "amount": amount, "adjusts_period": "2026-02", "reason": "x"}
            lines.append(do("AdjustTransfer", "P-C1", at, **told, approved_by="P-H1"))
        else:
            line = do("CreditQuotaWage", "P-C1", at, unit=unit, amount=amount, source_doc=f"D-{number}")
            back = min(day, draw(st.integers(1, 40))) if kind == "late" else 0
            early = day - back
            lines.append({**line, "business_date": f"{MONTHS[early // 30]}-{early % 30 + 1:02d}"} if back else line)
    return [{**line, "id": f"p-{number}"} for number, line in enumerate(lines)]


@settings(max_examples=60, deadline=None)
@forall(steps())
def test_a_closed_month_never_moves_again_and_the_next_one_opens_with_it(lines: list[Line]) -> None:
    book = ledger()
    for line in lines:
        book.send(line)
    closing = Closing()
    wrong = [found for one in book.facts for found in closing.follow(one.fact, entries(one.fact))]
    assert not [found for found in wrong if "is issued" not in found], "statements here are made by hand"


@settings(max_examples=60, deadline=None)
@forall(steps())
def test_a_unit_s_month_sums_what_was_posted_in_it(lines: list[Line]) -> None:
    book = ledger()
    for line in lines:
        book.send(line)
    posted: Counter[tuple[str, str]] = Counter()
    for one in book.facts:
        for entry in entries(one.fact):
            posted[entry.account, one.fact.posting_period or ""] += entry.amount
    for unit in UNITS:
        for period in MONTHS:
            state: UnitMonth = book.lookup(month_key(unit, period))
            for word, moved in state.moved.items():
                assert moved == posted[f"{word}:{unit}", period]


def test_the_steps_do_close_months() -> None:
    """The cases that the properties speak of do happen."""
    book = ledger()
    lines = [
        do("CreditQuotaWage", "P-C1", "2026-03-05T09:00:00+08:00", unit="W1", amount="5.00", source_doc="D"),
        *settle("2026-03", "2026-04-02T09:00:00+08:00"),
    ]
    answers = [book.send({**line, "id": f"p-{number}"}) for number, line in enumerate(lines)]
    assert all(answer.ok for answer in answers), answers
    assert any(type(one.fact).__name__ == "PeriodClosed" for one in book.facts)
