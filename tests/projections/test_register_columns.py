"""The register's columns are those that states declare."""

from __future__ import annotations

from ledger.state.columns import Columns
from projections import read_models
from projections.register import KEPT


def test_the_register_has_a_column_for_everything_that_a_state_declares() -> None:
    *dated, last_day = ("kind", "id", "first_position", "last_position", "first_day", "last_day")
    assert tuple(read_models.states.c.keys()) == (*dated, last_day, *Columns._fields, "body")


def test_every_state_that_is_kept_declares_its_columns_or_is_known_to_have_none() -> None:
    none = {prefix for prefix, kind in KEPT.items() if not hasattr(kind.type, "columns")}
    assert none == {"org", "periods", "list:", "accident:", "delegation:"}
