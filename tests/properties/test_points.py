"""Whatever is awarded, redeemed, rewarded, charged, collected and forgotten: points and funds never go below."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from tests.properties.any_fact import forall
from tests.spec import MemoryLedger, Story, do, given

PERSONS = ("P-A", "P-B")
FUNDS = ("HQ", "U1")

START = datetime.fromisoformat("2026-02-02T09:00:00+08:00")

points = st.integers(1, 150)
yuan = st.integers(1, 120).map(lambda amount: f"{amount}.00")
persons = st.sampled_from(PERSONS)

steps = st.one_of(
    st.tuples(st.just("AwardPoints"), st.fixed_dictionaries({"person": persons, "points": points})),
    st.tuples(st.just("RedeemPoints"), st.fixed_dictionaries({"person": persons}, optional={"points": points})),
    st.tuples(st.just("GrantReward"), st.fixed_dictionaries({"person": persons, "amount": yuan})),
    st.tuples(st.just("DecideCase"), st.fixed_dictionaries({"person": persons, "amount": yuan})),
    st.tuples(st.just("LodgeAppeal"), st.fixed_dictionaries({"person": persons})),
    st.tuples(st.just("WriteOffDue"), st.fixed_dictionaries({"person": persons, "amount": yuan})),
    st.tuples(st.just("AdvanceClock"), st.fixed_dictionaries({"days": st.integers(1, 250)})),
)


class History:
    """Turns steps into commands; what is refused is refused."""

    def __init__(self) -> None:
        balances = {"FUND_SAFETY:U1": "300.00", "POOL_WAGE:W1": "900.00"}
        self.story: Story = given(do("OpenBalances", as_of="2026-02-01", balances=balances))
        self.now, self.count, self.case = START, 0, ""

    @property
    def ledger(self) -> MemoryLedger:
        return self.story.ledger

    def take(self, name: str, data: dict[str, Any]) -> None:
        self.count += 1
        if name == "AdvanceClock":
            self.now += timedelta(days=data["days"])
            self._send(name, "SYSTEM", {})
        elif name == "AwardPoints":
            self._send(name, "P-SO", {**data, "reason": "x", "doc": f"J-{self.count}"})
        elif name == "RedeemPoints":
            self._send(name, data["person"], data)
        elif name == "GrantReward":
            self._send(name, "P-C1", {**data, "reason": "x", "doc": f"R-{self.count}", "approved_by": "P-H1"})
        elif name == "WriteOffDue":
            self._send(name, "P-C1", {**data, "reason": "x", "approvals": ["P-G1", "P-G2"], "centre": "U1"})
        elif name == "LodgeAppeal":
            self._send(name, data["person"], {"case": self.case, "party": data["person"], "grounds": "x"})
        else:
            self._decide_case(**data)

    def _decide_case(self, person: str, amount: str) -> None:
        """A person is charged to the fund of U1, so that there is something to spend, to collect and to appeal."""
        self.case = f"CS-{self.count}"
        accident = {"accident": f"AC-{self.count}", "unit": "W1", "class_code": "1", "class_table": "t"}
        accident |= {"severity": "x", "occurred": self.now.isoformat(), "place": "x", "description": "x"}
        self._send("RecordAccident", "P-SO", accident)
        opened = {"case": self.case, "unit": "W1", "accident": accident["accident"], "description": "x"}
        self._send("OpenCase", "P-SO", opened)
        decided = {"case": self.case, "basis": "x", "reason": "x", "approvals": ["P-G1", "P-G2"], "centre": "U1"}
        lines = [{"party": person, "amount": amount}, {"party": "W1", "amount": amount}]
        self._send("DecideCase", "P-G1", {**decided, "lines": lines})

    def _send(self, command: str, by: str, data: dict[str, Any]) -> None:
        line = {"at": self.now.isoformat(), "by": by, "command": command, "data": data}
        self.ledger.send({"id": f"p-{self.count}-{command}", **line})


@settings(max_examples=40, deadline=None)
@forall(st.lists(steps, min_size=12, max_size=30))
def test_points_stay_and_a_fund_with_its_escrow_covers_what_it_has_yet_to_collect(
    taken: list[tuple[str, dict[str, Any]]],
) -> None:
    history = History()
    for name, data in taken:
        history.take(name, data)
        ledger = history.ledger
        for person in PERSONS:
            held = ledger.lookup(f"person-{person}").points
            assert all(lot.left > 0 for lot in held.lots)
            assert all(redeemed <= 200 for redeemed in held.redeemed.values())
            assert held.held == _remembered(ledger, person)
        for fund in FUNDS:
            book = ledger.lookup(f"unit-{fund}")
            assert book.balance("FUND_SAFETY") >= 0
            assert book.balance("FUND_SAFETY") + book.balance("ESC_DISPUTE") >= book.uncollected
        assert sum(ledger.balances.values()) == 0


def _remembered(ledger: MemoryLedger, person: str) -> int:
    """Points of a person, counted again from the facts alone."""
    sign = {"PointsAwarded": 1, "PointsRedeemed": -1, "PointsExpired": -1}
    facts: list[Any] = [each.fact for each in ledger.facts if each.fact.stream == f"person-{person}"]
    return sum(sign.get(type(fact).__name__, 0) * getattr(fact, "points", 0) for fact in facts if not fact.mirror)
