"""A unit that is retired trades no more (rule 85)."""

from __future__ import annotations

from ledger.decisions.kernel.stamp import Stamp
from ledger.errors import State
from ledger.view import View
from ledger.vocabulary import UnitId


def check_active(view: View, stamp: Stamp, *units: UnitId) -> None:
    """STATE: one of the units is retired on the business date."""
    for unit in units:
        if not view.organisation.active(unit, stamp.business_date):
            raise State(f"{unit} is retired")
