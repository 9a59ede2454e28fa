"""Tallies: the figures of a unit or person in one year, by month (key ``tally:<stream>/<year>``; ASS-18)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from ledger.fact import StoredFact
from ledger.state.kind import StateKind, without_entries
from ledger.vocabulary import Month


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
    for counted in fact.counts():
        if counted.stream == state.stream:
            month = counted.in_month(fact.business_date)
            figures = dict(months.get(month, {}))
            figures[counted.figure] = figures.get(counted.figure, 0) + counted.amount
            months[month] = figures
    return msgspec.structs.replace(state, months=months)


KINDS = (StateKind("tally:", Tally, begin, without_entries(evolve)),)
