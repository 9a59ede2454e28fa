"""Dues that are paid are forgotten: nobody can tell but by the size of the state."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given as forall
from hypothesis import strategies as st

from ledger.consequences import DueChange
from ledger.facts.pools import DuePart
from ledger.state.dues import Due, Dues

DOCUMENTS = ("slip:A", "slip:B", "slip:C", "slip:D")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("raise"), st.sampled_from(DOCUMENTS), st.integers(1, 300)),
        st.tuples(st.just("pay"), st.just(""), st.integers(1, 500)),
        st.tuples(st.just("reverse"), st.just(""), st.integers(0, 9)),
        st.tuples(st.just("appeal"), st.sampled_from(DOCUMENTS), st.just(0)),
        st.tuples(st.just("decide"), st.sampled_from(DOCUMENTS), st.just(0)),
    ),
    max_size=25,
)


@dataclass
class Kept:
    """The same book by one who forgets nothing."""

    dues: dict[str, list[int]] = field(default_factory=dict)
    appealed: set[str] = field(default_factory=set)

    def open(self) -> list[tuple[str, int, int, bool]]:
        """The oldest first: dictionaries keep the order in which they were raised."""
        return [
            (document, raised, still_open, document in self.appealed)
            for document, (raised, still_open) in self.dues.items()
            if still_open
        ]


def shown(dues: Dues) -> list[tuple[str, int, int, bool]]:
    return [(due.document, due.amount, due.open, due.appealed) for due in dues if due.open]


def parts_paid(dues: Dues, parts: tuple[DuePart, ...], sign: int) -> Dues:
    for part in parts:
        dues = dues.change(DueChange("P", part.document, sign * part.amount, part.fund, False, part.since, part.raised))
    return dues


@forall(steps)
def test_a_due_that_is_opened_again_is_as_it_was(history: list[tuple[str, str, int]]) -> None:
    dues, kept, paid = Dues(), Kept(), list[tuple[DuePart, ...]]()
    for what, document, number in history:
        if what == "raise" and document not in kept.dues:
            dues = dues.change(DueChange("P", document, number, "HQ"))
            kept.dues[document] = [number, number]
        elif what == "pay" and (parts := dues.oldest_first(number)):
            dues = parts_paid(dues, parts, -1)
            paid.append(parts)
            for part in parts:
                kept.dues[part.document][1] -= part.amount
        elif what == "reverse" and number < len(paid):
            undone = paid.pop(number)
            dues = parts_paid(dues, undone, 1)
            for part in undone:
                kept.dues[part.document][1] += part.amount
        elif what == "appeal" and document in kept.dues:
            dues = dues.held(document, "HQ", kept.dues[document][0])
            kept.appealed.add(document)
        elif what == "decide":
            dues = dues.decided(document)
            kept.appealed.discard(document)
        assert shown(dues) == kept.open()
        assert len(dues.entries) == len({due[0] for due in kept.open()} | kept.appealed)


def test_a_paid_due_under_appeal_is_shown_until_the_decision() -> None:
    owed = Dues().change(DueChange("P", "slip:A", 300, "HQ"))
    paid = parts_paid(owed, owed.oldest_first(300), -1)
    assert not paid.entries
    assert list(paid.held("slip:A", "HQ", 300)) == [Due("slip:A", "HQ", 300, 0, 1, appealed=True)]
    assert not paid.held("slip:A", "HQ", 300).decided("slip:A").entries
