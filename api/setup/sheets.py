"""The sheets of a company's workbook: their columns, what a cell of each may be, and an example of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from api.imports.cells import plain
from api.setup import values
from api.setup.values import Read, choice
from ledger.words.accounts import ACCOUNTS
from ledger.words.findings import CLOCKS, ITEM_KINDS, LEVELS, MATRIX_KINDS, SEVERITIES, TIERS
from ledger.words.people import FAMILIES, ROLES
from ledger.words.values import VALUES
from ledger.words.word import Word


class Column(NamedTuple):
    """A column: its heading, the field that it becomes, how a cell is read, and a word of help for who fills it in."""

    heading: str
    field: str
    read: Read = values.text
    needed: bool = False
    help: str = ""
    choices: tuple[str, ...] = ()


class Sheet(NamedTuple):
    """A sheet of the workbook: its name, its purpose, its columns, and rows that show how it is filled in."""

    name: str
    purpose: str
    columns: tuple[Column, ...]
    example: tuple[tuple[str, ...], ...]

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(column.heading for column in self.columns)


def needed(heading: str, field: str, read: Read = values.text, help: str = "") -> Column:  # noqa: A002 - the field's name
    return Column(heading, field, read, needed=True, help=help)


def _chosen(heading: str, field: str, words: dict[str, Word], *, needed: bool = False, help: str = "") -> Column:  # noqa: A002
    return Column(heading, field, choice(words), needed, help, tuple(word.zh.split(", ")[0] for word in words.values()))


def _flagged(heading: str, field: str) -> Column:
    return Column(heading, field, values.flag, help="是或否, 空白为否", choices=("是", "否"))


_CHARGED = {"liable": Word("责任人", "the one liable"), "workshop": Word("车间", "workshop"), **ROLES}
_SOURCES = {code: VALUES[f"source.{code}"] for code in ("wage", "group", "project", "bonus", "quota")}

LEDGER = Sheet(
    "账簿",
    "账簿只在首次建账时使用, 一行",
    (
        needed("名称", "ledger"),
        _chosen("时钟", "clock", CLOCKS, needed=True, help="日常使用选实时时钟; 补录历史选模拟时钟"),
        Column("起始日", "opened", values.day, help="仅模拟时钟: 账簿从这一天开始"),
    ),
    (("东山矿业", "模拟时钟", "2026-01-01"),),
)
UNITS = Sheet(
    "单位",
    "单位从上到下: 公司1级, 二级单位2级, 车间3级, 班组4级, 岗位5级",
    (
        needed("编号", "unit"),
        needed("名称", "name"),
        needed("级别", "level", values.number, "1至5"),
        Column("上级", "parent", help="上级单位的编号; 公司本身空白"),
        _flagged("结算中心", "centre"),
        Column("类别", "kind", help="部室填 department, 其他空白"),
    ),
    (
        ("DS", "东山矿业公司", "1", "", "是", ""),
        ("AJ", "安监处", "2", "DS", "", "department"),
        ("K1", "一矿", "2", "DS", "是", ""),
        ("CM", "采煤车间", "3", "K1", "", ""),
        ("JD", "机电车间", "3", "K1", "", ""),
        ("CM1", "采煤一班", "4", "CM", "", ""),
        ("CM2", "采煤二班", "4", "CM", "", ""),
    ),
)
PERSONS = Sheet(
    "人员",
    "每人一行, 单位和角色是其编制所在",
    (
        needed("工号", "person"),
        needed("姓名", "name"),
        _chosen("岗位类别", "family", FAMILIES),
        needed("单位", "unit", help="单位编号"),
        _chosen("角色", "role", ROLES, needed=True),
        needed("任职日期", "since", values.day),
    ),
    (
        ("1001", "赵建国", "管理岗", "DS", "公司主要负责人", "2026-01-01"),
        ("1002", "钱卫民", "管理岗", "AJ", "安监处", "2026-01-01"),
        ("1003", "孙立军", "管理岗", "DS", "结算中心负责人", "2026-01-01"),
        ("1004", "李会英", "管理岗", "K1", "结算员", "2026-01-01"),
        ("1005", "周国强", "管理岗", "K1", "单位负责人", "2026-01-01"),
        ("1006", "吴志刚", "管理岗", "CM", "车间主任", "2026-01-01"),
        ("1007", "郑海涛", "管理岗", "JD", "车间主任", "2026-01-01"),
        ("1008", "许文静", "管理岗", "DS", "结算员", "2026-01-01"),
        ("2001", "王大山", "操作岗", "CM1", "班组长", "2026-01-01"),
        ("2002", "冯小河", "操作岗", "CM1", "职工", "2026-01-01"),
        ("2003", "陈永福", "操作岗", "CM2", "班组长", "2026-01-01"),
    ),
)
POSTS = Sheet(
    "兼任",
    "编制以外的角色, 例如考核领导小组成员、审计人员",
    (
        needed("工号", "person"),
        needed("单位", "unit"),
        _chosen("角色", "role", ROLES, needed=True),
        needed("任职日期", "since", values.day),
        Column("截止日期", "until", values.day, help="含当日; 空白为长期"),
    ),
    (
        ("1001", "DS", "考核领导小组", "2026-01-01", ""),
        ("1005", "DS", "考核领导小组", "2026-01-01", ""),
        ("1003", "K1", "结算中心负责人", "2026-01-01", ""),
        ("1002", "DS", "人力资源", "2026-01-01", ""),
    ),
)
SHIFTS = Sheet(
    "班次",
    "同一单位同一生效日的各班次合起来正好24小时",
    (
        needed("单位", "unit"),
        needed("生效日", "effective", values.day),
        needed("班次", "shift"),
        needed("开始", "start", values.clock),
        needed("结束", "end", values.clock),
    ),
    (
        ("DS", "2026-01-01", "夜班", "22:00", "06:00"),
        ("DS", "2026-01-01", "早班", "06:00", "14:00"),
        ("DS", "2026-01-01", "中班", "14:00", "22:00"),
    ),
)
CALENDARS = Sheet(
    "工作日历",
    "只填年度即采用国务院办公厅公布的放假安排; 另有安排的填全各列",
    (
        needed("年度", "year", values.year),
        Column("放假", "holidays", values.day_list, help="2026-01-01..2026-01-03, 2026-06-19"),
        Column("调休上班", "workdays", values.day_list),
        Column("来源", "source"),
    ),
    (("2026", "", "", ""),),
)
POLICIES = Sheet(
    "政策",
    "与默认值不同的政策; 键见 docs/contract.md §2.15",
    (
        needed("政策", "key"),
        Column("单位", "unit", help="空白为公司"),
        needed("值", "value"),
        needed("生效日", "effective", values.day),
        _flagged("锁定", "locked"),
        needed("依据", "legal_basis"),
        Column("协商记录", "consultation"),
    ),
    (("deduct.floor", "", "2210.00", "2026-01-01", "", "省最低工资标准", "职代会〔2025〕3号"),),
)
LISTS = Sheet(
    "价目表",
    "每个单位的每个版本一行; 项目和追责标准在后面两张表",
    (
        needed("单位", "owner"),
        needed("版本", "version"),
        needed("生效日", "effective", values.day),
        needed("依据", "legal_basis"),
        needed("公示", "notice"),
        Column("协商记录", "consultation"),
        Column("联动系数", "linkage", plain),
    ),
    (("DS", "2026", "2026-01-01", "职代会〔2025〕3号", "公示栏 2025-12-24", "", ""),),
)
ITEMS = Sheet(
    "价格项目",
    "定额和交接项目填单价; 三违、隐患等条目可改填追责标准",
    (
        needed("单位", "owner"),
        needed("版本", "version"),
        needed("编号", "item"),
        _chosen("类别", "kind", ITEM_KINDS, needed=True),
        Column("名称", "name"),
        needed("计量单位", "uom"),
        Column("单价", "price", values.amount),
        _flagged("锁定", "locked"),
        Column("追责标准", "matrix"),
    ),
    (
        ("DS", "2026", "JJ-01", "交接问题", "浮煤未清", "处", "60.00", "", ""),
        ("DS", "2026", "ZG-01", "整改定额", "更换托辊", "个", "45.50", "", ""),
        ("DS", "2026", "SW-01", "三违", "未系保险带", "次", "", "", "SW-Y"),
    ),
)
MATRICES = Sheet(
    "追责标准",
    "每个层级的每个角色一行",
    (
        needed("单位", "owner"),
        needed("版本", "version"),
        needed("编号", "matrix"),
        _chosen("类别", "kind", MATRIX_KINDS, needed=True),
        _chosen("严重程度", "severity", SEVERITIES, help="三违"),
        _chosen("隐患等级", "level", LEVELS, help="隐患"),
        _flagged("锁定", "locked"),
        _chosen("查处层级", "tier", TIERS, needed=True),
        _chosen("角色", "role", _CHARGED, needed=True),
        needed("金额", "amount", values.amount),
    ),
    (
        ("DS", "2026", "SW-Y", "三违", "严重", "", "", "公司查出", "责任人", "500.00"),
        ("DS", "2026", "SW-Y", "三违", "严重", "", "", "公司查出", "车间", "300.00"),
        ("DS", "2026", "SW-Y", "三违", "严重", "", "", "公司查出", "班组长", "150.00"),
    ),
)
OPENINGS = Sheet(
    "期初余额",
    "从旧账转入的余额; 欠款填负数",
    (
        needed("日期", "as_of", values.day),
        _chosen("科目", "account", ACCOUNTS, needed=True),
        needed("对象", "owner", help="单位编号或工号"),
        needed("余额", "amount", values.amount),
    ),
    (
        ("2026-01-01", "单位工资总额池", "CM", "85000.00"),
        ("2026-01-01", "单位工资总额池", "JD", "64000.00"),
        ("2026-01-01", "安全奖惩基金", "DS", "12000.00"),
    ),
)
INDICATORS = Sheet(
    "工资指标",
    "各单位的工资总额指标; 期间可以是年、季度或月",
    (
        needed("单位", "unit"),
        needed("期间", "year", values.span),
        _chosen("来源", "source", _SOURCES, needed=True),
        needed("金额", "amount", values.amount),
        needed("文号", "doc"),
    ),
    (("K1", "2026", "年度工资指标", "3600000.00", "劳资〔2026〕1号"),),
)
PERIODS = Sheet(
    "结算期",
    "开放的月份; 截止日空白为月末",
    (
        needed("结算中心", "centre"),
        needed("月份", "period", values.month),
        Column("截止日", "cutoff", values.day),
        Column("发薪日", "pay_day", values.day),
    ),
    (("DS", "2026-01", "", "2026-02-10"), ("K1", "2026-01", "", "2026-02-10")),
)

SHEETS: Sequence[Sheet] = (
    *(LEDGER, UNITS, PERSONS, POSTS, SHIFTS, CALENDARS, POLICIES, LISTS, ITEMS, MATRICES),
    *(OPENINGS, INDICATORS, PERIODS),
)
"""In the order in which they are filled in."""

EXPLANATION = "说明"
"""A sheet of this name is for people and is not read."""

Values = dict[str, Any]
