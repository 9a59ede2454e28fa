"""Findings of inspectors and departments in the month: hazards on a term, slips of every path, trade notices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from api.samples.company import MINE, TEAMS, Team, leader
from api.samples.journal import Journal
from api.samples.shifts import PLACES

Course = Callable[[Journal, str, Team, str, datetime], None]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TERM_HAZARDS = (("HZ-21", "支护间距超限"), ("HZ-22", "瓦斯探头位置不符"), ("HZ-23", "电缆破损"))


def inspect(journal: Journal, random: Random, day: datetime) -> None:
    """The mines' inspectors go down: a hazard for a workshop, verified, assigned on a term, repaired and accepted."""
    for mine in ("U2", "U3"):
        if random.random() < 0.7:
            workshop = random.choice([name for name, home in MINE.items() if home == mine])
            _term_hazard(journal, random, mine, workshop, day)


def _term_hazard(journal: Journal, random: Random, mine: str, workshop: str, day: datetime) -> None:
    hazard, inspector = f"H-{workshop}-{day:%m%d}", f"P-I{mine[1]}"
    item, words = random.choice(TERM_HAZARDS)
    team = random.choice([team for team in TEAMS if team.workshop == workshop])
    term = random.choice((2, 3, 5))
    journal.add(
        day + 10 * HOUR,
        inspector,
        "ReportHazard",
        hazard=hazard,
        unit=workshop,
        place=random.choice(PLACES[workshop]),
        category="hazard",
        tier="T2",
        item=item,
        description=words,
    )
    level = "B" if random.random() < 0.25 else "C"
    journal.add(day + 10.5 * HOUR, "P-SO", "VerifyHazard", hazard=hazard, level=level)
    journal.add(
        day + 11 * HOUR,
        leader(workshop),
        "AssignHazard",
        hazard=hazard,
        manage="term",
        deadline=f"{day + term * DAY:%Y-%m-%d}",
        person=team.leader,
        measures="停止作业，整改后复工" if level == "B" else "限期整改",
    )
    journal.add(day + 12 * HOUR, leader(workshop), "StartRectification", hazard=hazard, executor=team.unit)
    if level == "B":
        _hazard_slip(journal, workshop, team, hazard, day)
    _repair_in_time_or_not(journal, random, team, hazard, inspector, day, term)


def _repair_in_time_or_not(
    journal: Journal, random: Random, team: Team, hazard: str, inspector: str, day: datetime, term: int
) -> None:
    late = random.random() < 0.15
    done = day + (term + 1 if late else random.randint(1, term)) * DAY + 9 * HOUR
    if late and random.random() < 0.5:
        mine = MINE[team.workshop]
        journal.add(
            day + term * DAY + 8 * HOUR,
            leader(team.workshop),
            "ExtendDeadline",
            hazard=hazard,
            deadline=f"{day + (term + 2) * DAY:%Y-%m-%d}",
            reason="配件未到",
            approved_by=f"P-{mine}H",
        )
    if done.day < day.day:
        return  # still open at the end of the month
    journal.add(
        done, team.leader, "ClaimRectification", hazard=hazard, evidence=[f"paper:照片 {hazard}"], cost="120.00"
    )
    if random.random() < 0.2:
        journal.add(done + HOUR, inspector, "AcceptHazard", hazard=hazard, result="fail", comment="间距仍超限")
        journal.add(
            done + 4 * HOUR, team.leader, "ClaimRectification", hazard=hazard, evidence=[f"paper:复查 {hazard}"]
        )
    journal.add(done + 6 * HOUR, inspector, "AcceptHazard", hazard=hazard, result="pass", comment="合格")


def _hazard_slip(journal: Journal, workshop: str, team: Team, hazard: str, day: datetime) -> None:
    slip = f"SL-{hazard}"
    journal.add(
        day + 15 * HOUR,
        "P-OFF",
        "IssueSlip",
        slip=slip,
        unit=workshop,
        grounds="hazard",
        tier="T2",
        matrix="HZ-B",
        team=team.unit,
        hazard=hazard,
        basis="安全考核办法 §21",
        description="B 级隐患",
    )
    journal.add(day + 16 * HOUR, "P-OFF", "ServeSlip", slip=slip, method="送达本人")


# -- slips for violations (三违) ------------------------------------------------------------------------------------


