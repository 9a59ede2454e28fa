"""Makes docs/queries.md from the table of queries: `python -m tests.docs.queries`."""

from __future__ import annotations

from collections.abc import Iterator

from projections.queries import SUBJECTS, TABLE, Query, subject_of
from tests.docs.pages import DOCS

PAGE = DOCS / "queries.md"
HEAD = """\
# Queries

Every query of [the contract](contract.md) with its fields (`*`: needed), its address over HTTP and its subcommand.
Each is also asked by its name: `GET /v1/queries/{Query}`, `jiesuan query`, or a line of a history. Addresses hang
below `/v1`, or below `/ledgers/{ledger}/v1` for another ledger; `wait_for=POSITION` waits until what was recorded
there can be read. The types of all answers are in the description of the API (`/docs`).

This page is made from the code: `python -m tests.docs.queries`.
"""
TITLES = {
    "organisation": "Units, people, and who may",
    "books": "Balances, registers, facts, documents",
    "pools": "Pools, funds, persons",
    "boards": "Tenders, hazards, prices, policies",
    "duties": "Duty lists, tasks, inspections, devices",
    "appraisal": "Scores, pay, points, follow-up",
    "indicators": "Indicators and analysis",
    "settlement": "A centre's month",
    "papers": "Papers, also as files",
    "oversight": "Lists for auditors",
}


def page() -> str:
    return HEAD + "".join(section for subject in SUBJECTS for section in _section(subject))


def _section(subject: str) -> Iterator[str]:
    yield f"\n## {TITLES[subject]}\n\n| Query | Fields | Address | Subcommand |\n|---|---|---|---|\n"
    for query in sorted(TABLE.values(), key=lambda query: query.name):
        if subject_of(query) == subject:
            cells = f"**{query.name}**: {_sentence(query)}", _fields(query), _address(query), _command(query)
            yield f"| {' | '.join(cells)} |\n"


def _sentence(query: Query) -> str:
    """The first paragraph of the docstring."""
    return " ".join(query.rule.split("\n\n")[0].split()).replace("``", "`")


def _fields(query: Query) -> str:
    return " ".join(f"`{field}`" if field in query.defaults else f"`{field}`*" for field in query.hints) or "none"


def _address(query: Query) -> str:
    return f"`/v1{query.at}`" if query.at else f"none: {query.why}"


def _command(query: Query) -> str:
    return f"`jiesuan {query.cli.partition(' --')[0]}`" if query.cli else "none"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
