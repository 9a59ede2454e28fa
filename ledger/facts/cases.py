"""Facts of accidents (事故) and cases (一事一案), which the leading group decides one by one (PERF-02, PERF-07)."""

from __future__ import annotations

from ledger.fact import Fact
from ledger.facts.slips import Line
from ledger.vocabulary import AccidentId, CaseId, CentreId, Fen, HazardId, Moment, PersonId, UnitId


class AccidentRecorded(Fact, frozen=True, kw_only=True, tag="accident.recorded.v1"):
    """A classified accident, by the class table that it names."""

    accident: AccidentId
    unit: UnitId
    class_code: str
    class_table: str
    severity: str
    occurred: Moment
    place: str
    description: str


class CaseOpened(Fact, frozen=True, kw_only=True, tag="case.opened.v1"):
    """A case is opened for one hazard or one accident."""

    case: CaseId
    unit: UnitId
    description: str
    hazard: HazardId | None = None
    accident: AccidentId | None = None


class CaseDecided(Fact, frozen=True, kw_only=True, tag="case.decided.v1"):
    """The leading group decides the case; its money is PenaltyConfirmed, absent without lines."""

    case: CaseId
    lines: tuple[Line, ...]
    total: Fen
    basis: str
    reason: str
    approvals: tuple[PersonId, ...]
    centre: CentreId


class CaseClosed(Fact, frozen=True, kw_only=True, tag="case.closed.v1"):
    """The file is closed: decided, and no appeal is pending."""

    case: CaseId
    summary: str
