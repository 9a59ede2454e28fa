"""What an analysis report counts: figures per subject and month, and the report that they make (ASS-18, PLAT-07).

Facts alone decide it: each fact adds to figures of units and persons (``counts``), the figures of a year are kept as a
state of their own (key ``tally:<stream>/<year>``), and the report is a pure function of them.  No model, no clock.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import singledispatch
from typing import Any, NamedTuple

import msgspec

from ledger.accounts import AccountCode
from ledger.dispatch import by_type
from ledger.fact import Fact, StoredFact
from ledger.facts import (
    appeals,
    dues,
    duties,
    followup,
    handovers,
    hazards,
    notices,
    penalties,
    points,
    pools,
    slips,
    tenders,
)
from ledger.money import percent, plain, yuan
from ledger.vocabulary import Month, person_stream, unit_stream

Figures = Mapping[str, int]
MONEY = frozenset({"charged", "deducted"})
"""Figures in fen; the others are numbers of things."""

RATES = {
    "closure": ("due_closed", ("hazards_due",)),
    "on_time": ("due_in_time", ("hazards_due",)),
    "repeat": ("repeated", ("hazards_reported",)),
    "tasks_done": ("tasks_completed", ("tasks_completed", "tasks_missed")),
    "advice_closed": ("advice_closed", ("advice_pushed",)),
    "training_passed": ("training_passed", ("training_pushed",)),
}
"""Ratios: numerator, and what adds up to the denominator; without any of it there is no ratio (F-11).

