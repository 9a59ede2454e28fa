"""Money, followed fact by fact: entries that sum to zero, balances, and what closes and statements say of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from .posting import RULES, Body, entries

PERSONAL = ("PAY_PERF:", "PAY_SAFETY:", "PAY_BONUS:", "DEP_RISK:", "DUE_PERSON:")

CARRIED_FORWARD, ISSUED, CLOSED = "period.balance-carried-forward.v1", "statement.issued.v1", "period.closed.v1"
CONCERNED = frozenset({*RULES, CARRIED_FORWARD, ISSUED, CLOSED})
"""Topics that the books have anything to do with."""

Problem = tuple[str, str]
"""Which check, and what it found."""


class Books:
    """Sums of every account by posting month; statements and closes of every unit."""

    def __init__(self) -> None:
        self._months: dict[str, dict[str, int]] = {}
        self._accounts_of: dict[str, list[str]] = {}
        self._closed: set[tuple[str, str]] = set()
        self._statements: dict[tuple[str, str], dict[str, tuple[int, str]]] = {}
        self.entries = 0

    def follow(self, body: Body) -> Iterator[Problem]:
        """Post one fact; says what is wrong with it.  A body without the fields of its topic raises."""
        topic = body["topic"]
        if topic == CARRIED_FORWARD:
            yield from self._carried_forward(body)
        elif topic == ISSUED:
            yield from self._issued(body)
        elif topic == CLOSED:
            yield from self._sealed(body)
        posted = entries(body)
        if posted:
            yield from self._post(body, posted)

    def balances(self) -> dict[str, int]:
        """Credits less debits of every account, in fen."""
        return {account: sum(months.values()) for account, months in sorted(self._months.items())}

    def remarks(self) -> Iterator[str]:
        """Transfers of which the log has only one leg: no sign of tampering, and yet worth a look."""
        for account, amount in self.balances().items():
            if amount and account.startswith("CLR_TRADE:"):
                yield f"{account} holds {amount} fen: of some transfer there is only one leg"

    def _post(self, body: Body, posted: list[tuple[str, int]]) -> Iterator[Problem]:
        month = body.get("posting_period") or body["business_date"][:7]
        total = 0
        for account, amount in posted:
            if type(amount) is not int:
                yield "entries", f"{account} is posted {amount!r}, which is no whole fen"
                return
            total += amount
            if self._closed and (_stream_of(account), month) in self._closed:
                yield "closed_month", f"{account} is posted to in {month}, which is closed"
            months = self._months.get(account)
            if months is None:
                self._months[account] = months = {}
                self._accounts_of.setdefault(_stream_of(account), []).append(account)
            months[month] = months.get(month, 0) + amount
        self.entries += len(posted)
        if total:
            yield "entries", f"its entries sum to {total} fen"

    def _carried_forward(self, body: Body) -> Iterator[Problem]:
        stream, month = body["stream"], body["period"]
        told = {line["account"]: line["amount"] for line in body["balances"]}
        for account in sorted({*told, *self._accounts_of.get(stream, ())}):
            held = self._held(account, month)
            if held != told.get(account, 0):
                yield "carried_forward", f"{account} carries {told.get(account, 0)} fen, its entries sum to {held}"
        self._closed.add((stream, month))

    def _issued(self, body: Body) -> Iterator[Problem]:
        unit, month = body["unit"], body["period"]
        issued = self._statements.setdefault((body["centre"], month), {})
        issued[unit] = body["issue"], body["digest"]
        held, told = self._held(f"POOL_WAGE:{unit}", month), body["totals"]["closing"]
        if held != told:
            yield "statement", f"the statement of {unit} closes with {told} fen, its entries sum to {held}"

    def _sealed(self, body: Body) -> Iterator[Problem]:
        issued = self._statements.get((body["centre"], body["period"]), {})
        told = sorted([unit, issue, digest] for unit, (issue, digest) in issued.items())
        if body.get("digest", "") not in ("", _seal(told)):
            yield "seal", "the month is not closed over the statements that were issued"

    def _held(self, account: str, month: str) -> int:
        return sum(amount for each, amount in self._months.get(account, {}).items() if each <= month)


def _seal(told: list[list[Any]]) -> str:
    return sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _stream_of(account: str) -> str:
    """The owner of an account, as the stream of that unit or person."""
    owner = account.partition(":")[2]
    return f"person-{owner}" if account.startswith(PERSONAL) else f"unit-{owner}"
