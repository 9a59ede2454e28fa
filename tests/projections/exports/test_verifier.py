"""The offline verifier: a second implementation agrees with the service, and finds whatever somebody has changed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from ledger.facts import BY_TOPIC, encode
from ledger.money import yuan
from ledger.posting import RULES, entries
from projections.exports.log import log
from projections.exports.source import Wanted, source
from projections.verifier import posting
from projections.verifier.hashes import Tree
from projections.verifier.verify import Report, verify
from tests.api.doors import group, jsonl, run_history
from tests.conftest import Database
from tests.projections.company import Company
from tests.projections.conftest import Books
from tests.properties.any_fact import structs
from tests.spec import VECTORS

ROOT = Path(__file__).parents[3]
LENGTH = 1_500
STORED = """
select position, (extract(epoch from recorded_at) * 1000000)::bigint as micros, body from log.events order by position
"""


async def exported(books: Books, **wanted: Any) -> bytes:
    async with books.reading() as connection:
        return b"".join([block async for block in log(await source(connection, Wanted(**wanted), uses=()))])


@pytest.fixture
async def file(books: Books) -> bytes:
    await books.load(Company().facts(LENGTH))
    return await exported(books)


def verdict(file: bytes, **known: Any) -> Report:
    return verify(file.splitlines(keepends=True), **known)


# -- it agrees with the service ----------------------------------------------------------------------------------------


async def test_a_log_is_sound_and_its_balances_are_ours(books: Books, file: bytes) -> None:
    report = verdict(file)
    assert (report.status, report.findings, report.remarks) == (0, [], [])
    assert (report.facts, report.ledger, report.clock) == (LENGTH, "company", "simulated")
    told = (await books.ask("Balances"))["balances"]
    assert {account: yuan(amount) for account, amount in report.balances.items()} == told


async def test_it_can_be_exported_as_it_was_at_a_position(books: Books, file: bytes) -> None:
    earlier = await exported(books, position=700)
    assert earlier.splitlines()[:-1] == file.splitlines()[:700]
    kept = verdict(earlier)
    assert (kept.status, kept.facts) == (0, 700)
    assert verdict(file, known={700: kept.root}).status == 0


async def test_all_of_it_is_exported_however_far_the_read_models_are(books: Books) -> None:
    await books.load([])
    await books.record(Company().facts(300))
    report = verdict(await exported(books))
    assert (report.status, report.facts) == (0, 300)


async def test_bodies_are_exported_byte_for_byte_and_the_root_is_that_of_another_library(
    books: Books, file: bytes
) -> None:
    async with books.projector() as connection:
        rows = await connection.fetch(STORED)
    lines = file.splitlines()
    assert [line.partition(b'"body":')[2][:-1] for line in lines[:-1]] == [row["body"] for row in rows]
    oracle = InmemoryTree(algorithm="sha256")
    for row in rows:
        micros = row["micros"]
        oracle.append_entry(row["position"].to_bytes(8, "big") + micros.to_bytes(8, "big", signed=True) + row["body"])
    assert json.loads(lines[-1]) == {
        "end": LENGTH,
        "root": oracle.get_root().hex(),
        "ledger": "company",
        "clock": "simulated",
    }


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 8, 13, 100])
def test_the_tree_is_that_of_rfc_9162(size: int) -> None:
    data = [bytes([n]) for n in range(size)]
    tree = Tree()
    for each in data:
        tree.add(sha256(b"\x00" + each).digest())

    def mth(part: list[bytes]) -> bytes:
        """The definition in the standard's own words."""
        if len(part) < 2:
            return sha256(b"\x00" + part[0]).digest() if part else sha256(b"").digest()
        split = 1 << (len(part) - 1).bit_length() - 1
        return sha256(b"\x01" + mth(part[:split]) + mth(part[split:])).digest()

    assert tree.root() == mth(data).hex()


@pytest.mark.parametrize("name", ["SC-07", "SC-15", "SC-19", "SC-20", "SC-41"])
async def test_decided_histories_are_sound(database: Database, name: str) -> None:
    vector = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    steps = [step["send"] for step in vector["steps"] if "command" in step["send"]]
    await run_history(database.dsn, group() + jsonl(steps))
    books = Books(database)
    await books.runner.catch_up()
    report = verdict(await exported(books))
    assert (report.status, report.findings) == (0, [])
    told = (await books.ask("Balances"))["balances"]
    assert {account: yuan(amount) for account, amount in report.balances.items()} == told


def test_every_fact_with_entries_has_a_rule_of_its_own() -> None:
    assert set(posting.RULES) == {topic for topic, kind in BY_TOPIC.items() if kind in RULES}


@pytest.mark.parametrize("topic", sorted(posting.RULES))
@settings(max_examples=12, deadline=None)
@forall(st.data())
def test_both_implementations_post_the_same(topic: str, data: st.DataObject) -> None:
    fact: Any = data.draw(structs(BY_TOPIC[topic]))
    theirs = posting.entries(json.loads(encode(fact)))
    ours = [(entry.account, entry.amount) for entry in entries(fact) if entry.amount]
    assert sums(theirs) == sums(ours)
    assert sorted(theirs) == sorted(ours), "counted one by one"


def sums(posted: Any) -> dict[str, int]:
    total: dict[str, int] = {}
    for account, amount in posted:
        total[account] = total.get(account, 0) + amount
    return {account: amount for account, amount in total.items() if amount}


# -- it stands alone --------------------------------------------------------------------------------------------------


def test_it_runs_without_the_service_and_without_any_library(file: bytes, tmp_path: Path) -> None:
    """Copied elsewhere, with neither site-packages nor the project to import from."""
    shutil.copytree(ROOT / "projections" / "verifier", tmp_path / "verifier")
    (tmp_path / "log.jsonl").write_bytes(file)
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-W", "error", "-m", "verifier", "log.jsonl", "--json"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    told = json.loads(done.stdout)
    assert (told["sound"], told["facts"]) == (True, LENGTH)
