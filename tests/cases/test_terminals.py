"""Whatever bytes a terminal sends, `jiesuan` answers with a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.doors import environment

ROOT = Path(__file__).parents[2]

GBK = "国".encode("gbk")


def jiesuan(*arguments: bytes | str, **others: str) -> subprocess.CompletedProcess[bytes]:
    argv = [each if isinstance(each, bytes) else each.encode() for each in (sys.executable, "-m", "api", *arguments)]
    return subprocess.run(argv, capture_output=True, timeout=60, cwd=ROOT, env=environment() | others, check=False)


RESOLVE = ("resolve", "2026-03", "X:1", "--centre", "U1", "--how", "accepted", "--by", "P-C1", "--approved-by", "P-H1")


@pytest.mark.integration
@pytest.mark.parametrize(
    "arguments",
    [
        (*RESOLVE, "--reason", GBK),
        (*RESOLVE, "--reason", "x", "--id", GBK),
        ("resolve", "2026-03", GBK, "--centre", "U1", "--how", "accepted", "--reason", "x", "--by", "P-C1"),
        ("resolve", "2026-03", "X:1", "--centre", "U1", "--how", GBK, "--reason", "x", "--by", "P-C1"),
        ("--ledger", GBK, "balances"),
        ("--database-url", b"postgresql:///" + GBK, "balances"),
        ("balances", GBK),
        ("balances", "--ledger", GBK),
        ("query", "Pool", b"unit=" + GBK),
        ("query", GBK),
        ("entries", "POOL_WAGE:W1", "--limit", GBK),
        ("statement", "W1", GBK),
        ("export", "log", "--format", GBK),
        ("run", b"/tmp/" + GBK),
        ("import", "findings", b"/tmp/" + GBK, "--map", b"/tmp/" + GBK),
        ("--data", b"/tmp/none-" + GBK, "balances"),
        (GBK,),
        (b"--" + GBK,),
    ],
)
def test_b16_bytes_that_are_no_utf8_are_refused_in_a_sentence(
    arguments: tuple[bytes | str, ...], tmp_path: Path
) -> None:
    done = jiesuan("--data", str(tmp_path / "none"), *arguments)
    assert done.returncode not in (0, None), done
    assert b"Traceback" not in done.stderr + done.stdout, done.stderr
    assert done.stderr.strip(), "it says why"


@pytest.mark.integration
def test_b16_a_variable_of_such_bytes_is_refused_in_a_sentence(tmp_path: Path) -> None:
    done = jiesuan("--data", str(tmp_path / "none"), "balances", JIESUAN_LEDGER=os.fsdecode(GBK))
    assert done.returncode not in (0, None)
    assert b"Traceback" not in done.stderr, done.stderr


@pytest.mark.integration
def test_b16_a_terminal_of_few_signs_shows_the_others_by_number(tmp_path: Path) -> None:
    done = jiesuan("run", str(tmp_path / "没有"), PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode not in (0, None)
    assert b"Traceback" not in done.stderr, done.stderr
    assert b"jiesuan:" in done.stderr or b"Error" in done.stderr
