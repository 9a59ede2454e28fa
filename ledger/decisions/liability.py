"""Rules that slips, penalties and cases have in common: windows, objections, reviews, confirmation (TR-12).

From service (notification) on the three are one process; ``KINDS`` says which facts each of them records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec

from ledger.accounts import POOLS, AccountCode
from ledger.decisions.chain import chain
from ledger.decisions.kernel.authority import word
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.roles import is_lead
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts
from ledger.decisions.obligations import obligation_of
from ledger.decisions.pushes import after_confirmation
from ledger.decisions.windows import objection_window
from ledger.errors import Already, Invalid, NotReady, Sod, State, WindowClosed
from ledger.fact import Fact
from ledger.facts.dues import DueRaised
from ledger.facts.notices import TradeNoticeDisputeWithdrawn
from ledger.facts.penalties import (
    PenaltyAcknowledged,
    PenaltyCancelled,
    PenaltyConfirmed,
    PenaltyDisputed,
    PenaltyDisputeWithdrawn,
    PenaltyReviewDecided,
)
from ledger.facts.slips import (
    ChargedLine,
    Dropped,
    Line,
    Named,
    SlipAcknowledged,
    SlipCancelled,
    SlipConfirmed,
    SlipDisputed,
    SlipDisputeWithdrawn,
    SlipReviewDecided,
)
from ledger.state.liability import Liability, LiabilityLine
from ledger.state.organisation import Window
from ledger.view import View
from ledger.vocabulary import SYSTEM, Fen, Moment, PartyId, person_stream, unit_stream


class GivenLine(msgspec.Struct, frozen=True):
    """A line as a command gives it."""

    party: PartyId
    amount: Fen
    role: str | None = None


class DocumentFacts(NamedTuple):
    """The facts of one kind of document, by what happens to it."""

    acknowledged: Callable[..., Fact]
    disputed: Callable[..., Fact]
    reviewed: Callable[..., Fact]
    confirmed: Callable[..., Fact]
    cancelled: Callable[..., Fact]


PENALTY = DocumentFacts(
    PenaltyAcknowledged,
    PenaltyDisputed,
    PenaltyReviewDecided,
    PenaltyConfirmed,
    PenaltyCancelled,
)
KINDS = {
    "slip": DocumentFacts(SlipAcknowledged, SlipDisputed, SlipReviewDecided, SlipConfirmed, SlipCancelled),
    "penalty": PENALTY,
    "case": PENALTY,
}
WITHDRAWN: dict[str, Callable[..., Fact]] = {
    "slip": SlipDisputeWithdrawn,
    "penalty": PenaltyDisputeWithdrawn,
    "notice": TradeNoticeDisputeWithdrawn,
}


def about(document: Liability, fact: Callable[..., Fact], **payload: Any) -> Fact:
    """A fact about the document, on the stream of its unit."""
    named = {document.kind: document.name, "stream": unit_stream(document.unit)}
    return fact(**(named | payload))


# -- which document, and who may ---------------------------------------------------------------------------------


def named_document(view: View, **ids: str | None) -> Liability:
    """The one document that a command names (its form asks for exactly one)."""
    kind, name = next((kind, name) for kind, name in ids.items() if name is not None)
    return view.liability(kind, name)


CHARGING = ("slip", "penalty", "case", "notice", "due")
"""Kinds of documents that charge parties, by the fields that name them."""


def document_of(request: Request) -> Liability:
    return named_document(request.view, **{kind: request[kind] for kind in CHARGING})


def unit_of(request: Request) -> str:
    return document_of(request).unit


def speaks_for(view: View, stamp: Stamp, person: str, party: str) -> bool:
    """A person speaks for himself, a lead of a unit for its pool."""
    return person == party or (party in view.organisation.units and is_lead(view, stamp, person, party))


def own_lines(request: Request) -> tuple[LiabilityLine, ...]:
    """The lines of the document for whose parties the actor may speak."""
    view, stamp = request.view, request.stamp
    return tuple(entry for entry in document_of(request).lines if speaks_for(view, stamp, stamp.by, entry.line.party))


def _may_acknowledge(request: Request) -> bool:
    mine = {entry.line.party for entry in own_lines(request)}
    asked = request["parties"]
    return bool(mine) if asked is None else mine.issuperset(asked)


CHARGED = word(_may_acknowledge)
"""A charged person, or a lead of a charged unit; of named parties, all of them."""

THE_PARTY = word(lambda request: speaks_for(request.view, request.stamp, request.stamp.by, request["party"]))
"""The person, or a lead of the unit, whose line it is about."""

ISSUER = word(lambda request: request.stamp.by == document_of(request).issuer != SYSTEM)
"""The person who issued (proposed) the document."""

IMPORT = word(lambda request: request.stamp.by == SYSTEM and request.stamp.imported)
"""SYS (import): the system, when it brings documents of another system in."""


def check_not_charged(document: Liability, stamp: Stamp, others: Iterable[str] = ()) -> None:
    """Neither the actor nor those who approve with him are charged by the document (SOD)."""
    for person in (stamp.by, *others):
        if document.charges(person):
            raise Sod(f"{person} is charged by {document.name}")


# -- lines ----------------------------------------------------------------------------------------------------------


def explicit_lines(view: View, given: Iterable[GivenLine]) -> tuple[Line, ...]:
    """Lines as they were given; a party that is a unit stands for its pool.

    INVALID for the same party twice, and for a line of nothing.
    """
    lines = tuple(Line(line.party, line.amount, line.role, line.party in view.organisation.units) for line in given)
    if len({line.party for line in lines}) != len(lines):
        raise Invalid("lines: the same party twice")
    if empty := next((line.party for line in lines if not line.amount), None):
        raise Invalid(f"lines: {empty} is charged nothing")
    return lines


def named_roles(persons: dict[str, tuple[str, ...]] | None) -> tuple[Named, ...]:
    return tuple(Named(role, named) for role, named in (persons or {}).items())


# -- acknowledge, dispute, review -----------------------------------------------------------------------------------


def acknowledge(view: View, stamp: Stamp, document: Liability, parties: tuple[str, ...] | None) -> Facts:
    """The actor accepts lines; without names, all that he may speak for and that still stand open."""
    if not document.in_window:
        raise State(document.state)
    chosen = parties
    if chosen is None:
        mine = [entry for entry in document.lines if speaks_for(view, stamp, stamp.by, entry.line.party)]
        chosen = tuple(entry.line.party for entry in mine if entry.state == "open")
        chosen = chosen or tuple(entry.line.party for entry in mine)
    if not chosen:
        raise Invalid("parties: nobody is named")
    states = {entry.line.party: entry.state for entry in document.lines}
    if any(states[party] in ("disputed", "reviewed") for party in chosen):
        raise State("a disputed or reviewed line is not acknowledged")
    if done := next((party for party in chosen if states[party] == "acknowledged"), None):
        raise Already(done)
    due = document.acknowledged(chosen, stamp.at).due()
    yield about(document, KINDS[document.kind].acknowledged, parties=chosen, due=due)


def dispute(stamp: Stamp, document: Liability, party: str, grounds: str, evidence: tuple[str, ...]) -> Facts:
    """A party objects to its line: once, and in the window."""
    entry = document.line(party)
    if not document.in_window or entry is None:
        raise State(document.state if entry else f"{party} has no line")
    if party in document.disputed:
        raise Already(party)
    if not document.is_open(entry, stamp.at):
        raise WindowClosed(f"{party}: until {document.window_until}")
    yield about(document, KINDS[document.kind].disputed, party=party, grounds=grounds, evidence=evidence)


def withdraw_dispute(stamp: Stamp, document: Liability, party: str) -> Facts:
    """The party takes its objection back, which is its acceptance; STATE without an undecided one (rule 87)."""
    entry = document.line(party)
    if not document.in_window or entry is None or entry.state != "disputed":
        raise State(f"no dispute of {party} is open")
    due = document.withdrawn(party, stamp.at).due()
    yield about(document, WITHDRAWN[document.kind], party=party, due=due)


class Review(NamedTuple):
    """A review asks for one line, or the whole with another matrix, tier or lines."""

    decision: str
    reason: str
    party: str | None
    amount: int | None
    matrix: str | None
    tier: str | None
    lines: tuple[GivenLine, ...] | None

    def check(self) -> None:
        """INVALID unless the fields fit: an amount amends one line; matrix, tier or lines amend the whole."""
        amended = (self.matrix, self.tier, self.lines)
        if self.decision != "amend":
            fits = self.amount is None and amended == (None, None, None)
        elif self.party is not None:
            fits = self.amount is not None and amended == (None, None, None)
        else:
            given_lines = self.lines is not None and self.matrix is None and self.tier is None
            fits = self.amount is None and (given_lines or (self.lines is None and amended != (None, None, None)))
        if not fits:
            raise Invalid(f"{self.decision}: these fields do not go together")


def review(view: View, stamp: Stamp, document: Liability, asked: Review) -> Facts:
    """The safety office decides a dispute: uphold, amend or revoke one line, or the whole document."""
    asked.check()
    disputed = [entry.line.party for entry in document.lines if entry.state == "disputed"]
    if not document.in_window or not disputed or (asked.party is not None and asked.party not in disputed):
        raise State("no such dispute is undecided")
    if stamp.by == document.issuer:
        raise Sod(f"{stamp.by} issued {document.name}")
    check_not_charged(document, stamp)
    facts = KINDS[document.kind]
    lines, dropped, list_version = _reviewed_lines(view, document, asked)
    if asked.amount is not None or asked.lines is not None:
        check_not_raised(document, lines)
    window = _window_of_new_parties(view, stamp, document, lines)
    after = document.after_review(lines, asked.party, stamp.at, window.over if window else None)
    yield about(
        document,
        facts.reviewed,
        decision=asked.decision,
        reason=asked.reason,
        party=asked.party,
        lines=lines,
        dropped=dropped,
        list_version=list_version,
        matrix=asked.matrix,
        total=after.total,
        due=after.due() if lines else None,
        window_until=window.until if window else None,
        window_over=window.over if window else None,
    )
    if not lines:
        yield about(document, facts.cancelled, reason=asked.reason)


def _reviewed_lines(
    view: View, document: Liability, asked: Review
) -> tuple[tuple[Line, ...], tuple[Dropped, ...], str | None]:
    """The lines that remain, and for a new chain what it dropped and its list version."""
    lines = tuple(entry.line for entry in document.lines)
    if asked.decision == "uphold":
        return lines, (), None
    if asked.decision == "revoke":
        return tuple(line for line in lines if asked.party is not None and line.party != asked.party), (), None
    if asked.amount is not None:
        amended = (
            msgspec.structs.replace(line, amount=asked.amount) if line.party == asked.party else line for line in lines
        )
        return tuple(amended), (), None
    if asked.lines is not None:
        if not asked.lines:
            raise Invalid("lines: none is given")
        return explicit_lines(view, asked.lines), (), None
    matrix = asked.matrix or document.matrix
    if matrix is None or document.finding is None:
        raise Invalid("tier: the document has no matrix")
    tier = asked.tier or document.finding.tier
    return chain(view, msgspec.structs.replace(document.finding, tier=tier), matrix)


def _window_of_new_parties(view: View, stamp: Stamp, document: Liability, lines: Iterable[Line]) -> Window | None:
    """The window of those whom only this review charges (rule 86); NO_CALENDAR, TOO_LATE as for the service."""
    if all(document.line(line.party) for line in lines):
        return None
    return objection_window(view, stamp, document.unit, document.happened_on or stamp.business_date, stamp.at)


def check_not_raised(document: Liability, lines: Iterable[Line]) -> None:
    """INVALID: amounts set in a review raise neither the document nor what a person pays (rule 56).

    A matrix or another tier may still raise both.
    """
    before = {entry.line.party: entry.line.amount for entry in document.lines}
    after = tuple(lines)
    raised = (line.party for line in after if not line.unit and line.amount > before.get(line.party, 0))
    if party := next(raised, None):
        raise Invalid(f"{party} would pay more than before")
    if sum(line.amount for line in after) > document.total:
        raise Invalid("the lines come to more than before")


# -- confirmation -----------------------------------------------------------------------------------------------------


def check_confirmable(document: Liability, now: Moment) -> None:
    """ALREADY if confirmed, STATE unless served, NOT_READY while a window is open or a dispute undecided."""
    if document.state == "confirmed":
        raise Already(document.name)
    if not document.in_window:
        raise State(document.state)
    waiting = [
        entry.line.party for entry in document.lines if entry.state == "disputed" or document.is_open(entry, now)
    ]
    if waiting:
        raise NotReady(", ".join(waiting))


def mode_of(document: Liability) -> str:
    """How it came to bind: reviewed, else acknowledged by all, else deemed accepted (contract §5.23)."""
    if document.reviewed:
        return "reviewed"
    return "ack" if all(entry.state == "acknowledged" for entry in document.lines) else "deemed"


def confirm(view: View, document: Liability, mode: str) -> Facts:
    """The lines are charged (P7): persons and the own pool on the unit's stream, other pools on theirs.

    Pools pay what they have, the rest is their shortfall (TR-15); each person's stream mirrors his due.  A serious
    violation may push training (rule 37).
    """
    charged = tuple(_charge(view, entry.line, POOLS[document.funds]) for entry in document.lines)
    own = tuple(line for line in charged if not line.unit or line.party == document.unit)
    yield _confirmed(document, mode, document.unit, own)
    for line in charged:
        if line not in own:
            yield _confirmed(document, mode, line.party, (line,))
    for line in charged:
        if not line.unit and line.amount:
            yield DueRaised(
                stream=person_stream(line.party),
                mirror=True,
                person=line.party,
                document=document.name,
                kind=document.kind,
                amount=line.amount,
                centre=document.centre,
            )
    if document.kind == "slip":
        yield from after_confirmation(view, document)


def _charge(view: View, line: Line, pool: AccountCode) -> ChargedLine:
    shortfall = obligation_of(view, line.party, line.amount, pool).shortfall if line.unit else 0
    return ChargedLine(line.party, line.amount, line.role, line.unit, shortfall)


def _confirmed(document: Liability, mode: str, unit: str, lines: tuple[ChargedLine, ...]) -> Fact:
    return about(
        document,
        KINDS[document.kind].confirmed,
        stream=unit_stream(unit),
        mode=mode,
        lines=lines,
        total=sum(line.amount for line in lines),
        centre=document.centre,
        item=document.item,
        **({"funds": document.funds} if document.kind == "slip" else {}),
    )


def fall_due(view: View, stamp: Stamp, kind: str, name: str) -> Facts:
    """No window is open and no dispute undecided: time confirms the document (AdvanceClock)."""
    document = view.liability(kind, name)
    return confirm(view, document, mode_of(document))
