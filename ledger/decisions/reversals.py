"""Red-ink reversal (红冲): a command's entries are mirrored in full, never edited (L18, P19; contract §2.9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any

import msgspec

from ledger.accounts import NEVER_NEGATIVE, OPENING, PERSONAL, AccountCode, owner_stream, parse
from ledger.consequences import DueChange
from ledger.decisions.kernel.approval import approved_by_one
from ledger.decisions.kernel.authority import centre
from ledger.decisions.kernel.envelope import centres_of, closed_month, touched_accounts
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.points import given_back
from ledger.errors import Insufficient, Invalid, Reversal, Sod, State, Unknown
from ledger.fact import Fact, StoredFact, topic_of
from ledger.facts.appeals import AppealDecided, AppealHeld
from ledger.facts.deposits import DepositCollected, DepositForfeited, DepositReturned
from ledger.facts.notices import TradeNoticeConfirmed
from ledger.facts.payroll import PayrollExported
from ledger.facts.penalties import PenaltyConfirmed
from ledger.facts.points import PointsRedeemed, RewardGranted
from ledger.facts.pools import COMMAND, BalanceOpened, EntryReversed, ReversedDue, ReversedLine
from ledger.facts.slips import DueCancelled, DueRaised, SlipConfirmed
from ledger.posting import entries
from ledger.state import table
from ledger.state.pools import WageBudget
from ledger.state.registers import CommandRecord, Taken
from ledger.state.reports import Report
from ledger.state.safety_wages import LeaderGrade
from ledger.tags import document_fields
from ledger.view import View
from ledger.vocabulary import SYSTEM, AccountId, ApproverId, CommandId, PersonId, Role

PAYABLE = frozenset({AccountCode.PAY_PERF, AccountCode.PAY_SAFETY, AccountCode.PAY_BONUS})

REWARD = topic_of(RewardGranted)

REGISTERS = (Taken, WageBudget, LeaderGrade, Report)
"""Registers that a reversal corrects: a key may be used again, a budget is less used (contract §5.27), no wage goes by
the grade, a report is not handed in."""


def is_recorded(request: Request) -> None:
    if not request.view.command(request["of"]).facts:
        raise Unknown("COMMAND", request["of"])


def money_facts(record: CommandRecord) -> tuple[StoredFact, ...]:
    return tuple(stored for stored in record.facts if entries(stored.fact))


def standing(record: CommandRecord, accounts: tuple[AccountId, ...] | None) -> tuple[StoredFact, ...]:
    """The money facts that can still be reversed: of openings, the accounts that stand, or those asked for.

    INVALID: accounts that are not of that command, or of another command than OpenBalances.
    """
    openings = [one for one in record.facts if isinstance(one.fact, BalanceOpened)]
    given = {line.account for one in openings if isinstance(one.fact, BalanceOpened) for line in one.fact.balances}
    if accounts is not None and (not accounts or set(accounts) - given):
        raise Invalid("accounts: they are those of an OpenBalances")
    wanted = given if accounts is None else set(accounts)
    if accounts is not None and wanted & record.returned:
        raise Reversal(min(wanted & record.returned))
    facts = (_narrowed(one, wanted - record.returned) for one in record.facts)
    return tuple(one for one in facts if entries(one.fact))


def _narrowed(stored: StoredFact, accounts: set[AccountId]) -> StoredFact:
    fact = stored.fact
    if not isinstance(fact, BalanceOpened):
        return stored
    kept = tuple(line for line in fact.balances if line.account in accounts)
    return stored._replace(fact=msgspec.structs.replace(fact, balances=kept))


def centres_of_openings(view: View, record: CommandRecord, accounts: tuple[AccountId, ...] | None) -> tuple[str, ...]:
    """The centres of the accounts whose openings are taken back, each for itself (rule 23); no others have any."""
    day = record.facts[0].fact.business_date
    opened = (line for one in record.facts if isinstance(one.fact, BalanceOpened) for line in one.fact.balances)
    named = [
        line.account
        for line in opened
        if (line.account in accounts if accounts is not None else line.account not in record.returned)
    ]
    return tuple(sorted(centres_of(view, named, day)))


def unit_concerned(request: Request) -> str:
    """The unit of the original command: its first money fact's, else its first fact's."""
    return unit_of_record(request.view, request.view.command(request["of"]))


def unit_of_record(view: View, record: CommandRecord) -> str:
    return _unit_of(view, (*money_facts(record), *record.facts)[0].fact)


def _unit_of(view: View, fact: Fact) -> str:
    """The unit on whose stream a fact stands, a person's home, else the actor's home or the root."""
    kind, _, name = fact.stream.partition("-")
    root = view.organisation.root
    if kind == "unit":
        return name
    subject = name if kind == "person" else fact.by
    return root if subject == SYSTEM else view.person(subject).home(fact.business_date) or root


def centre_concerned(request: Request) -> str:
    """The clearing centre of the transfer, else the fund's centre, else the original command's (contract §5.27).

    Of openings it is the centre of each account: the first of which the actor is no clerk is asked (rule 23).
    """
    view, record = request.view, request.view.command(request["of"])
    centres = centres_of_openings(view, record, request["accounts"])
    held = request.roles_of(request.stamp.by)
    strange = [centre for centre in centres if (Role.CLERK, centre) not in held]
    return (*strange, *centres, _centre_of(view, record))[0]


def _centre_of(view: View, record: CommandRecord) -> str:
    money = money_facts(record)
    accounts = [parse(entry.account) for stored in money for entry in entries(stored.fact) if entry.account != OPENING]
    for code in (AccountCode.CLR_TRADE, AccountCode.FUND_SAFETY):
        for account in accounts:
            if account.code is code:
                return account.owner
    day = record.facts[0].fact.business_date
    units = dict.fromkeys(_unit_of(view, stored.fact) for stored in money or record.facts)
    common = reduce(lambda one, other: view.organisation.common(one, other, day), units)
    return view.organisation.centre(common, day)


@decision(
    "ReverseEntry", who=centre(centre_concerned, Role.CLERK), unit=unit_concerned, known=is_recorded, asks=(COMMAND,)
)
def reverse_entry(
    view: View,
    stamp: Stamp,
    of: CommandId,
    reason: str,
    approved_by: ApproverId | None = None,
    accounts: tuple[AccountId, ...] | None = None,
) -> Facts:
    """Every money fact of a command is mirrored on its stream, once, with four eyes; its keys may be used again.

    The documents of reversed confirmations are cancelled with their dues; what a person has been deducted already
    can only be appealed (PERF-11).
    """
    record = view.command(of)
    money = standing(record, accounts)
    if record.reversed or not money or any(isinstance(one.fact, EntryReversed) for one in record.facts):
        raise Reversal(of)
    group = view.organisation.path(unit_of_record(view, record), stamp.business_date)
    for place in centres_of_openings(view, record, accounts) or (_centre_of(view, record),):
        head = ((Role.CENTRE_HEAD,), (place,))
        approver = approved_by_one(view, stamp, approved_by, head, ((Role.LEADING_GROUP,), group))
    check_not_own(stamp, approver, money)
    check_no_appeal(view, money)
    check_not_paid_out(view, money)
    check_dues_are_open(view, money)
    places = centres_of(view, touched_accounts(one.fact for one in money), stamp.business_date)
    mirrored = tuple(
        msgspec.structs.replace(
            mirror_image(view, one, of, reason, approver),
            adjusts_period=closed_month(view, one.fact.posting_period, places),
        )
        for one in money
    )
    if not stamp.bundled:
        check_covered(view, mirrored)
    mirrored = tuple(with_points(view, record, mirrored))
    yield from mirrored
    yield from told_to_persons(record, mirrored)


def check_not_own(stamp: Stamp, approver: PersonId, money: Iterable[StoredFact]) -> None:
    """SOD: nobody reverses, or approves the reversal of, what then stands to his own credit (rule 52)."""
    debited = (entry.account for stored in money for entry in entries(stored.fact) if entry.amount < 0)
    for account in debited:
        code, owner = parse(account) if account != OPENING else (None, "")
        if code in PERSONAL and owner in (stamp.by, approver):
            raise Sod(owner)


def check_no_appeal(view: View, money: Iterable[StoredFact]) -> None:
    """STATE: what is or was under appeal stays as the leading group decides it; so do deposits (contract §5.27)."""
    for stored in money:
        fact = stored.fact
        if isinstance(fact, (AppealHeld, AppealDecided)):
            raise State("an appeal is decided, not reversed")
        if isinstance(fact, (DepositCollected, DepositReturned, DepositForfeited)):
            raise State("a deposit is returned or forfeited, not reversed")
        if isinstance(fact, (SlipConfirmed, PenaltyConfirmed, TradeNoticeConfirmed)):
            document = view.liability(*fact.document.split(":", 1))
            if any(line.appeal for line in document.lines):
                raise State(f"{document.name} is or was under appeal")


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


def mirror_image(view: View, original: StoredFact, of: CommandId, reason: str, approver: PersonId) -> EntryReversed:
    """The reversal of one fact: every line and change of a due with the other sign, on the same stream."""
    fact = original.fact
    documents: dict[str, Any] = {
        name: getattr(fact, name) for name, _ in document_fields(type(fact)) if name in EntryReversed.__struct_fields__
    }
    return EntryReversed(
        stream=fact.stream,
        transfer=fact.transfer,
        of=of,
        original=original.position,
        original_topic=fact.topic,
        original_period=fact.posting_period or "",
        lines=tuple(ReversedLine(entry.account, -entry.amount, entry.counter) for entry in entries(fact)),
        reason=reason,
        approved_by=approver,
        claims=tuple(part for change in fact.due_changes() for part in reversed_due(view, change)),
        frees=tuple(key for key in fact.tags() if is_register(key)),
        **documents,
    )


def with_points(view: View, record: CommandRecord, mirrored: Iterable[EntryReversed]) -> Iterator[EntryReversed]:
    """A reversed reward for points gives the points back too (ASS-19)."""
    redeemed = next((one.fact for one in record.facts if isinstance(one.fact, PointsRedeemed)), None)
    for fact in mirrored:
        if redeemed is not None and fact.original_topic == REWARD:
            yield msgspec.structs.replace(fact, points=given_back(view, redeemed))
        else:
            yield fact


def is_register(key: str) -> bool:
    kind = table.kind_of(key)
    return kind is not None and kind.type in REGISTERS


def reversed_due(view: View, change: DueChange) -> Iterator[ReversedDue]:
    """A debt of the reversed fact is owed no more; the part that a unit has paid is nobody's claim (contract §5.44)."""
    if not change.unit or change.amount <= 0:
        yield ReversedDue(
            change.party, change.document, -change.amount, change.fund, change.unit, change.since, change.raised
        )
        return
    due = view.unit(change.party).dues.find(change.document, change.fund or "")
    cancelled = min(change.amount, max(0, due.open if due else 0))
    if cancelled:
        yield ReversedDue(change.party, change.document, -cancelled, change.fund, unit=True)
    if paid := change.amount - cancelled:
        yield ReversedDue(change.party, change.document, -paid, None, unit=True)


def told_to_persons(record: CommandRecord, mirrored: Iterable[EntryReversed]) -> Iterator[Fact]:
    """The persons on whose streams the command was mirrored learn that it is reversed; each sees only his lines."""
    reversals = tuple(mirrored)
    for stored in record.facts:
        fact = stored.fact
        if not fact.mirror:
            continue
        if isinstance(fact, DueRaised):
            yield DueCancelled(
                stream=fact.stream,
                mirror=True,
                person=fact.person,
                document=fact.document,
                kind=fact.kind,
                amount=fact.amount,
                centre=fact.centre,
            )
        elif reversals:
            lines = tuple(line for one in reversals for line in one.lines if owner_stream(line.account) == fact.stream)
            yield msgspec.structs.replace(
                reversals[0],
                stream=fact.stream,
                original=stored.position,
                lines=lines,
                claims=(),
                frees=(),
                points=None,
                mirror=True,
            )
