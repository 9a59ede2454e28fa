"""Settings come from the environment and the command line, and a wrong one is named."""

from pathlib import Path

import pytest

from api import settings


def test_without_configuration_it_is_our_own_server_on_this_machine_alone() -> None:
    plain = settings.load()
    assert (plain.database_url, plain.data, plain.ledger) == (None, Path(".jiesuan"), "main")
    assert (plain.host, plain.port) == ("127.0.0.1", 8420)


def test_the_command_line_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIESUAN_PORT", "9000")
    monkeypatch.setenv("JIESUAN_LEDGER", "second")
    given = settings.load(port=9001, ledger=None)
    assert (given.port, given.ledger) == (9001, "second")


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("PORT", "many", "JIESUAN_PORT: Input should be a valid integer"),
        ("PORT", "70000", "JIESUAN_PORT: Input should be less than or equal to 65535"),
        ("LEDGER", "Main; drop", "JIESUAN_LEDGER: String should match pattern"),
        ("LOG_LEVEL", "loud", "JIESUAN_LOG_LEVEL: Input should be 'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, complaint: str) -> None:
    monkeypatch.setenv(f"JIESUAN_{name}", value)
    with pytest.raises(settings.WrongSettings, match=complaint):
        settings.load()


def test_the_database_password_is_not_shown() -> None:
    assert "secret" not in repr(settings.load(database_url="postgresql://clerk:secret@host/books"))
