"""The market: commands are queued, decided under the log's lock on complete states, recorded, then answered."""

from ledger.log.errors import Busy
from ledger.market.market import Bounds, Market

__all__ = ["Bounds", "Busy", "Market"]
