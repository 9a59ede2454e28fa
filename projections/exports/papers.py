"""From the answers of queries to papers: 内部市场结算单 with its sections A to G (domain §10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from ledger.calendars import local
from ledger.words import zh
from projections.exports.model import Cell, Column, Figure, Kind, Paper, Section, Share, day, money, number
from projections.statement_classes import (
    ADJUSTMENTS,
    DISTRIBUTION,
    EXPENSE,
    INCOME,
    NOTICES,
    OTHER,
    QUOTA_WAGE,
    SLIPS,
)

Row = Mapping[str, Any]

SIGNATURES = ("编制(结算员)", "复核", "单位负责人确认", "考核办公室", "结算中心负责人", "分管领导", "日期/盖章")
SUMMARY = (
    ("opening", 1, None),
    ("quota_wage", 1, QUOTA_WAGE),
    ("market_income", 1, INCOME),
    ("adjustments", 1, ADJUSTMENTS),
    ("distribution", -1, DISTRIBUTION),
    ("market_expense", -1, EXPENSE),
    ("slips", -1, SLIPS),
    ("notices", -1, NOTICES),
    ("other", 1, OTHER),
)
"""Section A: key, how it counts in the closing balance, the class of its lines."""

LINES = (
    Column("no", Kind.COUNT, 5),
    Column("day", Kind.DAY, 11),
    Column("shift", width=5),
    Column("kind", width=11),
    Column("document", width=22),
    Column("hazard", width=11),
    Column("counter", width=14, heading="other_unit"),
    Column("summary", width=15),
    Column("price", width=15),
    Column("qty", Kind.NUMBER, 8),
    Column("unit_price", Kind.MONEY, 10),
    Column("income", Kind.MONEY, 13, is_summed=True),
    Column("expense", Kind.MONEY, 13, is_summed=True),
    Column("handler", width=9),
    Column("confirmer", width=11),
    Column("position", Kind.COUNT, 9),
    Column("class", width=9, is_printed=False),
)
PERSONS = (
    Column("person", width=10),
    Column("name", width=8),
    Column("entitlement", Kind.MONEY, 14, is_summed=True),
    Column("D", Kind.NUMBER, 7),
    Column("I", Kind.NUMBER, 7),
    Column("S", Kind.NUMBER, 7),
    Column("payout", Kind.NUMBER, 9),
    Column("safety_wage", Kind.MONEY, 14, is_summed=True, heading="safety_wage_paid"),
    Column("performance", Kind.MONEY, 13, is_summed=True, heading="performance_payable"),
    Column("bonus", Kind.MONEY, 11, is_summed=True),
    Column("due_opening", Kind.MONEY, 11, is_summed=True),
    Column("due_new", Kind.MONEY, 11, is_summed=True),
    Column("deducted", Kind.MONEY, 11, is_summed=True),
    Column("due_closing", Kind.MONEY, 11, is_summed=True),
    Column("payable", Kind.MONEY, 13, is_summed=True),
)
OPEN_ITEMS = (
    Column("kind", width=11, heading="class"),
    Column("document", width=16),
    Column("unit", width=8),
    Column("amount", Kind.MONEY, 12, is_summed=True),
    Column("since", width=11),
    Column("until", width=11),
    Column("state", width=11),
)
LATE = (
    Column("day", Kind.DAY, 11, heading="original_day"),
    Column("period", width=9, heading="original_period"),
    Column("document", width=22),
    Column("reason", width=30),
    Column("amount", Kind.MONEY, 12, is_summed=True, heading="signed_amount"),
    Column("position", Kind.COUNT, 9),
)


def statement(found: Row) -> Paper:
    """The settlement statement of a unit, of an answer of StatementPaper."""
    made = found["statement"]
    return Paper(
        name=made["unit"],
        kind="结算单",
        title="内部市场结算单",
        number=found["number"],
        head=_head(found, made),
        figures_title="A 汇总",
        figures=summary(made),
        sections=(
            Section("B", "市场交易明细", LINES, _lines(made["lines"], found["details"], found["names"])),
            Section("C", "人员", PERSONS, tuple(_person(person, found["names"]) for person in made["persons"])),
            Section("D", "未结事项", OPEN_ITEMS, tuple(_open_item(item) for item in made["open_items"])),
            Section("E", "上期调整", LATE, tuple(map(_late, made["prior_period_adjustments"]))),
        ),
        totals=(
            ("期末余额", made["closing"]),
            ("大写", made["closing_words"]),
            ("预留", made["reserved"]),
            ("可用", made["available"]),
            *_debt(found["debt"]),
        ),
        signatures=SIGNATURES,
        notes=tuple(_notes(found)),
        digest=made["digest"],
        made_at=found["issued"]["at"] if found["issued"] else f"{made['period']}-01T00:00:00.000000Z",
    )


def _debt(debt: Row) -> tuple[tuple[str, str], ...]:
    """The unit's debt (欠额), of a unit that owes something or did in the month."""
    if not any(Decimal(debt[name]) for name in ("opening", "new", "recovered", "closing")):
        return ()
    course = (("期初欠额", "opening"), ("本期新增欠额", "new"), ("本期收回欠额", "recovered"), ("期末欠额", "closing"))
    return (*((title, debt[name]) for title, name in course), ("欠额大写", debt["closing_words"]))


