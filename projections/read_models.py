"""The read models as queries see them: views of schema ``read`` over the builds that serve, and the log itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, LargeBinary, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

metadata = MetaData()


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text) for name in names]


entries = Table(
    "entries",
    metadata,
    Column("position", BigInteger),
    Column("line", Integer),
    Column("account", Text),
    Column("amount", BigInteger),
    Column("balance_after", BigInteger),
    *_texts("business_date", "shift", "posting_period", "adjusts_period", "class", "transfer", "kind", "document"),
    *_texts("number", "item", "list_version", "qty"),
    Column("unit_price", BigInteger),
    *_texts("counter", "by", "fact"),
    schema="read",
)
balances = Table(
    "balances",
    metadata,
    Column("account", Text),
    Column("debit", BigInteger),
    Column("credit", BigInteger),
    Column("first_position", BigInteger),
    schema="read",
)
period_balances = Table(
    "period_balances",
    metadata,
    *_texts("account", "posting_period", "class"),
    Column("debit", BigInteger),
    Column("credit", BigInteger),
    schema="read",
)
day_cells = Table(
    "day_cells",
    metadata,
    Column("account", Text),
    Column("block", BigInteger),
    Column("business_date", Text),
    Column("amount", BigInteger),
    schema="read",
)
states = Table(
    "states",
    metadata,
    *_texts("kind", "id"),
    Column("first_position", BigInteger),
    Column("last_position", BigInteger),
    *_texts("first_day", "last_day", "unit", "centre", "state"),
    Column("total", BigInteger),
    *_texts("number", "since", "until"),
    Column("reserved", BigInteger),
    Column("disputed", BigInteger),
    Column("in_escrow", BigInteger),
    *_texts("tier", "item", "hazard"),
    Column("parties", ARRAY(Text)),
    Column("charges", ARRAY(BigInteger)),
    *_texts("charged_on"),
    Column("body", JSONB),
    schema="read",
)
hazard_outcomes = Table(
    "hazard_outcomes",
    metadata,
    Column("position", BigInteger),
    *_texts("hazard", "unit", "business_date", "outcome"),
    Column("on_time", Boolean),
    Column("count", Integer),
    schema="read",
)
duty_lists = Table(
    "duty_lists",
    metadata,
    Column("position", BigInteger),
    *_texts("person", "kind", "list_version", "effective", "approved_by"),
    Column("body", JSONB),
    schema="read",
)
inspections = Table(
    "inspections",
    metadata,
    Column("position", BigInteger),
    *_texts("inspection", "person", "place", "business_date", "shift", "quality"),
    Column("unannounced", Boolean),
    Column("hazards", Integer),
    Column("evidence", Integer),
    schema="read",
)
checks = Table(
    "checks",
    metadata,
    Column("position", BigInteger),
    Column("line", Integer),
    *_texts("inspection", "person", "place", "business_date", "item", "result"),
    schema="read",
)
acceptances = Table(
    "acceptances",
    metadata,
    Column("position", BigInteger),
    *_texts("hazard", "unit", "business_date"),
    Column("passed", Boolean),
    schema="read",
)
fact_index = Table(
    "fact_index",
    metadata,
    Column("position", BigInteger),
    *_texts("topic", "business_date", "by", "posting_period", "report"),
    schema="read",
)
mentions = Table(
    "mentions", metadata, Column("name", Text), Column("position", BigInteger), *_texts("how"), schema="read"
)
reversals = Table("reversals", metadata, Column("original", BigInteger), Column("position", BigInteger), schema="read")
positions = Table(
    "positions",
    metadata,
    Column("name", Text),
    Column("build", Integer),
    Column("position", BigInteger),
    Column("parked_position", BigInteger),
    Column("parked_reason", Text),
    schema="read",
)
events = Table(
    "events",
    metadata,
    Column("position", BigInteger),
    Column("stream", Text),
    Column("version", BigInteger),
    Column("topic", Text),
    Column("body", LargeBinary),
    Column("recorded_at", DateTime(timezone=True)),
    Column("command_id", Text),
    Column("ordinal", Integer),
    schema="log",
)
subjects = Table("subjects", metadata, Column("subject", Text), Column("position", BigInteger), schema="log")

# The lock comes before the snapshot, which the first query takes: a switch of builds lies before or after all of it.
ONE_SNAPSHOT = text("lock table projections.switching in access share mode")


@asynccontextmanager
async def snapshot(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection on which all queries see the read models and the log at one moment."""
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        async with connection.begin():
            await connection.execute(ONE_SNAPSHOT)
            yield connection
