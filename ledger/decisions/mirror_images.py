"""Mirror images of facts: what one reversal records for each fact that it takes back (P19, rules 23 and 71)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from ledger.accounts import AccountCode, account_of, owner_stream
from ledger.consequences import DueChange
from ledger.decisions.figures import forgotten, whole
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.points import given_back
from ledger.decisions.returned_hazards import left, returned
from ledger.decisions.undone_acts import undone_with
from ledger.fact import Fact, StoredFact, topic_of
from ledger.facts.dues import DEDUCTION, DueCancelled, DueRaised, GrossWageImported
from ledger.facts.points import PointsRedeemed, RewardGranted
from ledger.facts.pools import BalanceOpened, EntryReversed, NamedDocument, ReversedDue, ReversedLine
from ledger.posting import entries
from ledger.state import table
from ledger.state.daily import DayScore, DaySheet
from ledger.state.payroll import CameBack
from ledger.state.pools import WageBudget
from ledger.state.registers import Taken
from ledger.state.reports import Report
from ledger.state.safety_wages import Entitlement, LeaderGrade
from ledger.state.unit_year import UnitYear
from ledger.tags import document_fields
from ledger.view import View
from ledger.vocabulary import PersonId

REWARD = topic_of(RewardGranted)

REGISTERS = (Taken, WageBudget, LeaderGrade, Report, CameBack, UnitYear, DayScore, DaySheet, Entitlement)
"""Registers that a reversal corrects: a key may be used again, a budget is less used (contract §5.27), no wage goes by
the grade, a report is not handed in, less came back of a payroll, a score or an entitlement was not given, a day is not
sealed."""


class Undo(NamedTuple):
    """The words under which facts are taken back: when and why, on whose approval, by which document named."""

    stamp: Stamp
    reason: str
    approver: PersonId
    named: NamedDocument | None = None


def mirror_images(view: View, facts: Iterable[StoredFact], undo: Undo) -> Iterator[EntryReversed]:
    """The reversals of these facts, each decided on the books that those before it leave."""
    for stored in facts:
        image = _with_points(view, stored, mirror_image(view, stored, undo))
        yield image
        view = view.after((msgspec.structs.replace(image, business_date=undo.stamp.business_date),))


def mirror_image(view: View, original: StoredFact, undo: Undo) -> EntryReversed:
    """The reversal of one fact: every line and change of a due with the other sign, on the same stream."""
    fact, figure = original.fact, whole(view, original.fact)
    documents: dict[str, Any] = {
        name: getattr(fact, name) for name, _ in document_fields(type(fact)) if name in EntryReversed.__struct_fields__
    }
    undone = tuple(undone_due(view, change) for change in fact.due_changes())
    hazard, month = left(view, fact)
    return EntryReversed(
        stream=fact.stream,
        transfer=fact.transfer,
        of=fact.command,
        original=original.position,
        original_topic=fact.topic,
        original_period=fact.posting_period or "",
        lines=tuple(reversed_lines(view, fact, undone)),
        reason=undo.reason,
        approved_by=undo.approver,
        claims=tuple(one for one in undone if one.amount or one.returned),
        frees=tuple(_freed(view, fact, figure)),
        others=tuple(stored.position for stored in figure if stored.position != original.position),
        figures=(*undone_with(view, fact), *forgotten(view, figure)),
        named=undo.named,
        openings=tuple(line.account for line in fact.balances) if isinstance(fact, BalanceOpened) else (),
        hazard_back=returned(view, undo.stamp, original),
        hazard_left=hazard,
        left_month=month,
        **documents,
    )


def _with_points(view: View, original: StoredFact, image: EntryReversed) -> EntryReversed:
    """A reversed reward for points gives the points back too (ASS-19)."""
    facts = view.command(image.of).facts if image.original_topic == REWARD else ()
    redeemed = next((one.fact for one in facts if isinstance(one.fact, PointsRedeemed)), None)
    return image if redeemed is None else msgspec.structs.replace(image, points=given_back(view, redeemed))


def _freed(view: View, fact: Fact, figure: Iterable[StoredFact]) -> Iterator[str]:
    """The keys of the fact and of the figure; a deduction of 0.00 goes with the gross wage (rule 23)."""
    keys = dict.fromkeys((*fact.tags(), *(key for stored in figure for key in stored.fact.tags())))
    yield from filter(is_register, keys)
    if isinstance(fact, GrossWageImported):
        yield DEDUCTION(fact.person, fact.period)


def is_register(key: str) -> bool:
    kind = table.kind_of(key)
    return kind is not None and kind.type in REGISTERS


# -- dues of units (rule 71) ------------------------------------------------------------------------------------------


def undone_due(view: View, change: DueChange) -> ReversedDue:
    """A debt of the reversed fact is owed no more, a payment is owed again.

    Of a unit's debt what is open is cancelled, what was paid meanwhile is given back, less what was written off; a
    payment that is reversed afterwards passes over what was given back (rules 18, 71).
    """
    mirrored = ReversedDue(
        change.party, change.document, -change.amount, change.fund, change.unit, change.since, change.raised
    )
    if not change.unit:
        return mirrored
    dues = view.unit(change.party).dues
    if change.amount < 0:
        passed = min(-change.amount, dues.returned_of(change.document, change.fund or ""))
        return msgspec.structs.replace(mirrored, amount=-change.amount - passed, returned=-passed)
    due = dues.find(change.document, change.fund or "")
    paid = change.amount - min(change.amount, max(0, due.open if due else 0))
    forgiven = dues.forgone(change.document, paid)
    return msgspec.structs.replace(mirrored, amount=paid - change.amount, returned=paid, forgiven=forgiven)


def reversed_lines(view: View, fact: Fact, undone: Iterable[ReversedDue]) -> Iterator[ReversedLine]:
    """Every entry with the other sign; what was paid of a unit's debt goes to its pool, not to the debt."""
    lines = [ReversedLine(entry.account, -entry.amount, entry.counter) for entry in entries(fact)]
    moved = Counter[str]()
    for due in undone:
        if due.returned:
            moved[account_of(AccountCode.DUE_UNIT, due.party)] -= due.returned
            for account, amount in _instead(view, lines, due):
                moved[account] += amount
    for line in lines:
        amount = line.amount + moved.pop(line.account, 0)
        if amount:
            yield msgspec.structs.replace(line, amount=amount)
    yield from (ReversedLine(account, amount) for account, amount in moved.items() if amount)


