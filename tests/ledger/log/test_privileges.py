"""The service may add to the record and read it.  Each of these would change it, lock it or loosen its guard."""

from __future__ import annotations

import asyncpg

from ledger.log.pool import Connection
from ledger.log.store import Log
from tests.conftest import Database
from tests.ledger.log.notes import note_row

HOSTILE = [
    "update log.events set body = ''",
    "delete from log.events",
    "truncate log.events",
    "insert into log.events select * from log.events on conflict (position) do update set body = ''",
    "insert into log.subjects values ('x', 1) on conflict (subject, position) do update set position = 2",
    "merge into log.events e using (select 1) o on true when matched then delete",
    "select * from log.events for update",
    "select * from log.events for share",
    "lock table log.events in exclusive mode",
    "alter table log.events disable trigger events_are_immutable",
    "alter table log.events disable trigger all",
    "drop trigger events_are_immutable on log.events",
    "create rule quietly as on insert to log.events do instead nothing",
    "create trigger mine before insert on log.events for each row execute function log.refuse_change()",
    "create or replace function log.refuse_change() returns trigger language plpgsql as 'begin return new; end'",
    "drop table log.events cascade",
    "alter table log.events add column note text",
    "create table log.mine (n int)",
    "set session_replication_role = replica",
    "update log.subjects set position = 2",
    "delete from log.subjects",
    "truncate log.subjects",
]


async def refused(connection: Connection, statement: str) -> bool:
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return True
    finally:
        await transaction.rollback()
    return False


async def test_the_service_cannot_touch_what_is_recorded(database: Database, log: Log) -> None:
    async with log.exclusive() as session:
        await session.insert([note_row(1, "unit-W1", 1)], [("x", 1)])
    async with database.service(1) as pool, pool.acquire() as service:
        assert [statement for statement in HOSTILE if not await refused(service, statement)] == []
    assert await log.after(0, 10) == [note_row(1, "unit-W1", 1)]


async def test_what_the_service_grants_to_itself_gives_nothing(database: Database) -> None:
    async with database.service(1) as pool, pool.acquire() as service:
        await service.execute("grant update on log.events to jiesuan_service")
        assert await service.fetchval("select has_table_privilege('log.events', 'update')") is False
