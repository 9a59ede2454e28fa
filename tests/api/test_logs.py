"""Logs are lines of JSON with ids and without personal data."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from api import logs


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    captured = capsys.readouterr()
    assert captured.out == ""
    return [json.loads(line) for line in captured.err.splitlines()]


def test_a_line_carries_the_ids_of_its_request_and_command(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    with logs.bind(request_id="r-1", command_id="c-1"):
        structlog.get_logger("jiesuan.test").info("recorded", position=7)
    structlog.get_logger("jiesuan.test").info("idle")
    recorded, idle = lines(capsys)
    assert recorded["event"] == "recorded"
    assert (recorded["request_id"], recorded["command_id"], recorded["position"]) == ("r-1", "c-1", 7)
    assert recorded["level"] == "info"
    assert recorded["timestamp"].endswith("Z")
    assert "request_id" not in idle


def test_the_libraries_log_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    with logs.bind(request_id="r-1"):
        logging.getLogger("uvicorn.error").warning("结算 %s", "stopped")
    (line,) = lines(capsys)
    assert (line["event"], line["logger"], line["request_id"]) == ("结算 stopped", "uvicorn.error", "r-1")


def test_personal_data_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    structlog.get_logger("jiesuan.test").info(
        "refused", by="person-P-A", name="张三", data={"person": "P-A"}, code="CLOSED"
    )
    (line,) = lines(capsys)
    assert line["code"] == "CLOSED"
    assert "张三" not in str(line)
    assert "P-A" not in str(line)


def test_an_exception_says_where_but_quotes_no_row(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    try:
        raise ValueError("duplicate key\nDETAIL: (name)=(张三)")
    except ValueError:
        structlog.get_logger("jiesuan.test").exception("failed")
    (line,) = lines(capsys)
    assert line["exception"].startswith("ValueError: duplicate key < ")
    assert "test_logs.py" in line["exception"]
    assert "张三" not in str(line)


def test_quieter_levels_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("warning")
    structlog.get_logger("jiesuan.test").info("chatter")
    assert lines(capsys) == []
