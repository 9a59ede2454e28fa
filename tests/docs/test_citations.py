"""Whatever source and pages cite can be looked up: sections, ids, rules, decision records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.citations import NUMBERED, RECORDS, ROOT, identifiers, records, sections, wrong_citations
from tests.docs.pages import lines_of, where

ROOMS = ("ledger", "projections", "api", "migrations", "tests", "docs")
KINDS = {".py", ".sql", ".typ", ".toml", ".md"}
OURS = {
    Path(__file__),
    Path(__file__).with_name("citations.py"),  # they spell what must not be cited
    ROOT / "tests" / "vectors" / "README.md",  # kept as it came with the vectors
}


def files() -> Iterator[Path]:
    """Source and pages, whatever room they are in."""
    for room in ROOMS:
        yield from (path for path in (ROOT / room).rglob("*") if path.suffix in KINDS and path not in OURS)
    yield from (path for path in ROOT.iterdir() if path.suffix in KINDS or path.name == "Makefile")


def test_every_citation_can_be_looked_up() -> None:
    wrong = [
        f"{where(path, line)}: {what}"
        for path in files()
        for line, what in wrong_citations(path.read_text(encoding="utf-8"), path)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("sentence", "complaint"),
    [
        ("Frozen while disputed (contract §2.19).", "the contract has no §2.19"),
        ("Once a month (contract §2.9, §5.47).", "the contract has no §5.47"),
        ("By the item below (contract\n    §1.5.7).", "the contract has no §1.5.7"),
        ("As of then (domain §15).", "the domain has no §15"),
        ("Why so is told (architecture §9).", "the architecture has no §9"),
        ("Once (DUPLICATE, §5.27).", "§5.27: of which page?"),
        ("A tender is compulsory (TR-17).", "the domain has no TR-17"),
        ("Lists and tasks (DUTY-01 … 16).", "the domain has no DUTY-16"),
        ("The fund pays (P21).", "the domain has no P21"),
        ("Both legs (P7b).", "the domain has no P7b"),
        ("Reckoned in one way (F-15).", "the domain has no F-15"),
        ("The books agree (R16).", "the domain has no R16"),
        ("No deduction beyond it (L22).", "the domain has no L22"),
        ("A role has a place (contract, rule 990).", "the contract has no [rule 990]"),
        ("Sealed (docs/decisions/0004).", "there is no docs/decisions/0004.md"),
        ("Computed (docs/decisions/0004-computed-states.md).", "there is no docs/decisions/0004-computed-states.md"),
        ("Sealed (decision 4).", "decision 4: cite a record by its whole name"),
        ("Since [0005](0004-sealed-reporters.md) it is so.", "[0005] leads to 0004"),
        ("To the letter (COMMANDS.md).", "COMMANDS.md is not in this repository"),
    ],
)
def test_a_wrong_citation_is_found(sentence: str, complaint: str) -> None:
    for name, text in (("planted.py", f'"""{sentence}"""\n'), ("planted.md", f"# Page\n\n{sentence}\n")):
        found = [what for _, what in wrong_citations(text, ROOT / name)]
        assert [what[: len(complaint)] for what in found] == [complaint], found


def test_a_right_citation_is_none() -> None:
    right = (
        "Confirmed once (TR-09, P7, F-12, L18; contract §2.6, §1.5.5, §5.27 and domain §12.28).  Legs P4a and P4b,\n"
        "R1–R14, DUTY-01 … 12.  Leaves as in RFC 9162 §2.1; architecture §3.\n"
        "Sealed as in docs/decisions/0004-sealed-reporters.md."
    )
    assert not wrong_citations(f'"""{right}"""\n\nBASIS = "安全考核办法 §99"\n', ROOT / "planted.py")
    assert not wrong_citations(f'# Page\n\n{right}\n\n```json\n{{"basis":"§99"}}\n```\n', ROOT / "planted.md")


def test_the_pages_have_what_is_cited_most() -> None:
    assert {"1.5.5", "2.14", "5.1", "5.46"} <= sections(NUMBERED["contract"])
    assert {"1.11", "3.8", "12.35", "14"} <= sections(NUMBERED["domain"])
    assert {"ORG-01", "PLAT-14", "P0", "P12c", "P20", "F-1", "F-14", "R1", "R14", "L1", "L21"} <= identifiers()


def test_a_record_is_numbered_as_its_file_says() -> None:
    assert [int(name[:4]) for name in sorted(records())] == list(range(1, len(records()) + 1))
    wrong = [
        where(path, 1)
        for path in sorted(RECORDS.glob("*.md"))
        if not lines_of(path)[0].startswith(f"# {int(path.name[:4])}. ")
    ]
    assert not wrong, "\n".join(wrong)
