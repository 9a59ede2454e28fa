"""True after every command of any history: money is conserved, nobody is overdrawn, replay gives the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import given as forall

from ledger.accounts import AccountCode
from ledger.decisions.standing import documents_of
from ledger.fact import StoredFact
from ledger.facts import decode, encode
from ledger.facts.organisation import ClockAdvanced
from ledger.facts.pools import EntryReversed
from ledger.posting import entries
from ledger.state import table
from ledger.state.person import Person
from ledger.state.unit import UnitBook
from ledger.tags import all_tags
from tests.benchmarks.flows import Flows
from tests.properties.histories import Line, histories
from tests.spec import MemoryLedger, group

FOUNDING = len(group().facts)
LONE_LEGS = ("transfer.out-imported.v1", "transfer.in-imported.v1")
SOME = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def played(history: list[Line]) -> MemoryLedger:
    ledger = group()
    for line in history:
        ledger.send(line)
        check_money(ledger)
    return ledger


def check_money(ledger: MemoryLedger) -> None:
    assert sum(ledger.balances.values()) == 0
    waiting = open_transfers(ledger)
    for account, balance in ledger.balances.items():
        word = account.partition(":")[0]
        assert word != AccountCode.CLR_TRADE or balance == waiting[account], account
        assert word not in (AccountCode.POOL_WAGE, AccountCode.POOL_PROJECT, AccountCode.POOL_SAFETY) or balance >= 0, (
            account
        )


def open_transfers(ledger: MemoryLedger) -> Counter[str]:
    """Transfers that wait in clearing for their other leg: only an imported leg comes alone."""
    waiting: Counter[str] = Counter()
    for _, _, fact in ledger.facts[FOUNDING:]:
        if fact.topic in LONE_LEGS or getattr(fact, "original_topic", None) in LONE_LEGS:
            waiting.update(
                {account: fen for account, fen, _ in entries(fact) if account.startswith(AccountCode.CLR_TRADE)}
            )
    return waiting


@SOME
@forall(histories())
def test_money_is_conserved_and_no_pool_is_overdrawn(history: list[Line]) -> None:
    played(history)


@SOME
@forall(histories())
def test_the_states_carry_the_balances_of_the_journal(history: list[Line]) -> None:
    ledger = played(history)
    for account, balance in ledger.balances.items():
        word, _, owner = account.partition(":")
        if owner:
            personal = word.startswith(("PAY_", "DUE_PERSON", "DEP_"))
            state = ledger.states[f"person-{owner}" if personal else f"unit-{owner}"]
            assert state.balance(word) == balance, account


@SOME
@forall(histories())
def test_what_is_owed_adds_up_and_the_fund_is_covered(history: list[Line]) -> None:
    ledger = played(history)
    for state in ledger.states.values():
        if isinstance(state, Person):
            assert sum(due.open for due in state.dues) == -state.balance(AccountCode.DUE_PERSON)
        if isinstance(state, UnitBook):
            assert sum(due.open for due in state.dues) == state.due
            assert state.balance(AccountCode.FUND_SAFETY) + state.balance(AccountCode.ESC_DISPUTE) >= state.uncollected
            assert all(held >= 0 for held in state.reserved.values())


@SOME
@forall(histories())
def test_only_time_confirms_several_documents_by_one_command(history: list[Line]) -> None:
    """No other command is reversed beyond its own document (rule 23)."""
    ledger, moved = played(history), defaultdict[str, set[str]](set)
    clocks = {fact.command for _, _, fact in ledger.facts if isinstance(fact, ClockAdvanced)}
    for _, _, fact in ledger.facts:
        if entries(fact) and not isinstance(fact, EntryReversed):
            moved[fact.command].update(documents_of(fact))
    assert {command for command, documents in moved.items() if len(documents) > 1} <= clocks


@SOME
@forall(histories())
def test_any_accepted_history_replays_to_the_same_states(history: list[Line]) -> None:
    """From the stored bytes alone, without a single rule."""
    ledger = played(history)
    replayed: dict[str, Any] = {}
    for recorded in ledger.facts:
        fact = decode(encode(recorded.fact))
        assert fact == recorded.fact
        posted = entries(fact)
        for key in (fact.stream, *all_tags(fact, posted)):
            if kind := table.kind_of(key):
                state = replayed[key] if key in replayed else table.begin(key)
                replayed[key] = kind.evolve(state, StoredFact(recorded.position, recorded.recorded_at, fact), posted)
    for key, state in replayed.items():
        assert key.startswith("command:") or state == ledger.states[key], key


@SOME
@forall(histories())
def test_a_repeated_history_of_the_same_ids_changes_nothing(history: list[Line]) -> None:
    ledger = group()
    first = [ledger.send(line) for line in history]
    count = len(ledger.facts)
    again = [ledger.send(line) for line, answer in zip(history, first, strict=True) if answer.ok]
    assert again == [answer for answer in first if answer.ok]
    assert len(ledger.facts) == count


def test_all_flows_of_a_mine_at_work_hold() -> None:
    """The history of the benchmark ``mixed``: every flow, 64 teams at once, each step accepted in its turn."""
    mine, ledger = Flows("p", timedelta(minutes=9)), MemoryLedger()
    for line in mine.founding():
        assert ledger.send(line.decode()).ok
    refused = [answer for line in mine.commands(3_000) if not (answer := ledger.send(line.decode())).ok]
    assert {answer.code for answer in refused} <= {"ALREADY"}
    check_money(ledger)
    told = {type(fact).__name__ for _, _, fact in ledger.facts}
    assert told >= {"HazardEscalated", "TenderDirected", "EntryReversed", "SlipConfirmed", "PenaltyConfirmed"}
    for state in ledger.states.values():
        if isinstance(state, UnitBook):
            assert sum(due.open for due in state.dues) == state.due
            assert state.balance(AccountCode.FUND_SAFETY) + state.balance(AccountCode.ESC_DISPUTE) >= state.uncollected
