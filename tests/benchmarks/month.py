"""A settlement month of one centre: every kind of document that departments list, and what they list of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

from ledger.fact import Fact
from ledger.facts.handovers import HandoverItemTransferredIn, HandoverItemTransferredOut, HandoverOpened
from ledger.facts.notices import TradeNoticeConfirmed, TradeNoticeIssued
from ledger.facts.organisation import LedgerCreated, UnitRegistered
from ledger.facts.pools import BalanceOpened, OpenedBalance
from ledger.facts.prices import PriceItem, PriceListPublished
from ledger.facts.slips import ChargedLine, Line, SlipConfirmed, SlipIssued, SlipServed
from ledger.facts.tenders import (
    TenderAcceptancePassed,
    TenderAwarded,
    TenderRequested,
    TenderSettledIn,
    TenderSettledOut,
)
from ledger.vocabulary import unit_stream

CENTRE, PERIOD, DAY = "U1", "2026-03", "2026-03-17"
AT = f"{DAY}T02:00:00.000000Z"
OVER: dict[str, Any] = {"window_until": "2026-03-20", "window_over": "2026-03-20T16:00:00.000000Z"}
ITEMS = {"HO-01": 6000, "GP-05": 5000, "Q-010": 4550}
FOUNDED: dict[str, Any] = {"by": "SYSTEM", "at": "2026-01-01T00:00:00.000000Z", "business_date": "2026-01-01"}

Listed = tuple[str, str, int, str, str, str]
"""(document, kind, fen, unit, item, quantity): one line of a department's list."""


