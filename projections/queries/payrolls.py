"""The payroll file of a centre's month (工资发放), as it left."""

from __future__ import annotations

from ledger.calendars import last_day
from ledger.errors import NotReady
from ledger.fact import topic_of
from ledger.facts.payroll import PayrollExported
from ledger.money import yuan
from ledger.vocabulary import CentreId, Month, period_stream
from projections import read_models
from projections.queries.answers import papers as answers
from projections.queries.facts import stored_facts
from projections.queries.kernel import Reader, Result, query

log = read_models.events.c
EXPORTED = topic_of(PayrollExported)


@query("Payroll", at="/centres/{centre}/payroll/{period}", cli="payroll PERIOD", answer=answers.Payroll)
async def payroll(reader: Reader, centre: CentreId, period: Month) -> Result:
    """The payroll that ExportPayroll handed over, by person; the same whenever it is asked.  NOT_READY before that."""
    wanted = [log.stream == period_stream(centre, period), log.topic == EXPORTED, log.position <= reader.position]
    for position, at, fact in await stored_facts(reader, wanted, log.position):
        assert isinstance(fact, PayrollExported)
        return {
            "centre": centre,
            "centre_name": (await reader.organisation()).units[centre].name_on(last_day(period)),
            "period": period,
            "position": position,
            "exported_at": fact.at,
            "recorded_at": at,
            "by": fact.by,
            "lines": [
                {
                    "person": line.person,
                    "perf": yuan(line.perf),
                    "safety": yuan(line.safety),
                    "bonus": yuan(line.bonus),
                    "total": yuan(line.total),
                }
                for line in fact.lines
            ],
            "total": yuan(fact.total),
        }
    raise NotReady(f"{centre} {period}: ExportPayroll has not been recorded")
