"""A company at work, generated: as many plausible facts as one likes, the same ones for the same seed.

Units and persons first, then shifts of hazards, handovers, slips, quota wages and distributions.  Nothing decides
here: amounts are kept within the pools by opening them well filled.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from ledger.fact import Fact
from ledger.facts.dues import CompensationDeducted, DueRaised
from ledger.facts.handovers import (
    HandoverItemTransferredIn,
    HandoverItemTransferredOut,
    HandoverOpened,
    HandoverSigned,
)
from ledger.facts.hazards import (
    HazardAcceptancePassed,
    HazardAssigned,
    HazardClosed,
    HazardReported,
    HazardVerified,
    RectificationClaimed,
)
from ledger.facts.notices import TradeNoticeConfirmed, TradeNoticeIssued
from ledger.facts.organisation import LedgerCreated, PersonAssigned, PersonRegistered, UnitRegistered
from ledger.facts.periods import LateEventAccepted
from ledger.facts.pools import BalanceOpened, DuePart, OpenedBalance, QuotaWageCredited, WageDistributed, WageLine
from ledger.facts.slips import ChargedLine, Line, SlipAcknowledged, SlipConfirmed, SlipIssued, SlipServed
from ledger.vocabulary import person_stream, unit_stream

CENTRES, WORKSHOPS, TEAMS = 3, 4, 3
START = datetime(2026, 1, 1, tzinfo=UTC)


class Company:
    """Names, the running clock and the running document numbers."""

    def __init__(self, seed: int = 1, per_day: int = 3000, crew: int = 12) -> None:
        self.random = Random(seed)
        self.step = timedelta(days=1) / per_day
        self.clock = START
        self.serial = 0
        self.dues: dict[str, list[DuePart]] = {}
        self.centres = [f"U{n}" for n in range(1, CENTRES + 1)]
        self.workshops = [(f"{centre}W{n}", centre) for centre in self.centres for n in range(1, WORKSHOPS + 1)]
        self.teams = [(f"{shop}T{n}", shop, centre) for shop, centre in self.workshops for n in range(1, TEAMS + 1)]
        self.crews = {team: [f"P-{team}-{n}" for n in range(1, crew + 1)] for team, _, _ in self.teams}

    def facts(self, count: int) -> list[Fact]:
        return list(self.stream(count))

    def stream(self, count: int) -> Iterator[Fact]:
        return islice(self._all(), count)

    def _all(self) -> Iterator[Fact]:
        yield from self._founded()
        plots = (self._handover, self._handover, self._hazard, self._slip, self._slip, self._wages, self._notice)
        while True:
            yield from self.random.choice(plots)()

    def _envelope(self, unit: str, command: str, money: bool = False, stream: str = "") -> dict[str, Any]:
        self.clock += self.step
        late = self.random.random() < 0.05
        day = (self.clock - timedelta(days=self.random.randint(1, 20) if late else 0)).date().isoformat()
        day = max(day, "2026-01-01")
        period = self.clock.date().isoformat()[:7]
        return {
            "stream": stream or unit_stream(unit),
            "at": self.clock.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "by": "P-C",
            "command": command,
            "business_date": day,
            "shift": self.random.choice("早中夜"),
            "posting_period": period if money else None,
            "adjusts_period": day[:7] if money and day[:7] < period else None,
        }

    def _next(self, kind: str) -> tuple[str, str]:
        self.serial += 1
        return f"{kind}-{self.serial}", f"c-{self.serial}"

    def _founded(self) -> Iterator[Fact]:
        org: dict[str, Any] = {
            "stream": "org",
            "at": "2025-12-31T00:00:00.000000Z",
            "by": "SYSTEM",
            "business_date": "2025-12-31",
        }
        yield LedgerCreated(ledger="company", clock="simulated", command="f-0", **org)
        yield UnitRegistered(unit="HQ", name="总部", level=1, centre=True, command="f-HQ", **org)
        units = [(c, "HQ", 2) for c in self.centres] + [(w, c, 3) for w, c in self.workshops]
        units += [(t, w, 4) for t, w, _ in self.teams]
        for unit, parent, level in units:
            yield UnitRegistered(
                unit=unit, name=unit, level=level, parent=parent, centre=level == 2, command=f"f-{unit}", **org
            )
        for unit in ["HQ", *(unit for unit, _, _ in units)]:
            yield BalanceOpened(
                balances=(OpenedBalance(f"POOL_WAGE:{unit}", 10**11),),
                as_of="2026-01-01",
                fund="HQ",
                **self._envelope(unit, f"o-{unit}", money=True)
                | {"adjusts_period": None, "business_date": "2026-01-01"},
            )
        for team, crew in self.crews.items():
            for person in crew:
                own = {**org, "stream": person_stream(person)}
                yield PersonRegistered(person=person, name="某", command=f"r-{person}", **own)
                yield PersonAssigned(
                    person=person, unit=team, role="worker", since="2025-12-31", home=True, command=f"a-{person}", **own
                )

    def _found(self, hazard: str, team: str, command: str) -> Fact:
        return HazardReported(
            hazard=hazard,
            unit=team,
            place=f"皮带机头{self.random.randint(1, 400)}",
            category="site_quality",
            description="浮煤未清，影响通行",
            tier="T3",
            item="HO-01",
            discoverer=self.random.choice(self.crews[team]),
            **self._envelope(team, command),
        )

    def _handover(self) -> Iterator[Fact]:
        sender, shop, centre = self.random.choice(self.teams)
        receiver = self.random.choice([team for team, other, _ in self.teams if other == shop and team != sender])
        hazard, command = self._next("H")
        yield self._found(hazard, sender, command)
        handover, command = self._next("HV")
        yield HandoverOpened(
            handover=handover,
            sender=sender,
            receiver=receiver,
            items=(hazard,),
            number=f"{centre}-HV-202601-{self.serial}",
            **self._envelope(sender, command),
        )
        _, command = self._next("t")
        moved: dict[str, Any] = {
            "handover": handover,
            "hazard": hazard,
            "centre": centre,
            "item": "HO-01",
            "list_version": "HQ@v1",
            "unit_price": 6000,
            "qty": "1",
            "amount": 6000,
            "deadline": "2026-12-31",
            "accepted_by": self.crews[receiver][0],
            "transfer": command,
        }
        paid = self._envelope(sender, command, money=True)
        yield HandoverItemTransferredOut(unit=sender, counter=receiver, shortfall=0, **moved, **paid)
        yield HandoverItemTransferredIn(
            unit=receiver, counter=sender, **moved, **(paid | {"stream": unit_stream(receiver)})
        )
        _, command = self._next("s")
        signed: dict[str, Any] = {
            "handover": handover,
            "out_leader": self.crews[sender][0],
            "in_leader": self.crews[receiver][0],
        }
        yield HandoverSigned(**signed, **self._envelope(sender, command))
        yield from self._closed(hazard, receiver)

    def _closed(self, hazard: str, unit: str) -> Iterator[Fact]:
        _, command = self._next("x")
        yield RectificationClaimed(
            hazard=hazard,
            finished_at=self.clock.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            evidence=("照片-1",),
            in_shift=False,
            **self._envelope(unit, command),
        )
        _, command = self._next("x")
        yield HazardAcceptancePassed(hazard=hazard, acceptor="P-C", **self._envelope(unit, command))
        yield HazardClosed(hazard=hazard, place="皮带机头", item="HO-01", on_time=True, **self._envelope(unit, command))

    def _hazard(self) -> Iterator[Fact]:
        team, _, _ = self.random.choice(self.teams)
        hazard, command = self._next("H")
        yield self._found(hazard, team, command)
        _, command = self._next("x")
        yield HazardVerified(hazard=hazard, level="C", item="HO-01", **self._envelope(team, command))
        _, command = self._next("x")
        person = self.crews[team][0]
        assigned = self._envelope(team, command)
        yield HazardAssigned(hazard=hazard, manage="term", deadline="2026-12-31", person=person, **assigned)
        if self.random.random() < 0.995:
            yield from self._closed(hazard, team)

    def _slip(self) -> Iterator[Fact]:
        team, shop, _ = self.random.choice(self.teams)
        slip, command = self._next("SL")
        parties = self.random.sample(self.crews[team], 3)
        lines = (Line(shop, 50000, "workshop", unit=True), *(Line(person, 20000, "liable") for person in parties))
        total = sum(line.amount for line in lines)
        number = f"HQ-SL-202601-{self.serial}"
        yield SlipIssued(
            slip=slip,
            unit=shop,
            grounds="violation",
            tier="T2",
            basis="安全考核办法 §12",
            description="高处作业未系安全带",
            lines=lines,
            dropped=(),
            total=total,
            centre="HQ",
            occurred="2026-01-05",
            matrix="TW-S",
            list_version="HQ@v1",
            number=number,
            **self._envelope(shop, command),
        )
        _, command = self._next("x")
        over = "2027-01-01T00:00:00.000000Z"
        served = self._envelope(shop, command)
        yield SlipServed(slip=slip, served_on=str(served["at"]), window_until="2026-12-31", window_over=over, **served)
        if self.random.random() < 0.5:
            _, command = self._next("x")
            yield SlipAcknowledged(slip=slip, parties=(parties[0],), **self._envelope(shop, command))
        if self.random.random() < 0.005:
            return
        _, command = self._next("k")
        charged = tuple(ChargedLine(line.party, line.amount, line.role, line.unit) for line in lines)
        confirmed = self._envelope(shop, command, money=True)
        yield SlipConfirmed(slip=slip, mode="deemed", lines=charged, total=total, centre="HQ", **confirmed)
        for person in parties:
            mirror = confirmed | {"stream": person_stream(person), "mirror": True}
            yield DueRaised(person=person, document=slip, kind="slip", amount=20000, centre="HQ", **mirror)
            self.dues.setdefault(person, []).append(DuePart(f"slip:{slip}", 20000, "HQ"))
        yield from self._deducted(parties[0])

    def _deducted(self, person: str) -> Iterator[Fact]:
        parts = tuple(self.dues.pop(person))
        due = sum(part.amount for part in parts)
        _, command = self._next("d")
        yield CompensationDeducted(
            person=person,
            period="2026-01",
            gross=5 * due,
            floor=0,
            cap=due,
            amount=due,
            due_before=due,
            due_after=0,
            parts=parts,
            **self._envelope("", command, money=True, stream=person_stream(person)),
        )

    def _notice(self) -> Iterator[Fact]:
        shop, centre = self.random.choice(self.workshops)
        notice, command = self._next("NT")
        priced: dict[str, Any] = {
            "item": "GP-05",
            "list_version": "HQ@v1",
            "unit_price": 5000,
            "qty": "4",
            "amount": 20000,
        }
        yield TradeNoticeIssued(
            notice=notice,
            unit=shop,
            description="文明生产不达标",
            occurred="2026-01-05",
            window_until="2026-12-31",
            window_over="2027-01-01T00:00:00.000000Z",
            number=f"{centre}-NT-202601-{self.serial}",
            **priced,
            **self._envelope(shop, command),
        )
        _, command = self._next("k")
        confirmed = self._envelope(shop, command, money=True)
        if confirmed["adjusts_period"]:
            yield LateEventAccepted(
                centre=centre,
                late_date=str(confirmed["business_date"]),
                closed_period=str(confirmed["adjusts_period"]),
                accepted_period=str(confirmed["posting_period"]),
                **confirmed | {"stream": f"period-{centre}-202601"},
            )
        yield TradeNoticeConfirmed(
            notice=notice, unit=shop, mode="ack", shortfall=0, centre=centre, **priced, **confirmed
        )

    def _wages(self) -> Iterator[Fact]:
        team, _, _ = self.random.choice(self.teams)
        doc, command = self._next("Q")
        credited = self._envelope(team, command, money=True)
        yield QuotaWageCredited(unit=team, amount=self.random.randint(1000, 900000), source_doc=doc, **credited)
        _, command = self._next("d")
        lines = tuple(WageLine(person, self.random.randint(100, 30000)) for person in self.crews[team][:4])
        paid = self._envelope(team, command, money=True)
        total = sum(line.amount for line in lines)
        yield WageDistributed(unit=team, lines=lines, total=total, **paid)
        for line in lines:
            mirror = paid | {"stream": person_stream(line.person), "mirror": True}
            yield WageDistributed(unit=team, lines=(line,), total=line.amount, **mirror)
