"""R5: departments' lists (买卖明细) against the documents posted in the month; the documents themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ledger.fact import StoredFact
from ledger.facts.handovers import HandoverItemTransferredOut
from ledger.facts.notices import TradeNoticeConfirmed
from ledger.facts.penalties import PenaltyConfirmed
from ledger.facts.reconciliation import ListRow
from ledger.facts.slips import SlipConfirmed
from ledger.facts.tenders import TenderSettledOut
from ledger.state.reconciliation import Found
from projections.reconciliation.material import Papers

Key = tuple[str, str]
"""(kind of document, id)"""

Goods = tuple[str, str, str, str, str]
"""(kind, date, unit, item, quantity): what a row without a known number is matched by."""


class Paper(NamedTuple):
    """A document that was posted in the month: its amount, and what it was for."""

    kind: str
    name: str
    unit: str
    amount: int
    goods: tuple[Goods, ...] = ()


def posted_papers(facts: Iterable[StoredFact], papers: Papers, units: frozenset[str]) -> dict[Key, Paper]:
    """Slips, penalties, notices, tenders and handovers whose unit belongs to the centre, with their totals."""
    found: dict[Key, Paper] = {}
    for _, _, fact in facts:
        match fact:
            case SlipConfirmed(slip=name):
                _liability(found, papers, "slip", name)
            case PenaltyConfirmed(penalty=name) if name:
                _liability(found, papers, "penalty", name)
            case TradeNoticeConfirmed():
                _add(found, Paper("notice", fact.notice, fact.unit, fact.amount, _goods("notice", fact)))
            case TenderSettledOut():
                _add(found, Paper("tender", fact.tender, fact.unit, fact.amount, _goods("tender", fact)))
            case HandoverItemTransferredOut():
                _add(found, Paper("handover", fact.handover, fact.unit, fact.amount, _goods("handover", fact)))
            case _:
                pass
    return {key: paper for key, paper in found.items() if paper.unit in units}


def _goods(kind: str, fact: TradeNoticeConfirmed | TenderSettledOut | HandoverItemTransferredOut) -> tuple[Goods, ...]:
    return ((kind, fact.business_date, fact.unit, fact.item, fact.qty),)


def _liability(found: dict[Key, Paper], papers: Papers, kind: str, name: str) -> None:
    document = papers.liabilities[f"{kind}:{name}"]
    found[kind, name] = Paper(kind, name, document.unit, document.total)


def _add(found: dict[Key, Paper], paper: Paper) -> None:
    """Transfers of one document count together."""
    key = paper.kind, paper.name
    if before := found.get(key):
        paper = paper._replace(amount=before.amount + paper.amount, goods=before.goods + paper.goods)
    found[key] = paper


def lists_agree(
    rows: Sequence[ListRow] | None, posted: Mapping[Key, Paper], numbers: Mapping[str, str]
) -> Iterator[Found]:
    """R5: by document number, else by day, unit, item and quantity; nothing where no list was imported."""
    if rows is None:
        return
    by_goods = {goods: key for key, paper in posted.items() for goods in paper.goods}
    first: dict[Key, int] = {}
    surplus: dict[str, int] = {}
    for row in rows:
        key = _matched(row, posted, by_goods, numbers)
        if key in first:
            surplus[key[1]] = surplus.get(key[1], 0) + row.amount
        else:
            first[key] = row.amount
    for key, amount in first.items():
        if key not in posted:
            yield Found("MISSING_IN_LEDGER", key[1], amount)
        elif amount != posted[key].amount:
            yield Found("AMOUNT_MISMATCH", key[1], amount - posted[key].amount)
    yield from (Found("MISSING_IN_LIST", key[1], paper.amount) for key, paper in posted.items() if key not in first)
    yield from (Found("DUPLICATE_DOC", name, amount) for name, amount in surplus.items())


def _matched(
    row: ListRow, posted: Mapping[Key, Paper], by_goods: Mapping[Goods, Key], numbers: Mapping[str, str]
) -> Key:
    """The document that a row is about; one that we do not have is named as the row names it."""
    named = (row.kind, row.doc)
    if named in posted:
        return named
    numbered = (row.kind, numbers.get(f"{row.kind}:{row.doc}", row.doc))
    if numbered in posted or not (row.date and row.unit and row.item and row.qty):
        return numbered if numbered in posted else named
    return by_goods.get((row.kind, row.date, row.unit, row.item, row.qty), named)
