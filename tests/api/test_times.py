"""A person reads the time of the clock on the wall; programs get moments that say their zone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.cli.options import options_of
from api.cli.tables import show
from ledger.calendars import on_the_wall, with_offset
from ledger.errors import Future, NotReady

SIX = "2026-02-06T18:00:00.000000Z"
"""02:00 on the next day in Shanghai."""

ANSWER = {"until": SIX, "rows": [{"recorded_at": SIX, "data": {"at": SIX}}], "text": f"until {SIX}, no later"}


def test_tables_show_every_moment_as_the_clock_on_the_wall(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    show(options_of({"data": tmp_path}), ANSWER)
    shown = capsys.readouterr().out
    assert shown.count("2026-02-07 02:00:00") == 4
    assert "Z" not in shown


def test_json_keeps_the_moment_with_its_zone(capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    show(options_of({"data": tmp_path, "json": True}), ANSWER)
    assert json.loads(capfdbinary.readouterr().out) == ANSWER


@pytest.mark.parametrize("refusal", [Future(f"at {SIX} is after {SIX}"), NotReady(SIX)])
def test_a_refusal_says_the_time_of_the_ledger_s_zone(refusal: Future | NotReady) -> None:
    assert "2026-02-07T02:00:00+08:00" in refusal.detail
    assert "Z" not in refusal.detail


def test_other_texts_stay_as_they_are() -> None:
    for text in ("", "Z-1", "2026-02-06", "2026-02-06T18:00:00+08:00", "工作面 Z"):
        assert (with_offset(text), on_the_wall(text)) == (text, text)
