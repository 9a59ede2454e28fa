"""Red-ink reversal (红冲): entries are mirrored in full, never edited (L18, P19; contract §2.9, rule 23)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from ledger.accounts import NEVER_NEGATIVE, OPENING, PAYABLE, PERSONAL, parse
from ledger.decisions.figures import check_free, check_points_are_held, person_of, records
from ledger.decisions.kernel.approval import approved_by_one
from ledger.decisions.kernel.authority import centre
from ledger.decisions.kernel.envelope import centres_of, closed_month, touched_accounts
from ledger.decisions.kernel.request import Arguments, Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.liability import CHARGING
from ledger.decisions.mirror_images import Undo, mirror_images, told_to_persons
from ledger.decisions.reversal_places import Meant, centres_concerned, meant, unit_concerned
from ledger.decisions.standing import ASKS, Document, check_form, check_known, check_named_alone, standing
from ledger.decisions.undone_acts import check_acts
from ledger.errors import Insufficient, Sod, State
from ledger.fact import Fact, StoredFact
from ledger.facts.appeals import AppealDecided
from ledger.facts.dues import DueWrittenOff
from ledger.facts.payroll import PayrollExported
from ledger.facts.pools import EntryReversed, NamedDocument
from ledger.money import yuan
from ledger.posting import entries
from ledger.view import View
from ledger.vocabulary import AccountId, ApproverId, CommandId, PersonId, Role


def _has_form(arguments: Arguments) -> None:
    check_form(arguments.get("document"))


def _is_known(request: Request) -> None:
    check_known(request.view, request["of"], request["document"])


def _meant(request: Request) -> Meant:
    day = request.stamp.business_date or request.stamp.at[:10]
    return meant(request.view, day, request["of"], request["document"], request["person"])


def of_reversed(request: Request) -> str:
    """The unit of what is reversed."""
    return unit_concerned(request.view, _meant(request))


def centre_concerned(request: Request) -> str:
    """Every reversed fact asks for its own centre: the first of which the actor is no clerk decides (rule 23)."""
    centres = centres_concerned(request.view, _meant(request), request["accounts"])
    held = request.roles_of(request.stamp.by)
    strange = [centre for centre in centres if (Role.CLERK, centre) not in held]
    return (*strange, *centres)[0]


@decision(
    "ReverseEntry",
    who=centre(centre_concerned, Role.CLERK),
    unit=of_reversed,
    known=_is_known,
    one_of=("of", "document"),
    asks=ASKS,
    valid=_has_form,
)
def reverse_entry(
    view: View,
    stamp: Stamp,
    of: CommandId | None = None,
    document: Document | None = None,
    approved_by: ApproverId | None = None,
    accounts: tuple[AccountId, ...] | None = None,
    person: PersonId | None = None,
    *,
    reason: str,
) -> Facts:
    """All that a command or a document has moved is mirrored on its streams, once, with four eyes; keys are free again.

    A figure is taken back as well, as long as no money rests on it.  INVALID for a command by which time has confirmed
    several documents, REVERSAL if nothing stands.  The documents of reversed confirmations are cancelled with their
    dues; what a person has been deducted already can only be appealed (PERF-11).
    """
    found = meant(view, stamp.business_date, of, document, person)
    check_named_alone(view, of)
    facts = standing(view, found.facts, accounts, person)
    approver = approved(view, stamp, approved_by, found, accounts)
    check_not_own(view, stamp, approver, facts)
    check_free(view, facts)
    check_acts(view, facts)
    check_not_paid_out(view, facts)
    check_dues_are_open(view, facts)
    check_gone_for_good(view, facts)
    named = None if document is None else NamedDocument(document.kind, document.id, document.unit)
    images = tuple(mirror_images(view, facts, Undo(stamp, reason, approver, named)))
    check_points_are_held(view, facts)
    if not stamp.bundled:
        check_covered(view, images)
    places = centres_of(view, touched_accounts(one.fact for one in facts), stamp.business_date)
    yield from (
        msgspec.structs.replace(image, adjusts_period=closed_month(view, image.original_period or None, places))
        for image in images
    )
    yield from told_to_persons(view, facts, images)


def approved(
    view: View, stamp: Stamp, approver: PersonId | None, found: Meant, accounts: tuple[AccountId, ...] | None
) -> PersonId:
    """The approver: head of every centre concerned, or of the leading group at the unit concerned or above.

    The decision of an appeal is the leading group's alone (rule 71).
    """
    group = view.organisation.path(unit_concerned(view, found), stamp.business_date)
    if any(isinstance(one.fact, AppealDecided) for one in found.facts):
        return approved_by_one(view, stamp, approver, ((Role.LEADING_GROUP,), group))
    for place in centres_concerned(view, found, accounts):
        head = ((Role.CENTRE_HEAD,), (place,))
        approver = approved_by_one(view, stamp, approver, head, ((Role.LEADING_GROUP,), group))
    return str(approver)


def check_not_own(view: View, stamp: Stamp, approver: PersonId, money: Iterable[StoredFact]) -> None:
    """SOD: nobody reverses, or approves the reversal of, his own figure or what then stands to his credit (rule 52)."""
    for one in money:
        if records(one.fact) and (person := person_of(view, one.fact)) in (stamp.by, approver):
            raise Sod(str(person))
    debited = (entry.account for stored in money for entry in entries(stored.fact) if entry.amount < 0)
    for account in debited:
        code, owner = parse(account) if account != OPENING else (None, "")
        if code in PERSONAL and owner in (stamp.by, approver):
            raise Sod(owner)


def check_not_paid_out(view: View, money: Iterable[StoredFact]) -> None:
    """STATE: a payroll that has left, and every wage that left with it, stays as it is."""
    for stored in money:
        if isinstance(stored.fact, PayrollExported):
            raise State("a payroll is not reversed")
        for entry in entries(stored.fact):
            code, _, person = entry.account.partition(":")
            if code in PAYABLE and entry.amount > 0 and view.person(person).paid_out > stored.position:
                raise State(f"{entry.account} is already in a payroll export")


def check_dues_are_open(view: View, money: Iterable[StoredFact]) -> None:
    """STATE: a due of a person that is partly deducted, written off or under appeal cannot be taken back."""
    for stored in money:
        for change in stored.fact.due_changes():
            if change.unit or change.amount <= 0:
                continue
            due = view.person(change.party).dues.find(change.document, change.fund or "")
            if due is None or due.appealed or due.open < change.amount:
                raise State(f"{change.document} of {change.party} is partly deducted or under appeal")


def check_gone_for_good(view: View, money: Iterable[StoredFact]) -> None:
    """STATE: a part that was written off is not due again once an appeal has left less of the line (rule 18)."""
    for stored in money:
        parts = stored.fact.due_changes() if isinstance(stored.fact, DueWrittenOff) else ()
        for part in parts:
            kind, _, name = part.document.partition(":")
            line = view.liability(kind, name).line(part.party) if kind in CHARGING else None
            dues = (view.unit if part.unit else view.person)(part.party).dues
            if line and line.appeal == "decided" and dues.open_of(part.document) - part.amount > line.stands:
                raise State(f"an appeal has left {yuan(line.stands)} of {name}")


def check_covered(view: View, mirrored: Iterable[EntryReversed]) -> None:
    """INSUFFICIENT: no pool, payable, fund or deposit falls below 0."""
    changes: Counter[str] = Counter()
    for fact in mirrored:
        for line in fact.lines:
            changes[line.account] += line.amount
    for account, change in sorted(changes.items()):
        guarded = change < 0 and account != OPENING and parse(account).code in NEVER_NEGATIVE
        if guarded and balance_of(view, account) + change < 0:
            raise Insufficient(account)


def uncovered(view: View, facts: Iterable[Fact]) -> tuple[CommandId, Insufficient] | None:
    """The first reversal of a bundle of which an account stands below 0 when all its commands are decided (rule 74).

    So what is spent already can be taken back where the right amount is given in the same bundle.
    """
    for fact in facts:
        if isinstance(fact, EntryReversed):
            for line in fact.lines:
                guarded = line.account != OPENING and parse(line.account).code in NEVER_NEGATIVE
                if guarded and balance_of(view, line.account) < 0:
                    return fact.command, Insufficient(line.account)
    return None


def balance_of(view: View, account: str) -> int:
    code, owner = parse(account)
    return view.person(owner).balance(code) if code in PERSONAL else view.unit(owner).balance(code)
