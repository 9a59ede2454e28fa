"""Debits and credits of each fact, from its body: P0 … P20 of the account chart, written independently.

An entry is (account, fen): positive fen credit the account, negative fen debit it.  Topics that are not here move no
money; a mirror never does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Body = dict[str, Any]
Entry = tuple[str, int]
Rule = Callable[[Body], Iterable[Entry]]

POOL = {"wage": "POOL_WAGE", "safety": "POOL_SAFETY", "project": "POOL_PROJECT"}


def entries(body: Body) -> list[Entry]:
    """The entries of a fact; those of nothing are left out."""
    rule = RULES.get(body["topic"])
    if rule is None or body.get("mirror"):
        return []
    return [entry for entry in rule(body) if entry[1]]


def _from_pool(body: Body, pool: str = "POOL_WAGE", payer: str = "unit") -> list[Entry]:
    """An obligation of a unit: its pool pays what is there, the rest becomes its debt."""
    short = body.get("shortfall", 0)
    return [(f"{pool}:{body[payer]}", short - body["amount"]), (f"DUE_UNIT:{body[payer]}", -short)]


def _opened(body: Body) -> Iterable[Entry]:  # P0
    for line in body["balances"]:
        yield line["account"], line["amount"]
    yield "OPENING", -sum(line["amount"] for line in body["balances"])


def _budget(body: Body) -> Iterable[Entry]:  # P1
    return (body["source_account"], -body["amount"]), (f"{POOL[body['pool']]}:{body['unit']}", body["amount"])


def _quota_wage(body: Body) -> Iterable[Entry]:  # P2
    return (f"SRC_QUOTA:{body['unit']}", -body["amount"]), (f"POOL_WAGE:{body['unit']}", body["amount"])


def _distributed(body: Body) -> Iterable[Entry]:  # P3
    yield f"POOL_WAGE:{body['unit']}", -body["total"]
    for line in body["lines"]:
        yield f"PAY_PERF:{line['person']}", line["amount"]


def _daily_wage(body: Body) -> Iterable[Entry]:  # P3
    return (f"POOL_WAGE:{body['unit']}", -body["amount"]), (f"PAY_PERF:{body['person']}", body["amount"])


def _paid_out(body: Body) -> Iterable[Entry]:  # P4a, P5a, P6a: the payer's leg ends in clearing
    pool = POOL[body.get("pool", "wage")]
    return [*_from_pool(body, pool), (f"CLR_TRADE:{body['centre']}", body["amount"])]


def _paid_in(body: Body) -> Iterable[Entry]:  # P4b, P5b, P6b: the payee's leg begins there
    pool = POOL[body.get("pool", "wage")]
    return (f"CLR_TRADE:{body['centre']}", -body["amount"]), (f"{pool}:{body['unit']}", body["amount"])


def _charged(body: Body) -> Iterable[Entry]:  # P7
    for line in body["lines"]:
        if line.get("unit"):
            yield from _from_pool(line, POOL[body.get("funds", "wage")], payer="party")
        else:
            yield f"DUE_PERSON:{line['party']}", -line["amount"]
        yield f"FUND_SAFETY:{body['centre']}", line["amount"]


def _notice(body: Body) -> Iterable[Entry]:  # P8
    target = "CLR_TRADE" if body.get("fixer") else "FUND_SAFETY"
    payer = "payer" if body.get("payer") else "unit"
    return [*_from_pool(body, POOL[body.get("pool", "wage")], payer), (f"{target}:{body['centre']}", body["amount"])]


def _due_raised(body: Body) -> Iterable[Entry]:  # P7, of what was overpaid
    if body.get("due") is not None:
        to = f"POOL_WAGE:{body['unit']}" if body.get("unit") else f"FUND_SAFETY:{body['centre']}"
        yield f"DUE_PERSON:{body['person']}", -body["amount"]
        yield to, body["amount"]


def _deducted(body: Body) -> Iterable[Entry]:  # P9
    return (f"PAY_PERF:{body['person']}", -body["amount"]), (f"DUE_PERSON:{body['person']}", body["amount"])


def _recovered(body: Body) -> Iterable[Entry]:  # P10
    return (f"POOL_WAGE:{body['unit']}", -body["amount"]), (f"DUE_UNIT:{body['unit']}", body["amount"])


def _safety_wage(body: Body) -> Iterable[Entry]:  # P11
    return (f"POOL_SAFETY:{body['unit']}", -body["amount"]), (f"PAY_SAFETY:{body['person']}", body["amount"])


def _claimant(body: Body) -> str | None:
    """The unit to whose pool a due is owed."""
    return None if body.get("pool") else body.get("waiting")


def _held(body: Body) -> Iterable[Entry]:  # P12a
    unit = _claimant(body)
    pool, payer = ("POOL_WAGE", "waiting") if unit else ("FUND_SAFETY", "centre")
    return [*_from_pool(body, pool, payer), (f"ESC_DISPUTE:{body['centre']}", body["amount"])]


def _decided(body: Body) -> Iterable[Entry]:  # P12b, P12c
    unit = _claimant(body)
    yield f"ESC_DISPUTE:{body['centre']}", -body["amount"]
    fund, remains, forgone = f"FUND_SAFETY:{body['centre']}", body["remains"], body.get("written_off", 0)
    yield from ((f"POOL_WAGE:{unit}", remains), (fund, forgone)) if unit else ((fund, remains + forgone),)
    yield f"{'DUE_UNIT' if body.get('pool') else 'DUE_PERSON'}:{body['party']}", body["off_due"]
    yield f"{POOL[body.get('funds', 'wage')] if body.get('pool') else 'PAY_PERF'}:{body['party']}", body["paid_back"]


def _custody(body: Body) -> str:
    return f"PAY_PERF:{body['person']}" if body["mode"] == "holdback" else f"SRC_DEPOSIT:{body['root']}"


def _collected(body: Body) -> Iterable[Entry]:  # P13
    return (_custody(body), -body["amount"]), (f"DEP_RISK:{body['person']}", body["amount"])


def _returned(body: Body) -> Iterable[Entry]:  # P13
    return (f"DEP_RISK:{body['person']}", -body["amount"]), (_custody(body), body["amount"])


def _forfeited(body: Body) -> Iterable[Entry]:  # P13
    return (f"DEP_RISK:{body['person']}", -body["amount"]), (f"FUND_SAFETY:{body['centre']}", body["amount"])


def _bonus(body: Body) -> Iterable[Entry]:  # P14
    to = "POOL_WAGE" if body.get("pool") else "PAY_BONUS"
    return (f"SRC_BONUS:{body['root']}", -body["amount"]), (f"{to}:{body['party']}", body["amount"])


def _equal_force(body: Body) -> Iterable[Entry]:  # P15
    return [*_from_pool(body), (f"FUND_SAFETY:{body['centre']}", body["amount"])]


def _reward(body: Body) -> Iterable[Entry]:  # P16
    return (f"FUND_SAFETY:{body['centre']}", -body["amount"]), (f"PAY_BONUS:{body['person']}", body["amount"])


def _written_off(body: Body) -> Iterable[Entry]:  # P17
    due = f"DUE_UNIT:{body['unit']}" if body.get("unit") else f"DUE_PERSON:{body['person']}"
    return (f"FUND_SAFETY:{body['centre']}", -body["amount"]), (due, body["amount"])


def _payroll(body: Body) -> Iterable[Entry]:  # P18
    for line in body["lines"]:
        for account, amount in (("PAY_PERF", "perf"), ("PAY_SAFETY", "safety"), ("PAY_BONUS", "bonus")):
            yield f"{account}:{line['person']}", -line[amount]
        yield f"OUT_PAYROLL:{body['centre']}", line["perf"] + line["safety"] + line["bonus"]


def _payroll_returned(body: Body) -> Iterable[Entry]:  # P18, back
    pay = {"perf": "PAY_PERF", "safety": "PAY_SAFETY", "bonus": "PAY_BONUS"}[body["pay"]]
    return (f"OUT_PAYROLL:{body['centre']}", -body["amount"]), (f"{pay}:{body['person']}", body["amount"])


def _reversed(body: Body) -> Iterable[Entry]:  # P19
    return [(line["account"], line["amount"]) for line in body["lines"]]


def _remainder(body: Body) -> Iterable[Entry]:  # P20
    target = {"to_fund": f"FUND_SAFETY:{body['centre']}", "return": f"SRC_WAGE:{body['unit']}"}.get(body["decision"])
    return () if target is None else ((f"POOL_SAFETY:{body['unit']}", -body["amount"]), (target, body["amount"]))


RULES: dict[str, Rule] = {
    "balance.opened.v1": _opened,
    "budget.allocated.v1": _budget,
    "wage.quota-credited.v1": _quota_wage,
    "wage.distributed.v1": _distributed,
    "daily.quota-wage-accrued.v1": _daily_wage,
    "handover.item-transferred-out.v1": _paid_out,
    "handover.item-transferred-in.v1": _paid_in,
    "tender.settled-out.v1": _paid_out,
    "tender.settled-in.v1": _paid_in,
    "pool.passed-down.v1": _paid_out,
    "pool.received.v1": _paid_in,
    "transfer.adjusted-out.v1": _paid_out,
    "transfer.adjusted-in.v1": _paid_in,
    "transfer.out-imported.v1": _paid_out,
    "transfer.in-imported.v1": _paid_in,
    "slip.confirmed.v1": _charged,
    "penalty.confirmed.v1": _charged,
    "notice.confirmed.v1": _notice,
    "notice.received.v1": _paid_in,
    "person.due-raised.v1": _due_raised,
    "due.deducted.v1": _deducted,
    "due.written-off.v1": _written_off,
    "unit.due-recovered.v1": _recovered,
    "appeal.held.v1": _held,
    "appeal.decided.v1": _decided,
    "entry.reversed.v1": _reversed,
    "payroll.exported.v1": _payroll,
    "payroll.returned.v1": _payroll_returned,
    "safety-wage.accrued.v1": _safety_wage,
    "safety-wage.remainder-decided.v1": _remainder,
    "deposit.collected.v1": _collected,
    "deposit.returned.v1": _returned,
    "deposit.forfeited.v1": _forfeited,
    "bonus.awarded.v1": _bonus,
    "unit-year.equal-force-confirmed.v1": _equal_force,
    "reward.granted.v1": _reward,
}
