"""Replay of any unit, person or document by the `eventsourcing` library: a reader beside our own states.

It folds with the model's `evolve` (``ledger.state``) and shares no other code with the read models.
"""

from projections.replay.application import Replayed, Replays
from projections.replay.history import History, ReadOnly, Row

__all__ = ["History", "ReadOnly", "Replayed", "Replays", "Row"]
