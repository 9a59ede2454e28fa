"""From settings to a usable database, and what is said when there is none."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from migrations import durability_warnings, newest_revision, postgres, prepare, revision_of
from migrations.postgres import problems
from migrations.postgres.connections import create_pool
from migrations.postgres.databases import Databases, by_url, open_databases
from tests.conftest import FAST, VERSIONS, Cluster, Database, programs


@asynccontextmanager
async def connection_to(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture
async def databases(cluster: Cluster) -> AsyncIterator[Databases]:
    """Databases called books… on a server by URL; they are dropped afterwards."""
    yield by_url(cluster.dsn("books"))
    async with connection_to(cluster.dsn("postgres")) as connection:
        for row in await connection.fetch("select datname from pg_database where datname like 'books%'"):
            await connection.execute(f'drop database "{row["datname"]}" with (force)')


@pytest.fixture
async def login(cluster: Cluster) -> AsyncIterator[str]:
    """A login of the server that owns nothing.  Peer authentication knows only ours, so it is taken on by role."""
    async with connection_to(cluster.dsn("postgres")) as connection:
        await connection.execute("create role clerk nologin")
        yield "clerk"
        await connection.execute("drop owned by clerk")
        await connection.execute("drop role clerk")


async def test_a_ledger_gets_a_migrated_database_of_its_own(databases: Databases) -> None:
    assert await databases.ledgers() == []
    for ledger in ("main", "second"):
        async with connection_to(await prepare(databases, ledger)) as connection:
            assert await revision_of(connection) == newest_revision()
            assert await connection.fetchval("select current_database()") == databases.database(ledger)
    assert await databases.ledgers() == ["main", "second"]
    assert databases.database("second") == "books_second"


async def test_preparing_again_changes_nothing(databases: Databases) -> None:
    async with connection_to(await prepare(databases, "main")) as connection:
        await connection.execute("insert into log.snapshots values ('unit-W1', 7, 'v1', '')")
    async with connection_to(await prepare(databases, "main")) as connection:
        assert await connection.fetchval("select count(*) from log.snapshots") == 1


async def test_many_may_prepare_the_same_ledger_at_once(databases: Databases) -> None:
    addresses = await asyncio.gather(*(prepare(databases, "main") for _ in range(4)))
    assert len(set(addresses)) == 1


async def test_a_pool_acts_as_its_role(database: Database) -> None:
    async with create_pool(database.dsn, "jiesuan_projector") as pool:
        for _ in range(2):
            assert await pool.fetchval("select current_user") == "jiesuan_projector"


@pytest.mark.integration
async def test_our_own_server_holds_several_ledgers(tmp_path: Path) -> None:
    async with open_databases(None, tmp_path / "data", "serve") as databases:
        await prepare(databases, "main")
        async with connection_to(await prepare(databases, "big_branch")) as connection:
            assert await durability_warnings(connection) == []
            assert await connection.fetchval("select current_database()") == "jiesuan_big_branch"
        assert await databases.ledgers() == ["big_branch", "main"]


async def test_a_server_that_may_lose_facts_is_warned_about(database: Database) -> None:
    async with connection_to(database.dsn) as connection:
        warnings = await durability_warnings(connection)
    assert [warning.split(",")[0] for warning in warnings] == [
        "PostgreSQL runs with fsync = off",
        "PostgreSQL runs with full_page_writes = off",
    ]


@pytest.mark.parametrize("url", ["books", "mysql://host/books", "postgresql://host", "postgresql://host:port/books"])
async def test_a_url_that_is_none_is_shown_a_right_one(url: str) -> None:
    with pytest.raises(problems.WrongUrl, match="should look like postgresql://user:password@host:5432/database"):
        await prepare(by_url(url), "main")


@pytest.mark.integration
async def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    with pytest.raises(problems.Unreachable, match=r"at 127\.0\.0\.1:1 does not answer .*: start it") as refused:
        await prepare(by_url("postgresql://clerk:secret@127.0.0.1:1/books"), "main")
    assert "secret" not in str(refused.value)


@pytest.mark.integration
async def test_a_host_that_does_not_exist_is_named() -> None:
    with pytest.raises(problems.Unreachable, match=r"at nowhere\.invalid:5432 does not answer"):
        await prepare(by_url("postgresql://clerk@nowhere.invalid/books"), "main")


async def test_a_login_that_is_refused_is_named(cluster: Cluster) -> None:
    with pytest.raises(problems.WrongLogin, match="refuses the login 'stranger'"):
        await prepare(by_url(cluster.dsn("books").replace("jiesuan@", "stranger@")), "main")


async def test_a_database_of_a_newer_jiesuan_is_refused(databases: Databases) -> None:
    async with connection_to(await prepare(databases, "main")) as connection:
        await connection.execute("update log.schema_version set version_num = '9999_future'")
    with pytest.raises(problems.NewerDatabase, match=r"newer jiesuan \(revision 9999_future\): update jiesuan"):
        await prepare(databases, "main")


async def test_another_encoding_is_refused(cluster: Cluster, databases: Databases) -> None:
    async with connection_to(cluster.dsn("postgres")) as connection:
        await connection.execute("create database books template template0 encoding 'SQL_ASCII' locale 'C'")
    with pytest.raises(problems.NotUtf8, match="encoding SQL_ASCII"):
        await prepare(databases, "main")


async def test_a_missing_permission_is_a_sentence(cluster: Cluster, databases: Databases, login: str) -> None:
    clerk = by_url(cluster.dsn("books") + f"&role={login}")
    with pytest.raises(problems.NotAllowed, match=r"permission denied to create database.*let an administrator"):
        await prepare(clerk, "main")
    async with connection_to(cluster.dsn("postgres")) as connection:
        await connection.execute("create database books template template0")
    with pytest.raises(problems.NotAllowed, match="let an administrator"):
        await prepare(clerk, "main")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.integration
async def test_a_login_that_may_create_roles_and_databases_is_enough(tmp_path: Path, version: str) -> None:
    """As on a server of the company's own, where nobody hands out the superuser."""
    async with postgres.server(tmp_path / "data", binaries=programs(version), settings=FAST) as server:
        with (tmp_path / "data" / "pg_hba.conf").open("a") as access:
            access.write("local all keeper trust\n")
        async with connection_to(server.dsn("postgres")) as connection:
            await connection.execute("create role keeper login createrole createdb; select pg_reload_conf()")
        keepers = by_url(server.dsn("books").replace("jiesuan@", "keeper@"))
        for ledger in ("main", "second", "main"):
            dsn = await prepare(keepers, ledger)
        for role in ("jiesuan_service", "jiesuan_projector"):
            async with create_pool(dsn, role) as pool:
                assert await pool.fetchval("select current_user || ' ' || session_user") == f"{role} keeper"
                assert await pool.fetch("select * from log.events") == []
        assert await keepers.ledgers() == ["main", "second"]


@pytest.mark.integration
async def test_a_server_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    async with open_databases(None, tmp_path / "data", "serve") as databases:
        await prepare(databases, "main")
    with pytest.raises(problems.Unreachable, match="at the local socket:5432 does not answer"):
        await prepare(databases, "main")
