"""Queries of the contract (contract §3), by name: one module each, SQL over the read models in one snapshot."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.errors import Invalid
from ledger.forms import normal_text
from projections.queries import (
    analyses,
    analysis,
    appraisals,
    assessments,
    audit_documents,
    audit_lists,
    audit_powers,
    balances,
    charge_lists,
    charges,
    dashboard,
    day_sheets,
    deposits,
    deviations,
    devices,
    differences,
    directory,
    discretion,
    document_lists,
    documents,
    duty_lists,
    entries,
    exceptions,
    facts,
    followups,
    hazard_records,
    hazards,
    indicator_packs,
    indicators,
    inspections,
    papers,
    payrolls,
    periods,
    personal,
    persons,
    plausibility,
    points,
    policies,
    pools,
    prices,
    proposals,
    reconciliations,
    replays,
    report_dates,
    responsibility,
    rights,
    risks,
    safety_pools,
    score_deviations,
    score_sheets,
    separation,
    statement,
    tasks,
    tenders,
    trial_balance,
    undeducted,
    unit_years,
    wage_lines,
    withdrawals,
    words,
)
from projections.queries.kernel import TABLE, Query, Reader, Result, check_references, from_text, served

SUBJECTS = {
    "organisation": (directory, rights),
    "books": (balances, entries, facts, trial_balance, documents, document_lists, differences, words, replays),
    "pools": (pools, persons, safety_pools),
    "boards": (tenders, hazards, hazard_records, prices, policies, proposals, responsibility, risks),
    "duties": (duty_lists, tasks, inspections, plausibility, devices, score_deviations),
    "appraisal": (
        score_sheets,
        wage_lines,
        assessments,
        appraisals,
        unit_years,
        report_dates,
        points,
        deposits,
        followups,
    ),
    "indicators": (indicator_packs, indicators, analyses, analysis),
    "settlement": (periods, dashboard, exceptions, deviations, reconciliations),
    "papers": (statement, papers, personal, day_sheets, payrolls),
    "oversight": (
        discretion,
        separation,
        charges,
        charge_lists,
        audit_documents,
        audit_lists,
        audit_powers,
        undeducted,
        withdrawals,
    ),
}
"""The modules with queries, by the subject under which people look for them."""


def subject_of(query: Query) -> str:
    """The subject of the module that the query is in."""
    names = {module.__name__: subject for subject, modules in SUBJECTS.items() for module in modules}
    return names[query.function.__module__]


async def reader_of(connection: AsyncConnection, *uses: str) -> Reader:
    """A reader of these projections, for ``projections.queries.reports``."""
    return Reader(connection, await served(connection, {*uses, "register"}))


async def answer(connection: AsyncConnection, name: str, data: dict[str, Any]) -> Result:
    """``{"result": …, "position": n}``; raises a Refusal.

    The connection is one of ``projections.read_models.snapshot``.  The position is how far the read models are that
    this query uses; the answer knows of nothing later.
    """
    asked = find(name)
    arguments = asked.form.read(normal_text(data))
    reader = await reader_of(connection, *asked.uses)
    await check_references(reader, asked.form, arguments)
    return {"result": await asked.function(reader, **arguments), "position": reader.position}


def find(name: str) -> Query:
    """The query of this name; INVALID if there is none."""
    if name not in TABLE:
        raise Invalid(f"query: {name} is not known")
    return TABLE[name]


def data_from_text(name: str, given: dict[str, str]) -> dict[str, Any]:
    """The fields of a query from texts, as they come in a URL or on a command line."""
    hints = find(name).hints
    return {field: from_text(hints.get(field, str), text) for field, text in given.items()}


__all__ = [
    "SUBJECTS",
    "TABLE",
    "Query",
    "answer",
    "check_references",
    "data_from_text",
    "find",
    "reader_of",
    "subject_of",
]
