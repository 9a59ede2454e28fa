"""The facts that a reversal names, by command or by document, and those of them that stand (rule 23)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, NamedTuple

import msgspec

from ledger.decisions.figures import figures_of
from ledger.decisions.kernel.checks import is_known
from ledger.errors import Invalid, Reversal, Unknown
from ledger.fact import Fact, StoredFact
from ledger.facts.dues import GrossWageImported
from ledger.facts.organisation import ClockAdvanced
from ledger.facts.pools import (
    BUDGET,
    COMMAND,
    DISTRIBUTION,
    QUOTA_WAGE,
    BalanceOpened,
    EntryReversed,
    UnitDueRecovered,
)
from ledger.facts.transfers import ADJUSTMENT, PASS_DOWN
from ledger.keys import Key
from ledger.posting import entries
from ledger.state.registers import CommandRecord
from ledger.tags import document_fields
from ledger.view import View
from ledger.vocabulary import AccountId, CentreId, CommandId, Day, PersonId, UnitId

DocumentKind = Literal[
    "slip",
    "penalty",
    "case",
    "notice",
    "due",
    "tender",
    "handover",
    "distribution",
    "pass_down",
    "adjustment",
    "quota_wage",
    "budget",
]


class Document(msgspec.Struct, frozen=True):
    """A document as a reversal names it; a paper by which money moved is a unit's."""

    kind: DocumentKind
    id: str
    unit: UnitId | None = None


class Place(NamedTuple):
    """The unit and the centre of a document that has moved nothing."""

    unit: UnitId
    centre: CentreId


class Kind(NamedTuple):
    """How a document of a kind is found: the commands that moved its money last, and whose it is until then.

    ``paper``: the key of a paper that a unit uses once; it is all that its command recorded.
    """

    commands: Callable[[View, Document], tuple[CommandId, ...]]
    place: Callable[[View, Document, Day], Place]
    paper: Key | None = None


def _state(view: View, document: Document) -> Any:
    return view.state(f"{document.kind}:{document.id}")


def _of_fund(view: View, document: Document, day: Day) -> Place:
    state = _state(view, document)
    return Place(state.unit, state.centre or view.organisation.centre(state.unit, day))


def _of_unit(view: View, document: Document, day: Day) -> Place:
    unit = document.unit or _state(view, document).unit
    return Place(unit, view.organisation.centre(unit, day))


def _of_parties(view: View, document: Document, day: Day) -> Place:
    handover = view.handover(document.id)
    return Place(handover.sender, view.organisation.transfer_centre(handover.sender, handover.receiver, day))


def _confirmed(place: Callable[[View, Document, Day], Place]) -> Kind:
    return Kind(lambda view, document: (_state(view, document).confirmed_by,), place)


def _paper(key: Key) -> Kind:
    return Kind(lambda view, paper: (view.state(key(str(paper.unit), paper.id)).command,), _of_unit, key)


KINDS: dict[str, Kind] = {
    "slip": _confirmed(_of_fund),
    "penalty": _confirmed(_of_fund),
    "case": _confirmed(_of_fund),
    "notice": _confirmed(_of_fund),
    "due": _confirmed(_of_fund),
    "tender": Kind(lambda view, document: (view.tender(document.id).settled_by,), _of_fund),
    "handover": Kind(lambda view, document: _transfers(view, document.id), _of_parties),
    "distribution": _paper(DISTRIBUTION),
    "pass_down": _paper(PASS_DOWN),
    "adjustment": _paper(ADJUSTMENT),
    "quota_wage": _paper(QUOTA_WAGE),
    "budget": _paper(BUDGET),
}
"""The kinds of documents whose money can be taken back by their name."""


def _transfers(view: View, handover: str) -> tuple[CommandId, ...]:
    return tuple(transfer for _, transfer in view.handover(handover).standing)


def check_form(document: Document | None) -> None:
    """INVALID: a paper needs the unit that used it, other documents have none beside their id."""
    if document is not None and (KINDS[document.kind].paper is None) != (document.unit is None):
        raise Invalid("document: a unit is named with a paper, and only with one")


def check_known(view: View, of: CommandId | None, document: Document | None) -> None:
    """UNKNOWN_COMMAND, UNKNOWN_SLIP …; UNKNOWN_DOCUMENT for a paper that the unit has never used."""
    if of is not None and not view.command(of).is_known:
        raise Unknown("COMMAND", of)
    if document is None:
        return
    kind = KINDS[document.kind]
    if kind.paper is None and not is_known(view, document.kind, document.id):
        raise Unknown(document.kind, document.id)
    if kind.paper is not None and not any(kind.commands(view, document)):
        raise Unknown("DOCUMENT", document.id)


