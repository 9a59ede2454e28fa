"""Writes ``company.jsonl``: the sample company's March 2026, the same commands every time.

python -m api.samples.generate
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from api.samples import COMPANY
from api.samples.company import SYSTEM, set_up
from api.samples.duties import live_up_to_duty
from api.samples.findings import authority_assessment, charge, inspect, notify
from api.samples.golden import live_the_month
from api.samples.journal import Journal
from api.samples.pay import credit_quota_wages, distribute, open_books, reverse
from api.samples.shifts import Floor, work

SEED = 20260301
DAYS = [datetime(2026, 3, day) for day in range(1, 32)]  # noqa: DTZ001 - wall time of the mine
WEEKDAYS = [day for day in DAYS if day.weekday() < 5]


def history() -> list[str]:
    """The month as JSON Lines."""
    random = Random(SEED)  # noqa: S311 - the same month every time
    journal, floor = Journal(), Floor(random)
    set_up(journal)
    open_books(journal, DAYS[0])
    for number, day in enumerate(DAYS):
        if number:
            journal.add(day, SYSTEM, "AdvanceClock")
        work(journal, floor, day)
        inspect(journal, random, day)
        if day in WEEKDAYS:
            charge(journal, WEEKDAYS.index(day), day)
        if number % 2 == 0:
            notify(journal, number // 2, day)
        if day.day in (7, 14, 21, 28):
            credit_quota_wages(journal, random, day)
        if day.day in (15, 30):
            distribute(journal, random, day)
    authority_assessment(journal, DAYS[11])
    reverse(journal, floor.transfers, DAYS[19])
    live_up_to_duty(journal, [day for day in WEEKDAYS if day.day <= 20])
    live_the_month(journal, DAYS[0])
    journal.add(DAYS[-1] + timedelta(days=1, hours=8), SYSTEM, "AdvanceClock")
    return journal.lines()


def main() -> None:
    COMPANY.write_text("\n".join(history()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
