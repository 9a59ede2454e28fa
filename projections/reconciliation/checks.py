"""The checks in their order (domain §11), each on what it needs of the material."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ledger.state.reconciliation import Found
from projections.reconciliation import books, documents, doubles, trades, wages
from projections.reconciliation.material import Material

Run = Callable[[Material], Iterable[Found]]


def chain(material: Material) -> Iterable[Found]:
    yield from books.chain_is_whole(material.links)
    yield from books.numbers_are_gapless(material.numbers, material.centre, material.period)


def versions(material: Material) -> Iterable[Found]:
    return trades.versions_were_in_force(
        material.standing(), material.awards, material.papers, material.books, material.paths
    )


def lists(material: Material) -> Iterable[Found]:
    posted = documents.posted_papers(material.standing(), material.papers, material.units)
    return documents.lists_agree(material.lists, posted, material.papers.numbers)


CHECKS: dict[str, Run] = {
    "R12": chain,
    "R11": lambda material: books.facts_balance(material.unbalanced),
    "R10": lambda material: books.books_roll_forward(material.accounts),
    "R1": lambda material: trades.legs_meet(material.clearing),
    "R2": lambda material: trades.clearing_is_empty(material.centre, material.clearing),
    "R3": lambda material: trades.tenders_are_settled_as_agreed(
        material.standing(), material.awards, material.accepted
    ),
    "R4": lambda material: trades.lines_are_posted(material.standing(), material.papers, material.units),
    "R6": versions,
    "R5": lists,
    "R9": lambda material: wages.safety_wages_are_recalculated(
        material.standing(), material.assessments, material.entitlements
    ),
    "R7": lambda material: wages.budgets_are_kept(material.budgets),
    "R8": lambda material: wages.payroll_agrees(material.payroll),
    "R13": lambda material: wages.hazards_are_marked(material.hazards),
    "R14": lambda material: wages.wages_follow_production(material.production),
    "R15": lambda material: doubles.charged_twice(material.doubles, material.units),
}


def run(material: Material) -> tuple[Found, ...]:
    """Everything found, in the order of the checks."""
    return tuple(found for check in CHECKS.values() for found in check(material))
