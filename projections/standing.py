"""Facts that stand: a reversal takes back those that it names, and ends the document that they had begun."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.fact import StoredFact, topic_of
from ledger.facts.assessment import AssessmentOpened
from ledger.facts.pools import EntryReversed

OPENED = topic_of(AssessmentOpened)


def undone(told: Iterable[StoredFact]) -> set[int]:
    """The positions of the facts that these reversals take back."""
    reversals = [one.fact for one in told if isinstance(one.fact, EntryReversed)]
    return {position for fact in reversals for position in (fact.original, *fact.others)}


def standing(told: Iterable[StoredFact]) -> list[StoredFact]:
    """Without the reversals among them, and without what those take back."""
    known = list(told)
    gone = undone(known)
    return [one for one in known if one.position not in gone and not isinstance(one.fact, EntryReversed)]


def since_opened(told: Iterable[StoredFact]) -> list[StoredFact]:
    """The facts of a score sheet as it is: those before a reversed opening were of another one."""
    kept: list[StoredFact] = []
    for one in told:
        kept.append(one)
        if isinstance(one.fact, EntryReversed) and one.fact.original_topic == OPENED:
            kept.clear()
    return kept
