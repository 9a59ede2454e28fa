"""A month's books compared on a database: what agrees is never looked at, what does not is found, then and again."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

import asyncpg
import msgspec
import pytest

from ledger.errors import Invalid
from ledger.fact import Fact, StoredFact
from ledger.facts.handovers import HandoverItemTransferredOut
from ledger.facts.organisation import UnitRegistered
from ledger.facts.reconciliation import DepartmentListImported, ListRow
from ledger.facts.slips import ChargedLine, SlipConfirmed, SlipIssued
from ledger.facts.tenders import TenderSettledIn, TenderSettledOut
from ledger.state.liability import Liability, LiabilityLine
from ledger.state.reconciliation import due_found
from ledger.vocabulary import period_stream
from projections.reconciliation.documents import lists_agree, posted_papers
from projections.reconciliation.material import Papers
from tests.benchmarks.month import CENTRE, DAY, PERIOD, BusyMonth
from tests.projections.conftest import Books

MONTH = {"centre": CENTRE, "period": PERIOD}
UNITS, DOCUMENTS = 20, 40


def changed(facts: Iterable[Fact], kind: type[Fact], name: str, **changes: Any) -> list[Fact]:
    """The facts, with those of a kind about one document changed."""
    return [
        msgspec.structs.replace(fact, **changes) if isinstance(fact, kind) and _document(fact) == name else fact
        for fact in facts
    ]


def _document(fact: Any) -> str | None:
    return next(
        (name for word in ("slip", "tender", "handover", "notice") if (name := getattr(fact, word, None))), None
    )


def listed(*rows: ListRow, name: str = "L-1") -> DepartmentListImported:
    own: dict[str, Any] = {"stream": period_stream(CENTRE, PERIOD), "command": f"c-{name}", "business_date": DAY}
    own |= {"by": "P-C1", "at": f"{DAY}T03:00:00.000000Z"}
    return DepartmentListImported(list=name, centre=CENTRE, period=PERIOD, department="安监处", rows=rows, **own)


def rows_of(month: BusyMonth) -> list[ListRow]:
    return [
        ListRow(name, kind, amount, DAY, unit, item or None, qty or None)
        for name, kind, amount, unit, item, qty in month.listed
    ]


async def found(books: Books, **data: Any) -> dict[str, str | None]:
    result = await books.ask("Reconciliation", **MONTH, **data)
    return {one["exception"]: one["amount"] for one in result["exceptions"]}


@pytest.fixture
def month() -> BusyMonth:
    return BusyMonth(UNITS, DOCUMENTS)


async def test_a_month_whose_lists_and_documents_agree_has_no_exception(books: Books, month: BusyMonth) -> None:
    facts = list(month.facts())
    await books.load([*facts, listed(*rows_of(month))])
    assert not await found(books)


@pytest.mark.parametrize(
    ("kind", "name", "changes", "expected"),
    [
        (SlipConfirmed, "SL-3", {"lines": (ChargedLine("T4", 1, "", unit=True),)}, {"LINE_MISMATCH:SL-3": "-699.98"}),
        (HandoverItemTransferredOut, "HV-0", {"list_version": "HQ@v0"}, {"WRONG_VERSION:HV-0": None}),
        (TenderSettledOut, "TD-4", {"list_version": "HQ@v0"}, {"WRONG_VERSION:TD-4": None}),
        (TenderSettledOut, "TD-4", {"qty": "9"}, {"QTY_MISMATCH:TD-4": None, "PRICE_MISMATCH:TD-4": "45.50"}),
        (TenderSettledIn, "TD-4", {"amount": 45501}, {"LEG_AMOUNT:c-12": "-0.01", "CLEARING_NOT_ZERO:U1": "-0.01"}),
    ],
)
async def test_what_is_posted_otherwise_than_agreed_is_found(
    books: Books, month: BusyMonth, kind: type[Fact], name: str, changes: Any, expected: dict[str, str | None]
) -> None:
    facts = changed(month.facts(), kind, name, **changes)
    await books.load([*facts, listed(*rows_of(month))])
    shown = await found(books)
    if any(one.startswith("LEG_AMOUNT") for one in expected):  # the transfer is named by its command
        shown = {("LEG_AMOUNT:c-12" if one.startswith("LEG_AMOUNT") else one): amount for one, amount in shown.items()}
    assert shown == expected


async def test_lists_are_matched_by_id_by_number_or_by_goods(books: Books, month: BusyMonth) -> None:
    facts = list(month.facts())
    rows = {row.doc: row for row in rows_of(month)}
    numbered = msgspec.structs.replace(rows.pop("NT-2"), doc=f"{CENTRE}-NT-202603-1")
    by_goods = msgspec.structs.replace(rows.pop("TD-4"), doc="their-4", unit="T5")
    await books.load([*facts, listed(numbered, by_goods, *rows.values())])
    assert not await found(books)


async def test_lines_that_do_not_agree_are_found_by_kind(books: Books, month: BusyMonth) -> None:
    facts = list(month.facts())
    rows = rows_of(month)
    dearer = msgspec.structs.replace(rows[0], amount=rows[0].amount + 5)
    strange = ListRow("their-1", "notice", 100)
    twice = rows[3]
    await books.load([*facts, listed(dearer, *rows[2:]), listed(twice, strange, name="L-2")])
    assert await found(books) == {
        f"AMOUNT_MISMATCH:{dearer.doc}": "0.05",
        f"MISSING_IN_LIST:{rows[1].doc}": "120.00",
        "MISSING_IN_LEDGER:their-1": "1.00",
        f"DUPLICATE_DOC:{twice.doc}": "700.00",
    }


async def test_the_same_goods_on_a_second_line_are_a_duplicate(books: Books, month: BusyMonth) -> None:
    """A line under the department's own number is about a document that another line names by ours."""
    facts, rows = list(month.facts()), rows_of(month)
    notice = next(row for row in rows if row.kind == "notice")
    again = msgspec.structs.replace(notice, doc="their-9")
    await books.load([*facts, listed(*rows, again)])
    shown = await found(books)
    assert list(shown) == [f"DUPLICATE_DOC:{notice.doc}"]


