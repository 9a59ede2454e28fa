"""Facts of files that prove something (佐证), and of analysis reports (ASS-18)."""

from __future__ import annotations

from ledger.consequences import Tags
from ledger.fact import Fact
from ledger.vocabulary import PartyId


class EvidenceAttached(Fact, frozen=True, kw_only=True, tag="evidence.attached.v1"):
    """A file, by its content hash, belongs to a document; on the document's stream."""

    evidence: str
    kind: str
    name: str
    size: int
    document_kind: str
    document: str

    def tags(self) -> Tags:
        return (f"{self.document_kind}:{self.document}",)


class AnalysisReportGenerated(Fact, frozen=True, kw_only=True, tag="analysis.report-generated.v1"):
    """The report of a subject and period as it was: canonical JSON, and the SHA-256 of it."""

    subject: PartyId
    period: str
    digest: str
    report: str
