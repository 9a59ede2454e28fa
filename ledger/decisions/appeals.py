"""Decisions of appeals (申诉) against lines of confirmed slips, penalties, cases and notices (TR-12, ORG-04)."""

from __future__ import annotations

from ledger import calendars
from ledger.accounts import AccountCode
from ledger.decisions.in_force import policy
from ledger.decisions.kernel.approval import holds_one
from ledger.decisions.kernel.authority import role
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.liability import CHARGING, THE_PARTY, about, check_not_charged, named_document, unit_of
from ledger.decisions.obligations import Obligation, obligation_of
from ledger.decisions.slips import Decision
from ledger.errors import Already, Invalid, Sod, State, WindowClosed
from ledger.facts.appeals import AppealDecided, AppealHeld, AppealLodged
from ledger.facts.dues import DueCancelled
from ledger.facts.hazards import ReminderSent
from ledger.facts.slips import Line
from ledger.state.liability import Liability
from ledger.state.notices import Notice
from ledger.view import View
from ledger.vocabulary import (
    CaseId,
    DueId,
    Fen,
    Moment,
    NoticeId,
    PartyId,
    PenaltyId,
    PersonId,
    Role,
    SlipId,
    UnitId,
    person_stream,
    unit_stream,
)


@decision("LodgeAppeal", who=THE_PARTY, unit=unit_of, one_of=CHARGING)
def lodge_appeal(
    view: View,
    stamp: Stamp,
    party: PartyId,
    grounds: str,
    slip: SlipId | None = None,
    penalty: PenaltyId | None = None,
    case: CaseId | None = None,
    notice: NoticeId | None = None,
    due: DueId | None = None,
    evidence: tuple[str, ...] = (),
) -> Facts:
    """A party appeals after confirmation, once per line; the line's amount waits in escrow (P12a).

    STATE unless confirmed (a due: raised) with such a line, and for a notice whose money went to a fixer, ALREADY,
    WINDOW_CLOSED more than 30 calendar days later.
    """
    document = named_document(view, slip=slip, penalty=penalty, case=case, notice=notice, due=due)
    check_in_a_fund(document)
    entry = document.line(party)
    if document.state not in ("confirmed", "decided", "raised") or document.confirmed_at is None or entry is None:
        raise State(document.state if entry else f"{party} has no line")
    if entry.appeal is not None:
        raise Already(party)
    check_in_time(view, document, document.confirmed_at, stamp.at)
    yield about(document, AppealLodged, party=party, grounds=grounds, evidence=evidence)
    yield about(
        document,
        AppealHeld,
        party=party,
        pool=entry.line.unit,
        waiting=waiting(document, entry.line),
        amount=entry.line.amount,
        shortfall=held_of(view, document, entry.line.amount).shortfall,
        centre=document.centre,
    )


def waiting(document: Liability, line: Line) -> UnitId | None:
    """The unit that may not be retired before the decision: whose line it is, or whose pool the due is owed to."""
    return line.party if line.unit else document.unit if document.to_pool else None


def held_of(view: View, document: Liability, amount: Fen) -> Obligation:
    """The fund has got the money, and gives it into escrow; of a due to a pool, that pool (rule 83)."""
    if document.to_pool:
        return obligation_of(view, document.unit, amount)
    return obligation_of(view, document.centre, amount, AccountCode.FUND_SAFETY)


def check_in_a_fund(document: Liability) -> None:
    """STATE: the money of a notice with a fixer lies in no fund; it is reversed instead (rule 13)."""
    if isinstance(document, Notice) and document.fixer is not None:
        raise State(f"{document.name} paid {document.fixer}")


def check_in_time(view: View, document: Liability, confirmed_at: Moment, now: Moment) -> None:
    """WINDOW_CLOSED: the days are those of the calendar, by the policy on the day of the occurrence.

    They count from the later of the confirmation's business date and of the day on which it was recorded (rule 77).
    """
    confirmed_on = document.appeals_from or calendars.local_day(confirmed_at)
    days = policy(view, "dispute.appeal", document.unit, document.happened_on or confirmed_on)
    if calendars.days_between(confirmed_on, calendars.local_day(now)) > days:
        raise WindowClosed(f"more than {days} days after {confirmed_on}")


