"""The pages of ``docs/processes`` say what is so: states, commands, refusals, money, worked examples."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as forall

from ledger.accounts import AccountCode
from ledger.decisions import TABLE
from ledger.errors import CODES
from ledger.facts import BY_NAME
from ledger.money import yuan
from ledger.posting import entries
from tests.docs.exploration import BEGUN, Posted, postings
from tests.docs.pages import PROCESSES, Diagram, code, diagrams, exchanges, lines_of, tables, where
from tests.docs.transitions import KINDS, NOTHING, Seen, observe
from tests.docs.walks import everything_walked
from tests.properties.histories import Line, histories

MODULES = {
    "organisation": ("organisation", "responsibility"),
    "prices": ("prices",),
    "hazards": ("hazards",),
    "handovers": ("handovers",),
    "tenders": ("tenders", "tender_work"),
    "slips": ("slips", "appeals"),
    "notices": ("notices",),
    "penalties": ("penalties",),
    "cases": ("cases",),
    "pools": ("pools", "daily", "dues", "overpayments", "transfers", "reversals"),
    "policies": ("policies",),
    "proposals": ("proposals",),
    "duties": ("duties", "rosters", "indicators", "evidence"),
    "settlement": ("periods", "statements", "reconciliation", "payroll"),
    "time": ("time",),
    "assessment": ("assessment",),
    "safety-wages": ("safety_wages", "daily"),
    "follow-up": ("followup", "correctives"),
    "risks": ("risks",),
    "unit-year": ("unit_year", "reports", "deposits", "points"),
}
"""The processes of the ledger that each page is about; further pages come with further processes."""

PAGES = {name: PROCESSES / f"{name}.md" for name in MODULES}
every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
WORDS = {"MAJOR", "SYSTEM", "OPENING", "ROUND"}


def drawn() -> dict[str, tuple[Path, Diagram]]:
    """Every diagram by the kind of document that it draws."""
    return {diagram.kind: (page, diagram) for page in PAGES.values() for diagram in diagrams(page)}


def seen_of(kind: str) -> set[tuple[str, str, str]]:
    return {(seen.before, seen.command, seen.after) for seen in everything_walked().seen if seen.kind == kind}


def steps(diagram: Diagram) -> dict[tuple[str, str, str], int]:
    """(before, command, after) with the line where it is drawn."""
    return {(edge.before, command, edge.after): edge.line for edge in diagram.edges for command in edge.commands}


@pytest.mark.parametrize("kind", KINDS)
def test_a_diagram_shows_every_way_of_a_document_and_no_other(kind: str) -> None:
    page, diagram = drawn()[kind]
    expected, shown = seen_of(kind), steps(diagram)
    wrong = [
        f"{where(page, line)}: {before} --> {after} : {command} does not happen"
        for (before, command, after), line in shown.items()
        if (before, command, after) not in expected
    ]
    missing = [
        f"{where(page, diagram.line)}: {before} --> {after} : {command} is missing"
        for before, command, after in sorted(expected - shown.keys())
    ]
    assert not wrong + missing, "\n".join(wrong + missing)


@pytest.mark.parametrize("kind", KINDS)
def test_a_diagram_ends_where_a_document_rests_for_ever(kind: str) -> None:
    page, diagram = drawn()[kind]
    moves = {(before, after) for before, _, after in seen_of(kind)}
    resting = {after for _, after in moves} - {before for before, after in moves if before != after} - {NOTHING}
    ends = {edge.before for edge in diagram.edges if edge.after == NOTHING and not edge.commands}
    assert ends == resting, f"{where(page, diagram.line)}: ends are {sorted(resting)}, drawn are {sorted(ends)}"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@forall(histories())
def test_no_random_history_goes_a_way_that_is_not_drawn(history: list[Line]) -> None:
    diagrams_of = {kind: (page, diagram, steps(diagram)) for kind, (page, diagram) in drawn().items()}
    ledger = BEGUN.copy()
    for line in (alone for given in history for alone in given.get("commands", [given])):
        for seen in observe(ledger, line)[1] if has_a_page(line["command"]) else ():
            if line["command"] != "ApproveProposal" or seen.kind == "proposal":  # the rest is the proposed command's
                assert_drawn(seen, *diagrams_of[seen.kind])


def has_a_page(command: str) -> bool:
    return process_of(command) in {module for modules in MODULES.values() for module in modules}


def process_of(command: str) -> str:
    return TABLE[command].function.__module__.rpartition(".")[2]


def assert_drawn(seen: Seen, page: Path, diagram: Diagram, shown: dict[tuple[str, str, str], int]) -> None:
    step = (seen.before, seen.command, seen.after)
    assert step in shown, f"{where(page, diagram.line)}: {seen.before} --> {seen.after} : {seen.command} is missing"


@pytest.mark.parametrize("name", MODULES)
def test_a_page_has_every_command_of_its_process_in_its_table(name: str) -> None:
    page = PAGES[name]
    listed = {code(row.cells[0])[0]: row.line for table in tables(page, "Command") for row in table.rows}
    unknown = [
        f"{where(page, line)}: there is no command {command}"
        for command, line in listed.items()
        if command not in TABLE
    ]
    of_process = {command for command in TABLE if process_of(command) in MODULES[name]}
    missing = [f"{where(page, 1)}: {command} is not in the table" for command in sorted(of_process - listed.keys())]
    assert not unknown + missing, "\n".join(unknown + missing)


@every_page
def test_a_table_names_the_states_from_which_a_command_is_taken(page: Path) -> None:
    shown = [step for diagram in diagrams(page) if KINDS[diagram.kind].own is None for step in steps(diagram)]
    wrong = []
    for table in tables(page, "Command"):
        for row in table.rows:
            command = code(row.cells[0])[0]
            expected = {before for before, by, _ in shown if by == command and before != NOTHING}
            if shown and set(code(row.cells[2])) != expected:
                wrong.append(f"{where(page, row.line)}: {command} is taken in {sorted(expected)}")
    assert not wrong, "\n".join(wrong)


@every_page
def test_every_code_on_a_page_is_a_refusal_or_an_account(page: Path) -> None:
    known = {*CODES.values(), *AccountCode, *WORDS}
    wrong = [
        f"{where(page, number)}: {word} is neither a refusal nor an account"
        for number, line in enumerate(lines_of(page), 1)
        for text in code(line)
        for word in re.findall(r"\A[A-Z][A-Z_]{2,}(?=\Z|:)", text)
        if word not in known and not word.startswith("UNKNOWN_")
    ]
    assert not wrong, "\n".join(wrong)


@every_page
def test_a_table_of_money_names_facts_and_the_accounts_that_they_touch(page: Path) -> None:
    """Rule, fact, debit, credit: what was ever posted by such a fact is in the row."""
    posted = everything_walked().posted | posted_in_examples()
    wrong = []
    for table in tables(page, "Rule"):
        for row in table.rows:
            facts, words = code(row.cells[1]), {"debit": code(row.cells[2]), "credit": code(row.cells[3])}
            wrong += [f"{where(page, row.line)}: there is no fact {fact}" for fact in facts if fact not in BY_NAME]
            wrong += [
                f"{where(page, row.line)}: {fact} may {side} {account} too"
                for fact, side, account in sorted(posted)
                if fact in facts and words[side] and account not in words[side]
            ]
    assert not wrong, "\n".join(wrong)


def posted_in_examples() -> set[Posted]:
    posted = set[Posted]()
    for page in PAGES.values():
        ledger = BEGUN.copy()
        for exchange in exchanges(page):
            ledger.send(exchange.sent)
        posted |= postings(ledger.facts)
    return posted


@every_page
def test_a_worked_example_gets_the_answers_and_balances_that_the_page_shows(page: Path) -> None:
    ledger = BEGUN.copy()
    first = len(ledger.facts)
    assert exchanges(page), f"{where(page, 1)}: there is no worked example"
    for exchange in exchanges(page):
        answer = ledger.send(exchange.sent).line()
        shown = {member: answer.get(member) for member in exchange.answer}
        assert shown == exchange.answer, f"{where(page, exchange.line + 1)}: the answer is {answer}"
    touched = {entry.account for recorded in ledger.facts[first:] for entry in entries(recorded.fact)}
    expected = {account: yuan(ledger.balances[account]) for account in sorted(touched)}
    rows = {code(row.cells[0])[0]: row for table in tables(page, "Account") for row in table.rows}
    wrong = [
        f"{where(page, row.line)}: {account} is {expected.get(account, 'not touched')}"
        for account, row in rows.items()
        if row.cells[1] != expected.get(account)
    ]
    wrong += [
        f"{where(page, 1)}: {account} is missing, {expected[account]}" for account in expected.keys() - rows.keys()
    ]
    assert not wrong, "\n".join(wrong)
