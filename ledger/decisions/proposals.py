"""Two hands (双人复核): the words that a command names are said by the persons themselves (rules 40 and 54)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any

import msgspec

from ledger import calendars
from ledger.decisions.in_force import policy
from ledger.decisions.kernel.authority import Who, document, word
from ledger.decisions.kernel.checks import check_references
from ledger.decisions.kernel.envelope import finish
from ledger.decisions.kernel.request import Arguments, Request
from ledger.decisions.kernel.roles import holds_at, leads_at, lent_by
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import TABLE, Command, Facts, admitted, decide, decision
from ledger.errors import Already, Invalid, Sod, State
from ledger.facts.proposals import (
    CommandProposed,
    ProposalApproved,
    ProposalLapsed,
    ProposalRefused,
    ProposalWithdrawn,
    proposal_stream,
)
from ledger.state.proposals import Proposal
from ledger.view import View
from ledger.vocabulary import NEW, Day, PersonId, ProposalId, Role

LED = frozenset[Role]()
"""Only a role of lead is asked."""

COVERING: dict[str, frozenset[Role] | None] = {
    "approved_by": frozenset(
        {Role.CENTRE_HEAD, Role.LEADING_GROUP, Role.SAFETY_OFFICE, Role.CLERK, Role.COMPANY_DEPUTY}
    ),
    "approvals": frozenset({Role.LEADING_GROUP}),
    "accepted_by": LED,
    "acceptors": None,
    "out_leader": LED,
    "in_leader": LED,
    "late_approval": frozenset({Role.CENTRE_HEAD}),
}
"""Fields that name somebody's word, and the roles by which a delegate may say it; None: nobody else may (rule 54)."""

OF_A_LEAD = frozenset({"approved_by", "accepted_by", "out_leader", "in_leader"})
"""Words that a role of lead may say too."""

_canonical = msgspec.json.Encoder(order="sorted")


