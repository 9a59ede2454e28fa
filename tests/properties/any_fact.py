"""`any_fact` builds every kind of fact from its type alone; a new kind of fact is covered when it is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import given as forall
from hypothesis import strategies as st

from ledger.accounts import AccountCode, account_of
from ledger.fact import ENVELOPE, Fact
from ledger.facts import BY_TOPIC
from ledger.facts.appeals import AppealDecided, AppealHeld
from ledger.facts.dues import CompensationDeducted, DueWrittenOff
from ledger.facts.penalties import PenaltyConfirmed
from ledger.facts.pools import BudgetAllocated, EntryReversed, ReversedLine, UnitDueRecovered, WageDistributed
from ledger.facts.unit_year import ControlQuotaSet, IncidentCounted
from ledger.vocabulary import Form

names = st.text(alphabet="ABCDEFGHTUW0123456789-", min_size=1, max_size=6)
texts = st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)
days = st.dates(date(1900, 1, 1), date(2999, 12, 31)).map(lambda day: day.isoformat())
moments = st.datetimes().map(lambda when: when.isoformat(timespec="microseconds") + "Z")
accounts = st.builds(account_of, st.sampled_from(list(AccountCode)), names)

FORMS: dict[str, st.SearchStrategy[Any]] = {
    "money": st.integers(0, 10**9),
    "signed_money": st.integers(-(10**9), 10**9),
    "day": days,
    "month": days.map(lambda day: day[:7]),
    "year": days.map(lambda day: day[:4]),
    "month_or_year": days.map(lambda day: day[:7]),
    "span": days.map(lambda day: day[:4]),
    "count": st.integers(0, 10**6),
    "moment": moments,
    "account": accounts,
    "code": names,
    "command_id": names,
}


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        form = next((mark.name for mark in arguments[1:] if isinstance(mark, Form)), None)
        return names if form is None else FORMS.get(form, names)
    if origin in (Union, UnionType):
        return st.one_of([st.none() if part is NoneType else values(part) for part in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        parts = [part for part in arguments if part is not Ellipsis]
        if Ellipsis in arguments:
            return st.lists(values(parts[0]), max_size=3).map(tuple)
        return st.tuples(*map(values, parts))
    if origin is dict:
        return st.dictionaries(values(arguments[0]), values(arguments[1]), max_size=2)
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return structs(annotation)
    return {
        str: texts,
        int: st.integers(0, 10**6),
        bool: st.booleans(),
        Decimal: st.decimals(0, 100, places=2),
    }[annotation]


def structs(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind, include_extras=True)
    payload = {field: values(hints[field]) for field in kind.__struct_fields__ if field not in ENVELOPE}
    if not issubclass(kind, Fact):
        return st.builds(kind, **payload)
    envelope = {
        "stream": names.map(lambda name: f"unit-{name}"),
        "at": moments,
        "by": names,
        "command": names,
        "business_date": days,
    }
    if kind in POOLS:
        payload["pool"] = st.sampled_from(["wage", "safety", "project"])
    if "funds" in payload:
        payload["funds"] = st.sampled_from(["wage", "project"])
    if "pay" in payload:
        payload["pay"] = st.sampled_from(["perf", "safety", "bonus"])
    made = st.builds(kind, **envelope, **payload)
    return made.map(CONSISTENT[kind]) if kind in CONSISTENT else made


POOLS = {kind for kind in BY_TOPIC.values() if get_type_hints(kind).get("pool") is str}


def _sums_up(fact: Any) -> Any:
    return msgspec.structs.replace(fact, total=sum(line.amount for line in fact.lines))


def _balanced(fact: Any) -> Any:
    """A mirror of entries that summed to zero."""
    rest = ReversedLine(account_of(AccountCode.POOL_WAGE, "W1"), -sum(line.amount for line in fact.lines))
    return msgspec.structs.replace(fact, lines=(*fact.lines, rest))


def _all_parts(fact: Any) -> Any:
    return msgspec.structs.replace(fact, amount=sum(part.amount for part in fact.parts))


def _about_a_slip(fact: Any) -> Any:
    return msgspec.structs.replace(fact, slip="SL-1", penalty=None)


def _split(fact: Any) -> Any:
    amount = fact.remains + fact.off_due + fact.paid_back + fact.written_off
    return msgspec.structs.replace(_about_a_slip(fact), case=None, amount=amount)


def _of_one(fact: Any) -> Any:
    """A unit's or a person's, never both or neither (rule 33)."""
    return msgspec.structs.replace(fact, unit=None if fact.person else fact.unit or "W1")


CONSISTENT: dict[type[Fact], Callable[[Any], Any]] = {
    WageDistributed: _sums_up,
    EntryReversed: _balanced,
    CompensationDeducted: _all_parts,
    DueWrittenOff: lambda fact: _of_one(_all_parts(fact)),
    UnitDueRecovered: _all_parts,
    ControlQuotaSet: _of_one,
    IncidentCounted: _of_one,
    AppealHeld: _about_a_slip,
    AppealDecided: _split,
    BudgetAllocated: lambda fact: msgspec.structs.replace(fact, source_account=account_of(AccountCode.SRC_WAGE, "W1")),
    PenaltyConfirmed: lambda fact: msgspec.structs.replace(fact, penalty="PE-1"),
}
"""Guarantees of decisions about a fact beyond its types."""

any_fact = st.sampled_from(list(BY_TOPIC.values())).flatmap(structs)

__all__ = ["any_fact", "forall", "structs"]