# -- the facts ------------------------------------------------------------------------------------------------------


def named(view: View, of: CommandId | None, document: Document | None) -> tuple[StoredFact, ...]:
    """Every money fact that is meant, whether it stands or not; of a figure, its first fact on each stream.

    A recovery (P10) directly after the facts of a document goes with them.
    """
    if document is None:
        facts = view.command(str(of)).facts
        return money_facts(facts) or figures_of(facts)
    kind = KINDS[document.kind]
    records = [view.command(command) for command in kind.commands(view, document) if command]
    if kind.paper is not None:
        return tuple(one for record in records for one in money_facts(record.facts))
    return tuple(one for record in records for one in _of_document(record, document))


def money_facts(facts: Iterable[StoredFact]) -> tuple[StoredFact, ...]:
    return tuple(stored for stored in facts if entries(stored.fact))


def _of_document(record: CommandRecord, document: Document) -> Iterator[StoredFact]:
    belongs = False
    for stored in money_facts(record.facts):
        if not isinstance(stored.fact, UnitDueRecovered):
            belongs = getattr(stored.fact, document.kind, None) == document.id
        if belongs:
            yield stored


def check_named_alone(view: View, of: CommandId | None) -> None:
    """INVALID: time has confirmed several documents by one command; each is taken back by itself."""
    facts = view.command(of).facts if of is not None else ()
    documents = {document for stored in money_facts(facts) for document in documents_of(stored.fact)}
    if len(documents) > 1 and any(isinstance(stored.fact, ClockAdvanced) for stored in facts):
        raise Invalid(f"of: {of} confirmed {', '.join(sorted(documents))}; name one of them as document")


def documents_of(fact: Fact) -> Iterator[str]:
    """The documents of a fact that a reversal can name: ``slip:SL-1``."""
    fields = ((getattr(fact, field), prefix) for field, prefix in document_fields(type(fact)))
    return (prefix + name for name, prefix in fields if name and prefix[:-1] in KINDS)


def standing(
    view: View, facts: tuple[StoredFact, ...], accounts: tuple[AccountId, ...] | None, person: PersonId | None
) -> tuple[StoredFact, ...]:
    """Those that can still be reversed; of openings, the accounts that stand, or those asked for.

    INVALID: accounts that are not of these openings, or of what is no opening; a person whose gross wage is not of
    this import, or of what is none.  REVERSAL: nothing stands.
    """
    if accounts is not None:
        _check_accounts(view, facts, accounts)
    facts = of_person(facts, person)
    if not facts and person is not None:
        raise Invalid(f"person: {person} is named of an import of gross wages")
    left = tuple(narrowed for one in facts if (narrowed := _standing(view, one, accounts)) is not None)
    if not left or any(isinstance(one.fact, EntryReversed) for one in left):
        raise Reversal("nothing that can be reversed stands")
    return left


def of_person(facts: tuple[StoredFact, ...], person: PersonId | None) -> tuple[StoredFact, ...]:
    """Of an import of gross wages, the person's alone, if one is named."""
    if person is None:
        return facts
    return tuple(one for one in facts if isinstance(one.fact, GrossWageImported) and one.fact.person == person)


def _check_accounts(view: View, facts: tuple[StoredFact, ...], accounts: tuple[AccountId, ...]) -> None:
    openings = [one.fact for one in facts if isinstance(one.fact, BalanceOpened)]
    given = {line.account for fact in openings for line in fact.balances}
    if not accounts or set(accounts) - given:
        raise Invalid("accounts: they are those of an OpenBalances")
    if gone := {account for fact in openings for account in view.command(fact.command).returned} & set(accounts):
        raise Reversal(min(gone))


def _standing(view: View, stored: StoredFact, accounts: tuple[AccountId, ...] | None) -> StoredFact | None:
    fact, record = stored.fact, view.command(stored.fact.command)
    if not isinstance(fact, BalanceOpened):
        return None if stored.position in record.undone else stored
    wanted = {line.account for line in fact.balances} if accounts is None else set(accounts)
    kept = tuple(line for line in fact.balances if line.account in wanted - record.returned)
    narrowed = stored._replace(fact=msgspec.structs.replace(fact, balances=kept))
    return narrowed if entries(narrowed.fact) else None


ASKS = (COMMAND,)
"""States that a reversal asks for by its own fields."""
