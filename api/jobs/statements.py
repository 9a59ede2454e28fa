"""All statements of a month issued as a job: some units at a time, so that others get their turn, with progress."""

from __future__ import annotations

from collections.abc import Sequence

from api.jobs.commands import refused, sent
from api.jobs.registry import Result, Work, job
from api.papers.selection import reading, statements_of
from ledger.vocabulary import CentreId, Month

AT_ONCE = 25
NOTHING = ("STATE", "nothing to issue")
"""The answer for units whose statements are all confirmed."""


@job("IssueStatements")
async def issue_statements(work: Work, id: str, at: str, by: str, centre: CentreId, period: Month) -> Result:  # noqa: A002
    """Issue the statement of every unit of a centre that has no valid confirmed one, by commands `id`.1, `id`.2 …

    Asked for again after it was lost, it goes on where it ended: commands that were recorded are not recorded twice.
    """
    async with reading(work.ledger) as reader:
        units = [asked["unit"] for asked in await statements_of(reader, centre, period)]
    issued, position = 0, None
    for number, first in enumerate(range(0, len(units), AT_ONCE), start=1):
        await work.progress(first, len(units), units[first])
        some = units[first : first + AT_ONCE]
        line = {"id": f"{id}.{number}", "at": at, "by": by, "command": "IssueStatements"}
        answer = await sent(work.ledger, line | {"data": {"centre": centre, "period": period, "units": some}})
        if answer.ok:
            issued, position = issued + _count(answer.facts or ()), answer.position
        elif (answer.code, answer.detail) != NOTHING:
            raise refused(answer)
    return {"centre": centre, "period": period, "issued": issued, "position": position}


def _count(facts: Sequence[str]) -> int:
    return sum(fact == "StatementIssued" for fact in facts)
