"""Money of the month: opening balances, budgets, quota wages by the week, distribution, one reversal."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from api.samples.company import MINE, TEAMS, Team, leader
from api.samples.journal import Entry, Journal
from ledger.money import yuan

HOUR = timedelta(hours=1)

CLERKS = {"U2": "P-C2", "U3": "P-C3"}


def open_books(journal: Journal, day: datetime) -> None:
    """Periods, what the pools hold, and the budget of the year."""
    for centre in ("HQ", "U2", "U3"):
        journal.add(day + 0.5 * HOUR, "SYSTEM", "OpenPeriod", centre=centre, period="2026-03")
    pools = {f"POOL_WAGE:{workshop}": "42000.00" for workshop in MINE}
    pools |= {f"POOL_WAGE:{team.unit}": "6500.00" for team in TEAMS}
    funds = {"FUND_SAFETY:HQ": "18000.00", "FUND_SAFETY:U2": "5200.00", "FUND_SAFETY:U3": "4800.00"}
    journal.add(day + HOUR, "P-C0", "OpenBalances", as_of="2026-03-01", balances={**pools, **funds})
    for workshop, mine in MINE.items():
        head, clerk = f"P-H{mine[1]}", f"P-C{mine[1]}"
        indicator = {
            "unit": workshop,
            "year": "2026",
            "source": "wage",
            "amount": "3600000.00",
            "doc": "劳资〔2026〕1 号",
        }
        journal.add(day + 8 * HOUR, head, "SetWageIndicator", **indicator)
        budget = {"unit": workshop, "pool": "wage", "source": "wage", "year": "2026"}
        doc = f"劳资〔2026〕3-{workshop}"
        journal.add(day + 9 * HOUR, clerk, "AllocateBudget", **budget, amount="60000.00", doc=doc)


def credit_quota_wages(journal: Journal, random: Random, day: datetime) -> None:
    """Settled production of the week feeds the teams' pools."""
    for team in TEAMS:
        mine = MINE[team.workshop]
        amount = (9_000_00 + random.randrange(0, 3_000_00)) * (1 + len(team.workers)) // 2
        journal.add(
            day + 18 * HOUR,
            f"P-C{mine[1]}",
            "CreditQuotaWage",
            unit=team.unit,
            amount=yuan(amount),
            source_doc=f"验收单 {team.unit}-{day:%m%d}",
        )


def distribute(journal: Journal, random: Random, day: datetime) -> None:
    """Half of the month's wages: team leaders share out, duty directors are paid from the workshop's pool.

    Both pay themselves as well, so somebody else agrees: the director of the workshop, and the centre's clerk.
    """
    for team in TEAMS:
        shared = {"unit": team.unit, "lines": _shares(random, team), "approved_by": leader(team.workshop)}
        journal.add(day + 19 * HOUR, team.leader, "DistributeWage", **shared)
    for workshop in MINE:
        lines = [{"person": leader(workshop), "amount": yuan(9_800_00 + random.randrange(0, 1_600_00))}]
        paid = {"unit": workshop, "lines": lines, "approved_by": CLERKS[MINE[workshop]]}
        journal.add(day + 19.5 * HOUR, leader(workshop), "DistributeWage", **paid)


def _shares(random: Random, team: Team) -> list[dict[str, str]]:
    amounts = [7_800_00 + random.randrange(0, 1_400_00)]
    amounts += [6_400_00 + random.randrange(0, 1_400_00) for _ in team.workers]
    people = (team.leader, *team.workers)
    return [{"person": person, "amount": yuan(amount)} for person, amount in zip(people, amounts, strict=True)]


def reverse(journal: Journal, transfers: list[tuple[datetime, str, Entry]], day: datetime) -> None:
    """The last transfer before the day was booked to the wrong team: red-ink reversal (红冲)."""
    _, workshop, transfer = max((moved for moved in transfers if moved[0] < day), key=lambda moved: moved[0])
    mine = MINE[workshop]
    journal.add(
        day + 9 * HOUR,
        f"P-C{mine[1]}",
        "ReverseEntry",
        of=transfer,
        reason="交接对象登记错误",
        approved_by=f"P-H{mine[1]}",
    )