async def test_a_number_that_is_missing_in_its_series_is_found(books: Books, month: BusyMonth) -> None:
    facts = [fact for fact in month.facts() if fact.number != f"{CENTRE}-HV-202603-2"]
    await books.load(facts)
    assert await found(books) == {f"GAP:{CENTRE}-HV-202603": None}


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        ("update log.events set body = body || ' '::bytea where", "CHAIN_BROKEN"),
        ("update log.events set leaf = sha256(leaf) where", "CHAIN_BROKEN"),
        ("delete from log.events where", "GAP"),
    ],
)
async def test_a_fact_that_was_changed_or_removed_breaks_its_stream(
    books: Books, month: BusyMonth, damage: str, expected: str
) -> None:
    await books.load(list(month.facts()))
    connection = await asyncpg.connect(books.dsn)
    try:
        await connection.execute("alter table log.events disable trigger all")
        stream = await connection.fetchval("select stream from log.events where topic = 'notice.issued.v1' limit 1")
        position = "(select min(position) from log.events where topic = 'notice.issued.v1')"
        await connection.execute(f"{damage} position = {position}")
    finally:
        await connection.close()
    shown = await found(books)
    assert f"{expected}:{stream}" in shown
    assert {one.partition(":")[2] for one in shown if one.startswith(("CHAIN", "GAP:unit"))} == {stream}


async def test_what_is_ruled_out_never_changes_what_is_found(books: Books, month: BusyMonth) -> None:
    """Lists of random lines, right and wrong in every way: the database rules out nothing that the check would find."""
    random = Random(7)
    facts = list(month.facts())
    await books.load(facts)
    numbers = {f"{_kind(fact)}:{fact.number}": str(_document(fact)) for fact in facts if fact.number}
    papers = [StoredFact(n, "", fact) for n, fact in enumerate(facts, 1)]
    liabilities = {
        f"slip:{fact.slip}": Liability("slip", fact.slip, fact.unit, "confirmed", "", DAY, lines=_lines(fact))
        for fact in facts
        if isinstance(fact, SlipIssued)
    }
    units = frozenset(fact.unit for fact in facts if isinstance(fact, UnitRegistered)) - {"HQ"}
    posted = posted_papers(papers, Papers(liabilities, {}, {}, {}, {}), units)
    handed_in: list[ListRow] = []
    for round_ in range(12):
        rows = [_disturbed(random, row, numbers) for row in random.sample(rows_of(month), 15)]
        handed_in += rows
        await books.load([listed(*rows, name=f"L-{round_}")])
        expected = {one.name: one.amount for one in due_found(lists_agree(handed_in, posted, numbers), DAY).values()}
        shown = {name: amount and int(amount.replace(".", "")) for name, amount in (await found(books)).items()}
        assert shown == expected, f"round {round_}"


def _kind(fact: Any) -> str:
    return next(word for word in ("slip", "tender", "handover", "notice") if getattr(fact, word, None))


def _lines(fact: SlipIssued) -> tuple[LiabilityLine, ...]:
    return tuple(map(LiabilityLine, fact.lines))


def _disturbed(random: Random, row: ListRow, numbers: dict[str, str]) -> ListRow:
    """As it is, by its number, under a strange number with or without the same goods, dearer, or of another kind."""
    number = next(key.partition(":")[2] for key, name in numbers.items() if name == row.doc)
    changes: list[dict[str, Any]] = [
        {},
        {"doc": number},
        {"doc": f"their-{random.randint(1, 9)}"},
        {"doc": "their-0", "qty": "99"},
        {"amount": row.amount + 1},
        {"doc": number, "date": None, "item": None},
        {"kind": "penalty"},
        {"doc": f"their-{random.randint(1, 9)}", "item": None},
    ]
    return msgspec.structs.replace(row, **random.choice(changes))


async def test_before_anything_had_happened_nothing_differed(books: Books, month: BusyMonth) -> None:
    facts = changed(month.facts(), HandoverItemTransferredOut, "HV-0", list_version="HQ@v0")
    await books.load([*facts, listed(ListRow("their-1", "notice", 100))])
    assert await found(books)
    assert not await found(books, known_position=1)
    with pytest.raises(Invalid, match="known_position: 0 is below 1"):
        await found(books, known_position=0)


async def test_documents_that_changed_since_are_compared_as_they_were(books: Books, month: BusyMonth) -> None:
    """A slip that is confirmed later is not yet in the books of that time, whatever the register says today."""
    facts = list(month.facts())
    confirmed = [fact for fact in facts if isinstance(fact, SlipConfirmed) and fact.slip == "SL-3"]
    rest = [fact for fact in facts if fact not in confirmed]
    then = await books.load([*rest, listed(*rows_of(month))])
    missing = {"MISSING_IN_LEDGER:SL-3": "700.00"}
    assert await found(books) == missing
    await books.load(confirmed)
    assert not await found(books)
    assert await found(books, known_position=then) == missing
