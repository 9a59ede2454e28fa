"""The meaning of each field of a command or query: from its type where that says it, else from its name.

A field has one meaning wherever it occurs, so a reader of the interface finds it described everywhere.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from ledger.decisions import TABLE
from ledger.forms import without_null
from ledger.vocabulary import DOCUMENTS, NEW, Form, Ref
from ledger.words import GROUPS

Schema = dict[str, Any]

FORMS = {
    "money": "Yuan with exactly two digits, such as 2661.75",
    "amount": "Yuan with exactly two digits, more than 0.00",
    "signed_money": "Yuan with exactly two digits, negative ones with -",
    "quantity": "More than 0, at most 4 decimals",
    "score": "0 to 100, at most 2 decimals",
    "points": "More than 0, at most 2 decimals",
    "count": "A number, not negative",
    "positive": "A number, at least 1",
    "rate": "A factor, at most 6 decimals, such as 0.10",
    "day": "A date, such as 2026-02-05",
    "month": "A month, such as 2026-02",
    "year": "A year, such as 2026",
    "quarter": "A quarter, such as 2026-Q1",
    "half": "Half of a year, 2026-H1 or 2026-H2",
    "month_or_year": "A month or year, such as 2026-02",
    "span": "A month, quarter or year, such as 2026-Q1",
    "report_period": "The period of the report: a quarter, 2026-H1, a year or a month",
    "year_or_quarter": "A year or quarter, such as 2026-Q1",
    "content_hash": "sha256: and 64 hexadecimal digits of the file",
    "moment": "ISO 8601 with offset, such as 2026-02-05T13:55:00+08:00",
    "clock_time": "A time of day, such as 22:00",
    "account": "An account, such as POOL_WAGE:W1",
    "code": "Code of a price item (价格项目), such as HO-01",
    "approver": "The person who approves; never the one who acts",
    "command_id": "Id of a command",
    "people": "For each role a person or a list of persons",
}
REFERENCES = {
    "unit": "Unit (单位), such as W1",
    "centre": "Settlement centre (结算中心), such as U1",
    "person": "Registered person (人员)",
    "party": "A person, or a unit whose wage pool is charged",
    "cite": "A protected act or a hazard",
    **{kind: f"Id of the {word.en} ({word.zh})" for kind, word in GROUPS["document"].items() if kind in DOCUMENTS},
}
WORDS = {
    "id": "Its id; of a paper, the paper's number",
    "edition": "Edition of the rules, 2",
    "digest": "Digest of the proposed command, as the proposal shows it",
    "command": "Name of the proposed command",
    "data": "Fields of the proposed command",
    "drops": "Items or matrices of the version before may be left out",
    "from_facts": "Coverage and frequency, and quality unless given, come from the recorded inspections",
    "acceptors": "Persons who accept on site; at least two, neither of the executing unit nor who gives the command",
    "amount": "Yuan with exactly two digits, such as 2661.75",
    "pay": "The account of pay that was paid out: performance, safety wage or bonus",
    "anonymous": "Seal who reports",
    "approvals": "Members of the leading group who approve; a quorum, none of them charged",
    "accounts": "Of openings, these alone",
    "approved_by": "The person who approves; never the one who acts",
    "authority": "The authority: its name, or its name with the document and its date",
    "balances": "Amounts by account, negative ones allowed",
    "basis": "The rule by which it is charged",
    "bonus": "Points are added, not deducted",
    "category": "Kind of finding (问题类别)",
    "cause": "1, 2 or 3: kind of cause (形成原因)",
    "centre": "Settlement centre, or whether the unit is one",
    "cites": "Protected acts or hazards that this refers to",
    "class_code": "Code of the accident's class, of the table that class_table names",
    "class_table": "Table of accident classes and its version",
    "clause": "Clause of the criteria for major hazards",
    "clock": "real, or simulated for histories of the past",
    "comment": "A remark",
    "congress_ref": "Where the staff congress was told",
    "consultation": "Where the union or staff congress was consulted",
    "course": "Subject that is to be learnt",
    "criteria": "By what bids are chosen",
    "critical": "Safety-critical work: only a qualified bidder may win",
    "cycle": "How often the places are to be inspected",
    "date": "A date, such as 2026-02-05",
    "days": "In so many days",
    "decision": "The decision",
    "defects": "Things that are not in order",
    "department": "The department whose list it is",
    "description": "The finding in words",
    "doc": "The paper on which it rests",
    "document": "The document that it is about",
    "done": "How often it was done, by shift",
    "end": "Time of day at which it ends; at or before the start: the next day",
    "evidence": "sha256:… of files, or references",
    "exception": "Id of the exception, KIND:ref",
    "family": "Family of posts (岗位族)",
    "fixed_on_spot": "Fixed when it was found",
    "freq": "How often, by shift",
    "funds": "Which pool pays",
    "grade": "The year's grade",
    "grounds": "Why",
    "home": "Is this the person's home unit?",
    "how": "How it was resolved",
    "indicator": "Name of the indicator",
    "item": "The item that it is about: a price item, or an entry of a list",
    "items": "The entries, one by one",
    "key": "Name of the policy",
    "kind": "Which kind",
    "layer": "point, line or area (点线面)",
    "ledger": "Name of the ledger",
    "left": "The person leaves the company",
    "leg": "The payer's leg (out) or the payee's (in)",
    "legal_basis": "The rule or resolution on which it rests",
    "level": "Level: of a hazard C, B, A or MAJOR; of a unit 1 to 5",
    "lines": "Parties and how much each pays or is paid, line by line; or positions of posting lines",
    "list_version": "owner@version of a price list; only in imports",
    "locked": "Units below may not set it otherwise",
    "manage": "Fix at once (即查即改) or within a term (限期整改)",
    "matrices": "Liability matrices (追责标准)",
    "matrix": "Name of a liability matrix (追责标准)",
    "measure": "Measure taken against it",
    "measures": "Measures that are to be taken",
    "method": "How it was served",
    "metric": "Quantity that is measured",
    "name": "Name",
    "notice": "Where it was made known; or the id of a trade notice",
    "part": "Which part of the year: a quarter, or a month",
    "parties": "For whom; without it, for all for whom one may speak",
    "parts": "The parts of which it consists",
    "period": "The period that it is about",
    "place": "Where",
    "places": "Places (地点)",
    "plan": "How the bidder will do it",
    "pool": "Which pool (工资总额池)",
    "post": "Post of the person",
    "price": "Yuan with exactly two digits for one unit of measure",
    "qualified": "Qualified for safety-critical work",
    "quarters": "How much for each quarter, Q1 to Q4",
    "reason": "Why",
    "reason_code": "Why, by code",
    "report": "Which report: score sheet of a quarter, half-year, year, or analysis of a month",
    "report_no": "Number of the report",
    "required": "How much is required",
    "result": "How it turned out",
    "role": "Role (岗位角色)",
    "roles": "Roles (岗位角色)",
    "rows": "The rows of the list",
    "severity": "How severe",
    "shift": "Name of the shift (班次)",
    "shifts": "The shifts of a day, without gap or overlap",
    "source": "From where: the money's source, or who published it",
    "source_doc": "The paper on which it rests, once for each unit",
    "source_list": "The list by which it was found",
    "specialty": "Specialty (专业)",
    "staff": "With so many people",
    "start": "Time of day at which it begins",
    "summary": "The outcome, in words",
    "target": "Goal that is to be reached",
    "template": "The score sheet that is used",
    "text": "In words",
    "tier": "By whom it was found: T1 a superior authority, T2 the company, T3 the unit itself",
    "tiers": "Charges by tier of discovery and role",
    "to": "To whom, or to which document",
    "topic": "Subject that it is about",
    "transfer": "Id of the transfer whose leg this is",
    "unannounced": "Nobody was told before",
    "unit": "Unit (单位), such as W1",
    "uom": "Unit of measure",
    "value": "The value, of the form that the key asks for",
    "version": "Name of the version",
    "visited": "How many were visited",
    "weight": "Weight in percent; all of them together 100",
}
"""Fields whose type does not say what they mean."""

ASKED = {
    "command": "A command: the id of one that was recorded (Facts), or a name such as IssueSlip (WhoMay)",
    "after": "Go on after this position or id",
    "by": "By whom: a person or SYSTEM; of sums, by what: of unit, centre, person, kind, tier, item, month, year some",
    "fact": "Only facts of this kind, such as SlipConfirmed",
    "reversed": "Only what was reversed, or only what was not",
    "version": "After so many facts of the stream, or about the document",
    "position": "As known when this position was recorded",
    "date": "The day in question; without it, the ledger's today",
    "family": "Only of this post family: operation, management, technical",
    "id": "Id of the document",
    "issue": "Which issue of the statement; 0 is a draft as of now, without it the latest",
    "key": "Only this policy",
    "kind": "Kind of document: hazard, handover, tender, slip …",
    "device": "Only this device, such as pad-7",
    "known_at": "As known then: a moment, or the end of a date",
    "since_known_at": "Known then already: a moment, or the end of a date",
    "since_position": "Known at this position already",
    "known_position": "As known at this position",
    "lang": "Language of the text: zh or en",
    "limit": "At most so many, up to 1000",
    "open": "Only what is open, or only what is not",
    "overdue": "Only what is open and past its deadline, or only what is not",
    "place": "Only at this place",
    "pool": "wage, safety or project",
    "pack": "Id of an indicator pack, such as coal_mine",
    "persons": "Only where one of these is concerned",
    "places": "Also the places of inspection lists, each once in its cycle",
    "prefix": "Beginning of the accounts' names, such as POOL_WAGE",
    "share": "From this share of common items on, such as 0.80",
    "since": "On this day or later",
    "state": "Only in this state",
    "stream": "Only this stream, such as unit-W1",
    "subject": "A unit or person (Analysis), or a document as slip:SL-1 (Facts)",
    "subtree": "With everything below the unit",
    "until": "On this day or earlier",
}
"""The same of queries."""


def described(components: Mapping[str, Schema]) -> dict[str, Schema]:
    """The schemas of the commands' forms with a description at every field."""
    return {name: _described(name, component) for name, component in components.items()}


