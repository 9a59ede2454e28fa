"""Answers have the types that their queries declare: every query, asked of the sample company."""

from __future__ import annotations

from typing import Any

import pytest

from api.bootstrap import open_ledger
from api.histories.history import History
from api.samples import COMPANY
from ledger.interchange import Query
from projections.queries import TABLE
from tests.answers import check
from tests.api.doors import in_blocks, settings_of
from tests.conftest import Database

ASKED: dict[str, Any] = {
    "unit": "W1",
    "command": "IssueSlip",
    "centre": "U1",
    "person": "P-S1",
    "account": "POOL_WAGE:W1",
    "period": "2026-03",
    "year": "2026",
    "date": "2026-03-16",
    "day": "2026-03-16",
    "business_date": "2026-03-16",
    "since": "2026-03-01",
    "until": "2026-03-31",
    "subject": "U1",
    "pack": "coal_mine",
    "indicator": "on_time",
    "amount": "2661.75",
    "kind": "slip",
    "by": ["centre", "person", "month"],
    "id": "",
    "assessment": "",
    "stream": "unit-W1",
}
"""A value for every field that some query cannot do without."""

EITHER = {"Learned": {"since_position": 1000}, "BalancesAt": {"known_position": 1000}}
"""Of fields that stand for one another, one."""

WITHOUT = frozenset({"AnalysisReport"})
"""Answers of which the sample company has none."""


async def test_every_answer_of_the_sample_company_has_its_type(database: Database) -> None:
    async with open_ledger(settings_of(database.dsn), "tests", allow_simulated=True) as ledger:
        async for _ in History(ledger).answers(in_blocks(COMPANY.read_bytes())):
            pass
        facts = (await ledger.ask(Query("q", "Facts", {"limit": 1000, "after": 2000}))).result["facts"]
        named = {"id": _first(facts, "slip"), "assessment": _first(facts, "assessment")}
        for name, query in TABLE.items():
            needed = [field for field in query.hints if field not in query.defaults]
            data = {field: named.get(field, ASKED[field]) for field in needed}
            data |= EITHER.get(name, {})
            answer = await ledger.ask(Query(name, name, data))
            assert answer.ok != (name in WITHOUT), f"{name}: {answer.detail}"
            if answer.ok:
                check(query, answer.result)


def _first(facts: list[dict[str, Any]], field: str) -> str:
    return str(next(fact["data"][field] for fact in facts if field in fact["data"]))


@pytest.mark.parametrize("member", ["missing", "surplus"])
def test_an_answer_that_is_not_of_its_type_fails(member: str) -> None:
    answer = {"words": "壹"} if member == "surplus" else {}
    with pytest.raises(ValueError, match=r"word|surely"):
        check(TABLE["AmountInWords"], answer | ({"surely": 1} if member == "surplus" else {}))
