"""Smaller papers: a person's own list (个人清单), a team's day sheet (日清), the payroll file (工资发放表)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.accounts import AccountCode
from ledger.words import zh
from projections.exports.model import Cell, Column, Figure, Kind, Paper, Section, day, money, number
from projections.exports.papers import kind_of, moment

Row = Mapping[str, Any]

ENTRIES = (
    Column("day", Kind.DAY, 11),
    Column("account", width=14),
    Column("summary", width=14),
    Column("kind", width=11),
    Column("document", width=22),
    Column("counter", width=10),
    Column("increase", Kind.MONEY, 13),
    Column("decrease", Kind.MONEY, 13),
    Column("adjusts", width=9),
    Column("by", width=9, heading="handler"),
    Column("position", Kind.COUNT, 9),
)
DUES = (
    Column("document", width=16),
    Column("amount", Kind.MONEY, 13, is_summed=True, heading="compensation"),
    Column("open", Kind.MONEY, 13, is_summed=True),
    Column("appealed", width=8),
)
DEDUCTIONS = (
    Column("period", width=9),
    Column("gross", Kind.MONEY, 14),
    Column("cap", Kind.MONEY, 13),
    Column("floor", Kind.MONEY, 13),
    Column("deducted", Kind.MONEY, 13, is_summed=True, heading="deducted_so_far"),
    Column("carried", Kind.MONEY, 13),
)
EARNED = ("safety_wage", "performance", "bonus")
OWED = ("due_opening", "due_new", "deducted")
SCORES = ("D", "I", "S", "payout")


def personal(found: Row) -> Paper:
    """A person's own list of a month, of an answer of PersonalStatement."""
    return Paper(
        name=found["person"],
        kind="个人清单",
        title="个人工资与赔付清单",
        number=f"{found['centre']}-GR-{found['period'].replace('-', '')}-{found['person']}",
        head=(
            ("工号", found["person"]),
            ("单位", f"{found['unit']} {found['unit_name']}"),
            ("结算中心", found["centre"]),
            ("月份", found["period"]),
            ("币种", "人民币元"),
            ("截至记录号", str(found["known"])),
        ),
        figures_title="A 汇总",
        figures=_personal_figures(found),
        sections=(
            Section("B", "本期明细", ENTRIES, tuple(map(_entry, found["entries"]))),
            Section("C", "尚欠赔付", DUES, tuple(map(_due, found["dues"]))),
            Section("D", "扣款上限核算", DEDUCTIONS, tuple(map(_deduction, found["deductions"]))),
        ),
        totals=(("应发合计", found["payable"]), ("大写", found["payable_words"])),
        signatures=("制表(结算员)", "本人签收", "日期"),
        notes=("本清单仅供本人查阅。如有疑问, 请向结算中心提出。",),
        digest=None,
        made_at=f"{found['period']}-01T00:00:00.000000Z",
    )


def _personal_figures(found: Row) -> tuple[Figure, ...]:
    entitled = Figure("entitlement", money(found["entitlement"]))
    scores = [Figure(key, number(found[key]), kind=Kind.NUMBER) for key in SCORES]
    figures = [Figure(key, money(found[key])) for key in (*EARNED, *OWED)]
    owed = ((1, "due_opening"), (1, "due_new"), (-1, "deducted"))
    paid = (*((1, key) for key in EARNED), (-1, "deducted"))
    return (
        entitled,
        *scores,
        *figures,
        Figure("due_closing", money(found["due_closing"]), of=owed),
        Figure("payable", money(found["payable"]), of=paid),
    )


def _entry(line: Row) -> tuple[Cell, ...]:
    """A line on one of the person's accounts; what is due grows by debits, what is payable by credits."""
    account = line["account"].partition(":")[0]
    more, less = ("debit", "credit") if account == AccountCode.DUE_PERSON else ("credit", "debit")
    return (
        day(line["business_date"]),
        zh("own_account", account),
        zh("fact", line["fact"]),
        kind_of(line),
        line["number"] or line["document"],
        line["counter"],
        money(line[more]) or None,
        money(line[less]) or None,
        line["adjusts_period"],
        line["by"],
        line["position"],
    )


def _due(due: Row) -> tuple[Cell, ...]:
    return (due["document"] or "期初", money(due["amount"]), money(due["open"]), "是" if due["appealed"] else None)


def _deduction(month: Row) -> tuple[Cell, ...]:
    return (month["period"], *(money(month[name]) for name in ("gross", "cap", "floor", "deducted", "carried")))