class BusyMonth:
    """Facts and list lines; every fiftieth of a thousand lines differs from the books by one fen."""

    def __init__(self, units: int, documents: int) -> None:
        self._documents = documents
        self._numbers = count(1)
        self._series = Counter[str]()
        self._shops = [f"W{number}" for number in range(1, units // 5 + 1)]
        self._teams = [f"T{number}" for number in range(1, units - len(self._shops) - 1)]
        self.listed: list[Listed] = []

    def facts(self) -> Iterator[Fact]:
        yield from self._founded()
        plots = (self._handover, self._handover, self._notice, self._slip, self._tender)
        while len(self.listed) < self._documents:
            yield from plots[len(self.listed) % len(plots)]()

    def _founded(self) -> Iterator[Fact]:
        org = {**FOUNDED, "stream": "org"}
        yield LedgerCreated(ledger="month", clock="simulated", command="f-0", **org)
        yield UnitRegistered(unit="HQ", name="HQ", level=1, centre=True, command="f-HQ", **org)
        yield UnitRegistered(unit=CENTRE, name=CENTRE, level=2, parent="HQ", centre=True, command="f-U1", **org)
        for shop in self._shops:
            yield UnitRegistered(unit=shop, name=shop, level=3, parent=CENTRE, command=f"f-{shop}", **org)
        for number, team in enumerate(self._teams):
            parent = self._shops[number % len(self._shops)]
            yield UnitRegistered(unit=team, name=team, level=4, parent=parent, command=f"f-{team}", **org)
        for unit in (CENTRE, *self._shops, *self._teams):
            opened = (OpenedBalance(f"POOL_WAGE:{unit}", 10**12),)
            own = {**FOUNDED, "stream": unit_stream(unit), "posting_period": "2026-01", "command": f"o-{unit}"}
            yield BalanceOpened(balances=opened, as_of="2026-01-01", fund="HQ", **own)
        yield PriceListPublished(
            stream="pricelist-HQ",
            owner="HQ",
            list_version="v1",
            effective="2026-01-01",
            items=tuple(PriceItem(item, "general", "each", price) for item, price in ITEMS.items()),
            matrices=(),
            linkage="1",
            legal_basis="制度",
            notice="公示",
            command="f-prices",
            **FOUNDED,
        )

    def _envelope(self, stream: str, money: bool = True) -> dict[str, Any]:
        return {
            "stream": stream,
            "at": AT,
            "by": "P-C1",
            "command": f"c-{next(self._numbers)}",
            "business_date": DAY,
            "posting_period": PERIOD if money else None,
        }

    def _list(self, kind: str, name: str, amount: int, unit: str, item: str = "", qty: str = "") -> int:
        """It stands on the list under our id; the number that it has in its series."""
        wrong = 1 if len(self.listed) % 1000 == 50 else 0
        self.listed.append((name, kind, amount + wrong, unit, item, qty))
        self._series[kind] += 1
        return self._series[kind]

    def _two(self) -> tuple[str, str]:
        number = len(self.listed)
        return self._teams[number % len(self._teams)], self._teams[(number + 1) % len(self._teams)]

    def _priced(self, item: str, qty: int) -> dict[str, Any]:
        return {
            "item": item,
            "list_version": "HQ@v1",
            "unit_price": ITEMS[item],
            "qty": str(qty),
            "amount": ITEMS[item] * qty,
        }

    def _handover(self) -> Iterator[Fact]:
        sender, receiver = self._two()
        name = f"HV-{len(self.listed)}"
        number = self._list("handover", name, 12000, sender, "HO-01", "2")
        own = self._envelope(unit_stream(sender), money=False)
        yield HandoverOpened(
            handover=name,
            sender=sender,
            receiver=receiver,
            items=(),
            number=f"{CENTRE}-HV-202603-{number}",
            **own,
        )
        both = self._priced("HO-01", 2) | {"handover": name, "hazard": f"H-{number}", "centre": CENTRE}
        both |= {"deadline": "2026-04-30", "accepted_by": "P-1"}
        paid = self._envelope(unit_stream(sender))
        paid["transfer"] = paid["command"]
        yield HandoverItemTransferredOut(unit=sender, counter=receiver, shortfall=0, **both, **paid)
        yield HandoverItemTransferredIn(
            unit=receiver, counter=sender, **both, **paid | {"stream": unit_stream(receiver)}
        )

    def _notice(self) -> Iterator[Fact]:
        unit, _ = self._two()
        name = f"NT-{len(self.listed)}"
        number = self._list("notice", name, 20000, unit, "GP-05", "4")
        priced = self._priced("GP-05", 4)
        told: dict[str, Any] = {"description": "文明生产不达标", "occurred": DAY, **OVER}
        told["number"] = f"{CENTRE}-NT-202603-{number}"
        yield TradeNoticeIssued(
            notice=name, unit=unit, **priced, **told, **self._envelope(unit_stream(unit), money=False)
        )
        own = self._envelope(unit_stream(unit))
        yield TradeNoticeConfirmed(notice=name, unit=unit, mode="ack", shortfall=0, centre=CENTRE, **priced, **own)

    def _slip(self) -> Iterator[Fact]:
        shop = self._shops[len(self.listed) % len(self._shops)]
        team, _ = self._two()
        name = f"SL-{len(self.listed)}"
        number = self._list("slip", name, 70000, shop)
        lines = (Line(shop, 50000, "workshop", unit=True), Line(team, 20000, "liable", unit=True))
        told: dict[str, Any] = {"grounds": "violation", "tier": "T2", "basis": "安全考核办法 §12", "lines": lines}
        told |= {"dropped": (), "total": 70000, "centre": "HQ", "occurred": DAY, "description": "高处作业未系安全带"}
        told["number"] = f"{CENTRE}-SL-202603-{number}"
        stream = unit_stream(shop)
        yield SlipIssued(slip=name, unit=shop, **told, **self._envelope(stream, money=False))
        yield SlipServed(slip=name, served_on=DAY, **OVER, **self._envelope(stream, money=False))
        own = self._envelope(stream)
        for line in lines:
            charged = (ChargedLine(line.party, line.amount, line.role, line.unit),)
            confirmed = own | {"stream": unit_stream(line.party)}
            yield SlipConfirmed(slip=name, mode="deemed", lines=charged, total=line.amount, centre="HQ", **confirmed)

    def _tender(self) -> Iterator[Fact]:
        payer, winner = self._two()
        name = f"TD-{len(self.listed)}"
        number = self._list("tender", name, 45500, payer, "Q-010", "10")
        hazard = f"H-{number}"
        stream = f"tender-{name}"
        asked: dict[str, Any] = {"reason": "无力整改", "item": "Q-010", "est_qty": "10", "funds": "wage"}
        asked["number"] = f"{CENTRE}-TD-202603-{number}"
        own = self._envelope(stream, money=False)
        yield TenderRequested(tender=name, unit=payer, centre=CENTRE, hazard=hazard, **asked, **own)
        price: dict[str, Any] = {"item": "Q-010", "list_version": "HQ@v1", "unit_price": 4550}
        own = self._envelope(stream, money=False)
        yield TenderAwarded(tender=name, winner=winner, reserve=45500, **price, **own)
        passed: dict[str, Any] = {"finished_at": AT, "acceptors": ("P-1", "P-2"), "winner": winner, "hazard": hazard}
        yield TenderAcceptancePassed(tender=name, qty="10", **passed, **self._envelope(stream, money=False))
        settled: dict[str, Any] = {"tender": name, "hazard": hazard, "centre": CENTRE, "pool": "wage", "premium": "0"}
        settled |= self._priced("Q-010", 10)
        own = self._envelope(unit_stream(payer))
        own["transfer"] = own["command"]
        yield TenderSettledOut(unit=payer, counter=winner, shortfall=0, **settled, **own)
        yield TenderSettledIn(unit=winner, counter=payer, **settled, **own | {"stream": unit_stream(winner)})
