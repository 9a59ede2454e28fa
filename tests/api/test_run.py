"""`jiesuan run` as another program."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from api.bootstrap import open_ledger
from tests.api.doors import ROOT, answers_of, codes, environment, group, hazard, jiesuan, jsonl, query, settings_of
from tests.conftest import Database

pytestmark = pytest.mark.integration


@pytest.fixture
def run(database: Database) -> tuple[str, ...]:
    return ("--database-url", database.dsn, "run", "-", "--simulated-clock")


def test_every_line_is_answered_in_order(run: tuple[str, ...]) -> None:
    done = jiesuan(*run, text=group() + jsonl([hazard("H-1"), "nonsense", query("Facts", after=149)]))
    assert done.returncode == 0, done.stderr
    answers = answers_of(done)
    assert codes(answers[-3:]) == ["ok", "INVALID", "ok"]
    assert answers[-1]["result"]["facts"][0]["fact"] == "HazardReported"
    assert done.stderr.startswith(b"jiesuan: 108 of 109 lines taken, 1 refused; the first in line 108: INVALID ")


def test_options_may_stand_before_and_after_the_subcommand(database: Database) -> None:
    before = jiesuan("--database-url", database.dsn, "--json", "run", "-", "--simulated-clock", text=group())
    after = jiesuan("balances", "--json", "--database-url", database.dsn)
    assert (before.returncode, after.returncode) == (0, 0), after.stderr
    assert json.loads(after.stdout) == {"position": 149, "balances": {}}


async def test_a_history_without_a_query_leaves_its_read_models_at_its_end(database: Database) -> None:
    done = jiesuan("--database-url", database.dsn, "run", "-", "--simulated-clock", text=group())
    assert done.returncode == 0, done.stderr
    async with open_ledger(settings_of(database.dsn), "looking") as ledger:
        found = await ledger.reader.status()
        assert set(found.positions.values()) == {found.head}


def test_refusals_are_answers_unless_strict(run: tuple[str, ...]) -> None:
    history = group() + b"nonsense\n"
    assert jiesuan(*run, text=history).returncode == 0
    strict = jiesuan(*run, "--strict", text=history)
    assert strict.returncode == 1
    assert strict.stderr.startswith(b"jiesuan: 106 of 107 lines taken, 1 refused; the first in line 107: INVALID ")


def test_nothing_is_sent_after_the_first_refusal_if_it_is_to_stop_there(run: tuple[str, ...]) -> None:
    lines = jsonl([hazard("H-1"), query("Facts", after=149), hazard("H-1", id="again"), hazard("H-2")])
    done = jiesuan(*run, "--stop-at-first", text=group() + lines)
    assert done.returncode == 1
    assert codes(answers_of(done)[-3:]) == ["ok", "ok", "DUPLICATE"]
    assert b"108 of 109 lines taken, 1 refused; the first in line 109: DUPLICATE H-1" in done.stderr
    rest = jiesuan(*run, text=jsonl([hazard("H-2")]))
    assert codes(answers_of(rest)) == ["ok"]
    assert rest.stderr == b"jiesuan: 1 of 1 lines taken, 0 refused.\n"


def test_an_empty_file_is_no_mistake(database: Database, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    done = jiesuan("run", str(tmp_path / "empty.jsonl"), "--database-url", database.dsn)
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"is empty" in done.stderr


def test_a_file_and_standard_input_are_the_same(database: Database, tmp_path: Path) -> None:
    (tmp_path / "group.jsonl").write_bytes(group().rstrip(b"\n"))
    done = jiesuan("run", str(tmp_path / "group.jsonl"), "--simulated-clock", "--database-url", database.dsn)
    assert set(codes(answers_of(done))) == {"ok"}


def test_without_permission_no_ledger_gets_a_simulated_clock(database: Database) -> None:
    done = jiesuan("run", "-", "--database-url", database.dsn, text=group().splitlines()[0])
    assert codes(answers_of(done)) == ["INVALID"]


def test_a_caller_that_waits_for_each_answer_gets_it(run: tuple[str, ...]) -> None:
    with program(*run) as (process, write, answers):
        for line in group().splitlines(keepends=True)[:10]:
            write(line)
            assert json.loads(answers.readline())["ok"]
        _, said = process.communicate(timeout=20)
        assert (process.returncode, said) == (0, b"jiesuan: 10 of 10 lines taken, 0 refused.\n")


def test_a_reader_that_goes_ends_it_without_a_word(run: tuple[str, ...]) -> None:
    with program(*run) as (process, write, answers):
        answers.close()
        write(group())
        _, said = process.communicate(timeout=20)
        assert (process.returncode, said) == (1, b"")


def test_interrupting_it_is_no_traceback(run: tuple[str, ...]) -> None:
    with program(*run) as (process, write, answers):
        write(group().splitlines(keepends=True)[0])
        assert json.loads(answers.readline())["ok"]
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        assert process.communicate()[1] == b"jiesuan: Interrupted; what was answered is recorded.\n"


@contextmanager
def program(*arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], Callable[[bytes], None], IO[bytes]]]:
    """`jiesuan` with open pipes; what is written to it goes at once."""
    command = [sys.executable, "-m", "api", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin
        assert process.stdout
        given = process.stdin

        def write(text: bytes) -> None:
            given.write(text)
            given.flush()

        yield process, write, process.stdout


TROUBLES = {
    "no such file": (["run", "nowhere.jsonl"], 2, "nowhere.jsonl"),
    "a wrong URL": (["run", "-", "--database-url", "nonsense"], 2, "postgresql://"),
    "no server": (["run", "-", "--database-url", "postgresql://a@127.0.0.1:1/b"], 2, "does not answer"),
    "a wrong ledger name": (["balances", "--ledger", "Main!"], 2, "LEDGER"),
    "no ledger yet": (["balances", "--data", "/nowhere/at/all"], 2, "There is no ledger"),
    "a field that is none": (["query", "Balances", "nonsense"], 1, "key=value"),
    "an unknown query": (["query", "Nope"], 1, "Nope"),
    "an unknown projection": (["rebuild", "nope"], 2, "nope"),
    "an unknown group": (["report", "slips", "--by", "nope"], 2, "nope"),
}


@pytest.mark.parametrize("case", TROUBLES)
def test_trouble_is_one_sentence(case: str) -> None:
    arguments, status, word = TROUBLES[case]
    done = jiesuan(*arguments)
    assert done.returncode == status
    assert word in done.stderr.decode()
    assert done.stderr.startswith(b"jiesuan: ")
    assert done.stderr.count(b"\n") == 1
    assert done.stdout == b""


def test_a_ledger_that_does_not_exist_is_not_made_by_looking(database: Database) -> None:
    done = jiesuan("balances", "--ledger", "other", "--database-url", database.dsn)
    assert done.returncode == 2
    assert b"There is no ledger 'other'" in done.stderr


@pytest.mark.parametrize("arguments", [["serve"], ["run", "-"], ["balances"], ["migrate"]])
def test_a_directory_in_use_is_said(arguments: list[str], tmp_path: Path) -> None:
    """Held by a subcommand that nobody can attach to."""
    tmp_path.chmod(0o755)
    data = str(tmp_path / "data")
    with program("run", "-", "--simulated-clock", "--data", data) as (holder, write, answers):
        write(group().splitlines(keepends=True)[0])
        assert answers.readline()
        done = jiesuan(*arguments, "--data", data)
        holder.communicate(timeout=20)
    assert done.returncode == 2
    assert f"in use by process {holder.pid}" in done.stderr.decode()


def test_help_says_something_about_every_subcommand() -> None:
    listed = jiesuan("--help").stdout.decode()
    for name in ("serve", "demo", "run", "query", "balances", "statement", "entries", "facts", "import", "report"):
        assert f" {name} " in listed
    assert os.linesep in jiesuan("run", "--help").stdout.decode()
