"""Facts of a proposal (双人复核): a command that waits until everybody whose word it names has spoken (rule 40).

They stand on the stream ``proposal-<id>``; the facts of the command
follow the last word directly, on their own streams.
"""

from __future__ import annotations

from ledger.consequences import Timers
from ledger.fact import Fact
from ledger.vocabulary import Day, Moment, PersonId, ProposalId, UnitId


def proposal_stream(proposal: str) -> str:
    return f"proposal-{proposal}"


class CommandProposed(Fact, frozen=True, kw_only=True, tag="proposal.made.v1"):
    """Somebody who may send the command proposes it; ``asked`` are the persons whose word it names.

    ``data`` is its canonical JSON and ``digest`` the SHA-256 of {command, data}, hex; ``dated`` and ``late_approval``
    are the command's business date and approval of lateness, ``unit`` is its unit, ``until`` when the proposal lapses.
    """

    proposal: ProposalId
    proposed: str
    data: str
    digest: str
    asked: tuple[PersonId, ...]
    unit: UnitId
    until: Moment
    dated: Day | None = None
    late_approval: PersonId | None = None

    def timers(self) -> Timers:
        return ((f"proposal:{self.proposal}", self.until),)


class ProposalApproved(Fact, frozen=True, kw_only=True, tag="proposal.approved.v1"):
    """The word of one person asked, given by himself or by his delegate; with the last one the command is decided."""

    proposal: ProposalId
    digest: str
    asked: PersonId
    last: bool = False

    def timers(self) -> Timers:
        return ((f"proposal:{self.proposal}", None),) if self.last else ()


class ProposalRefused(Fact, frozen=True, kw_only=True, tag="proposal.refused.v1"):
    """A person asked says no: the command is not decided."""

    proposal: ProposalId
    reason: str

    def timers(self) -> Timers:
        return ((f"proposal:{self.proposal}", None),)


class ProposalWithdrawn(Fact, frozen=True, kw_only=True, tag="proposal.withdrawn.v1"):
    """The proposer takes the proposal back."""

    proposal: ProposalId

    def timers(self) -> Timers:
        return ((f"proposal:{self.proposal}", None),)


class ProposalLapsed(Fact, frozen=True, kw_only=True, tag="proposal.lapsed.v1"):
    """Nobody spoke the last word in time."""

    proposal: ProposalId

    def timers(self) -> Timers:
        return ((f"proposal:{self.proposal}", None),)
