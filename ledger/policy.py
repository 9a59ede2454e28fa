"""Policy keys, their defaults and the form of their values (contract §2.15, domain §9).

A value for a unit on a business date is that of the nearest scope at or above it, else the default here.  Keys
without default are required inputs: the command that needs one is refused and names it.  Where advice, points or
training push themselves, nothing happens until the key is published (rule 37).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from ledger.vocabulary import Role

Value = Any
Check = Callable[[Value], bool]

_MONEY = re.compile(r"(0|[1-9][0-9]{0,12})\.[0-9]{2}\Z")
_ROLES = {str(role) for role in Role}
_MONTH_DAY = re.compile(r"[0-9]{2}-[0-9]{2}\Z")
_FACTOR = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?\Z")


def _whole(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000_000


def _flag(value: Value) -> bool:
    return isinstance(value, bool)


def _factor(value: Value) -> bool:
    return isinstance(value, str) and _FACTOR.match(value) is not None


def _money(value: Value) -> bool:
    return isinstance(value, str) and _MONEY.match(value) is not None


def _percent(value: Value) -> bool:
    return _factor(value) and Decimal(value) <= 100


def _day_of_month(value: Value) -> bool:
    """A day that every month has."""
    return _whole(value) and 1 <= value <= 28


def _day_of_year(value: Value) -> bool:
    """A date that every year has, such as ``"07-05"``."""
    try:
        return (
            isinstance(value, str) and _MONTH_DAY.match(value) is not None and bool(date.fromisoformat(f"2026-{value}"))
        )
    except ValueError:
        return False


def _one_of(*names: str) -> Check:
    return lambda value: isinstance(value, str) and value in names


def _members(**checks: Check) -> Check:
    """An object with exactly these members."""
    return lambda value: (
        isinstance(value, dict)
        and value.keys() == checks.keys()
        and all(check(value[name]) for name, check in checks.items())
    )


def _table(check: Check) -> Check:
    return lambda value: isinstance(value, dict) and bool(value) and all(check(item) for item in value.values())


def _offsets(value: Value) -> bool:
    return isinstance(value, list) and all(isinstance(hours, int) and not isinstance(hours, bool) for hours in value)


def _weights(value: Value) -> bool:
    return isinstance(value, list) and len(value) == 3 and all(map(_factor, value)) and sum(map(Decimal, value)) == 1


def _text(value: Value) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _rules(value: Value) -> bool:
    """Points by the least score that earns them; an empty list takes all rules back."""
    rule = _members(min=_percent, points=lambda points: _whole(points) and points > 0)
    return isinstance(value, list) and all(map(rule, value))


def _bounds(value: Value) -> bool:
    if not (isinstance(value, list) and len(value) == 3 and all(map(_percent, value))):
        return False
    first, second, third = map(Decimal, value)
    return first > second > third


class Key(NamedTuple):
    """One policy key: the form of its value, and its default (None: required, no default)."""

    check: Check
    default: Value = None


def _fixed(value: Value) -> Key:
    """A choice that has only this value now; another one is INVALID (marked † in domain §9)."""
    return Key(lambda other: type(other) is type(value) and other == value, value)


KEYS: dict[str, Key] = {
    "score.round": Key(
        _members(digits=lambda value: value == 2 and _whole(value), compare=_one_of("rounded", "exact")),
        {"digits": 2, "compare": "rounded"},
    ),
    "score.allow_bonus": Key(_flag, False),
    "inspection.weights": Key(_weights, ["0.6", "0.2", "0.2"]),
    "payout.monthly": Key(_one_of("step90", "linear"), "step90"),
    "payout.daily": Key(_one_of("step90", "linear"), "step90"),
    "payout.deputy": Key(_one_of("step90", "linear"), "linear"),
    "deputy.share_table": Key(_table(_factor)),
    "base_table": Key(lambda value: _table(_money)(value) and value.keys() <= _ROLES),
    "bonus.table": Key(_members(base=_money, rates=_table(_factor))),
    "equal_force.base": Key(_factor, "1.00"),
    "grade.bounds": Key(_bounds, ["95", "90", "85"]),
    "veto.effect": Key(_one_of("grade", "grade+bonus", "+safety_wage"), "grade"),
    "quota.clawback": Key(_one_of("none"), "none"),
    "ontime.min": Key(_percent, "90"),
    "deposit.mode": Key(_one_of("off", "holdback", "cash"), "off"),
    "deposit.amounts": Key(_members(head=_money, deputy=_money), {"head": "500.00", "deputy": "350.00"}),
    "safety_wage.unpaid": Key(_one_of("stay", "to_fund", "return"), "stay"),
    "budget.hard": Key(_flag, True),
    "self_report.exempt": Key(_flag, True),
    "tender.force": Key(_members(repeat=_whole, days=_whole, overdue=_whole), {"repeat": 3, "days": 90, "overdue": 15}),
    "tender.premium_cap": Key(_factor, "0.10"),
    "tender.partial": Key(_flag, False),
    "tender.over_estimate": Key(_factor, "1.10"),
    "advice.below": Key(_percent),
    "points.rules": Key(_rules),
    "training.on_serious": Key(_members(course=_text, suspend=_flag)),
    "handover.qty": Key(lambda value: _whole(value) or _factor(value), 10),
    "settle.from": Key(_one_of("wage", "project"), "wage"),
    "dispute.window": Key(_whole, 3),
    "dispute.appeal": Key(_whole, 30),
    "late.days": Key(_whole, 60),
    "statement.window": Key(_whole, 2),
    "chain.exclude_discoverer": Key(_flag, True),
    "chain.multi_role": Key(_one_of("max", "sum"), "max"),
    "chain.several": Key(_one_of("named", "all"), "named"),
    "case.quorum": Key(lambda value: _whole(value) and value >= 1, 2),
    "deduct.cap": Key(_factor, "0.20"),
    "deduct.floor": Key(_money),
    "points.rate": Key(_factor, "1.00"),
    "points.month_cap": Key(_whole, 200),
    "points.expiry": Key(lambda value: _whole(value) and value >= 1, 12),
    "proposal.days": Key(lambda value: _whole(value) and value >= 1, 7),
    "remind.offsets": Key(_offsets, [-24, 0, 24]),
    "training.pass": Key(_percent, "80"),
    "reports.due": Key(
        _members(quarter_sheet=_day_of_month, half_year=_day_of_year, year=_day_of_year, month_analysis=_day_of_month),
        {"quarter_sheet": 5, "half_year": "07-05", "year": "12-31", "month_analysis": 5},
    ),
    "org.levels": _fixed(5),
    "discovery.tiers": _fixed(["T1", "T2", "T3"]),
    "hazard.levels": _fixed(["C", "B", "A", "MAJOR"]),
    "appeal.final": _fixed("leading_group"),
    "approval.delegation": _fixed("dated"),
    "report.anonymous": _fixed("sealed"),
    "inspection.cycle": _fixed("month"),
    "inspection.freq_rule": _fixed("per_shift_min"),
    "annual.missing": _fixed("mean_of_served"),
    "annual.divisor": _fixed(4),
    "self_score.head": _fixed("company_office"),
    "entitlement.factor": _fixed("1"),
    "quarter.sheet_due": _fixed(5),
    "yellow.streak": _fixed("person_in_post"),
    "ontime.denominator": _fixed("due_in_period"),
    "deposit.on_fail": _fixed("forfeit"),
    "deposit.on_leave": _fixed("refund"),
    "price.pick": _fixed("occurred"),
    "price.urgent": _fixed(24),
    "handover.direction": _fixed("outgoing_pays_incoming"),
    "tender.price_lock": _fixed("award"),
    "tender.qty": _fixed("accepted"),
    "tender.no_bid": _fixed("directed"),
    "slip.payee": _fixed("issuer_centre_fund"),
    "slip.post_on": _fixed("confirmed"),
    "notice.payee": _fixed("unit_centre_fund_or_fixer"),
    "pool.overdraft": _fixed(False),
    "chain.workshop": _fixed("pool"),
    "deduct.from": _fixed("PAY_PERF"),
    "late.policy": _fixed("adjust_in_open_period"),
}


def valid(key: str, value: Value) -> bool:
    """Has the value the form that the key asks for?"""
    return KEYS[key].check(value)
