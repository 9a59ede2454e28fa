"""The analysis report of a person or unit, as it was when it was generated (ASS-18)."""

from __future__ import annotations

from typing import Any

import msgspec

from ledger.errors import Unknown
from ledger.fact import topic_of
from ledger.facts.evidence import AnalysisReportGenerated
from ledger.vocabulary import Span, person_stream, unit_stream
from projections import read_models
from projections.queries.answers import indicators as answers
from projections.queries.facts import stored_facts
from projections.queries.kernel import Reader, Result, query

log = read_models.events.c
TOPIC = topic_of(AnalysisReportGenerated)


@query(
    "AnalysisReport",
    "register",
    at="/analysis/{period}/reports/{subject}",
    cli="report sealed SUBJECT PERIOD",
    answer=answers.AnalysisReport,
)
async def analysis_report(reader: Reader, subject: str, period: Span) -> Result:
    """The latest report of the subject and period with the digest that its fact holds; UNKNOWN_REPORT without one."""
    is_unit = subject in (await reader.organisation()).units
    if not is_unit and await reader.state("person", subject) is None:
        raise Unknown("party", subject)
    fact = await generated_report(reader, subject, period)
    if fact is None:
        raise Unknown("report", f"{subject} {period}")
    content: dict[str, Any] = msgspec.json.decode(fact.report)
    return {**content, "digest": fact.digest}


async def generated_report(reader: Reader, subject: str, period: str) -> AnalysisReportGenerated | None:
    """The last report of the subject and period that was sealed."""
    is_unit = subject in (await reader.organisation()).units
    stream = unit_stream(subject) if is_unit else person_stream(subject)
    wanted = [log.stream == stream, log.topic == TOPIC, log.position <= reader.position]
    for _, _, fact in reversed(await stored_facts(reader, wanted, log.version)):
        if isinstance(fact, AnalysisReportGenerated) and fact.period == period:
            return fact
    return None
