"""R1, R2, R3, R4, R6: legs meet, clearing is empty, prices and quantities are those that were agreed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from ledger.fact import Fact, StoredFact
from ledger.facts.handovers import HandoverItemTransferredOut
from ledger.facts.notices import TradeNoticeConfirmed
from ledger.facts.penalties import PenaltyConfirmed
from ledger.facts.slips import SlipConfirmed
from ledger.facts.tenders import TenderAcceptancePassed, TenderDirected, TenderSettledOut
from ledger.money import times
from ledger.posting import entries
from ledger.state.liability import Liability
from ledger.state.prices import Price, PriceBook
from ledger.state.reconciliation import Found
from projections.reconciliation.material import Award, ClearingLeg, Papers

Paths = Mapping[tuple[str, str], tuple[str, ...]]
"""(unit, day) → the unit and every superior that day."""


def legs_meet(clearing: Iterable[ClearingLeg]) -> Iterator[Found]:
    """R1: what a payer's leg puts into clearing, a payee's leg of the same transfer takes out (as of now)."""
    paid: dict[str, int] = defaultdict(int)
    received: dict[str, int] = defaultdict(int)
    for leg in clearing:
        side = paid if (leg.amount > 0) != leg.is_reversal else received
        side[leg.transfer] += leg.amount
    for transfer in {**paid, **received}:
        left, right = paid[transfer], -received[transfer]
        if left == right:
            continue
        if left and right:
            yield Found("LEG_AMOUNT", transfer, left - right)
        else:
            yield Found("UNMATCHED_LEG", transfer, left or right)


def clearing_is_empty(centre: str, clearing: Iterable[ClearingLeg]) -> Iterator[Found]:
    """R2: CLR_TRADE of the centre is 0 (as of now)."""
    if balance := sum(leg.amount for leg in clearing):
        yield Found("CLEARING_NOT_ZERO", centre, balance)


def tenders_are_settled_as_agreed(
    facts: Iterable[StoredFact], awards: Mapping[str, Sequence[Award]], accepted: Mapping[str, Sequence[StoredFact]]
) -> Iterator[Found]:
    """R3: settled = locked price × accepted quantity × (1 + premium); tolerance 0."""
    for position, _, fact in facts:
        if not isinstance(fact, TenderSettledOut):
            continue
        award = awards[fact.tender][-1]
        passed = [one.fact for one in accepted[fact.tender] if one.position < position]
        last = passed[-1] if passed else None
        qty = last.qty if isinstance(last, TenderAcceptancePassed) else "0"
        expected = times(award.unit_price, Decimal(fact.qty), 1 + _premium(award))
        if fact.amount != expected or fact.unit_price != award.unit_price:
            yield Found("PRICE_MISMATCH", fact.tender, fact.amount - expected)
        if Decimal(fact.qty) != Decimal(qty):
            yield Found("QTY_MISMATCH", fact.tender)


def _premium(award: Award) -> Decimal:
    return Decimal(award.premium) if isinstance(award, TenderDirected) else Decimal(0)


def lines_are_posted(facts: Sequence[StoredFact], papers: Papers, units: frozenset[str]) -> Iterator[Found]:
    """R4: every line of a confirmed slip, penalty or notice is posted with its amount, and nothing else is."""
    for name in dict.fromkeys(key for _, _, fact in facts if (key := confirmed(fact))):
        document = papers.liabilities[name]
        if document.unit in units:
            yield from _lines(document, papers.confirmations[name])
    for _, _, fact in facts:
        if isinstance(fact, TradeNoticeConfirmed) and papers.notices[fact.notice].total != fact.amount:
            yield Found("LINE_MISMATCH", fact.notice, fact.amount - papers.notices[fact.notice].total)


def _lines(document: Liability, confirmations: Iterable[StoredFact]) -> Iterator[Found]:
    agreed: Counter[str] = Counter()
    for told in document.lines:
        agreed[told.line.party] += told.line.amount
    posted: Counter[str] = Counter()
    for stored in confirmations:
        for entry in entries(stored.fact):
            if entry.amount < 0:
                posted[entry.account.partition(":")[2]] -= entry.amount
    if +agreed != +posted:
        yield Found("LINE_MISMATCH", document.name, posted.total() - agreed.total())


def confirmed(fact: Fact) -> str | None:
    """The key of the slip or penalty that a fact posts."""
    match fact:
        case SlipConfirmed(slip=name):
            return f"slip:{name}"
        case PenaltyConfirmed(penalty=name) if name:
            return f"penalty:{name}"
        case _:
            return None


def versions_were_in_force(
    facts: Iterable[StoredFact],
    awards: Mapping[str, Sequence[Award]],
    papers: Papers,
    books: Mapping[str, PriceBook],
    paths: Paths,
) -> Iterator[Found]:
    """R6: the price list used is the one in force on the business date; for a tender the one locked at its award."""
    for _, _, fact in facts:
        match fact:
            case TenderSettledOut(tender=name, list_version=used):
                if used != awards[name][-1].list_version:
                    yield Found("WRONG_VERSION", name)
            case HandoverItemTransferredOut(handover=name):
                yield from _version(name, fact.unit, fact.business_date, fact, books, paths)
            case TradeNoticeConfirmed(notice=name):
                yield from _version(name, fact.unit, papers.occurred[name], fact, books, paths)
            case _:
                pass


def _version(
    name: str,
    unit: str,
    day: str,
    fact: HandoverItemTransferredOut | TradeNoticeConfirmed,
    books: Mapping[str, PriceBook],
    paths: Paths,
) -> Iterator[Found]:
    price = price_in_force(books, paths[unit, day], fact.item, day)
    if price is None or price.list_version != fact.list_version:
        yield Found("WRONG_VERSION", name)


def price_in_force(books: Mapping[str, PriceBook], path: Iterable[str], item: str, day: str) -> Price | None:
    """The first owner from the unit upwards whose list of that day holds the item (PRICE-01)."""
    owned = (book.price(item, day) for owner in path if (book := books.get(owner)))
    return next((price for price in owned if price), None)
