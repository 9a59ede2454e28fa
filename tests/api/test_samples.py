"""The sample company's month is accepted command by command, and is what its generator writes."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from api.samples import COMPANY
from api.samples.generate import history
from api.samples.golden import SIGNED
from ledger.decisions import TABLE
from ledger.facts.slips import SlipConfirmed
from ledger.state.computed import Payable, Reconciled
from projections.queries.tasks import task_id
from tests.ledger.decisions.settlement import drafted
from tests.spec import MemoryLedger

LINES = COMPANY.read_text(encoding="utf-8").splitlines()


def test_the_stored_month_is_what_the_generator_writes() -> None:
    assert history() == LINES


def reconciled_and_drafted() -> dict[str, Any]:
    """The computed states for the close of mine U1, as the read models would find them: books without differences."""
    return {
        **{f"reconciliation:{centre}/2026-03": Reconciled(1, ()) for centre in ("U1", "HQ")},
        **{f"payroll:{centre}/2026-03/2026-03": Payable(()) for centre in ("U1", "HQ")},
        **{f"statement:{unit}/2026-03": drafted() for unit in SIGNED},
    }


def test_every_command_of_the_month_is_accepted_and_all_balances_add_up_to_nothing() -> None:
    ledger = MemoryLedger()
    ledger.states.update(reconciled_and_drafted())
    assert [line for line in LINES if not ledger.send(line).ok] == []
    assert sum(ledger.balances.values()) == 0
    assert {ledger.balances[f"CLR_TRADE:{centre}"] for centre in ("HQ", "U1", "U2", "U3")} == {0}
    assert ledger.balance("POOL_WAGE:W1") == "12377.05"
    modes = Counter(entry.fact.mode for entry in ledger.facts if isinstance(entry.fact, SlipConfirmed))
    assert modes.keys() == {"ack", "deemed", "reviewed"}


def test_the_month_is_told_in_the_order_of_time_by_a_believable_company() -> None:
    commands = [json.loads(line) for line in LINES]
    told = [command.get("recorded_at", command["at"]) for command in commands]
    assert told == sorted(told)
    count = Counter(command["command"] for command in commands)
    assert count.keys() <= TABLE.keys()
    assert 1_000 <= len(commands) <= 2_000
    assert {"RefuseHandover", "ArbitrateHandover", "ReverseEntry", "CancelNotice", "CancelSlip"} <= count.keys()


def test_the_samples_tasks_are_those_that_the_lists_ask_for() -> None:
    """Dispatched by hand under the ids that the generator gives, so it dispatches none of them again."""
    dispatched = [json.loads(line)["data"] for line in LINES if '"DispatchDutyTask"' in line]
    assert {data["task"] for data in dispatched} == {
        task_id(data["person"], data["item"], data["task"].split(".", 2)[2]) for data in dispatched
    }
