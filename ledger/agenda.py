"""What a fact puts on the agenda, or takes off it: the moments at which time alone will bring something about.

Decisions compute the moments and store them in their facts; AdvanceClock (``ledger.decisions.time``) acts on them.
An entry's key is ``<row>:<document id>``, with ``/<detail>`` where a document has several of a kind.
"""

from __future__ import annotations

from functools import cache, singledispatch

from ledger import calendars
from ledger.dispatch import by_type, has_rule
from ledger.fact import Fact
from ledger.facts import (
    appeals,
    duties,
    followup,
    handovers,
    hazards,
    notices,
    penalties,
    points,
    pools,
    slips,
    statements,
    tenders,
)
from ledger.vocabulary import Moment

Changes = tuple[tuple[str, Moment | None], ...]
"""Keys of the agenda with their new moment; None takes the entry off."""


def changes(fact: Fact) -> Changes:
    """The agenda after the fact, as far as it differs; mirrors change nothing."""
    return () if fact.mirror else by_type(_changes, type(fact))(fact)


@singledispatch
def _changes(fact: Fact) -> Changes:
    return ()


@cache
def may_change(kind: type[Fact]) -> bool:
    """Can facts of this type change the agenda?"""
    return has_rule(_changes, kind)


# -- windows of slips, penalties and notices ------------------------------------------------------------------------


@_changes.register
def _(fact: slips.SlipServed) -> Changes:
    return ((f"slip:{fact.slip}", fact.window_over),)


@_changes.register(slips.SlipAcknowledged)
@_changes.register(slips.SlipReviewDecided)
def _(fact: slips.SlipAcknowledged | slips.SlipReviewDecided) -> Changes:
    """A dispute that is not yet decided keeps the document off the agenda."""
    return ((f"slip:{fact.slip}", fact.due),)


@_changes.register(slips.SlipDisputed)
@_changes.register(slips.SlipConfirmed)
@_changes.register(slips.SlipCancelled)
def _(fact: slips.SlipDisputed | slips.SlipConfirmed | slips.SlipCancelled) -> Changes:
    return ((f"slip:{fact.slip}", None),)


@_changes.register
def _(fact: penalties.PenaltyNotified) -> Changes:
    return ((f"penalty:{fact.penalty}", fact.window_over),)


@_changes.register(penalties.PenaltyAcknowledged)
@_changes.register(penalties.PenaltyReviewDecided)
def _(fact: penalties.PenaltyAcknowledged | penalties.PenaltyReviewDecided) -> Changes:
    return ((f"penalty:{fact.penalty}", fact.due),)


@_changes.register(penalties.PenaltyDisputed)
@_changes.register(penalties.PenaltyCancelled)
@_changes.register(penalties.PenaltyWaived)
def _(fact: penalties.PenaltyDisputed | penalties.PenaltyCancelled | penalties.PenaltyWaived) -> Changes:
    return ((f"penalty:{fact.penalty}", None),)


@_changes.register
def _(fact: penalties.PenaltyConfirmed) -> Changes:
    return ((f"penalty:{fact.penalty}", None),) if fact.penalty else ()


@_changes.register
def _(fact: notices.TradeNoticeIssued) -> Changes:
    return ((f"notice:{fact.notice}", fact.window_over),)


@_changes.register(notices.TradeNoticeConfirmed)
@_changes.register(notices.TradeNoticeCancelled)
def _(fact: notices.TradeNoticeConfirmed | notices.TradeNoticeCancelled) -> Changes:
    return ((f"notice:{fact.notice}", None),)


# -- windows of statements ------------------------------------------------------------------------------------------


@_changes.register
def _(fact: statements.StatementIssued) -> Changes:
    return ((f"statement:{fact.unit}/{fact.period}", fact.window_over),)


@_changes.register(statements.StatementConfirmed)
@_changes.register(statements.StatementDisputed)
def _(fact: statements.StatementConfirmed | statements.StatementDisputed) -> Changes:
    return ((f"statement:{fact.unit}/{fact.period}", None),)


# -- bids -----------------------------------------------------------------------------------------------------------


@_changes.register
def _(fact: tenders.TenderPublished) -> Changes:
    return ((f"tender:{fact.tender}", fact.bid_deadline),)


@_changes.register(tenders.TenderAwarded)
@_changes.register(tenders.TenderFailed)
@_changes.register(tenders.TenderCancelled)
def _(fact: tenders.TenderAwarded | tenders.TenderFailed | tenders.TenderCancelled) -> Changes:
    return ((f"tender:{fact.tender}", None),)