@decision("DecideAppeal", who=role(Role.LEADING_GROUP), unit=unit_of, one_of=CHARGING)
def decide_appeal(
    view: View,
    stamp: Stamp,
    party: PartyId,
    decision: Decision,
    reason: str,
    slip: SlipId | None = None,
    penalty: PenaltyId | None = None,
    case: CaseId | None = None,
    notice: NoticeId | None = None,
    due: DueId | None = None,
    amount: Fen | None = None,
    approvals: tuple[PersonId, ...] = (),
) -> Facts:
    """The leading group decides last (ORG-04); what is given back lowers the open due first (rule 17).

    The part of the due that was written off is not given back: it goes to the fund again (rule 18).
    SOD if too few approve who have not decided the case (rule 88), STATE unless an appeal is pending, INVALID above
    the line, SOD for the charged.
    """
    document = named_document(view, slip=slip, penalty=penalty, case=case, notice=notice, due=due)
    check_decided_by_others(view, stamp, document, approvals)
    entry = document.line(party)
    if entry is None or entry.appeal != "pending":
        raise State(f"no appeal of {party} is pending")
    line = entry.line
    if (amount is None) == (decision == "amend") or (amount or 0) > line.amount:
        raise Invalid("amount: what remains, for amend only and at most the line")
    check_not_charged(document, stamp, approvals)
    remains = {"uphold": line.amount, "revoke": 0}.get(decision, amount or 0)
    refund = line.amount - remains
    dues = view.unit(party).dues if line.unit else view.person(party).dues
    off_due = min(refund, dues.open_of(document.document))
    written_off = sum(part.amount for part in dues.forgone(document.document, refund - off_due))
    falls = dues.find(document.document, "" if document.to_pool else document.centre) if off_due else None
    yield about(
        document,
        AppealDecided,
        party=party,
        pool=line.unit,
        waiting=waiting(document, line),
        decision=decision,
        reason=reason,
        approvals=approvals,
        amount=line.amount,
        remains=remains,
        off_due=off_due,
        paid_back=refund - off_due - written_off,
        written_off=written_off,
        centre=document.centre,
        funds=document.funds,
        since=falls.since if falls else None,
        raised=falls.amount if falls else None,
    )
    if off_due and not line.unit:
        yield DueCancelled(
            stream=person_stream(party),
            mirror=True,
            person=party,
            document=document.name,
            kind=document.kind,
            amount=off_due,
            centre=document.centre,
        )


def check_decided_by_others(view: View, stamp: Stamp, document: Liability, approvals: tuple[PersonId, ...]) -> None:
    """SOD: the approvals of those who decided the case do not count, if there are enough others (rule 88).

    Enough is the quorum of the leading group at the case's unit or above, without those whom the case charges.
    """
    if document.kind != "case":
        return
    day, units = stamp.business_date, view.organisation.path(document.unit, stamp.business_date)
    quorum = policy(view, "case.quorum", view.organisation.root, day)
    appointed = {person for unit in units for person in view.unit(unit).holders_of(Role.LEADING_GROUP, day)}
    members = {
        person
        for person in appointed.union(approvals).difference(document.deciders)
        if holds_one(view, stamp, person, ((Role.LEADING_GROUP,), units))
    }
    others = (person for person in members & appointed if not document.charges(person))
    if len(members.intersection(approvals)) < quorum <= sum(1 for _ in others):
        raise Sod(f"the approvals of those who decided {document.name} do not count")


def remind(view: View, stamp: Stamp, kind: str, entry: str) -> Facts:
    """The centre whose fund waits is reminded of an appeal that is long undecided (contract §2.14)."""
    name, _, party = entry.partition("/")
    document = view.liability(kind, name)
    yield ReminderSent(
        stream=unit_stream(document.centre),
        kind=kind,
        document=name,
        target=document.centre,
        due=stamp.at,
        text=f"{kind} {name}: the appeal of {party} is undecided",
        entry=f"escrow-{kind}:{entry}",
    )