def _described(name: str, component: Schema) -> Schema:
    typed = meanings(name.removesuffix("Form"))
    fields = {
        field: {**schema, "description": text} if (text := typed.get(field) or WORDS.get(field)) else schema
        for field, schema in component.get("properties", {}).items()
    }
    return {**component, "properties": fields}


def meant(hints: Mapping[str, Any]) -> dict[str, str]:
    """The meaning of the fields of a query or job: from its type, else as queries use the word, else as commands do."""
    return {field: _meaning(hint) or ASKED.get(field) or WORDS.get(field, "") for field, hint in hints.items()}


@cache
def meanings(form: str) -> dict[str, str]:
    """The meanings that the types of the fields of a command, or of the objects in it, give."""
    found = {field: _meaning(hint) for field, hint in (command_fields() | _objects()).get(form, {}).items()}
    return {field: text for field, text in found.items() if text}


@cache
def command_fields() -> dict[str, Schema]:
    """The types of every command's fields."""
    found: dict[str, Schema] = {}
    for name, row in TABLE.items():
        hints = get_type_hints(row.function, include_extras=True)
        found[name] = {field: hints[field] for field in list(inspect.signature(row.function).parameters)[2:]}
    return found


@cache
def _objects() -> dict[str, Schema]:
    """The types of the fields of the objects that commands contain, and of the objects in those."""
    found: dict[str, Schema] = {}
    waiting = [hint for hints in command_fields().values() for hint in hints.values()]
    while waiting:
        hint = waiting.pop()
        waiting += get_args(hint)
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct) and hint.__name__ not in found:
            found[hint.__name__] = get_type_hints(hint, include_extras=True)
            waiting += found[hint.__name__].values()
    return found


def _meaning(hint: Any) -> str:
    """Of a reference or a form; of a list, that of its members."""
    inner = without_null(hint)
    if get_origin(inner) in (list, tuple):
        member = _meaning(get_args(inner)[0])
        return f"List: {member}" if member else ""
    if get_origin(inner) is not Annotated:
        return ""
    marks = get_args(inner)[1:]
    new = "; new, unique for ever" if NEW in marks else ""
    for mark in marks:
        if isinstance(mark, Ref) and mark.kind in REFERENCES:
            return REFERENCES[mark.kind] + new
        if isinstance(mark, Form):
            return FORMS.get(mark.name, "") + new
    return ""
