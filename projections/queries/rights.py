"""The right to give a command, from the rows of the decisions as data (rules 1, 2, 4, 51, 53, 54)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ledger.authority import ROWS, Row, judges_itself
from ledger.errors import Invalid
from ledger.state.holdings import Holding, Holdings
from ledger.state.organisation import Organisation
from ledger.state.policies import Policies
from ledger.vocabulary import Day, UnitId
from projections.queries.answers import organisation as answers
from projections.queries.directory import registered
from projections.queries.folds import facts_of_stream, folded
from projections.queries.kernel import Reader, Result, query


@query("WhoMay", "register", at="/units/{unit}/who-may/{command}", cli="who-may COMMAND UNIT", answer=answers.WhoMay)
async def who_may(reader: Reader, command: str, unit: UnitId, date: Day | None = None) -> Result:
    """Persons who may give a command with some data on a day (today); the unit stands for any that the command names.

    Conditions of the data are taken as met.  Left out are the ledger itself, what somebody may say as himself
    (issuer, charged person), and that nobody is judged from below; a command for anyone is answered with everybody.
    """
    row = ROWS.get(command)
    if row is None:
        raise Invalid(f"command: {command} is not known")
    organisation, day = await reader.organisation(), date or await reader.today()
    persons = {state.person: state for state in await registered(reader)}
    if row.anyone:
        return {"people": [_allowed(name, None, None, lent=False) for name in sorted(persons)]}
    policies: Policies = folded("policy", await facts_of_stream(reader, "policy"))
    holdings = Holdings(persons.__getitem__, policies, day, day)
    return {
        "people": [
            _allowed(name, *held)
            for name in sorted(persons)
            for held in sorted(set(_counting(row, organisation, holdings.of(name), unit, day)))
        ]
    }


def _counting(row: Row, organisation: Organisation, held: Iterable[Holding], unit: str, day: str) -> Iterator[Holding]:
    """The holdings that one of the row's offices asks for."""
    for one in held:
        itself = row.not_itself and judges_itself(organisation, unit, one.role, one.unit, day)
        if not itself and any(office.allows(organisation, one, unit, day) for office in row.offices):
            yield one


def _allowed(person: str, role: str | None, unit: str | None, lent: bool) -> dict[str, Any]:
    return {"person": person, "role": role, "unit": unit, "by_delegation": lent}
