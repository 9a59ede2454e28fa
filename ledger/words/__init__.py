"""Chinese and English words of everything that has a code: the one table behind papers, answers and docs/glossary.md.

A group is a kind of code (``fact``, ``account``, ``refusal`` …); states are coded ``slip.issued`` and values of a
field ``manage.term``, because the same code means something else elsewhere.  The codes' own places say which codes
there are, and a test that each of them has its words here and that no other code has.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.words import (
    accounts,
    commands,
    documents,
    exceptions,
    facts,
    findings,
    papers,
    people,
    policies,
    queries,
    refusals,
    values,
)
from ledger.words.word import Word

__all__ = ["GROUPS", "Word", "en", "word", "zh"]

GROUPS: dict[str, Mapping[str, Word]] = {
    "account": accounts.ACCOUNTS,
    "category": findings.CATEGORIES,
    "check": exceptions.CHECKS,
    "class": accounts.CLASSES,
    "clock": findings.CLOCKS,
    "command": commands.COMMANDS,
    "document": documents.DOCUMENTS,
    "exception": exceptions.EXCEPTIONS,
    "fact": facts.FACTS,
    "family": people.FAMILIES,
    "heading": papers.HEADINGS,
    "item_kind": findings.ITEM_KINDS,
    "level": findings.LEVELS,
    "matrix_kind": findings.MATRIX_KINDS,
    "own_account": accounts.OWN_ACCOUNTS,
    "policy": policies.POLICIES,
    "problem": refusals.PROBLEMS,
    "query": queries.QUERIES,
    "rate": findings.RATES,
    "reference": refusals.REFERENCES,
    "refusal": refusals.REFUSALS,
    "report_subject": findings.REPORT_SUBJECTS,
    "role": people.ROLES,
    "severity": findings.SEVERITIES,
    "state": {f"{kind}.{code}": word for kind, states in documents.STATES.items() for code, word in states.items()},
    "tier": findings.TIERS,
    "unit_level": people.UNIT_LEVELS,
    "value": values.VALUES,
}


def word(group: str, code: str) -> Word:
    """The words of a code; a code without any is called by itself, so that a paper of it can still be read."""
    return GROUPS[group].get(code) or _unknown(group, code) or Word(code, code)


def zh(group: str, code: str) -> str:
    return word(group, code).zh


def en(group: str, code: str) -> str:
    return word(group, code).en


def _unknown(group: str, code: str) -> Word | None:
    """The refusal of what a command refers to: ``UNKNOWN_SLIP``."""
    prefix, _, thing = code.partition(refusals.UNKNOWN)
    if group != "refusal" or prefix or not thing:
        return None
    thing = thing.lower()
    return refusals.unknown(documents.DOCUMENTS.get(thing) or refusals.REFERENCES.get(thing) or Word(thing, thing))