# -- deadlines of hazards -------------------------------------------------------------------------------------------


@_changes.register(hazards.HazardAssigned)
@_changes.register(hazards.DeadlineExtended)
@_changes.register(handovers.HandoverItemTransferredIn)
def _(fact: hazards.HazardAssigned | hazards.DeadlineExtended | handovers.HandoverItemTransferredIn) -> Changes:
    """A new deadline replaces everything that the old one would have brought about."""
    replaced = tuple((key_of(what, fact.hazard), None) for what in fact.falls_no_more)
    return replaced + tuple((key_of(due.what, fact.hazard), due.at) for due in fact.falls_due)


def key_of(what: str, document: str) -> str:
    """``"remind-hazard/-24"`` of H-1 → ``"remind-hazard:H-1/-24"``; ``"overdue"`` → ``"overdue:H-1"``."""
    row, slash, detail = what.partition("/")
    return f"{row}:{document}{slash}{detail}"


@_changes.register(hazards.HazardClosed)
@_changes.register(hazards.HazardRejected)
@_changes.register(hazards.HazardMerged)
def _(fact: hazards.HazardClosed | hazards.HazardRejected | hazards.HazardMerged) -> Changes:
    return tuple((key_of(what, fact.hazard), None) for what in fact.falls_no_more)


@_changes.register
def _(fact: hazards.HazardMarkedOverdue) -> Changes:
    return ((f"overdue:{fact.hazard}", None),)


@_changes.register
def _(fact: hazards.TenderMadeCompulsory) -> Changes:
    return ((f"force:{fact.hazard}", None),)


@_changes.register
def _(fact: hazards.ReminderSent) -> Changes:
    return ((fact.entry, None),) if fact.entry else ()


# -- duty tasks -----------------------------------------------------------------------------------------------------


@_changes.register
def _(fact: duties.DutyTaskDispatched) -> Changes:
    return tuple((key_of(due.what, fact.task), due.at) for due in fact.falls_due)


@_changes.register(duties.DutyTaskCompleted)
@_changes.register(duties.DutyTaskMissed)
def _(fact: duties.DutyTaskCompleted | duties.DutyTaskMissed) -> Changes:
    """What is done is not missed, and what is missed is not reminded of any more (contract §5.36)."""
    return tuple((key_of(what, fact.task), None) for what in fact.falls_no_more)


# -- advice, points, escrow -----------------------------------------------------------------------------------------

ESCROW_DAYS = 60
"""How long an appeal may wait for its decision before somebody is reminded (contract §2.14)."""


@_changes.register
def _(fact: followup.AdvicePushed) -> Changes:
    return tuple((key_of(due.what, fact.advice), due.at) for due in fact.falls_due)


@_changes.register
def _(fact: followup.AdviceClosed) -> Changes:
    return tuple((key_of(what, fact.advice), None) for what in fact.falls_no_more)


def points_key(person: str, doc: str) -> str:
    return f"points:{person}/{doc}"


@_changes.register
def _(fact: points.PointsAwarded) -> Changes:
    return ((points_key(fact.person, fact.doc), fact.expires_at),)


@_changes.register
def _(fact: points.PointsRedeemed) -> Changes:
    """An award that is used up has nothing left to expire."""
    return tuple((points_key(fact.person, part.doc), None) for part in fact.parts if not part.left)


@_changes.register
def _(fact: pools.EntryReversed) -> Changes:
    """Points that are held again expire when they would have."""
    back = fact.points
    return tuple((points_key(back.person, part.doc), part.expires_at) for part in back.parts) if back else ()


@_changes.register
def _(fact: points.PointsExpired) -> Changes:
    return ((points_key(fact.person, fact.doc), None),)


def escrow_key(fact: appeals.AppealHeld | appeals.AppealDecided) -> str:
    """``escrow-slip:SL-1/P-A``"""
    named = (("slip", fact.slip), ("penalty", fact.penalty), ("case", fact.case))
    kind, name = next((kind, name) for kind, name in named if name)
    return f"escrow-{kind}:{name}/{fact.party}"


@_changes.register
def _(fact: appeals.AppealHeld) -> Changes:
    return ((escrow_key(fact), calendars.midnight(fact.business_date, ESCROW_DAYS)),)


@_changes.register
def _(fact: appeals.AppealDecided) -> Changes:
    return ((escrow_key(fact), None),)
