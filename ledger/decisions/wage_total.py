"""The wage total adds up (工资总额): what a source gives over a unit and all below it stays within its indicator.

Rules 20 and 53.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from ledger.accounts import ROOTED, AccountCode, account_of
from ledger.decisions.in_force import policy
from ledger.decisions.kernel.stamp import Stamp
from ledger.errors import Budget, Invalid
from ledger.facts.pools import WAGE_BUDGET, budget_periods
from ledger.money import yuan
from ledger.state.pools import WageBudget
from ledger.view import View
from ledger.vocabulary import AccountId, Day, Span, UnitId, Year

SOURCES = {
    "wage": AccountCode.SRC_WAGE,
    "project": AccountCode.SRC_PROJECT,
    "bonus": AccountCode.SRC_BONUS,
    "group": AccountCode.SRC_GROUP,
    "quota": AccountCode.SRC_QUOTA,
}


def source_account(view: View, source: str, unit: UnitId) -> AccountId:
    """The account of a source: the unit's own, or the root's where the group gives (domain §4)."""
    code = SOURCES[source]
    return account_of(code, view.organisation.root if code in ROOTED else unit)


def counted_at(
    view: View, stamp: Stamp, source: str, unit: UnitId, amount: int, year: Year | None = None
) -> tuple[UnitId, ...]:
    """The units whose totals an amount counts in: the unit and all above it on the business date.

    BUDGET if it would pass an indicator of one of them whose ``budget.hard`` is on, or one that is set for the year of
    the date and not for the year named.
    """
    path, day = view.organisation.path(unit, stamp.business_date), stamp.business_date
    named = year or day[:4]
    periods = tuple(dict.fromkeys((*budget_periods(day, named), day[:4])))
    keys = {holder: [_key(view, source, holder, period) for period in periods] for holder in path}
    budgets = view.all_of(chain.from_iterable(keys.values()))
    for holder in path:
        kept = {period: budgets[key] for period, key in zip(periods, keys[holder], strict=True)}
        if not _passes(kept, amount, day, named):
            continue
        if policy(view, "budget.hard", holder, day):
            raise Budget(f"{source} of {holder}: {_left(kept)}")
    return path


def _passes(kept: dict[str, WageBudget], amount: int, day: Day, named: Year) -> bool:
    if all(total.limit is None for total in kept.values()):
        return False
    if kept[day[:4]].limit is not None and kept[named].limit is None:
        return True
    counted = (kept[period] for period in budget_periods(day, named))
    return any(total.limit is not None and total.used + amount > total.limit for total in counted)


def _left(kept: dict[str, WageBudget]) -> str:
    limited = {period: total.limit - total.used for period, total in kept.items() if total.limit is not None}
    return ", ".join(f"{yuan(left)} left in {period}" for period, left in limited.items())


def check_indicator(view: View, stamp: Stamp, source: str, unit: UnitId, period: Span, amount: int) -> None:
    """INVALID below what is used, or where the indicators of the units directly below pass that of their superior."""
    organisation, day = view.organisation, stamp.business_date
    used = view.wage_budget(source_account(view, source, unit), unit, period).used
    if amount < used:
        raise Invalid(f"amount: {yuan(used)} are used already")
    if (below := _given_below(view, source, unit, period, day)) > amount:
        raise Invalid(f"amount: the units below {unit} have {yuan(below)}")
    if (parent := organisation.parent(unit, day)) is None:
        return
    limit = view.wage_budget(source_account(view, source, parent), parent, period).limit
    beside = _given_below(view, source, parent, period, day, but=unit)
    if limit is not None and beside + amount > limit:
        raise Invalid(f"amount: {parent} has {yuan(limit)}, the other units below it {yuan(beside)}")


def _given_below(view: View, source: str, unit: UnitId, period: Span, day: Day, but: UnitId | None = None) -> int:
    """The sum of the indicators of the units directly below a unit."""
    keys = (_key(view, source, below, period) for below in _directly_below(view, unit, day) if below != but)
    return sum(budget.limit or 0 for budget in view.all_of(keys).values())


def _directly_below(view: View, unit: UnitId, day: Day) -> Iterator[UnitId]:
    organisation = view.organisation
    return (below for below in organisation.units if organisation.parent(below, day) == unit)


def _key(view: View, source: str, holder: UnitId, period: Span) -> str:
    return WAGE_BUDGET(source_account(view, source, holder), holder, period)
