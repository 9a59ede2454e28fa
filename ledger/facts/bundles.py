"""Bundles 捆绑: commands that are recorded together or not at all (rule 41)."""

from __future__ import annotations

from ledger.fact import Fact


class BundleRecorded(Fact, frozen=True, kw_only=True, tag="bundle.recorded.v1"):
    """The commands of a bundle are recorded, those that had been before included; its id is used.

    ``commands`` leaves out anonymous reports, whose ids are shown to nobody (rule 38).
    """

    bundle: str
    commands: tuple[str, ...]


def command_of_bundle(bundle: str) -> str:
    """The id under which a bundle itself is recorded; no command can have it, as a solidus is not allowed in one."""
    return f"bundle/{bundle}"