def charge(journal: Journal, number: int, day: datetime) -> None:
    """One slip of the day; what becomes of it goes by turns."""
    team = TEAMS[number % len(TEAMS)]
    matrix = "TW-S" if number % 3 == 0 else "TW-G"
    slip = f"SL-{day:%m%d}"
    journal.add(
        day + 9 * HOUR,
        "P-OFF",
        "IssueSlip",
        slip=slip,
        unit=team.workshop,
        grounds="violation",
        tier="T2",
        matrix=matrix,
        person=team.workers[0],
        basis="安全考核办法 §12",
        description="高处作业未系安全带" if matrix == "TW-S" else "未按规定佩戴自救器",
    )
    if number % 7 == 6:
        journal.add(day + 10 * HOUR, "P-OFF", "CancelSlip", slip=slip, reason="与前单重复")
        return
    journal.add(day + 10 * HOUR, "P-OFF", "ServeSlip", slip=slip, method="送达本人")
    COURSES[number % len(COURSES)](journal, slip, team, matrix, day)


def _deemed(journal: Journal, slip: str, team: Team, matrix: str, day: datetime) -> None:
    """Nobody says anything: it binds by itself at the end of the window."""


def _acknowledged(journal: Journal, slip: str, team: Team, matrix: str, day: datetime) -> None:
    """Everybody who is charged accepts, and the office confirms the same day."""
    mine = MINE[team.workshop]
    charged = [team.workers[0], leader(team.workshop), team.leader]
    charged += [f"P-{mine}H", f"P-I{mine[1]}"] if matrix == "TW-S" else []
    for turn, person in enumerate(charged):
        journal.add(day + (11 + turn / 2) * HOUR, person, "AcknowledgeSlip", slip=slip)
    journal.add(day + 16 * HOUR, "P-OFF", "ConfirmSlip", slip=slip)


def _partly_acknowledged(journal: Journal, slip: str, team: Team, matrix: str, day: datetime) -> None:
    journal.add(day + 11 * HOUR, team.workers[0], "AcknowledgeSlip", slip=slip)


def _disputed(decision: str, **amended: str) -> Course:
    def course(journal: Journal, slip: str, team: Team, matrix: str, day: datetime) -> None:
        person = team.workers[0]
        journal.add(day + 14 * HOUR, person, "DisputeSlip", slip=slip, party=person, grounds="当时不在现场")
        journal.add(
            day + DAY + 10 * HOUR,
            "P-SO",
            "ReviewSlip",
            slip=slip,
            party=person,
            decision=decision,
            reason="调阅人员定位记录",
            **amended,
        )

    return course


COURSES = (_deemed, _acknowledged, _partly_acknowledged, _disputed("uphold"), _disputed("amend", amount="80.00"))


# -- an authority's assessment, and trade notices --------------------------------------------------------------------


def authority_assessment(journal: Journal, day: datetime) -> None:
    """矿山安监局 assesses workshop W5; its own document stands behind the amount."""
    slip = "SL-AJ-17"
    journal.add(
        day + 9.5 * HOUR,
        "P-SO",
        "IssueSlip",
        slip=slip,
        unit="W5",
        grounds="hazard",
        tier="T1",
        basis="执法文书 矿安〔2026〕17 号",
        description="回风顺槽风速不足",
        lines=[{"party": "W5", "amount": "2400.00"}, {"party": "P-W5D", "amount": "300.00", "role": "duty_director"}],
        authority={"name": "国家矿山安全监察局", "doc": "矿安〔2026〕17 号", "date": f"{day:%Y-%m-%d}"},
    )
    journal.add(day + 10 * HOUR, "P-SO", "ServeSlip", slip=slip, method="送达单位")


def notify(journal: Journal, number: int, day: datetime) -> None:
    """A trade notice (交易通知单) for a standard not kept: confirmed, deemed, cancelled, or with a fixer."""
    notice = f"NT-{day:%m%d}"
    workshop = ("W3", "W4", "W5", "W6")[number % 4]
    fixer = {"fixer": {"W3": "W4", "W5": "W6"}[workshop]} if workshop in ("W3", "W5") and number % 2 == 0 else {}
    journal.add(
        day + 14 * HOUR,
        "P-OFF",
        "IssueNotice",
        notice=notice,
        unit=workshop,
        item="GP-05" if number % 2 == 0 else "GP-06",
        qty=str(2 + number % 5),
        description="文明生产不达标" if number % 2 == 0 else "牌板缺失",
        **fixer,
    )
    if number % 5 == 4:
        journal.add(day + 16 * HOUR, "P-OFF", "CancelNotice", notice=notice, reason="现场已恢复")
    elif number % 3 != 2:
        journal.add(day + 17 * HOUR, leader(workshop), "ConfirmNotice", notice=notice)
