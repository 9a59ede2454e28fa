"""The demonstration loads both samples once, and what comes out of the ledger is what went in."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from api.samples import VIOLATIONS, VIOLATIONS_MAPPING
from tests.spec import VECTORS

pytestmark = pytest.mark.integration

SECONDS = 240
Run = subprocess.CompletedProcess[str]


def jiesuan(data: Path, *arguments: str) -> Run:
    """The command line in a process of its own."""
    command = [sys.executable, "-m", "api", arguments[0], "--data", str(data), *arguments[1:]]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)


def in_group(data: Path, group: str, name: str, *arguments: str) -> Run:
    command = [sys.executable, "-m", "api", "--data", str(data), group, name, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def first(data: Path) -> Run:
    return jiesuan(data, "demo", "--no-serve")


def test_it_loads_both_samples_and_prints_pools_and_statements(first: Run) -> None:
    assert first.returncode == 0, first.stderr
    assert "1,946 commands of the sample company are in ledger main" in first.stderr
    assert "4,415 violations of the real history are in ledger upper-big-branch" in first.stderr
    assert "华岭矿业集团" in first.stdout
    assert "一矿综采区, 2026-03" in first.stdout
    assert "Performance Coal Company, 2010-09" in first.stdout


def test_the_statement_of_the_golden_month_is_known_to_the_fen(first: Run, data: Path) -> None:
    assert "人民币壹万贰仟叁佰柒拾柒元零伍分" in first.stdout
    shown = json.loads(jiesuan(data, "statement", "W1", "2026-03", "--json").stdout)
    golden = next(
        step["expect"]["result"]
        for step in json.loads((VECTORS / "SC-19.json").read_text(encoding="utf-8"))["steps"]
        if step["send"].get("query") == "Statement" and step["send"]["data"] == {"unit": "W1", "period": "2026-03"}
    )
    figures = {name: value for name, value in golden.items() if isinstance(value, str)}
    assert {name: shown[name] for name in figures} == figures
    [person] = golden["persons"]["contains"]
    assert person in shown["persons"]
    assert shown["state"] == "confirmed"


def test_what_arrived_after_the_close_stands_in_the_next_month(first: Run, data: Path) -> None:
    assert not first.returncode
    march = json.loads(jiesuan(data, "statement", "T2", "2026-03", "--json").stdout)
    april = json.loads(jiesuan(data, "statement", "T2", "2026-04", "--json").stdout)
    assert (march["closing"], march["prior_period_adjustments"]) == ("12340.00", [])
    assert (april["opening"], april["adjustments"], april["closing"]) == ("12340.00", "-75.00", "12265.00")
    [late] = april["prior_period_adjustments"]
    assert (late["business_date"], late["adjusts_period"], late["amount"]) == ("2026-03-30", "2026-03", "-75.00")


def test_run_again_it_loads_nothing_and_prints_the_same(first: Run, data: Path) -> None:
    again = jiesuan(data, "demo", "--no-serve")
    assert again.stderr.count("already") == 2, again.stderr
    assert again.stdout == first.stdout


def test_number_and_sum_by_unit_and_year_are_the_files_own(first: Run, data: Path) -> None:
    assert not first.returncode
    count: Counter[str] = Counter()
    total: Counter[str] = Counter()
    with VIOLATIONS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = f"{row['violator_name']} {row['iss_year']}"
            count[key] += 1
            total[key] += int(row["current_assessment_amt"].replace(".", ""))
    arguments = ("--by", "unit,year", "--ledger", "upper-big-branch", "--json")
    [rows] = json.loads(in_group(data, "report", "slips", *arguments).stdout).values()
    sums = [(row["slips"], int(str(row["total"]).replace(".", ""))) for row in rows]
    assert sorted(sums) == sorted((count[key], total[key]) for key in count)
    assert sum(number for number, _ in sums) == 4415


def test_the_importer_finds_every_row_of_the_file_in_the_ledger(first: Run, data: Path) -> None:
    assert not first.returncode
    arguments = (str(VIOLATIONS), "--map", str(VIOLATIONS_MAPPING), "--ledger", "upper-big-branch", "--json")
    said = json.loads(in_group(data, "import", "findings", *arguments).stdout)
    assert (said["known"], said["new"], said["bad"]) == (4415, 0, [])
    assert said["recorded"] == {"commands": 0, "facts": 0, "position": 0, "refused": []}


def test_no_balance_is_made_of_nothing(first: Run, data: Path) -> None:
    assert not first.returncode
    for ledger in ("main", "upper-big-branch"):
        said = json.loads(jiesuan(data, "query", "TrialBalance", "--ledger", ledger, "--json").stdout)
        assert said["sum"] == "0.00"


def test_it_serves_and_says_where(first: Run, data: Path) -> None:
    assert not first.returncode
    with serving(data) as place, urlopen(f"{place}/v1/queries/Pool?unit=W1", timeout=30) as answer:
        assert json.load(answer)["result"]["account"] == "POOL_WAGE:W1"


@contextmanager
def serving(data: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "api", "demo", "--data", str(data), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if "serving ledger 'main' at" in line:
                yield line.partition(" at ")[2].split()[0]
                break
        else:
            pytest.fail("it does not serve")
    finally:
        os.kill(process.pid, signal.SIGINT)
        process.stderr.close()
        process.wait(SECONDS)
