"""Handovers of the month (班组交接): every shift finds, fixes, passes on, is refused, and signs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from api.samples.company import MINE, TEAMS, Team, leader
from api.samples.journal import Entry, Journal

STARTS = {"早": 6, "中": 14, "夜": 22}
SHIFT = timedelta(hours=8)
PLACES = {
    "W3": ("1201 工作面机头", "1201 运输顺槽", "1201 回风顺槽"),
    "W4": ("1305 掘进头", "1305 皮带巷"),
    "W5": ("2103 工作面机尾", "2103 运输顺槽"),
    "W6": ("中央变电所", "副井绞车房"),
}
FOUND = (("HO-01", "浮煤杂物未清"), ("HO-02", "护栏未恢复"), ("HO-03", "管线吊挂不齐"), ("HO-04", "锚杆托盘松动"))
OFTEN_ENOUGH = (0, 1, 1, 1, 2)


@dataclass
class Floor:
    """Hand-overs between the shifts: the hazards that a team took over and has not fixed."""

    random: Random
    carried: dict[str, list[str]] = field(default_factory=lambda: {team.unit: [] for team in TEAMS})
    transfers: list[tuple[datetime, str, Entry]] = field(default_factory=list)
    hazards: count[int] = field(default_factory=lambda: count(1))
    handovers: count[int] = field(default_factory=lambda: count(1))


def work(journal: Journal, floor: Floor, day: datetime) -> None:
    """All shifts that start on a day, in the order of the clock."""
    for shift in ("早", "中", "夜"):
        for team in TEAMS:
            if team.shift == shift:
                _work_shift(journal, floor, team, day.replace(hour=STARTS[shift]))


def _work_shift(journal: Journal, floor: Floor, team: Team, start: datetime) -> None:
    receiver = _following(team)
    left = _repair_what_was_taken_over(journal, floor, team, start, may_stay=receiver is not None)
    if receiver is None:
        return
    contested = None
    for number in range(floor.random.choice(OFTEN_ENOUGH)):
        hazard = _report(journal, floor, team, start + timedelta(hours=1 + 2 * number))
        fate = floor.random.random()
        if fate < 0.5:
            _repair(journal, team, hazard, start + timedelta(hours=2 + 2 * number))
        elif fate < 0.85 or contested:
            left.append(hazard)
        else:
            contested = hazard
            journal.add(
                start + SHIFT - timedelta(minutes=40),
                team.leader,
                "ClaimRectification",
                hazard=hazard,
                evidence=[f"paper:照片 {hazard}"],
            )
    _hand_over(journal, floor, team, receiver, start + SHIFT, left, contested)


def _following(team: Team) -> Team | None:
    """The team of the workshop that takes over; after the last shift of the day nobody does, but at W3."""
    mine = [other for other in TEAMS if other.workshop == team.workshop]
    place = mine.index(team)
    if place + 1 < len(mine):
        return mine[place + 1]
    return mine[0] if len(mine) == 3 else None


def _report(journal: Journal, floor: Floor, team: Team, at: datetime) -> str:
    hazard = f"H-{next(floor.hazards):04d}"
    item, words = floor.random.choice(FOUND)
    journal.add(
        at,
        floor.random.choice((team.leader, *team.workers)),
        "ReportHazard",
        hazard=hazard,
        unit=team.unit,
        place=floor.random.choice(PLACES[team.workshop]),
        category="site_quality",
        tier="T3",
        item=item,
        description=words,
    )
    return hazard


def _repair(journal: Journal, team: Team, hazard: str, at: datetime) -> None:
    inspector = f"P-I{MINE[team.workshop][1]}"
    journal.add(at, team.leader, "ClaimRectification", hazard=hazard, evidence=[f"paper:照片 {hazard}"])
    journal.add(
        at + timedelta(minutes=30), inspector, "AcceptHazard", hazard=hazard, result="pass", comment="现场验收合格"
    )


def _repair_what_was_taken_over(
    journal: Journal, floor: Floor, team: Team, start: datetime, *, may_stay: bool
) -> list[str]:
    """Most of it; the rest goes on to the next shift."""
    left = []
    for number, hazard in enumerate(floor.carried[team.unit]):
        if may_stay and floor.random.random() < 0.15:
            left.append(hazard)
            continue
        _repair(journal, team, hazard, start + timedelta(hours=1, minutes=10 * number))
    floor.carried[team.unit] = []
    return left


def _hand_over(
    journal: Journal, floor: Floor, sender: Team, receiver: Team, end: datetime, left: list[str], contested: str | None
) -> None:
    handover = f"HV-{next(floor.handovers):04d}"

    def before(minutes: int) -> datetime:
        return end - timedelta(minutes=minutes)

    items = [*left, contested] if contested else left
    place = PLACES[sender.workshop][0]
    journal.add(
        before(15),
        sender.leader,
        "OpenHandover",
        handover=handover,
        sender=sender.unit,
        receiver=receiver.unit,
        place=place,
        items=items,
    )
    for hazard in left:
        moved = journal.add(
            before(12),
            f"P-C{MINE[sender.workshop][1]}",
            "TransferHandoverItem",
            handover=handover,
            hazard=hazard,
            accepted_by=receiver.leader,
        )
        floor.transfers.append((before(12), sender.workshop, moved))
    taken = list(left)
    if contested and _arbitrated(journal, floor, sender, receiver, handover, contested, before(9)):
        taken.append(contested)
    floor.carried[receiver.unit] += taken
    journal.add(
        before(2),
        receiver.leader,
        "SignHandover",
        handover=handover,
        out_leader=sender.leader,
        in_leader=receiver.leader,
    )


def _arbitrated(
    journal: Journal, floor: Floor, sender: Team, receiver: Team, handover: str, hazard: str, at: datetime
) -> bool:
    """The receiver contests that it is done; the duty director looks.  Does the receiver get it?"""
    journal.add(at, receiver.leader, "RefuseHandover", handover=handover, reason="未按标准整改", hazard=hazard)
    substandard = floor.random.random() < 0.6
    journal.add(
        at + timedelta(minutes=4),
        leader(sender.workshop),
        "ArbitrateHandover",
        handover=handover,
        decision="substandard" if substandard else "done",
        reason="现场复查不合格" if substandard else "现场复查合格",
    )
    return substandard