# -- the day sheet -------------------------------------------------------------------------------------------------

DAY_PERSONS = (
    Column("person", width=10),
    Column("score", Kind.NUMBER, 9),
    Column("quota_wage", Kind.MONEY, 14, is_summed=True),
    Column("payout", Kind.NUMBER, 9),
    Column("amount", Kind.MONEY, 13, is_summed=True, heading="earned"),
)
DAY_LINES = (
    Column("shift", width=6),
    Column("summary", width=15),
    Column("kind", width=11),
    Column("document", width=22),
    Column("counter", width=10, heading="other_unit"),
    Column("income", Kind.MONEY, 13, is_summed=True),
    Column("expense", Kind.MONEY, 13, is_summed=True),
    Column("by", width=9, heading="handler"),
    Column("position", Kind.COUNT, 9),
)


def day_sheet(found: Row) -> Paper:
    """A team's day, of an answer of DaySheet."""
    sealed = found["state"] == "sealed"
    head = (
        ("班组", f"{found['unit']} {found['unit_name']}"),
        ("日期", found["day"]),
        ("结算中心", found["centre"]),
        ("状态", zh("state", f"day_sheet.{found['state']}")),
        ("截至记录号", str(found["known"])),
    )
    people = tuple(
        (
            each["person"],
            number(each["score"]),
            money(each["quota_wage"]),
            number(each["payout"]),
            money(each["amount"]),
        )
        for each in found["persons"]
    )
    return Paper(
        name=f"{found['unit']} {found['day']}",
        kind="日清单",
        title="班组日清单",
        number=f"{found['centre']}-RQ-{found['day'].replace('-', '')}-{found['unit']}",
        head=head,
        figures_title="",
        figures=(),
        sections=(
            Section("A", "人员日清", DAY_PERSONS, people),
            Section("B", "工资总额池当日明细", DAY_LINES, tuple(map(_day_line, found["lines"]))),
        ),
        totals=(),
        signatures=("记录", "复核", "日期"),
        notes=(f"记录 {found['recorder']}, 复核 {found['reviewer']}, {moment(found['sealed_at'])} 封单",)
        if sealed
        else (),
        digest=None,
        made_at=f"{found['day']}T00:00:00.000000Z",
    )


def _day_line(line: Row) -> tuple[Cell, ...]:
    return (
        line["shift"],
        zh("fact", line["fact"]),
        kind_of(line),
        line["number"] or line["document"],
        line["counter"],
        money(line["credit"]) or None,
        money(line["debit"]) or None,
        line["by"],
        line["position"],
    )


# -- payroll -------------------------------------------------------------------------------------------------------

PAYROLL = (  # a file for people and programs: each heading says the word and the code
    Column("centre", width=14, heading="结算中心 centre"),
    Column("period", width=11, heading="月份 period"),
    Column("person", width=14, heading="工号 person"),
    Column("perf", Kind.MONEY, 16, is_summed=True, heading="绩效 performance"),
    Column("safety", Kind.MONEY, 18, is_summed=True, heading="安全工资 safety_wage"),
    Column("bonus", Kind.MONEY, 14, is_summed=True, heading="奖励 bonus"),
    Column("total", Kind.MONEY, 16, is_summed=True, heading="应发合计 total"),
)


def payroll(found: Row) -> Paper:
    """The payroll file of a centre's month, of an answer of Payroll."""
    rows = tuple(
        (found["centre"], found["period"], each["person"], *(money(each[name]) for name in PAID))
        for each in found["lines"]
    )
    return Paper(
        name=f"{found['centre']} {found['period']}",
        kind="工资发放表",
        title="工资发放表",
        number=f"{found['centre']}-GZ-{found['period'].replace('-', '')}",
        head=(
            ("结算中心", f"{found['centre']} {found['centre_name']}"),
            ("月份", found["period"]),
            ("移交", f"{moment(found['exported_at'])} {found['by']}"),
            ("币种", "人民币元"),
            ("人数", str(len(rows))),
            ("记录号", str(found["position"])),
        ),
        figures_title="",
        figures=(),
        sections=(Section("A", "发放明细", PAYROLL, rows),),
        totals=(("应发合计", found["total"]),),
        signatures=("编制", "复核", "结算中心负责人", "人力资源", "日期"),
        notes=(),
        digest=None,
        made_at=found["exported_at"],
    )


PAID = ("perf", "safety", "bonus", "total")
