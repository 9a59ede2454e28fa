"""The commands of one finding, as an import gives them (contract §2.3, §2.6): report, verify, issue, serve."""

from __future__ import annotations

from collections.abc import Iterator

from api.imports.commands import Data, command
from api.imports.findings.mapping import FindingsMapping
from api.imports.findings.rows import Finding
from ledger.calendars import midnight
from ledger.decisions import Command
from ledger.money import yuan

CASE_LEVELS = frozenset({"A", "MAJOR"})
REPORTED = ("place", "category", "description", "tier", "item")


def of_finding(mapping: FindingsMapping, finding: Finding) -> Iterator[Command]:
    """Everything that is recorded of a finding, in order; one of no amount charges nobody (contract, rule 10).

    The file knows days, not hours: an event of a day happens at its 00:00.
    """
    issued = midnight(finding.issued)
    if "category" in finding.texts:
        yield command(f"{finding.id}-report", issued, "ReportHazard", _report(finding), business_date=finding.occurred)
        if mapping.verifier and "level" in finding.texts:
            verified = {"hazard": finding.id, "level": finding.texts["level"]}
            yield command(f"{finding.id}-verify", issued, "VerifyHazard", verified, mapping.verifier.person)
    if finding.amount:
        yield command(f"{finding.id}-slip", issued, "IssueSlip", _slip(mapping, finding))
        yield command(f"{finding.id}-serve", midnight(finding.served), "ServeSlip", {"slip": finding.id})


def _report(finding: Finding) -> Data:
    texts = finding.texts
    data: Data = {name: texts[name] for name in REPORTED if name in texts}
    if finding.person:
        data["person"] = finding.person.id
    return {"hazard": finding.id, "unit": finding.unit.id, "evidence": _evidence(finding), **data}


def _slip(mapping: FindingsMapping, finding: Finding) -> Data:
    texts = finding.texts
    data = {name: texts[name] for name in ("grounds", "tier", "basis", "description")}
    party = finding.unit if mapping.slips.party == "unit" or finding.person is None else finding.person
    line = {"party": party.id, "amount": yuan(finding.amount)}
    if mapping.slips.role:
        line["role"] = mapping.slips.role
    return {
        "slip": finding.id,
        "unit": finding.unit.id,
        "lines": [line],
        "authority": {"name": mapping.slips.authority, "doc": texts["document"], "date": finding.issued},
        "occurred": finding.occurred,
        "evidence": _evidence(finding),
        **_hazard_of(finding),
        **data,
    }


def _hazard_of(finding: Finding) -> Data:
    """The slip is for its hazard, but one of level A that an authority found goes to a case (WRONG_DOC).

    The authority's assessment is recorded all the same; it cites that hazard, which stays open for its case.
    """
    if "category" not in finding.texts:
        return {}
    if finding.texts["tier"] == "T1" and finding.texts.get("level") in CASE_LEVELS:
        return {"cites": [finding.id]}
    return {"hazard": finding.id}


def _evidence(finding: Finding) -> list[str]:
    """The row itself, by the digest of what was read of it."""
    return [f"sha256:{finding.digest}"]
