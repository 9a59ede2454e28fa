"""The sample company's month is accepted command by command, and is what its generator writes."""

from __future__ import annotations

import json
from collections import Counter

from api.samples import COMPANY
from api.samples.generate import history
from ledger.decisions import TABLE
from ledger.facts.slips import SlipConfirmed
from tests.spec import MemoryLedger

LINES = COMPANY.read_text(encoding="utf-8").splitlines()


def test_the_stored_month_is_what_the_generator_writes() -> None:
    assert history() == LINES


def test_every_command_of_the_month_is_accepted_and_all_balances_add_up_to_nothing() -> None:
    ledger = MemoryLedger()
    assert [line for line in LINES if not ledger.send(line).ok] == []
    assert sum(ledger.balances.values()) == 0
    assert ledger.balances["CLR_TRADE:U1"] == ledger.balances["CLR_TRADE:U2"] == 0
    modes = Counter(entry.fact.mode for entry in ledger.facts if isinstance(entry.fact, SlipConfirmed))
    assert modes.keys() == {"ack", "deemed", "reviewed"}


def test_the_month_is_told_in_the_order_of_time_by_a_believable_company() -> None:
    commands = [json.loads(line) for line in LINES]
    assert [command["at"] for command in commands] == sorted(command["at"] for command in commands)
    count = Counter(command["command"] for command in commands)
    assert count.keys() <= TABLE.keys()
    assert 1_000 <= len(commands) <= 2_000
    assert {"RefuseHandover", "ArbitrateHandover", "ReverseEntry", "CancelNotice", "CancelSlip"} <= count.keys()
