"""Every flow of the market, mixed as they are in a mine: what ``Mine`` does all day, and all that is rarer.

64 lanes are at work at once, one episode each; a command of one follows a command of another.  Between them the clock
goes on, so that windows end, deadlines pass and reminders are sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from tests.benchmarks.mine import CLERKS, LANES, TEAMS, Line, Mine, Team

TICK = 400
"""So many commands from one AdvanceClock to the next."""

Plot = Callable[[Team, Team], Iterable[Line]]


class Centre(NamedTuple):
    """People who act for a mine."""

    unit: str
    clerk: str
    head: str
    leader: str
    deputy: str


CENTRES = {
    **dict.fromkeys(("W1", "W2"), Centre("U1", "P-C1", "P-H1", "P-U1H", "P-U1D")),
    "W3": Centre("U2", "P-C2", "P-H2", "P-U2H", "P-U2D"),
}


class Flows(Mine):
    """The mine with all its flows; the same history for the same name."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._once: set[tuple[str, str]] = set()

    def founding(self) -> list[Line]:
        centres = sorted(set(CENTRES.values()))
        pools = {f"POOL_WAGE:{centre.unit}": "1000000000.00" for centre in centres}
        return [*super().founding(), self._line("SYSTEM", "OpenBalances", as_of="2026-02-05", balances=pools)]

    def commands(self, number: int) -> Iterator[Line]:
        lanes = [self._lane(lane) for lane in range(LANES)]
        for done in range(number):
            if done % TICK == TICK - 1:
                yield self._line("SYSTEM", "AdvanceClock")
            else:
                yield next(self._random.choice(lanes))

    def _lane(self, lane: int) -> Iterator[Line]:
        plots = self.plots()
        while True:
            yield from self._random.choice(plots)(*self._random.sample(TEAMS[lane], 2))

    def plots(self) -> list[Plot]:
        """Episodes of a lane, the frequent as often as they are drawn."""
        return [
            *[self._handover] * 8,
            *[self._hazard] * 4,
            *[self._governed] * 8,
            *[self._wages] * 6,
            *[self._day] * 6,
            *[self._chain] * 5,
            *[self._deemed] * 3,
            *[self._disputed] * 3,
            *[self._noticed] * 4,
            *[self._tender] * 5,
            *[self._contested] * 3,
            *[self._penalty] * 2,
            *[self._corrected] * 2,
            *[self._passed_down] * 2,
            *[self._directed, self._case, self._budget, self._month_end, self._overlooked],
            *[self._told, self._lent, self._urgent],
        ]

    # -- the calendar -----------------------------------------------------------------------------------------------

    def _today(self, days_later: int = 0) -> str:
        return (self._clock + timedelta(days=days_later)).date().isoformat()

    def _first(self, subject: str, period: str) -> bool:
        """Is it the first time, of what is done once for a subject and period?"""
        new = (subject, period) not in self._once
        self._once.add((subject, period))
        return new

    # -- hazards ----------------------------------------------------------------------------------------------------

    def _governed(self, team: Team, other: Team) -> Iterator[Line]:
        """A hazard by the book: verified, put on a term, extended, failed once, accepted."""
        hazard, centre = self._new("H"), CENTRES[team.workshop]
        yield self._report(team, hazard)
        yield self._line("P-SO", "VerifyHazard", hazard=hazard, level=self._random.choice("CCCB"))
        term = {"manage": "term", "deadline": self._today(3), "person": self._random.choice(team.crew)}
        yield self._line(f"P-{team.workshop}D", "AssignHazard", hazard=hazard, **term)
        if self._random.random() < 0.3:
            later = {"deadline": self._today(6), "reason": "等备件", "approved_by": centre.deputy}
            yield self._line(f"P-{team.workshop}D", "ExtendDeadline", hazard=hazard, **later)
        yield self._line(f"P-{team.workshop}D", "StartRectification", hazard=hazard, executor=team.unit)
        yield self._line(team.leader, "ClaimRectification", hazard=hazard, evidence=["paper:照片-1"])
        if self._random.random() < 0.3:
            yield self._line("P-SO", "AcceptHazard", hazard=hazard, result="fail", comment="未到位")
            yield self._line(team.leader, "ClaimRectification", hazard=hazard, evidence=["paper:照片-2"])
        yield self._line("P-SO", "AcceptHazard", hazard=hazard, result="pass")

    def _overlooked(self, team: Team, other: Team) -> Iterator[Line]:
        """A hazard of the workshop that nobody fixes: reminders, overdue, escalated, in the end a tender."""
        hazard = self._new("H")
        found = {"place": f"联络巷 {hazard}", "category": "hazard", "tier": "T2", "description": "积水"}
        yield self._line("P-OFF", "ReportHazard", hazard=hazard, unit=team.workshop, **found)
        yield self._line("P-SO", "VerifyHazard", hazard=hazard, level="C")
        term = {"manage": "term", "deadline": self._today(1), "person": team.leader}
        yield self._line(f"P-{team.workshop}D", "AssignHazard", hazard=hazard, **term)

    def _contested(self, sender: Team, receiver: Team) -> Iterator[Line]:
        """A handover that is refused: the duty director lets the item flow, or says that it is done."""
        hazard, handover = self._new("H"), self._new("HV")
        yield self._report(sender, hazard)
        yield self._line(sender.leader, "ClaimRectification", hazard=hazard, evidence=["paper:照片-1"])
        parties = {"sender": sender.unit, "receiver": receiver.unit}
        yield self._line(sender.leader, "OpenHandover", handover=handover, **parties)
        yield self._line(receiver.leader, "RefuseHandover", handover=handover, reason="不彻底", hazard=hazard)
        decided = self._random.choice(["done", "substandard"])
        yield self._line(
            f"P-{sender.workshop}D", "ArbitrateHandover", handover=handover, decision=decided, reason="复查"
        )
        leaders = {"out_leader": sender.leader, "in_leader": receiver.leader}
        yield self._line(receiver.leader, "SignHandover", handover=handover, **leaders)
        if decided == "substandard":
            yield from self._repaired(hazard, receiver)

    # -- tenders ----------------------------------------------------------------------------------------------------

    def _tender(self, payer: Team, winner: Team) -> Iterator[Line]:
        """A hazard is tendered, the other team bids, works, and is paid after acceptance."""
        tender, hazard, centre = self._new("TD"), self._new("H"), CENTRES[payer.workshop]
        yield from self._published(tender, hazard, payer, open_for=timedelta(days=2))
        yield self._line(winner.leader, "SubmitBid", tender=tender, unit=winner.unit, days=5)
        yield self._line(centre.deputy, "Award", tender=tender, winner=winner.unit)
        yield from self._executed(tender, hazard, payer, winner)

    def _directed(self, payer: Team, winner: Team) -> Iterator[Line]:
        """Nobody bids, and time ends the bidding: the deputy directs the work to a team, at a premium."""
        tender, hazard, centre = self._new("TD"), self._new("H"), CENTRES[payer.workshop]
        yield from self._published(tender, hazard, payer, open_for=2 * self._step)
        yield self._line("SYSTEM", "AdvanceClock")
        yield self._line("SYSTEM", "AdvanceClock")
        award = {"winner": winner.unit, "premium": "0.05", "reason": "无人投标"}
        yield self._line(centre.deputy, "DirectTender", tender=tender, **award)
        yield from self._executed(tender, hazard, payer, winner)

    def _published(self, tender: str, hazard: str, payer: Team, open_for: timedelta) -> Iterator[Line]:
        centre = CENTRES[payer.workshop]
        yield self._report(payer, hazard)
        wanted = {"reason": "capacity", "item": "RQ-11", "est_qty": str(self._random.randint(10, 90))}
        yield self._line(payer.leader, "RequestTender", tender=tender, unit=payer.unit, hazard=hazard, **wanted)
        yield self._line(centre.deputy, "ApproveTender", tender=tender)
        yield self._line(
            centre.clerk, "PublishTender", tender=tender, bid_deadline=(self._clock + open_for).isoformat()
        )

    def _executed(self, tender: str, hazard: str, payer: Team, winner: Team) -> Iterator[Line]:
        centre = CENTRES[payer.workshop]
        yield self._line(winner.leader, "AcceptAward", tender=tender)
        yield self._line(winner.leader, "ClaimCompletion", tender=tender, qty="9.5")
        checked = {"acceptors": ["P-SO", payer.leader]}
        if self._random.random() < 0.2:
            failed = {"result": "fail", "defects": ["尺寸不足"]}
            yield self._line(centre.clerk, "AcceptTender", tender=tender, **checked, **failed)
            yield self._line(winner.leader, "ClaimCompletion", tender=tender, qty="9.5")
        yield self._line(centre.clerk, "AcceptTender", tender=tender, result="pass", qty="9.5", **checked)
        yield self._line("P-SO", "AcceptHazard", hazard=hazard, result="pass")

    # -- slips, notices, penalties, cases ---------------------------------------------------------------------------

    def _issued(self, slip: str, team: Team) -> tuple[str, Line]:
        """A slip by matrix; who is liable."""
        person = self._random.choice(team.crew)
        found = {"unit": team.workshop, "grounds": "violation", "tier": "T2", "matrix": "TW-G", "person": person}
        told = {"basis": "安全考核办法 §12", "description": "未系安全带"}
        return person, self._line("P-OFF", "IssueSlip", slip=slip, **found, **told)

    def _chain(self, team: Team, other: Team) -> Iterator[Line]:
        """A chain from the matrix, acknowledged by everybody."""
        slip, centre = self._new("SL"), CENTRES[team.workshop]
        person, issued = self._issued(slip, team)
        yield issued
        yield self._line("P-OFF", "ServeSlip", slip=slip)
        inspector = ["P-SI"] if centre.unit == "U1" else []
        for party in (person, f"P-{team.workshop}D", team.leader, centre.leader, *inspector):
            yield self._line(party, "AcknowledgeSlip", slip=slip)
        yield self._line("P-OFF", "ConfirmSlip", slip=slip)

    def _deemed(self, team: Team, other: Team) -> Iterator[Line]:
        """A slip that nobody answers: time confirms it."""
        slip = self._new("SL")
        yield self._issued(slip, team)[1]
        yield self._line("P-OFF", "ServeSlip", slip=slip)

    def _disputed(self, team: Team, other: Team) -> Iterator[Line]:
        """Disputed and reviewed as a whole, confirmed, appealed against and decided."""
        slip = self._new("SL")
        person, issued = self._issued(slip, team)
        yield issued
        yield self._line("P-OFF", "ServeSlip", slip=slip)
        yield self._line(person, "DisputeSlip", slip=slip, party=person, grounds="事实不清")
        yield self._line("P-SO", "ReviewSlip", slip=slip, decision="uphold", reason="属实")
        yield self._line("P-OFF", "ConfirmSlip", slip=slip)
        yield self._line(person, "LodgeAppeal", slip=slip, party=person, grounds="处理过重")
        decided = self._random.choice(["uphold", "revoke"])
        by_group = {"decision": decided, "reason": "裁定", "approvals": ["P-G1", "P-G2"]}
        yield self._line("P-G1", "DecideAppeal", slip=slip, party=person, **by_group)

    def _noticed(self, team: Team, other: Team) -> Iterator[Line]:
        """A notice with a fixing team, or to the fund; confirmed by the team, or by time."""
        notice = self._new("NT")
        priced = {"item": "GP-05", "qty": str(self._random.randint(1, 6)), "description": "文明生产不达标"}
        fixer = {"fixer": other.unit} if self._random.random() < 0.5 else {}
        yield self._line("P-OFF", "IssueNotice", notice=notice, unit=team.unit, **priced, **fixer)
        if self._random.random() < 0.5:
            yield self._line(team.leader, "ConfirmNotice", notice=notice)

    def _penalty(self, team: Team, other: Team) -> Iterator[Line]:
        penalty, centre = self._new("PE"), CENTRES[team.workshop]
        lines = [{"party": self._random.choice(team.crew), "amount": "30.00"}]
        proposed = {"unit": team.workshop, "kind": "other", "basis": "办法 §20", "description": "迟交资料"}
        yield self._line(centre.deputy, "ProposePenalty", penalty=penalty, lines=lines, approved_by="P-G1", **proposed)
        yield self._line(centre.leader, "ApprovePenalty", penalty=penalty)
        if self._random.random() < 0.3:
            waived = {"reason": "首次", "approved_by": centre.leader}
            yield self._line(centre.deputy, "WaivePenalty", penalty=penalty, **waived)
            return
        yield self._line(str(lines[0]["party"]), "AcknowledgeSlip", penalty=penalty)
        yield self._line("P-SO", "ConfirmPenalty", penalty=penalty)

    def _case(self, team: Team, other: Team) -> Iterator[Line]:
        case, accident = self._new("CS"), self._new("AC")
        classed = {"class_code": "03", "class_table": "GB6441-1986", "severity": "轻伤", "place": "皮带巷"}
        happened = {"occurred": self._clock.isoformat(), "description": "挤伤"}
        yield self._line("P-SO", "RecordAccident", accident=accident, unit=team.unit, **classed, **happened)
        yield self._line("P-SO", "OpenCase", case=case, unit=team.unit, accident=accident, description="轻伤事故")
        lines = [{"party": team.unit, "amount": "900.00"}, {"party": team.crew[0], "amount": "100.00"}]
        decided = {"basis": "办法 §8", "reason": "事故", "approvals": ["P-G1", "P-G2"]}
        yield self._line("P-G1", "DecideCase", case=case, lines=lines, **decided)
        yield self._line("P-SO", "CloseCase", case=case, summary="已处理")

    # -- pools and wages --------------------------------------------------------------------------------------------

    def _day(self, team: Team, other: Team) -> Iterator[Line]:
        """The leader's day: its score, and the quota wage tied to it; once a day."""
        day = self._today()
        if not self._first(team.leader, day):
            return
        scored = {"person": team.leader, "unit": team.unit, "day": day}
        yield self._line(f"P-{team.workshop}D", "RecordDailyScore", **scored, score=str(self._random.randint(80, 100)))
        yield self._line(CLERKS[team.workshop], "AccrueDailyWage", **scored, quota_wage="210.00")

    def _budget(self, team: Team, other: Team) -> Iterator[Line]:
        clerk, doc = CLERKS[team.workshop], self._new("指标")
        given = {"pool": "wage", "source": "wage", "year": "2026", "amount": "5000.00"}
        yield self._line(clerk, "AllocateBudget", unit=team.unit, doc=doc, **given)

    def _passed_down(self, team: Team, other: Team) -> Iterator[Line]:
        clerk, centre = CLERKS[team.workshop], CENTRES[team.workshop]
        yield self._line(clerk, "PassDown", unit=centre.unit, child=team.unit, amount="80.00", reason="下拨")
        both = {"payer": team.unit, "payee": other.unit, "amount": "12.50", "adjusts_period": "2026-01"}
        yield self._line(clerk, "AdjustTransfer", **both, reason="补差", approved_by=centre.head)

    def _corrected(self, team: Team, other: Team) -> Iterator[Line]:
        """A wage is entered for the wrong team, reversed, and entered again."""
        clerk, doc = CLERKS[team.workshop], self._new("验收单")
        wrong = self._line(clerk, "CreditQuotaWage", unit=team.unit, amount="321.00", source_doc=doc)
        yield wrong
        undone = {"of": json.loads(wrong)["id"], "reason": "记错班组", "approved_by": CENTRES[team.workshop].head}
        yield self._line(clerk, "ReverseEntry", **undone)
        yield self._line(clerk, "CreditQuotaWage", unit=other.unit, amount="321.00", source_doc=doc)

    def _month_end(self, team: Team, other: Team) -> Iterator[Line]:
        """Gross wages come in, dues are deducted within cap and floor; once per person and month."""
        month = self._today()[:7]
        person = self._random.choice(team.crew)
        if not self._first(person, month):
            return
        clerk = CLERKS[team.workshop]
        yield self._line("P-HR", "ImportGrossWage", period=month, lines=[{"person": person, "gross": "4800.00"}])
        slip = self._new("SL")
        charge = {"unit": team.workshop, "grounds": "conduct", "tier": "T2", "basis": "办法 §3", "description": "脱岗"}
        lines = [{"party": person, "amount": "40.00"}]
        authority = {"name": "安监处", "doc": slip, "date": "2026-02-05"}
        yield self._line(
            "P-OFF", "IssueSlip", slip=slip, lines=lines, authority=authority, approved_by="P-SO", **charge
        )
        yield self._line("P-OFF", "ServeSlip", slip=slip)
        yield self._line(person, "AcknowledgeSlip", slip=slip)
        yield self._line("P-OFF", "ConfirmSlip", slip=slip)
        yield self._line(clerk, "DeductCompensation", period=month, person=person)

    # -- the rest ---------------------------------------------------------------------------------------------------

    def _told(self, team: Team, other: Team) -> Iterator[Line]:
        """A worker stops work, and has the right to."""
        person = self._random.choice(team.crew)
        act = {"kind": "stop_work", "unit": team.unit, "description": "顶板异响"}
        yield self._line(person, "RecordProtectedAct", act=self._new("PA"), person=person, **act)

    def _lent(self, team: Team, other: Team) -> Iterator[Line]:
        """The leader is away for a day."""
        lent = {"to": team.crew[0], "unit": team.unit, "roles": ["team_leader"], "reason": "开会"}
        today = self._today()
        yield self._line(
            team.leader, "GrantDelegation", delegation=self._new("DG"), valid_from=today, until=today, **lent
        )

    def _urgent(self, team: Team, other: Team) -> Iterator[Line]:
        """An item without a price gets one at once."""
        priced = {"kind": "handover", "uom": "place", "price": "35.00", "legal_basis": "应急定价 §2"}
        at = self._clock.isoformat()
        centre = CENTRES[team.workshop]
        yield self._line(
            centre.leader, "ApproveUrgentPriceItem", owner=centre.unit, item=self._new("UR"), occurred_at=at, **priced
        )
