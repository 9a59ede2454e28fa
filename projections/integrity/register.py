"""The register that is served, against a fold of the facts into a table of this session alone."""

from __future__ import annotations

from collections.abc import Sequence

from projections.batch import Connection, Posted
from projections.integrity.findings import MOST, Findings
from projections.register import RegisterFeed

BEGIN = """
create temp table states (like read.states);
alter table pg_temp.states add primary key (kind, id);
"""
END = "drop table pg_temp.states; drop table if exists pg_temp_stage"
DIFFER = f"""
select kind, id, served is null, folded is null
from (select * from read.states) served full join (select * from pg_temp.states) folded using (kind, id)
where served is distinct from folded order by kind, id limit {MOST}
"""


class RegisterFold:
    """Folds facts with the functions of ``ledger.state``; the states lie in the database, not in memory."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._feed = RegisterFeed("pg_temp")

    async def begin(self) -> None:
        await self._connection.execute(BEGIN)

    async def fold(self, facts: Sequence[Posted]) -> None:
        await self._feed.write(self._connection, facts)

    async def compare(self, findings: Findings) -> None:
        """Compare row by row, then drop the table."""
        for kind, name, unserved, unfolded in map(tuple, await self._connection.fetch(DIFFER)):
            what = "is not served" if unserved else "is served and never was" if unfolded else "is served otherwise"
            findings.add("register", f"{kind} {name}".strip(), what)
        await self._connection.execute(END)
