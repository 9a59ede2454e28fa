"""Integration tests are told apart from the rest by themselves, and the rest cannot reach outside of their process."""

from __future__ import annotations

import subprocess
import sys

import asyncpg
import pytest

from tests.conftest import Cluster, Database
from tests.integration import NotMarked, missing


async def test_a_test_without_the_mark_cannot_open_a_connection() -> None:
    with pytest.raises(NotMarked, match=r"socket\.connect"):
        await asyncpg.connect("postgresql://postgres@127.0.0.1:1/postgres")


def test_a_test_without_the_mark_cannot_start_a_process() -> None:
    with pytest.raises(NotMarked, match=r"subprocess\.Popen"):
        subprocess.run([sys.executable, "-c", "pass"], check=True)


@pytest.mark.integration
def test_a_test_with_the_mark_can() -> None:
    subprocess.run([sys.executable, "-c", "pass"], check=True)


def test_a_test_that_gets_a_server_is_marked_by_itself(cluster: Cluster, request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("integration")


async def test_whatever_depends_on_a_server_is_marked_too(database: Database, request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("integration")


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_a_missing_program_is_left_out_but_not_in_ci(
    ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="hledger is missing: apt-get install hledger"):
        missing("hledger", "hledger")
