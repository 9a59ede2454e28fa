"""Every invariant of a ledger, checked against the stored bytes with bounded memory (`jiesuan check`)."""

from __future__ import annotations

from projections.integrity.check import check
from projections.integrity.findings import Finding

__all__ = ["Finding", "check"]
