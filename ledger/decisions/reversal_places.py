"""Where a reversal is decided: the unit of what is reversed, and the centre of each fact (contract §5.27, rule 23)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import NamedTuple

from ledger.accounts import OPENING, PERSONAL, AccountCode, parse
from ledger.decisions.figures import records, unit_of_figure
from ledger.decisions.kernel.checks import is_known
from ledger.decisions.kernel.envelope import centre_of_account
from ledger.decisions.standing import KINDS, Document, Place, named, of_person
from ledger.fact import Fact, StoredFact
from ledger.facts.dues import DueRaised
from ledger.facts.payroll import PayrollReturned
from ledger.facts.pools import BalanceOpened, UnitDueRecovered
from ledger.posting import entries
from ledger.view import View
from ledger.vocabulary import SYSTEM, AccountId, CentreId, CommandId, Day, PersonId, UnitId


class Meant(NamedTuple):
    """The facts that a reversal names, and the place where it is decided as long as there are none."""

    facts: tuple[StoredFact, ...]
    place: Place


def meant(view: View, day: Day, of: CommandId | None, document: Document | None, person: PersonId | None) -> Meant:
    """The facts of a command or of a document, whether they stand or not."""
    if document is not None:
        return Meant(named(view, of, document), KINDS[document.kind].place(view, document, day))
    found = named(view, of, None)
    found = of_person(found, person) or found
    return Meant(found, _common_place(view, found or view.command(str(of)).facts))


def _common_place(view: View, facts: tuple[StoredFact, ...]) -> Place:
    """The lowest unit that contains all on whose streams the facts stand."""
    organisation, day = view.organisation, facts[0].fact.business_date
    unit = reduce(lambda one, other: organisation.common(one, other, day), (unit_of(view, one.fact) for one in facts))
    return Place(unit, organisation.centre(unit, day))


def unit_concerned(view: View, found: Meant) -> UnitId:
    return unit_of(view, found.facts[0].fact) if found.facts else found.place.unit


def unit_of(view: View, fact: Fact) -> UnitId:
    """The unit on whose stream a fact stands, a person's home, else the actor's home or the root.

    A figure is of its own unit or person.  A due is of the unit whose pool it is owed to, or of the centre; so is pay
    that came back of the centre's payroll.
    """
    if records(fact):
        return unit_of_figure(view, fact)
    if isinstance(fact, DueRaised | PayrollReturned):
        return getattr(fact, "unit", None) or fact.centre
    kind, _, name = fact.stream.partition("-")
    root = view.organisation.root
    if kind == "unit":
        return name
    subject = name if kind == "person" else fact.by
    return root if subject == SYSTEM else view.person(subject).home(fact.business_date) or root


def centres_concerned(view: View, found: Meant, accounts: tuple[AccountId, ...] | None) -> tuple[CentreId, ...]:
    """The centre of each fact for itself; what was recovered goes with the fact that it follows."""
    own = (stored.fact for stored in found.facts if not isinstance(stored.fact, UnitDueRecovered))
    centres = {centre for fact in own for centre in _centres_of(view, fact, accounts)}
    return tuple(sorted(centres or set(_centres_named(view, found, accounts)))) or (found.place.centre,)


def _centres_named(view: View, found: Meant, accounts: tuple[AccountId, ...] | None) -> Iterator[CentreId]:
    """Accounts that the command never opened ask for their centres all the same, before they are refused."""
    for account in accounts or () if found.facts else ():
        code, owner = parse(account) if account != OPENING else (None, "")
        if is_known(view, "person" if code in PERSONAL else "unit", owner):
            yield from filter(None, (centre_of_account(view, account, found.facts[0].fact.business_date),))


def _centres_of(view: View, fact: Fact, accounts: tuple[AccountId, ...] | None) -> Iterable[CentreId]:
    """The clearing centre of a transfer, else the fund's (or escrow's), else the unit's; of openings each account's."""
    if isinstance(fact, BalanceOpened):
        return _centres_of_opening(view, fact, accounts)
    moved = [parse(entry.account) for entry in entries(fact) if entry.account != OPENING]
    for code in (AccountCode.CLR_TRADE, AccountCode.FUND_SAFETY, AccountCode.ESC_DISPUTE):
        if owner := next((account.owner for account in moved if account.code is code), None):
            return (owner,)
    return (view.organisation.centre(unit_of(view, fact), fact.business_date),)


def _centres_of_opening(view: View, fact: BalanceOpened, accounts: tuple[AccountId, ...] | None) -> Iterator[CentreId]:
    """Of the accounts that are asked for, or of all that stand."""
    returned = view.command(fact.command).returned
    for line in fact.balances:
        asked = line.account in accounts if accounts is not None else line.account not in returned
        if asked and (centre := centre_of_account(view, line.account, fact.business_date)):
            yield centre
