"""People read answers in the terminal: names without brackets, a sentence where nothing is, the next page."""

from __future__ import annotations

import pytest

from api.cli.options import Options
from api.cli.queries import more_after
from api.cli.tables import show
from api.cli.views import VIEWS
from api.settings import Settings
from projections.queries import TABLE


def read(capsys: pytest.CaptureFixture[str], result: dict[str, object]) -> str:
    show(Options(Settings(), json=False), result)
    return capsys.readouterr().out


def test_a_list_of_names_is_shown_as_names(capsys: pytest.CaptureFixture[str]) -> None:
    shown = read(capsys, {"documents": [{"id": "HV-1", "parties": ["T1", "T2"]}]})
    assert "T1 T2" in shown
    assert "[" not in shown


def test_an_empty_list_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert read(capsys, {"write_offs": []}) == "No write offs.\n"
    assert read(capsys, {"count": 0, "prices": []}).splitlines()[-1] == "No prices."


def test_roles_and_authorities_are_shown_in_one_cell() -> None:
    person = {"person": "P-A", "roles": [{"role": "worker", "unit": "T1", "since": "2026-01-01", "until": None}]}
    assert VIEWS["People"]({"people": [person]})["people"][0]["roles"] == ["worker@T1"]
    authority = {"name": "矿山安监局", "doc": "X-9", "date": "2026-03-01"}
    charges = [{"document": "SL-1", "authority": authority}, {"document": "SL-2", "authority": None}]
    shown = VIEWS["FreeCharges"]({"charges": charges})["charges"]
    assert [row["authority"] for row in shown] == [["矿山安监局", "X-9", "2026-03-01"], []]


def test_a_full_page_of_documents_says_after_which_id_the_next_begins() -> None:
    """Documents have no position."""
    full = {"documents": [{"id": "SL-1"}, {"id": "SL-2"}]}
    assert more_after(TABLE["Register"], full, {"limit": 2}) == "SL-2"
    assert more_after(TABLE["Register"], full, {"limit": 3}) is None
    assert more_after(TABLE["Facts"], {"facts": [{"position": 7}]}, {"limit": 1}) == 7