def _head(found: Row, made: Row) -> tuple[tuple[str, str], ...]:
    issue = str(made["issue"]) if made["issue"] else "—"
    first, last = made["first_position"], made["last_position"]
    state = zh("state", f"statement.{made['state']}")
    shown = (
        ("单号", found["number"]),
        ("单位", f"{made['unit']} {found['unit_name']} ({zh('unit_level', str(found['level']))})"),
        ("结算中心", f"{made['centre']} {found['centre_name']}"),
        ("结算期", made["period"]),
        ("币种", "人民币元"),
        ("状态", f"{state} 第{issue}次签发" if made["issue"] else state),
        ("价格版本", " ".join(made["price_lists"]) or "—"),
        ("制度版本", f"第{found['policies']}号" if found["policies"] else "默认"),
        ("首末记录号", f"{first}–{last}" if first else "—"),
        ("截至记录号", str(found["known"])),
    )
    dated = (("截至业务日期", found["business_date"]),) if found["business_date"] else ()
    clock = (("注意", "模拟时钟账本"),) if made["simulated"] else ()
    return (*shown, *dated, *clock)


def summary(made: Row) -> tuple[Figure, ...]:
    """Section A, each figure with the lines or figures that make it."""
    figures = [
        Figure(key, money(made[key]), share=Share("income", "expense", "class", zh("class", kind), sign))
        if kind
        else Figure(key, money(made[key]))
        for key, sign, kind in SUMMARY
    ]
    closing = tuple((sign, key) for key, sign, _ in SUMMARY)
    return (
        *figures,
        Figure("closing", money(made["closing"]), of=closing),
        Figure("reserved", money(made["reserved"])),
        Figure("available", money(made["available"])),
    )


def _lines(lines: Sequence[Row], details: Sequence[Row], names: Row) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        line_cells(number, line, detail, names)
        for number, (line, detail) in enumerate(zip(lines, details, strict=True), start=1)
    )


def line_cells(no: int, line: Row, detail: Row, names: Row) -> tuple[Cell, ...]:
    """A line of section B."""
    credit, debit = money(line["credit"]), money(line["debit"])
    price = f"{line['item']}@{line['list_version']}" if line["list_version"] else line["item"]
    return (
        no,
        day(line["business_date"]),
        line["shift"],
        kind_of(line),
        line["number"] or line["document"],
        detail["hazard"],
        _called(line["counter"], names),
        zh("fact", line["fact"]),
        price,
        number(line["qty"]),
        money(line["unit_price"]),
        credit or None,
        debit or None,
        detail["handler"],
        detail["confirmer"],
        line["position"],
        zh("class", detail["class"]),
    )


def _called(identity: str | None, names: Row) -> str | None:
    """Its id with its name, where it has one here."""
    return f"{identity} {names[identity]}" if identity is not None and identity in names else identity


def _person(person: Row, names: Row) -> tuple[Cell, ...]:
    return (
        person["person"],
        names[person["person"]],
        money(person["entitlement"]),
        *(number(person[name]) for name in ("D", "I", "S", "payout")),
        *(money(person[name]) for name in ("safety_wage", "performance", "bonus", "due_opening", "due_new")),
        *(money(person[name]) for name in ("deducted", "due_closing", "payable")),
    )


def _open_item(item: Row) -> tuple[Cell, ...]:
    texts = (item["since"], item["until"], _state(item))
    return (kind_of(item), item["document"], item["unit"], money(item["amount"]), *texts)


def _state(item: Row) -> str | None:
    """In words; a state that is none of a document's own stands as it is."""
    code = f"{item['kind']}.{item['state']}"
    worded = zh("state", code)
    return item["state"] if worded == code else worded


def _late(late: Row) -> tuple[Cell, ...]:
    amount, where = money(late["amount"]), late["position"]
    return (day(late["business_date"]), late["adjusts_period"], late["document"], late["reason"], amount, where)


def _notes(found: Row) -> list[str]:
    """The statement's state, and the objection box with its deadline."""
    signed = []
    if found["issued"]:
        signed.append(f"签发 {moment(found['issued']['at'])} {found['issued']['by']}")
    if confirmed := found["confirmed"]:
        signed.append(f"{zh('value', 'mode.' + confirmed['mode'])} {moment(confirmed['at'])} {confirmed['by']}")
    notes = ["    ".join(signed)] if signed else []
    if disputed := found["disputed"]:
        lines = f" (记录号 {', '.join(map(str, disputed['lines']))})" if disputed["lines"] else ""
        notes.append(f"异议 {moment(disputed['at'])} {disputed['by']}: {disputed['grounds']}{lines}")
    if found["window_until"]:
        notes.append(f"异议栏: 如有异议, 请于 {found['window_until']} 前书面提出: " + "_" * 40)
    return notes


def kind_of(found: Row) -> str | None:
    """The kind of the document behind a line or an open item."""
    return found["kind"] and zh("document", found["kind"])


def moment(text: str) -> str:
    """A moment as the clock on the wall shows it."""
    return local(text).isoformat(" ", "minutes")
