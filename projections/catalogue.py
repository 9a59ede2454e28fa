"""The projections that a ledger has."""

from __future__ import annotations

from projections.duties import DUTIES
from projections.hazards import HAZARDS
from projections.journal import JOURNAL
from projections.mentions import MENTIONS
from projections.register import REGISTER

PROJECTIONS = (JOURNAL, REGISTER, HAZARDS, DUTIES, MENTIONS)
BY_NAME = {projection.name: projection for projection in PROJECTIONS}
