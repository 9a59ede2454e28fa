"""A mine at work, as commands: the group of tests/vectors/fixture.jsonl with more teams, and what they do all day.

An episode is what belongs together, in its order: a hazard found and repaired, a handover with its transfers, a slip
from issue to confirmation …  Two teams that hand over to each other make a lane; one lane never waits for another, so
as many clients as there are lanes can be at work at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from itertools import count
from random import Random
from typing import Any, NamedTuple

from tests.spec import fixture_lines

Line = bytes
Episode = list[Line]

CHINA = timezone(timedelta(hours=8))
BEGIN = datetime(2026, 2, 5, 6, 30, tzinfo=CHINA)
CLERKS = {"W1": "P-C1", "W2": "P-C1", "W3": "P-C2"}  # of the centre above each workshop
LANES, CREW = 64, 6


class Team(NamedTuple):
    """A team, its workshop and who leads it."""

    unit: str
    workshop: str
    leader: str
    crew: tuple[str, ...]


def _team(unit: str, workshop: str) -> Team:
    return Team(unit, workshop, f"P-{unit}-L", tuple(f"P-{unit}-{each}" for each in range(1, CREW + 1)))


TEAMS = [
    (_team(f"{shop}B{lane}a", shop), _team(f"{shop}B{lane}b", shop))
    for lane in range(LANES)
    for shop in [list(CLERKS)[lane % len(CLERKS)]]
]
"""By lane."""


class Mine:
    """The running clock and the running numbers; the same commands for the same name."""

    def __init__(self, name: str = "b", step: timedelta = timedelta(seconds=1), begin: datetime = BEGIN) -> None:
        self._name = name
        self._random = Random(name)
        self._clock = begin
        self._step = step
        self._numbers = count(1)

    # -- before anything happens --------------------------------------------------------------------------------------

    def founding(self) -> list[Line]:
        """The group, its teams and crews, well filled pools."""
        lines = [line.encode() for line in fixture_lines()]
        teams = [team for pair in TEAMS for team in pair]
        units = [*CLERKS, *(team.unit for team in teams)]
        for team in teams:
            lines.append(self._line("SYSTEM", "RegisterUnit", unit=team.unit, name="班", level=4, parent=team.workshop))
            for person in (team.leader, *team.crew):
                role = "team_leader" if person == team.leader else "worker"
                home = {"unit": team.unit, "role": role, "since": "2026-01-01"}
                lines.append(self._line("SYSTEM", "RegisterPerson", person=person, name="某师傅", family="operation"))
                lines.append(self._line("SYSTEM", "AssignPerson", person=person, **home))
        pools = {f"POOL_WAGE:{unit}": "1000000000.00" for unit in units}
        lines.append(self._line("SYSTEM", "OpenBalances", as_of="2026-02-05", balances=pools))
        return lines

    # -- what happens ------------------------------------------------------------------------------------------------

    def episodes(self, lane: int) -> Iterator[Episode]:
        """Episodes of one lane, without end."""
        plots: list[Callable[[Team, Team], Episode]] = [
            *[self._hazard] * 3,
            *[self._handover] * 4,
            *[self._wages] * 2,
            *[self._slip] * 2,
            self._notice,
        ]
        while True:
            pair = TEAMS[lane]
            yield self._random.choice(plots)(*self._random.sample(pair, 2))

    def commands(self, number: int) -> Iterator[Line]:
        """So many, one episode after the other, anywhere."""
        lanes = [self.episodes(lane) for lane in range(LANES)]
        while True:
            for line in next(self._random.choice(lanes)):
                yield line
                number -= 1
                if not number:
                    return

    def _line(self, by: str, command: str, /, **data: Any) -> Line:
        self._clock += self._step
        content = {
            "id": f"{self._name}-{next(self._numbers)}",
            "at": self._clock.isoformat(),
            "by": by,
            "command": command,
            "data": data,
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()

    def _new(self, kind: str) -> str:
        return f"{kind}-{self._name}-{next(self._numbers)}"

    def _report(self, team: Team, hazard: str) -> Line:
        return self._line(
            self._random.choice(team.crew),
            "ReportHazard",
            hazard=hazard,
            unit=team.unit,
            place=f"1201 运输顺槽 {self._random.randint(1, 400)} 号架",
            category="site_quality",
            item="HO-01",
            tier="T3",
            description="浮煤杂物未清，影响行人",
        )

    def _repaired(self, hazard: str, team: Team) -> Episode:
        return [
            self._line(team.leader, "ClaimRectification", hazard=hazard, evidence=["paper:照片-1"]),
            self._line(f"P-{team.workshop}D", "AcceptHazard", hazard=hazard, result="pass", comment="合格"),
        ]

    def _hazard(self, team: Team, other: Team) -> Episode:
        hazard = self._new("H")
        return [self._report(team, hazard), *self._repaired(hazard, team)]

    def _handover(self, sender: Team, receiver: Team) -> Episode:
        handover, hazards = self._new("HV"), [self._new("H"), self._new("H")]
        lines = [self._report(sender, hazard) for hazard in hazards]
        opened = {"handover": handover, "sender": sender.unit, "receiver": receiver.unit, "items": hazards}
        lines.append(self._line(sender.leader, "OpenHandover", **opened))
        for hazard in hazards:
            moved = {"handover": handover, "hazard": hazard, "accepted_by": receiver.leader}
            lines.append(self._line(CLERKS[sender.workshop], "TransferHandoverItem", **moved))
        leaders = {"out_leader": sender.leader, "in_leader": receiver.leader}
        lines.append(self._line(receiver.leader, "SignHandover", handover=handover, **leaders))
        for hazard in hazards:
            lines += self._repaired(hazard, receiver)
        return lines

    def _wages(self, team: Team, other: Team) -> Episode:
        clerk, doc = CLERKS[team.workshop], self._new("验收单")
        amount = f"{self._random.randint(2000, 9000)}.{self._random.randint(10, 99)}"
        paid = self._random.sample(team.crew, 4)
        shares = [{"person": person, "amount": f"{self._random.randint(100, 400)}.00"} for person in paid]
        return [
            self._line(clerk, "CreditQuotaWage", unit=team.unit, amount=amount, source_doc=doc),
            self._line(team.leader, "DistributeWage", unit=team.unit, lines=shares),
        ]

    def _slip(self, team: Team, other: Team) -> Episode:
        slip, person, shop = self._new("SL"), self._random.choice(team.crew), team.workshop
        lines = [{"party": shop, "amount": "300.00"}, {"party": person, "amount": "100.00", "role": "liable"}]
        issued = self._line(
            "P-OFF",
            "IssueSlip",
            slip=slip,
            unit=shop,
            grounds="violation",
            tier="T1",
            basis="安全考核办法 §12",
            description="高处作业未系安全带",
            lines=lines,
            authority={"name": "矿山安全监察局", "doc": slip, "date": "2026-02-05"},
        )
        return [
            issued,
            self._line("P-OFF", "ServeSlip", slip=slip, method="送达本人"),
            self._line(person, "AcknowledgeSlip", slip=slip),
            self._line(f"P-{shop}D", "AcknowledgeSlip", slip=slip),
            self._line("P-OFF", "ConfirmSlip", slip=slip),
        ]

    def _notice(self, team: Team, other: Team) -> Episode:
        notice, shop = self._new("NT"), team.workshop
        priced = {"item": "GP-05", "qty": str(self._random.randint(1, 6)), "description": "文明生产不达标"}
        return [
            self._line("P-OFF", "IssueNotice", notice=notice, unit=shop, **priced),
            self._line(f"P-{shop}D", "ConfirmNotice", notice=notice),
        ]