def digest_of(command: str, data: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON of {command, data}, hex."""
    return hashlib.sha256(_canonical.encode({"command": command, "data": data})).hexdigest()


def words_in(arguments: Arguments, late_approval: PersonId | None) -> dict[PersonId, tuple[str, ...]]:
    """The persons whose word a command names, each with the fields that name him, in the order of the contract."""
    found: dict[PersonId, tuple[str, ...]] = {}
    for field in COVERING:
        given = late_approval if field == "late_approval" else arguments.get(field)
        for person in (given,) if isinstance(given, str) else given or ():
            found[person] = (*found.get(person, ()), field)
    return found


# -- the command inside -----------------------------------------------------------------------------------------------


def _well_formed(arguments: Arguments) -> None:
    """The command is known, has a valid form and names somebody's word; proposals are not proposed."""
    row = TABLE.get(arguments["command"])
    if row is None or "proposal" in row.form.struct.__struct_fields__:
        raise Invalid(f"command: {arguments['command']} cannot be proposed")
    if not words_in(row.read(arguments["data"]), arguments.get("late_approval")):
        raise Invalid("data: no one is asked")


def _command(
    view: View,
    stamp: Stamp,
    by: PersonId,
    name: str,
    data: dict[str, Any],
    business_date: Day | None,
    late_approval: PersonId | None,
) -> Command:
    """The proposed command, as if the proposer sent it now under this command's id."""
    row = TABLE[name]
    return Command(
        id=stamp.command,
        at=stamp.at,
        by=by,
        decision=row,
        arguments=row.read(data),
        digest=b"",
        recorded_at=stamp.received if view.organisation.simulated else None,
        business_date=business_date,
        source=stamp.source,
        late_approval=late_approval,
    )


def _inside(request: Request) -> Request:
    """The proposed command under the stamp of the proposal."""
    row = TABLE[request["command"]]
    return Request(request.view, request.stamp, row.read(request["data"]), row)


def _unit(request: Request) -> str | None:
    inside = _inside(request)
    return inside.row.unit(inside)


def _known(request: Request) -> None:
    inside = _inside(request)
    check_references(inside, inside.row)


class _Sender(Who):
    """Whoever may send the proposed command, refused as that command would be."""

    __slots__ = ()

    def check(self, request: Request) -> None:
        view, stamp = request.view, request.stamp
        given = (request["command"], request["data"], request["business_date"], request["late_approval"])
        admitted(view, _command(view, stamp, stamp.by, *given), stamp.now)


# -- who may speak ----------------------------------------------------------------------------------------------------


def _proposal(view: View, name: ProposalId) -> Proposal:
    found: Proposal = view.state(f"proposal:{name}")
    return found


def _speaks_for(view: View, stamp: Stamp, proposal: Proposal) -> Iterator[PersonId]:
    """The persons asked for whom the actor may speak: himself, and who has lent him a role that covers the word."""
    row = TABLE[proposal.command]
    fields = words_in(row.read(msgspec.json.decode(proposal.data)), proposal.late_approval)
    for person in proposal.asked:
        if person == stamp.by or _is_lent(view, stamp, proposal, person, fields[person]):
            yield person


def _is_lent(view: View, stamp: Stamp, proposal: Proposal, grantor: PersonId, fields: tuple[str, ...]) -> bool:
    """Does a delegation at the command's unit or above cover every word that is asked of its grantor (rule 54)?"""
    lent = lent_by(view, stamp, stamp.by, grantor)
    units = view.organisation.path(proposal.unit, stamp.business_date)
    return all(
        (roles := COVERING[field]) is not None
        and (holds_at(lent, roles, units) or (field in OF_A_LEAD and leads_at(view.organisation, lent, units)))
        for field in fields
    )


def _of(request: Request) -> Proposal:
    return _proposal(request.view, request["proposal"])


SPEAKER = word(lambda request: any(_speaks_for(request.view, request.stamp, _of(request))))
ASKED = word(lambda request: request.stamp.by in _of(request).asked)
PROPOSER = word(lambda request: request.stamp.by == _of(request).by)
OF_PROPOSAL = document("proposal")


# -- decisions --------------------------------------------------------------------------------------------------------


@decision("ProposeCommand", who=_Sender(), unit=_unit, known=_known, valid=_well_formed)
def propose_command(
    view: View,
    stamp: Stamp,
    proposal: Annotated[ProposalId, NEW],
    command: str,
    data: dict[str, Any],
    business_date: Day | None = None,
    late_approval: PersonId | None = None,
) -> Facts:
    """A command is proposed, by one of those who may send it, to the others whose word it names (rule 40).

    INVALID for an unknown or malformed command, or if no one but the proposer is asked; else as the command itself is
    refused by the general checks.
    """
    row = TABLE[command]
    asked = tuple(person for person in words_in(row.read(data), late_approval) if person != stamp.by)
    if not asked:
        raise Invalid("data: no one is asked")
    inside = _command(view, stamp, stamp.by, command, data, business_date, late_approval)
    unit = row.unit(admitted(view, inside, stamp.now)) or view.organisation.root
    days = policy(view, "proposal.days", unit, stamp.business_date)
    yield CommandProposed(
        stream=proposal_stream(proposal),
        proposal=proposal,
        proposed=command,
        data=_canonical.encode(data).decode(),
        digest=digest_of(command, data),
        asked=asked,
        unit=unit,
        until=calendars.moment(calendars.parse_moment(stamp.at) + timedelta(days=days)),
        dated=business_date,
        late_approval=late_approval,
    )


@decision("ApproveProposal", who=SPEAKER, unit=OF_PROPOSAL, self_dated=True)
def approve_proposal(view: View, stamp: Stamp, proposal: ProposalId, digest: str) -> Facts:
    """A person asked, or his delegate, says his word; with the last one the command is decided, by the proposer.

    STATE unless open and of this digest, ALREADY for who has spoken, SOD for the proposer, then as the command is
    refused: nothing of this word is recorded then.
    """
    found = _proposal(view, proposal)
    if found.state != "open" or digest != found.digest:
        raise State(found.state if found.state != "open" else "another digest")
    missing = [person for person in _speaks_for(view, stamp, found) if person not in found.approved]
    if found.has_spoken(stamp.by) or not missing:
        raise Already(stamp.by)
    if stamp.by == found.by:
        raise Sod(f"{stamp.by} proposed {proposal}")
    spoken = stamp.by if stamp.by in missing else missing[0]
    last = len(found.words) + 1 == len(found.asked)
    approved = ProposalApproved(
        stream=proposal_stream(proposal), proposal=proposal, digest=digest, asked=spoken, last=last
    )
    yield from finish(view, stamp, (approved,), "")
    if last:
        data = msgspec.json.decode(found.data)
        inside = _command(view, stamp, found.by, found.command, data, found.dated, found.late_approval)
        yield from decide(view, inside, stamp.now)


@decision("RefuseProposal", who=ASKED, unit=OF_PROPOSAL)
def refuse_proposal(view: View, stamp: Stamp, proposal: ProposalId, reason: str) -> Facts:
    """A person asked says no, and the proposal is over; STATE unless it is open."""
    _check_open(_proposal(view, proposal))
    yield ProposalRefused(stream=proposal_stream(proposal), proposal=proposal, reason=reason)


@decision("WithdrawProposal", who=PROPOSER, unit=OF_PROPOSAL)
def withdraw_proposal(view: View, stamp: Stamp, proposal: ProposalId) -> Facts:
    """The proposer takes it back; STATE unless it is open."""
    _check_open(_proposal(view, proposal))
    yield ProposalWithdrawn(stream=proposal_stream(proposal), proposal=proposal)


def _check_open(proposal: Proposal) -> None:
    if proposal.state != "open":
        raise State(proposal.state)


def lapse(view: View, stamp: Stamp, kind: str, name: str) -> Facts:
    """Open for ``proposal.days`` times 24 hours, it lapses (AdvanceClock)."""
    yield ProposalLapsed(stream=proposal_stream(name), proposal=name)
