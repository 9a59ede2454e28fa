"""Citations: sections, ids, rules and decision records that source and pages name, and whether `docs/` has them."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.docs.pages import DOCS, lines_of

ROOT = DOCS.parent
NUMBERED = {name: DOCS / f"{name}.md" for name in ("contract", "domain", "architecture")}
RECORDS = DOCS / "decisions"

_HEADING = re.compile(r"#+ (\d+(?:\.\d+)*)\.? ")
_ITEM = re.compile(r"(?:\* \*\*\()?(\d+)(?:\)\*\*|\.) ")
_DEFINED = re.compile(r"\* \*\*((?:[A-Z]+-|L)\d+)\*\* |\| (P\d+|R\d+)([abc]?)(?: / ([abc]))? \|")

_SECTION = r"§(\d+(?:\.\d+)*)"
_NAMED = re.compile(
    rf"\b(contract|domain|architecture)\s+{_SECTION}((?:(?:,|\s+and|\s+…|–)\s*{_SECTION})*)", re.IGNORECASE
)
_ELSEWHERE = re.compile(rf"RFC \d+ {_SECTION}")
_BARE = re.compile(_SECTION)
_FAMILY = r"(?:TR|ORG|DUTY|ASS|PRICE|SW|PERF|PLAT)"
_ID = re.compile(rf"\b({_FAMILY}-\d{{2}}|F-\d{{1,2}}|P\d{{1,2}}[abc]?|[RL]\d{{1,2}})\b")
_RANGE = re.compile(rf"\b({_FAMILY}-)\d{{2}}\s*[…–]\s*(\d{{2}})\b")
_RULE = re.compile(r"\brules? (\d+)\b")
_RECORD = re.compile(r"decisions/(\d{4}[\w-]*)")
_LABEL = re.compile(r"\[(\d{4})\]\((?:[^)\s]*/)?(\d{4})-")
_NUMBER_ALONE = re.compile(r"\bdecisions? (?:record )?(?:no\. ?)?\d+\b")
_GONE = re.compile(r"\b(?:COMMANDS|DOMAIN|ARCHITECTURE)\.md\b")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


class Wrong(NamedTuple):
    """A citation that leads nowhere, by the line where it stands."""

    line: int
    what: str


@cache
def sections(page: Path) -> frozenset[str]:
    """The numbers of a page's sections, and of the numbered items below them: ``1.5.3``, ``5.27``."""
    found, section = set[str](), ""
    for line in lines_of(page):
        if heading := _HEADING.match(line):
            section = heading[1]
            found.add(section)
        elif section and (item := _ITEM.match(line)):
            found.add(f"{section}.{item[1]}")
    return frozenset(found)


@cache
def identifiers() -> frozenset[str]:
    """Requirements, posting rules, formulas, checks and laws of the domain."""
    found = set[str]()
    for line in lines_of(NUMBERED["domain"]):
        if defined := _DEFINED.match(line):
            name, rule, first, second = defined.groups()
            found |= {name} if name else {rule, *(rule + leg for leg in (first, second) if leg)}
    return frozenset(found)


@cache
def rules() -> frozenset[str]:
    """Rules of the second edition that the contract has taken in."""
    return frozenset(re.findall(r"\[rule (\d+)\]", NUMBERED["contract"].read_text(encoding="utf-8")))


@cache
def records() -> frozenset[str]:
    return frozenset(path.stem for path in RECORDS.glob("*.md"))


def wrong_citations(text: str, path: Path) -> list[Wrong]:
    """Everything in a file's text that cites what does not exist, in the order of the lines."""
    found = (Wrong(text.count("\n", 0, at) + 1, what) for at, what in _wrong(text, path))
    return sorted(set(found))


def _wrong(text: str, path: Path) -> Iterator[tuple[int, str]]:
    yield from ((gone.start(), f"{gone[0]} is not in this repository") for gone in _GONE.finditer(text))
    yield from _wrong_ids(text)
    yield from _wrong_records(text)
    unnamed = text
    for named in _NAMED.finditer(text):
        unnamed = unnamed.replace(named[0], " " * len(named[0]), 1)
        yield from _wrong_sections(named[0], named[1].lower(), named.start())
    unnamed = _ELSEWHERE.sub(lambda other: " " * len(other[0]), unnamed)
    if "§" not in unnamed:
        return
    prose = _prose(unnamed, path)
    if path in NUMBERED.values():
        yield from _wrong_sections(prose, path.stem, 0)
    else:
        yield from ((bare.start(), f"{bare[0]}: of which page?") for bare in _BARE.finditer(prose))


def _wrong_sections(text: str, page: str, start: int) -> Iterator[tuple[int, str]]:
    for cited in _BARE.finditer(text):
        if cited[1] not in sections(NUMBERED[page]):
            yield start + cited.start(), f"the {page} has no §{cited[1]}"


def _wrong_ids(text: str) -> Iterator[tuple[int, str]]:
    cited = [(match.start(), match[1]) for match in _ID.finditer(text)]
    cited += [(match.start(), match[1] + match[2]) for match in _RANGE.finditer(text)]
    yield from ((at, f"the domain has no {name}") for at, name in cited if name not in identifiers())
    for rule in _RULE.finditer(text):
        if rule[1] not in rules():
            yield rule.start(), f"the contract has no [rule {rule[1]}]"


def _wrong_records(text: str) -> Iterator[tuple[int, str]]:
    for record in _RECORD.finditer(text):
        if record[1] not in records():
            yield record.start(), f"there is no docs/decisions/{record[1]}.md: cite a record by its whole name"
    for label in _LABEL.finditer(text):
        if label[1] != label[2]:
            yield label.start(), f"[{label[1]}] leads to {label[2]}"
    for alone in _NUMBER_ALONE.finditer(text):
        yield alone.start(), f"{alone[0]}: cite a record by its whole name"


def _prose(text: str, path: Path) -> str:
    """The text without what is data: strings of a program, examples of a page.  Offsets stay."""
    if path.suffix == ".md":
        return _FENCED.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), text)
    return _comments(text) if path.suffix == ".py" else text


def _comments(text: str) -> str:
    """Comments and docstrings, each where it stands."""
    kept = [re.sub(r"[^\n]", " ", line) for line in text.splitlines(keepends=True)]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        told = token.type == tokenize.COMMENT or (token.type == tokenize.STRING and token.string.startswith('"""'))
        for number, line in enumerate(token.string.splitlines(keepends=True) if told else ()):
            row, column = token.start[0] - 1 + number, token.start[1] if number == 0 else 0
            kept[row] = kept[row][:column] + line + kept[row][column + len(line) :]
    return "".join(kept)