Closure and on time are of the hazards *due* in the period by their last deadline (F-9, F-11), as query Indicator says.
Repeat is of every report: a fact counts when it is recorded, and stays counted if the report is rejected or merged
later; the register leaves such reports out (``projections.hazard_rates``).
"""

WORSE_WHEN_HIGH = frozenset({"repeat"})


CHARGES = frozenset(str(kind.__struct_config__.tag) for kind in (slips.SlipConfirmed, penalties.PenaltyConfirmed))


class Count(NamedTuple):
    """A fact adds an amount to a figure of the unit or person whose stream it is.

    It counts in the month of its business date unless another is said (a hazard is due in its deadline's month).
    """

    stream: str
    figure: str
    amount: int = 1
    month: Month | None = None

    def in_month(self, fact: Fact) -> Month:
        return self.month or fact.business_date[:7]


def tally_keys(fact: Fact) -> tuple[str, ...]:
    """The states in which the fact counts."""
    added = by_type(counts, type(fact))(fact)
    return tuple({f"tally:{count.stream}/{count.in_month(fact)[:4]}": None for count in added}) if added else ()


@singledispatch
def counts(fact: Fact) -> tuple[Count, ...]:
    """What the fact adds to which figures; most add nothing."""
    return ()


def _of_stream(figure: str, *kinds: type[Fact]) -> None:
    """Facts that count once for the subject on whose stream they stand."""
    for kind in kinds:
        counts.register(kind, lambda fact: (Count(fact.stream, figure),))


_of_stream("hazards_reported", hazards.HazardReported)
_of_stream("repeated", hazards.HazardRepeatLinked)
_of_stream("overdue", hazards.HazardMarkedOverdue)
_of_stream("tendered", tenders.TenderSettledOut)
_of_stream("notices", notices.TradeNoticeConfirmed)
_of_stream("tasks_completed", duties.DutyTaskCompleted)
_of_stream("tasks_missed", duties.DutyTaskMissed)
_of_stream("advice_pushed", followup.AdvicePushed)
_of_stream("advice_closed", followup.AdviceClosed)
_of_stream("training_pushed", followup.TrainingPushed)
_of_stream("training_passed", followup.TrainingPassed)
_of_stream("suspended", followup.PostSuspended)


@counts.register
def _(fact: hazards.HazardClosed) -> tuple[Count, ...]:
    """Closed once; of the hazards due in its deadline's month, closed and perhaps in time."""
    closed = [Count(fact.stream, "hazards_closed")]
    if fact.on_time is not None:
        closed.append(Count(fact.stream, "closed_in_time" if fact.on_time else "closed_late"))
    if fact.rate_month:
        closed.append(Count(fact.stream, "due_closed", month=fact.rate_month))
        closed += [Count(fact.stream, "due_in_time", month=fact.rate_month)] if fact.on_time else []
    return tuple(closed)


@counts.register(hazards.HazardAssigned)
@counts.register(handovers.HandoverItemTransferredIn)
def _(fact: hazards.HazardAssigned | handovers.HandoverItemTransferredIn) -> tuple[Count, ...]:
    return _due(fact, fact.rate_month, 1)


@counts.register
def _(fact: hazards.DeadlineExtended) -> tuple[Count, ...]:
    return (*_due(fact, fact.rate_month_left, -1), *_due(fact, fact.rate_month, 1))


@counts.register
def _(fact: handovers.HandoverItemTransferredOut) -> tuple[Count, ...]:
    """The sender owes its repair no more."""
    return (Count(fact.stream, "handed_over"), *_due(fact, fact.rate_month_left, -1))


def _due(fact: Fact, month: Month | None, amount: int) -> tuple[Count, ...]:
    return (Count(fact.stream, "hazards_due", amount, month),) if month else ()


@counts.register(slips.SlipConfirmed)
@counts.register(penalties.PenaltyConfirmed)
def _(fact: slips.SlipConfirmed | penalties.PenaltyConfirmed) -> tuple[Count, ...]:
    """Every charged party, person or unit, is charged once and so much."""
    streams = [(unit_stream if line.unit else person_stream)(line.party) for line in fact.lines]
    once = tuple(Count(stream, "charges") for stream in streams)
    money = (Count(stream, "charged", line.amount) for stream, line in zip(streams, fact.lines, strict=True))
    return (*once, *money)


@counts.register
def _(fact: pools.EntryReversed) -> tuple[Count, ...]:
    """A reversed charge is a charge no more; points that are held again were not redeemed."""
    if fact.points:
        return (Count(person_stream(fact.points.person), "points_redeemed", -fact.points.number),)
    if fact.original_topic not in CHARGES:
        return ()
    lines = ((line.account.partition(":"), line.amount) for line in fact.lines)
    return tuple(
        Count((person_stream if kind == AccountCode.DUE_PERSON else unit_stream)(owner), "charged", -amount)
        for (kind, _, owner), amount in lines
        if kind in (AccountCode.DUE_PERSON, AccountCode.DUE_UNIT, AccountCode.POOL_WAGE)
    )


@counts.register
def _(fact: appeals.AppealDecided) -> tuple[Count, ...]:
    """What an appeal gives back was not charged."""
    stream = (unit_stream if fact.pool else person_stream)(fact.party)
    return (Count(stream, "charged", fact.remains - fact.amount),)


@counts.register
def _(fact: dues.CompensationDeducted) -> tuple[Count, ...]:
    return (Count(fact.stream, "deducted", fact.amount),)


@counts.register
def _(fact: points.PointsAwarded) -> tuple[Count, ...]:
    return (Count(fact.stream, "points_awarded", fact.points),)


@counts.register
def _(fact: points.PointsRedeemed) -> tuple[Count, ...]:
    return (Count(fact.stream, "points_redeemed", fact.points),)


class Tally(msgspec.Struct, frozen=True):
    """The figures of one subject in one year, by month."""

    stream: str
    months: dict[Month, dict[str, int]] = {}

    def sums(self, months: Iterable[Month]) -> Counter[str]:
        total: Counter[str] = Counter()
        for month in months:
            total.update(self.months.get(month, {}))
        return total


def begin(name: str) -> Tally:
    """The tally of a key ``<stream>/<year>`` before its first fact."""
    return Tally(name.rpartition("/")[0])


def evolve(state: Tally, stored: StoredFact) -> Tally:
    """Add what a fact counts for this subject, each in its month; months of another year are in another tally too."""
    fact = stored.fact
    months = dict(state.months)
    for count in by_type(counts, type(fact))(fact):
        if count.stream == state.stream:
            month = count.in_month(fact)
            figures = dict(months.get(month, {}))
            figures[count.figure] = figures.get(count.figure, 0) + count.amount
            months[month] = figures
    return msgspec.structs.replace(state, months=months)


# -- the report -----------------------------------------------------------------------------------------------------

QUARTER_MONTHS = {"Q1": (1, 2, 3), "Q2": (4, 5, 6), "Q3": (7, 8, 9), "Q4": (10, 11, 12)}


def months_of(period: str) -> tuple[Month, ...]:
    """The months of a month, quarter or year."""
    year, _, part = period.partition("-")
    numbers = QUARTER_MONTHS.get(part) or ((int(part),) if part else range(1, 13))
    return tuple(f"{year}-{number:02d}" for number in numbers)


def report(subject: str, period: str, tallies: Mapping[str, Iterable[Tally]]) -> dict[str, Any]:
    """The report of a subject: ``tallies`` are those of the person, or of the unit and each unit below it.

    Sums, ratios, the course by month, each unit beside the others, and what stands worst: the same facts give the
    same report.
    """
    months = months_of(period)
    by_member = {name: _sum(own, months) for name, own in sorted(tallies.items())}
    total = _together(by_member.values())
    return {
        "subject": subject,
        "period": period,
        "figures": _shown(total),
        "rates": _rates(total),
        "months": [
            {"month": month, "figures": _shown(_together(_sum(own, (month,)) for own in tallies.values()))}
            for month in months
        ],
        "members": [
            {"subject": name, "figures": _shown(figures), "rates": _rates(figures)}
            for name, figures in by_member.items()
            if figures
        ],
        "weakest": _weakest(_rates(total)),
    }


def _sum(tallies: Iterable[Tally], months: Iterable[Month]) -> Counter[str]:
    return _together(tally.sums(months) for tally in tallies)


def _together(parts: Iterable[Figures]) -> Counter[str]:
    """Sums that keep what is negative: a charge may be reversed in a later month."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return total


def _shown(figures: Figures) -> dict[str, Any]:
    return {name: yuan(amount) if name in MONEY else amount for name, amount in sorted(figures.items())}


def _rates(figures: Figures) -> dict[str, str | None]:
    """In percent, two decimals half-up; None where there is nothing to divide by (F-11)."""
    found: dict[str, str | None] = {}
    for name, (part, whole) in RATES.items():
        den = sum(figures.get(one, 0) for one in whole)
        value = percent(figures.get(part, 0), den)
        found[name] = None if value is None else plain(value)
    return found


def _weakest(rates: Mapping[str, str | None]) -> list[str]:
    """The ratios that are not at their best, the worst first."""
    gaps = {
        name: Decimal(value) if name in WORSE_WHEN_HIGH else 100 - Decimal(value)
        for name, value in rates.items()
        if value is not None
    }
    return sorted((name for name, gap in gaps.items() if gap > 0), key=lambda name: (-gaps[name], name))


_canonical = msgspec.json.Encoder(order="sorted")


def sealed(content: Mapping[str, Any]) -> tuple[str, str]:
    """(canonical JSON, its SHA-256 in hex)."""
    body = _canonical.encode(content)
    return body.decode(), hashlib.sha256(body).hexdigest()
