"""Evidence: its form, files that prove something by their content hash, and analysis reports (DUTY-12, ASS-18)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal

import msgspec

from ledger.analysis import months_of, report, sealed
from ledger.calendars import last_day
from ledger.decisions.kernel.authority import ANYONE, SYS, above, lead_above, person
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Evidence, Invalid, Unknown
from ledger.facts.evidence import AnalysisReportGenerated, EvidenceAttached
from ledger.state.table import kind_of
from ledger.state.tallies import Tally
from ledger.view import View
from ledger.vocabulary import (
    DOCUMENTS,
    LEADS,
    SYSTEM,
    ContentHash,
    Day,
    Form,
    PartyId,
    Positive,
    Role,
    Span,
    assessment_stream,
    person_stream,
    unit_stream,
)

OWN_STREAM = frozenset({"tender", "case"})
"""Documents that have a stream of their own."""

PERSONAL = frozenset({"task", "advice", "training", "act"})
"""Documents on the stream of their person."""

OVERSEERS = (Role.OFFICE, Role.SAFETY_OFFICE, Role.INSPECTOR, Role.CENTRE_HEAD, Role.CLERK, *sorted(LEADS))
ANYWHERE = (Role.LEADING_GROUP, Role.WORKERS_REP, Role.AUDITOR)


PROOF = re.compile(r"sha256:[0-9a-f]{64}|(?!sha256:)[^\s:]+:(?=.*\S).+", re.DOTALL)
"""The hash of a file, or a reference ``word:text`` such as ``paper:12`` or ``device:cam-3/77`` (rule 32)."""


def check_evidence(evidence: Iterable[str]) -> None:
    """EVIDENCE where it is asked for and nothing is given, or an entry is no hash and no reference (rule 32)."""
    entries = tuple(evidence)
    if not entries:
        raise Evidence("evidence is needed")
    if formless := [entry for entry in entries if not PROOF.fullmatch(entry)]:
        raise Evidence(f"{formless[0]} is neither the hash of a file nor a reference word:text")


class DocumentRef(msgspec.Struct, frozen=True):
    """A document by the name of its field (``hazard``, ``slip`` …) and its id."""

    kind: str
    id: Annotated[str, Form("id")]


def document_is_known(request: Request) -> None:
    """INVALID for what is no kind of document, UNKNOWN_x for a document that is not there."""
    target: DocumentRef = request["to"]
    key = f"{target.kind}:{target.id}"
    if target.kind not in DOCUMENTS or kind_of(key) is None:
        raise Invalid(f"to.kind: {target.kind} is no kind of document")
    if request.view.state(key) is None:
        raise Unknown(target.kind, target.id)


def state_of(request: Request) -> Any:
    target: DocumentRef = request["to"]
    return request.view.state(f"{target.kind}:{target.id}")


def stream_of(kind: str, name: str, state: Any) -> str:
    """The stream of a document: its own, its person's, or its unit's (a handover's sender)."""
    if kind in OWN_STREAM:
        return f"{kind}-{name}"
    if kind in PERSONAL:
        return person_stream(state.person)
    if kind == "assessment":
        return assessment_stream(state.person, state.period)
    if kind == "feedback":
        return "org"
    if (stream := getattr(state, "stream", None)) is not None:
        return str(stream)
    return unit_stream(state.sender if kind == "handover" else state.unit)


def person_of(request: Request) -> str | None:
    """The person to whom a personal document belongs; None for a unit's."""
    kind, state = request["to"].kind, state_of(request)
    if kind in PERSONAL or kind == "assessment":
        return str(state.person)
    stream = stream_of(kind, request["to"].id, state)
    return stream.removeprefix("person-") if stream.startswith("person-") else None


def unit_of(request: Request) -> str | None:
    """The unit of the document, for a personal one the person's home; None where it has neither."""
    if (person := person_of(request)) is not None:
        return request.view.person(person).home(request.stamp.business_date)
    name = stream_of(request["to"].kind, request["to"].id, state_of(request)).partition("-")[2]
    return name if name in request.organisation.units else None


def _may_see(request: Request) -> bool:
    """Documents of units are open to everybody; a person's are his, his superiors' and the offices'."""
    if request.stamp.by == SYSTEM:
        return False
    person = person_of(request)
    if person is None or request.stamp.by == person:
        return True
    overseen = above(unit_of, *OVERSEERS).allows(request)
    return overseen or any(held in ANYWHERE for held, _ in request.roles)


@decision("AttachEvidence", who=ANYONE.when(_may_see), known=document_is_known, unit=unit_of)
def attach_evidence(
    view: View,
    stamp: Stamp,
    evidence: ContentHash,
    kind: Literal["photo", "audio", "document", "permit", "video"],
    name: str,
    size: Positive,
    to: DocumentRef,
) -> Facts:
    """A photo, recording, paper, permit or video belongs to a document; the fact keeps its hash and size (DUTY-12)."""
    yield EvidenceAttached(
        stream=stream_of(to.kind, to.id, view.state(f"{to.kind}:{to.id}")),
        evidence=evidence,
        kind=kind,
        name=name,
        size=size,
        document_kind=to.kind,
        document=to.id,
    )


# -- analysis reports -----------------------------------------------------------------------------------------------


def unit_of_subject(request: Request) -> str | None:
    """The unit that the report is about, or the person's home."""
    subject = request["subject"]
    if subject in request.organisation.units:
        return str(subject)
    return request.view.person(subject).home(request.stamp.business_date)


READERS = above(unit_of_subject, Role.OFFICE, Role.SAFETY_OFFICE) | lead_above(unit_of_subject)


@decision("GenerateAnalysisReport", who=READERS | person("subject") | SYS, unit=unit_of_subject)
def generate_analysis_report(view: View, stamp: Stamp, subject: PartyId, period: Span) -> Facts:
    """Report what the facts say of a person, or of a unit and all below it, in a month, quarter or year (ASS-18)."""
    streams = dict(members(view, subject, period, stamp.business_date))
    keys = {name: f"tally:{stream}/{period[:4]}" for name, stream in streams.items()}
    tallies: dict[str, Tally] = view.all_of(keys.values())
    body, digest = sealed(report(subject, period, {name: (tallies[key],) for name, key in keys.items()}))
    stream = unit_stream(subject) if subject in view.organisation.units else person_stream(subject)
    yield AnalysisReportGenerated(stream=stream, subject=subject, period=period, digest=digest, report=body)


def members(view: View, subject: str, period: str, today: Day) -> Iterable[tuple[str, str]]:
    """(subject, stream) of all that a report covers, by the organisation at the end of the period, or today."""
    organisation = view.organisation
    if subject not in organisation.units:
        return ((subject, person_stream(subject)),)
    day = min(today, last_day(months_of(period)[-1]))
    below = (unit for unit in organisation.units if organisation.within(unit, subject, day))
    return tuple((unit, unit_stream(unit)) for unit in sorted(below))
