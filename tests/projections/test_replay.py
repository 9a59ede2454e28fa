"""The `eventsourcing` library replays every unit, person and document to the states that decisions were made on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from eventsourcing.application import AggregateNotFoundError
from eventsourcing.persistence import StoredEvent

from ledger.errors import Refusal
from ledger.facts import encode
from ledger.market.batch import Draft
from ledger.state import table
from projections.presentation import state_data
from projections.queries.replays import replayed_kind
from projections.replay import History, ReadOnly, Replays
from tests.docs.computed_states import COMPUTED
from tests.projections.conftest import Books
from tests.spec import VECTORS, MemoryLedger, do, group

COUNTS = {
    *("Node.level", "ShiftSpan.start", "ShiftSpan.end", "Hazard.attempts", "Tender.attempts", "Bid.days", "Bid.staff"),
    *("Due.since", "Dues.raised", "Lot.left", "Points.redeemed", "CentreMonth.run", "CentreMonth.lists"),
    *("Raised.position", "Issue.issue", "Issue.position", "Source.seq"),
    *("Organisation.edition", "LiabilityLine.refunded", "InspectionList.freq", "DutyList.weights"),
}
"""Whole numbers of states that are no money."""


def told(ledger: MemoryLedger) -> Iterator[tuple[str, int, str, str, bytes]]:
    """The facts of a ledger as the log has them, for each key that they concern."""
    for position, recorded_at, fact in ledger.facts:
        for key in dict.fromkeys((fact.stream, *Draft(fact).tags)):
            yield key, position, recorded_at, fact.topic, encode(fact)


def is_replayed(key: str) -> bool:
    try:
        replayed_kind(key)
    except Refusal:
        return False
    return True


@pytest.mark.parametrize("vector", sorted(path.stem for path in VECTORS.glob("SC-*.json")))
def test_whatever_is_replayed_is_the_state_that_was_decided_on(vector: str) -> None:
    ledger = group()
    ledger.computed |= COMPUTED
    for step in json.loads((VECTORS / f"{vector}.json").read_text(encoding="utf-8"))["steps"]:
        if "command" in step["send"]:
            ledger.send(step["send"])
    facts = list(told(ledger))
    replays = Replays(History(facts))
    keys = {key for key, *_ in facts if is_replayed(key)}
    assert {"unit-T1", "person-P-A", "org"} <= keys
    for key in sorted(keys):
        found = replays.replay(key)
        assert found.state == ledger.lookup(key), key
        if found.state is not None:
            msgspec.json.encode(state_data(found.state))


def test_a_replay_ends_at_any_version() -> None:
    ledger = group()
    for n, fen in enumerate(("10.00", "25.00")):
        credit = do("CreditQuotaWage", "P-C1", unit="T1", amount=fen, source_doc=f"D-{n}")
        assert ledger.send({"id": f"k-{n}", **credit}).ok
    replays = Replays(History(told(ledger)))
    latest = replays.replay("unit-T1")
    pools = [
        replays.replay("unit-T1", version).state.balances.get("POOL_WAGE", 0)
        for version in range(1, latest.version + 1)
    ]
    assert pools[-3:] == [0, 10_00, 35_00]
    with pytest.raises(AggregateNotFoundError):
        replays.replay("unit-W99")


def test_a_history_can_only_be_read() -> None:
    history = History(told(group()))
    replays = Replays(history)
    with pytest.raises(ReadOnly):
        history.insert_events([StoredEvent("unit-T1", 99, "slip.issued.v1", b"{}")])
    with pytest.raises(ReadOnly):
        replays.save(group().facts[0].fact)
    with pytest.raises(ReadOnly):
        history.subscribe()


def test_a_history_is_selected_as_the_library_asks() -> None:
    history = History([(key, n, "2026-02-05T01:00:00.000000Z", f"t.{n % 2}", b"") for n, key in enumerate("aabab", 1)])
    versions = [event.originator_version for event in history.select_events("a")]
    assert versions == [1, 2, 3]
    assert [event.originator_version for event in history.select_events("a", gt=1)] == [2, 3]
    assert [event.originator_version for event in history.select_events("a", lte=2, desc=True, limit=1)] == [2]
    assert [each.id for each in history.select_notifications(2, 10, stop=4)] == [2, 3, 4]
    assert [each.id for each in history.select_notifications(2, 1, inclusive_of_start=False)] == [3]
    assert [each.id for each in history.select_notifications(None, 10, topics=["t.0"])] == [2, 4]
    assert history.max_notification_id() == 5
    assert History([]).max_notification_id() is None


def test_every_amount_of_a_replayed_state_is_shown_as_yuan() -> None:
    """A whole number of a state is money by its type, or a count that is listed here."""
    plain = set[str]()
    for word, kind in table.KINDS.items():
        if is_replayed(word if not word.endswith(":") else f"{word}x"):
            _whole_numbers(kind.type, plain)
    assert plain <= COUNTS


def _whole_numbers(annotation: Any, plain: set[str], where: str = "") -> None:
    if annotation is int:
        plain.add(where)
    elif isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        hints = get_type_hints(annotation, include_extras=True)
        for name in annotation.__struct_fields__:
            _whole_numbers(hints[name], plain, f"{annotation.__name__}.{name}")
    elif not hasattr(annotation, "__metadata__"):
        for part in get_args(annotation):
            _whole_numbers(part, plain, where)


# -- the query ------------------------------------------------------------------------------------------------------


@pytest.fixture
async def credited(books: Books) -> Books:
    """Two quota wages of one team, on positions that follow each other."""
    ledger = group()
    for n, fen in enumerate(("10.00", "25.00")):
        assert ledger.send(
            {"id": f"k-{n}", **do("CreditQuotaWage", "P-C1", unit="T1", amount=fen, source_doc=f"D-{n}")}
        ).ok
    await books.load(ledger.facts)
    return books


async def test_a_unit_is_replayed_now_at_a_version_and_as_known_at_a_position(credited: Books) -> None:
    latest = await credited.ask("Replay", stream="unit-T1")
    assert latest["state"]["balances"] == {"POOL_WAGE": "35.00", "SRC_QUOTA": "-35.00"}
    earlier = await credited.ask("Replay", stream="unit-T1", version=latest["version"] - 1)
    assert earlier["state"]["balances"]["POOL_WAGE"] == "10.00"
    assert earlier["version"] == latest["version"] - 1
    assert earlier == await credited.ask("Replay", stream="unit-T1", position=latest["position"] - 1)
    assert latest == await credited.ask("Replay", stream="unit-T1", position=2**40)


async def test_credits_to_a_fund_from_other_streams_are_folded_where_they_happened(books: Books) -> None:
    ledger = group()
    for step in json.loads((VECTORS / "SC-07.json").read_text(encoding="utf-8"))["steps"]:
        if "command" in step["send"]:
            ledger.send(step["send"])
    await books.load(ledger.facts)
    fund = next(
        account for account in ledger.balances if account.startswith("FUND_SAFETY:") and ledger.balances[account]
    )
    owner = fund.partition(":")[2]
    replayed = await books.ask("Replay", stream=f"unit-{owner}")
    assert replayed["facts"] > replayed["version"]
    assert replayed["state"]["balances"]["FUND_SAFETY"] == ledger.balance(fund)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"stream": "unit-W99"}, "UNKNOWN_UNIT"),
        ({"stream": "person-P-99"}, "UNKNOWN_PERSON"),
        ({"stream": "slip:SL-99"}, "UNKNOWN_SLIP"),
        ({"stream": "unit-T1", "position": 0}, "UNKNOWN_UNIT"),
        ({"stream": "unit-T1", "version": 99}, "INVALID"),
        ({"stream": "unit-T1", "version": 0}, "INVALID"),
        ({"stream": "unit-T1", "position": -1}, "INVALID"),
        ({"stream": "unit-T1", "version": 1, "position": 1}, "INVALID"),
        ({"stream": "quota-wage:T1/D-0"}, "INVALID"),
        ({"stream": "T1"}, "INVALID"),
    ],
)
async def test_what_cannot_be_replayed_is_refused(credited: Books, asked: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        await credited.ask("Replay", **asked)
    assert refused.value.code == code
