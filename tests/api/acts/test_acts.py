"""Verbs of the command line: made from the commands' forms, refused with a reason, complete or asked for."""

from __future__ import annotations

import json
from inspect import signature

import pytest
from typer.testing import Result

from api.acts.verbs import VERBS
from api.cli.groups import HELP
from ledger.decisions import TABLE
from tests.api.doors import invoked
from tests.conftest import Database
from tests.projections.whole_ledger import open_client

CREDIT = ("pool", "credit", "W1", "--source-doc", "D-1", "--at", "2026-02-02 09:00")


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_names_a_command_and_its_fields(name: str) -> None:
    fields = list(signature(TABLE[name].function).parameters)[2:]
    assert set(VERBS[name].arguments) <= {*fields}
    assert len(VERBS[name].path) == 1 or VERBS[name].path[0] in HELP


def test_verbs_are_told_apart_and_lead_to_others() -> None:
    paths = [" ".join(verb.path) for verb in VERBS.values()]
    assert len(paths) == len({*paths})
    looks = {"exceptions", "balances", "facts", "wage", "payroll", "statement"}
    assert {then for verb in VERBS.values() for then in verb.then} <= {*paths} | looks


async def acted(database: Database, *words: str) -> Result:
    async with open_client(database.dsn):
        return await invoked(database.dsn, *words)


async def test_a_command_is_recorded_and_the_money_shown(database: Database) -> None:
    result = await acted(database, *CREDIT, "--amount", "1,500", "--by", "P-C1")
    assert result.exit_code == 0, result.output
    assert "Recorded QuotaWageCredited" in result.output
    assert "Next: jiesuan pool distribute" in result.output
    told = json.loads((await invoked(database.dsn, "balances", "POOL_WAGE:W1", "--json")).stdout)
    assert told["balances"] == {"POOL_WAGE:W1": "1500.00"}


async def test_the_same_id_again_changes_nothing(database: Database) -> None:
    words = (*CREDIT, "--amount", "5.00", "--by", "P-C1", "--id", "mine-1", "--json")
    first = await acted(database, *words)
    again = await invoked(database.dsn, *words)
    assert json.loads(first.stdout) == json.loads(again.stdout)
    assert json.loads(first.stdout)["facts"] == ["QuotaWageCredited"]


async def test_a_dry_run_records_nothing(database: Database) -> None:
    result = await acted(database, *CREDIT, "--amount", "5.00", "--by", "P-C1", "--dry-run")
    assert result.stdout.startswith("Would record QuotaWageCredited.")
    told = json.loads((await invoked(database.dsn, "balances", "POOL_WAGE:W1", "--json")).stdout)
    assert told["balances"] == {}


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        ((*CREDIT, "--amount", "5.00", "--by", "P-A"), 1, "AUTHORITY: P-A: needed is clerk@U1"),
        ((*CREDIT, "--amount", "5x", "--by", "P-C1"), 2, "--amount 5x: not an amount"),
        ((*CREDIT, "--by", "P-C1"), 2, "CreditQuotaWage needs --amount: Yuan"),
        ((*CREDIT, "--amount", "0", "--by", "P-C1"), 1, "INVALID: amount: an amount is more than 0.00"),
        (("act", "CreditQuotas", "--by", "P-C1"), 2, "There is no command CreditQuotas"),
        (("act", "CreditQuotaWage", "unit", "--by", "P-C1"), 2, "unit: FIELD=VALUE is needed"),
        (("act", "CreditQuotaWage", "units=W1", "--by", "P-C1"), 2, "units is no field of CreditQuotaWage"),
        (("slip", "confirm", "SL-9", "--by", "P-OFF"), 1, "UNKNOWN_SLIP: SL-9"),
    ],
)
async def test_a_refusal_says_its_reason(
    database: Database, words: tuple[str, ...], status: int, sentence: str
) -> None:
    result = await acted(database, *words)
    assert result.exit_code == status
    assert sentence in " ".join(result.stderr.split())


async def test_any_command_is_given_by_its_name(database: Database) -> None:
    words = ("unit=W9", "name=九车间", "level=3", "parent=U1", "centre=no", "--by", "SYSTEM")
    result = await acted(database, "act", "RegisterUnit", *words)
    assert result.exit_code == 0, result.output
    assert "Recorded UnitRegistered" in result.output
