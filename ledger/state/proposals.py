"""A proposal: open → approved, refused, withdrawn or lapsed (key ``proposal:<id>``; rule 40)."""

from __future__ import annotations

from typing import Literal

import msgspec

from ledger.calendars import local_day
from ledger.fact import StoredFact
from ledger.facts.proposals import (
    CommandProposed,
    ProposalApproved,
    ProposalLapsed,
    ProposalRefused,
    ProposalWithdrawn,
)
from ledger.state.columns import Columns
from ledger.state.kind import document
from ledger.vocabulary import Day, Moment, PersonId

ProposalState = Literal["open", "approved", "refused", "withdrawn", "lapsed"]


class Given(msgspec.Struct, frozen=True):
    """The word of a person asked, and by whom it was given: himself or his delegate."""

    asked: PersonId
    by: PersonId


class Proposal(msgspec.Struct, frozen=True):
    proposal: str
    unit: str
    command: str
    data: str
    by: PersonId
    digest: str
    asked: tuple[PersonId, ...]
    until: Moment
    since: Day
    state: ProposalState = "open"
    words: tuple[Given, ...] = ()
    dated: Day | None = None
    late_approval: PersonId | None = None

    @property
    def approved(self) -> tuple[PersonId, ...]:
        """The persons asked whose word is given, in its order."""
        return tuple(word.asked for word in self.words)

    def has_spoken(self, person: PersonId) -> bool:
        return any(word.by == person for word in self.words)

    @property
    def columns(self) -> Columns:
        return Columns(unit=self.unit, state=self.state, since=self.since, until=local_day(self.until))


def evolve(state: Proposal | None, stored: StoredFact) -> Proposal | None:
    """Fold one fact that names the proposal."""
    fact = stored.fact
    if isinstance(fact, CommandProposed):
        return Proposal(
            proposal=fact.proposal,
            unit=fact.unit,
            command=fact.proposed,
            data=fact.data,
            by=fact.by,
            digest=fact.digest,
            asked=fact.asked,
            until=fact.until,
            since=fact.business_date,
            dated=fact.dated,
            late_approval=fact.late_approval,
        )
    if state is None:
        return None
    match fact:
        case ProposalApproved():
            words = (*state.words, Given(fact.asked, fact.by))
            return msgspec.structs.replace(state, words=words, state="approved" if fact.last else "open")
        case ProposalRefused():
            return msgspec.structs.replace(state, state="refused")
        case ProposalWithdrawn():
            return msgspec.structs.replace(state, state="withdrawn")
        case ProposalLapsed():
            return msgspec.structs.replace(state, state="lapsed")
        case _:
            return state


KINDS = (document("proposal", Proposal, evolve),)
