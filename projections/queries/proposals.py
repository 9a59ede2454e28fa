"""Proposed commands (双人复核): who is asked, who has said yes, until when (rule 40)."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import select

from ledger.state.proposals import Proposal, ProposalState
from ledger.vocabulary import PersonId
from projections import read_models
from projections.queries.answers import boards as answers
from projections.queries.kernel import Reader, Result, query, read_state

states = read_models.states.c


@query("Proposals", "register", at="/proposals", cli="proposals", answer=answers.Proposals)
async def proposals(reader: Reader, person: PersonId | None = None, state: ProposalState | None = None) -> Result:
    """Proposals by id, of a person who is asked or proposes, in one state; ``approved``: whose word is given."""
    wanted = select(states.id, states.body).where(states.kind == "proposal")
    if state is not None:
        wanted = wanted.where(states.state == state)
    found: list[Proposal] = [read_state("proposal", row.body) for row in await reader.rows(wanted)]
    mine = (each for each in found if person is None or person == each.by or person in each.asked)
    return {"proposals": [_row(each) for each in sorted(mine, key=lambda each: each.proposal)]}


def _row(proposal: Proposal) -> dict[str, Any]:
    return {
        "proposal": proposal.proposal,
        "command": proposal.command,
        "data": msgspec.json.decode(proposal.data),
        "by": proposal.by,
        "digest": proposal.digest,
        "asked": list(proposal.asked),
        "approved": list(proposal.approved),
        "state": proposal.state,
        "until": proposal.until,
    }
