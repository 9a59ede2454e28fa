"""The sample company 华岭矿业集团: headquarters, three mines, six workshops, thirteen teams, and who works there.

Mine U1 has the golden month (``golden``): few trades, settled and closed.  Mines U2 and U3 have the bustle of
every shift, and their month stays open.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from api.samples.journal import Journal

SYSTEM = "SYSTEM"


class Team(NamedTuple):
    """A team (班组) with its leader and workers; ``shift`` is the one that it works."""

    unit: str
    name: str
    workshop: str
    shift: str
    leader: str
    workers: tuple[str, ...]


UNITS = (
    ("HQ", "华岭矿业集团", 1, None, True),
    ("U1", "华岭一矿", 2, "HQ", True),
    ("U2", "华岭二矿", 2, "HQ", True),
    ("U3", "华岭三矿", 2, "HQ", True),
    ("W1", "一矿综采区", 3, "U1", False),
    ("W2", "一矿机电区", 3, "U1", False),
    ("W3", "二矿综采区", 3, "U2", False),
    ("W4", "二矿掘进区", 3, "U2", False),
    ("W5", "三矿综采区", 3, "U3", False),
    ("W6", "三矿机电区", 3, "U3", False),
    ("T1", "一矿综采早班", 4, "W1", False),
    ("T2", "一矿综采中班", 4, "W1", False),
    ("T3", "一矿综采夜班", 4, "W1", False),
    ("T4", "一矿机电班", 4, "W2", False),
)
MINE = {"W3": "U2", "W4": "U2", "W5": "U3", "W6": "U3"}
TEAMS = (
    Team("T31", "二矿综采早班", "W3", "早", "P-T31L", ("P-T31A", "P-T31B")),
    Team("T32", "二矿综采中班", "W3", "中", "P-T32L", ("P-T32A", "P-T32B")),
    Team("T33", "二矿综采夜班", "W3", "夜", "P-T33L", ("P-T33A",)),
    Team("T41", "二矿掘进早班", "W4", "早", "P-T41L", ("P-T41A", "P-T41B")),
    Team("T42", "二矿掘进中班", "W4", "中", "P-T42L", ("P-T42A",)),
    Team("T51", "三矿综采早班", "W5", "早", "P-T51L", ("P-T51A", "P-T51B")),
    Team("T52", "三矿综采中班", "W5", "中", "P-T52L", ("P-T52A",)),
    Team("T61", "三矿机电早班", "W6", "早", "P-T61L", ("P-T61A",)),
    Team("T62", "三矿机电中班", "W6", "中", "P-T62L", ("P-T62A",)),
)
STAFF = (  # person, name, family, role, unit
    ("P-CH", "陈国栋", "management", "company_head", "HQ"),
    ("P-LD", "孙立新", "management", "company_deputy", "HQ"),
    ("P-SO", "郑安平", "management", "safety_office", "HQ"),
    ("P-OFF", "李文华", "management", "office", "HQ"),
    ("P-G1", "王振海", "management", "leading_group", "HQ"),
    ("P-G2", "冯秀兰", "management", "leading_group", "HQ"),
    ("P-HR", "陈晓敏", "management", "hr", "HQ"),
    ("P-ADM", "褚明", "technical", "admin", "HQ"),
    ("P-C0", "蒋丽", "management", "clerk", "HQ"),
    ("P-H0", "沈建平", "management", "centre_head", "HQ"),
    ("P-SI", "韩卫东", "technical", "office", "HQ"),
    ("P-U1H", "秦明", "management", "unit_head", "U1"),
    ("P-U1D", "许向阳", "management", "unit_deputy", "U1"),
    ("P-C1", "何静", "management", "clerk", "U1"),
    ("P-H1", "吕振国", "management", "centre_head", "U1"),
    ("P-W1D", "张志刚", "management", "duty_director", "W1"),
    ("P-W2D", "孔令辉", "management", "duty_director", "W2"),
    ("P-T1L", "严成", "operation", "team_leader", "T1"),
    ("P-T2L", "华东升", "operation", "team_leader", "T2"),
    ("P-T3L", "金海", "operation", "team_leader", "T3"),
    ("P-T4L", "魏来", "operation", "team_leader", "T4"),
    ("P-A", "戚永强", "operation", "worker", "T1"),
    ("P-WX", "水根生", "operation", "worker", "W1"),
    ("P-WY", "窦立军", "operation", "worker", "W2"),
    ("P-S1", "章宏", "operation", "worker", "W1"),
    ("P-S2", "云飞", "operation", "worker", "W2"),
    ("P-S3", "苏明", "operation", "worker", "U1"),
    ("P-U2H", "尤大伟", "management", "unit_head", "U2"),
    ("P-U2D", "许志强", "management", "unit_deputy", "U2"),
    ("P-I2", "吴海涛", "technical", "inspector", "U2"),
    ("P-C2", "韩梅", "management", "clerk", "U2"),
    ("P-H2", "杨树林", "management", "centre_head", "U2"),
    ("P-U3H", "吕长河", "management", "unit_head", "U3"),
    ("P-U3D", "施玉山", "management", "unit_deputy", "U3"),
    ("P-I3", "何俊峰", "technical", "inspector", "U3"),
    ("P-C3", "朱玲", "management", "clerk", "U3"),
    ("P-H3", "秦永福", "management", "centre_head", "U3"),
    ("P-W3D", "张铁军", "management", "duty_director", "W3"),
    ("P-W4D", "孔祥林", "management", "duty_director", "W4"),
    ("P-W5D", "曹德旺", "management", "duty_director", "W5"),
    ("P-W6D", "严守义", "management", "duty_director", "W6"),
)
LEADERS = ("华建军", "金保国", "魏明亮", "陶永胜", "姜大勇", "戚长林", "谢红兵", "邹立本", "喻春生")
WORKERS = (
    *("柏永刚", "水志远", "窦新民", "章开元", "云海生", "苏铁柱", "潘长顺"),
    *("葛二宝", "奚福来", "范老虎", "彭守田", "郎青山", "鲁大海"),
)


def leader(workshop: str) -> str:
    """The duty director of a workshop."""
    return f"P-{workshop}D"


def people() -> Iterator[tuple[str, str, str, str, str]]:
    """Everybody: person, name, family, role, home unit."""
    yield from STAFF
    names = iter(WORKERS)
    for team, name in zip(TEAMS, LEADERS, strict=True):
        yield team.leader, name, "operation", "team_leader", team.unit
        for worker in team.workers:
            yield worker, next(names), "operation", "worker", team.unit


def set_up(journal: Journal) -> None:
    """Organisation, calendars, policies and prices of the year, published in December."""
    at = datetime(2025, 12, 1, 8)  # noqa: DTZ001 - wall time of the mine
    journal.add(at, SYSTEM, "CreateLedger", ledger="华岭矿业集团 (样例)", clock="simulated")
    for unit, name, level, parent, centre in UNITS:
        above = {} if parent is None else {"parent": parent}
        journal.add(at, SYSTEM, "RegisterUnit", unit=unit, name=name, level=level, centre=centre, **above)
    for team in TEAMS:
        journal.add(at, SYSTEM, "RegisterUnit", unit=team.unit, name=team.name, level=4, parent=team.workshop)
    for person, name, family, role, unit in people():
        journal.add(at.replace(hour=9), SYSTEM, "RegisterPerson", person=person, name=name, family=family)
        journal.add(at.replace(hour=9), SYSTEM, "AssignPerson", person=person, unit=unit, role=role, since="2025-12-01")
    at_mine = {"person": "P-SI", "unit": "U1", "role": "inspector", "since": "2025-12-01", "home": False}
    journal.add(at.replace(hour=9), SYSTEM, "AssignPerson", **at_mine)
    _calendars(journal, at.replace(day=10))
    _policies(journal, at.replace(day=20))
    _prices(journal, at.replace(day=20, hour=10))


def _calendars(journal: Journal, at: datetime) -> None:
    shifts = [("夜", "22:00", "06:00"), ("早", "06:00", "14:00"), ("中", "14:00", "22:00")]
    journal.add(
        at,
        "P-ADM",
        "PublishShiftCalendar",
        unit="HQ",
        effective="2026-01-01",
        shifts=[{"shift": shift, "start": start, "end": end} for shift, start, end in shifts],
    )
    holidays = [
        *(f"2026-01-{day:02d}" for day in (1, 2, 3)),
        *(f"2026-02-{day}" for day in range(15, 24)),
        *("2026-04-04", "2026-04-05", "2026-04-06"),
        *(f"2026-05-{day:02d}" for day in range(1, 6)),
    ]
    workdays = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09"]
    source = "样例日历，以国务院办公厅通知为准"
    journal.add(at, "P-ADM", "PublishWorkCalendar", year="2026", holidays=holidays, workdays=workdays, source=source)


def _policies(journal: Journal, at: datetime) -> None:
    policies = (("deduct.floor", "2200.00", "最低工资标准"), ("dispute.window", 3, "安全考核办法 §18"))
    for key, value, basis in policies:
        journal.add(
            at,
            "P-SO",
            "PublishPolicy",
            key=key,
            value=value,
            effective="2026-01-01",
            legal_basis=basis,
            consultation="职代会 2025-12-12",
        )


ITEMS = (  # item, kind, name, uom, price
    ("HO-01", "handover", "浮煤杂物未清", "place", "60.00"),
    ("HO-02", "handover", "护栏未恢复", "place", "120.00"),
    ("HO-03", "handover", "管线吊挂不齐", "place", "45.00"),
    ("HO-04", "handover", "锚杆托盘松动", "place", "80.00"),
    ("HZ-21", "hazard", "支护间距超限", "place", "260.00"),
    ("HZ-22", "hazard", "瓦斯探头位置不符", "place", "300.00"),
    ("HZ-23", "hazard", "电缆破损", "place", "180.00"),
    ("GP-05", "general", "文明生产不达标", "place", "50.00"),
    ("GP-06", "general", "牌板缺失", "piece", "20.00"),
    ("RQ-11", "quota", "安装护栏", "m", "45.50"),
    ("RQ-12", "quota", "更换托辊", "set", "86.35"),
)


def _items(raised: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"item": item, "kind": kind, "name": name, "uom": uom, "price": raised.get(item, price)}
        for item, kind, name, uom, price in ITEMS
    ]


def _chain(*lines: tuple[str, str]) -> list[dict[str, str]]:
    return [{"role": role, "amount": amount} for role, amount in lines]


SERIOUS = _chain(
    ("liable", "500.00"),
    ("workshop", "300.00"),
    ("team_leader", "150.00"),
    ("unit_head", "100.00"),
    ("inspector", "50.00"),
)
GENERAL = _chain(("liable", "200.00"), ("workshop", "100.00"), ("team_leader", "50.00"))
LEVEL_B = _chain(("workshop", "800.00"), ("duty_director", "200.00"), ("team_leader", "100.00"))


def _prices(journal: Journal, at: datetime) -> None:
    matrices = [
        {"matrix": "TW-S", "kind": "violation", "severity": "serious", "locked": True, "tiers": {"T2": SERIOUS}},
        {"matrix": "TW-G", "kind": "violation", "severity": "general", "tiers": {"T2": GENERAL}},
        {"matrix": "HZ-B", "kind": "hazard", "level": "B", "tiers": {"T2": LEVEL_B}},
    ]
    raised = {"HO-01": "75.00", "HO-03": "50.00", "RQ-11": "48.00"}
    for version, effective, changes in (("v1", "2026-01-01", {}), ("v2", "2026-03-16", raised)):
        journal.add(
            at,
            "P-SO",
            "PublishPriceList",
            owner="HQ",
            version=version,
            effective=effective,
            items=_items(changes),
            matrices=matrices,
            legal_basis="职代会〔2025〕3号",
            notice="公示栏 2025-12-15",
        )