def _instead(view: View, lines: Iterable[ReversedLine], due: ReversedDue) -> Iterator[tuple[str, int]]:
    """Given back: to the pool, and to the fund what it has forgone; passed over: not to what the payment came from."""
    if due.returned < 0:
        yield next(line.account for line in lines if line.amount > 0), due.returned
        return
    yield account_of(AccountCode.POOL_WAGE, due.party), due.returned - sum(part.amount for part in due.forgiven)
    yield from ((account_of(AccountCode.FUND_SAFETY, part.fund), part.amount) for part in due.forgiven)


def told_to_persons(view: View, facts: tuple[StoredFact, ...], images: tuple[EntryReversed, ...]) -> Iterator[Fact]:
    """The persons on whose streams a reversed fact was mirrored learn that it is; each sees only his own lines."""
    for command in dict.fromkeys(stored.fact.command for stored in facts):
        taken_back = {stored.position for stored in facts}
        told_of = [stored for stored in facts if stored.fact.command == command]
        of_these = [image for image in images if image.of == command and image.original in taken_back]
        for stored in view.command(command).facts:
            if stored.fact.mirror and _mirrors_one_of(stored.fact, told_of):
                yield _told(stored, of_these)


def _mirrors_one_of(mirror: Fact, facts: Iterable[StoredFact]) -> bool:
    """A due is mirrored by its document, anything else by the same kind of fact."""
    if isinstance(mirror, DueRaised):
        return any(getattr(one.fact, mirror.kind, None) == mirror.document for one in facts)
    return any(type(mirror) is type(one.fact) for one in facts)


def _told(stored: StoredFact, images: list[EntryReversed]) -> Fact:
    fact = stored.fact
    if isinstance(fact, DueRaised):
        return DueCancelled(
            stream=fact.stream,
            mirror=True,
            person=fact.person,
            document=fact.document,
            kind=fact.kind,
            amount=fact.amount,
            centre=fact.centre,
        )
    lines = tuple(line for one in images for line in one.lines if owner_stream(line.account) == fact.stream)
    return msgspec.structs.replace(
        images[0],
        stream=fact.stream,
        original=stored.position,
        lines=lines,
        claims=(),
        frees=(),
        points=None,
        openings=(),
        others=(),
        figures=(),
        hazard_back=None,
        hazard_left=None,
        left_month=None,
        mirror=True,
    )
