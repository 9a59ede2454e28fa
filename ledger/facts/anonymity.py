"""Anonymous reports: which facts they are, and which of their fields would tell who gave them (ORG-23)."""

from __future__ import annotations

from ledger.fact import Fact
from ledger.facts.followup import FeedbackSubmitted
from ledger.facts.hazards import HazardReported

SEALED_REPORT: dict[type[Fact], tuple[str, ...]] = {HazardReported: ("discoverer",)}
"""Fields of an anonymous report that would tell who gave it, beside the envelope's ``by``."""


def anonymous_report(fact: Fact) -> str | None:
    """The key of the anonymous report that the fact is (ORG-23); None for every other fact."""
    if isinstance(fact, HazardReported) and fact.anonymous:
        return f"hazard:{fact.hazard}"
    if isinstance(fact, FeedbackSubmitted) and fact.anonymous:
        return f"feedback:{fact.feedback}"
    return None
