"""The projections that a ledger has."""

from __future__ import annotations

from projections.journal import JOURNAL
from projections.register import REGISTER

PROJECTIONS = (JOURNAL, REGISTER)
BY_NAME = {projection.name: projection for projection in PROJECTIONS}
