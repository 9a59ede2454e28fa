"""R12, R11, R10: is the record whole, does every fact balance, do the books roll forward?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ledger.state.reconciliation import Found
from projections.reconciliation.material import AccountSums, Link


def chain_is_whole(links: Iterable[Link]) -> Iterator[Found]:
    """R12: every fact hashes to its leaf and names the one before it; no version is missing."""
    broken, gaps = dict[str, None](), dict[str, None]()
    for link in links:
        if not link.is_intact:
            broken[link.stream] = None
        if link.version != link.follows + 1:
            gaps[link.stream] = None
    yield from (Found("CHAIN_BROKEN", stream) for stream in broken)
    yield from (Found("GAP", stream) for stream in gaps)


def numbers_are_gapless(numbers: Iterable[str], centre: str, period: str) -> Iterator[Found]:
    """R12: official numbers of the centre's series of the month run 1, 2, 3 … (L18)."""
    series: dict[str, set[int]] = {}
    for number in numbers:
        name, _, count = number.rpartition("-")
        kind, _, month = name.removeprefix(f"{centre}-").partition("-")
        if name == f"{centre}-{kind}-{month}" and month == period.replace("-", ""):
            series.setdefault(name, set()).add(int(count))
    for name, counts in series.items():
        if counts != set(range(1, len(counts) + 1)):
            yield Found("GAP", name)


def facts_balance(unbalanced: Sequence[tuple[int, int]]) -> Iterator[Found]:
    """R11: each (position, sum) is of a fact whose entries do not sum to zero."""
    return (Found("UNBALANCED", str(position), amount) for position, amount in unbalanced)


def books_roll_forward(accounts: Iterable[AccountSums]) -> Iterator[Found]:
    """R10: journal = full replay; movements = entries; opening = what the last close carried forward."""
    for sums in accounts:
        differences = (
            sums.journal - sums.folded,
            sums.moved - sums.summed,
            0 if sums.carried is None else sums.opening - sums.carried,
        )
        if found := next(filter(None, differences), 0):
            yield Found("ROLLFORWARD", sums.account, found)
