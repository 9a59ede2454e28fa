"""The evidence store (佐证): files by their content hash, beside the ledger whose facts name them (DUTY-12)."""

from __future__ import annotations

from api.evidence.store import EvidenceStore, NotStored, Stored, TooLarge

__all__ = ["EvidenceStore", "NotStored", "Stored", "TooLarge"]
