"""Fields of a command from words: the form of each says how a word is read, and the ledger's own form checks it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from api.imports.cells import amount_of, plain, written_day
from api.imports.problems import Wrong
from ledger.forms import without_null
from ledger.money import yuan
from ledger.vocabulary import Form

_LOCAL = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(:\d{2})?)\Z", re.ASCII)
_MONTH = re.compile(r"(\d{4})[/.年](\d{1,2})月?\Z", re.ASCII)
YES, NO = ("yes", "true", "1", "是"), ("no", "false", "0", "否")


def value_of(annotation: Any, words: Sequence[str]) -> Any:
    """The JSON value of a field.  Raises Wrong.

    A list takes several words, or one with commas; an object is ``person=P-A,amount=200.00`` or, in the order of its
    fields, ``P-A:200.00``; a mapping takes words such as ``liable=P-A``.
    """
    annotation = without_null(annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (list, tuple):
        item = without_null(arguments[0])
        return [_one(item, word) for word in (words if _is_object(item) else _split(words))]
    if origin is dict:
        return {name: _one(arguments[1], word) for name, word in map(_pair, _split(words))}
    if _form(annotation) == "people":
        return _people(words)
    return _one(annotation, words[-1])


def takes_several(annotation: Any) -> bool:
    annotation = without_null(annotation)
    return get_origin(annotation) in (list, tuple, dict) or _form(annotation) == "people"


def _is_object(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, msgspec.Struct)


def _split(words: Sequence[str]) -> list[str]:
    return [part for word in words for part in word.split(",") if part]


def _pair(word: str) -> tuple[str, str]:
    name, sign, value = word.partition("=")
    if not sign:
        raise Wrong(f"{word}: name=value is needed")
    return name, value


def _people(words: Sequence[str]) -> dict[str, str | list[str]]:
    found: dict[str, list[str]] = {}
    for name, person in map(_pair, _split(words)):
        found.setdefault(name, []).append(person)
    return {name: persons[0] if len(persons) == 1 else persons for name, persons in found.items()}


def _form(annotation: Any) -> str:
    marks = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    return next((mark.name for mark in marks if isinstance(mark, Form)), "")


def _one(annotation: Any, word: str) -> Any:
    annotation = without_null(annotation)
    if _is_object(annotation):
        return _object(annotation, word)
    if annotation is bool:
        return _flag(word)
    if annotation is Any:
        return _json(word)
    form = _form(annotation)
    if annotation is int or form in ("count", "positive") or _counts(annotation):
        return _number(word)
    return _READERS.get(form, str)(word)


def _counts(annotation: Any) -> bool:
    """Is it a choice of numbers, such as the levels of units?"""
    return get_origin(annotation) is Literal and all(isinstance(each, int) for each in get_args(annotation))


def _object(kind: type[msgspec.Struct], word: str) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    pairs = map(_pair, word.split(",")) if "=" in word else zip(hints, word.split(":"), strict=False)
    given = dict(pairs)
    if strange := given.keys() - hints.keys():
        raise Wrong(f"{word}: {min(strange)} is none of {', '.join(hints)}")
    return {name: value_of(hints[name], [value]) for name, value in given.items()}


def _flag(word: str) -> bool:
    if word.lower() in YES:
        return True
    if word.lower() in NO:
        return False
    raise Wrong(f"{word}: yes or no is needed")


def _number(word: str) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", plain(word)):
        raise Wrong(f"{word}: not a whole number")
    return int(plain(word))


def _json(word: str) -> Any:
    try:
        return json.loads(word)
    except ValueError:
        return word


def _amount(word: str) -> str:
    return yuan(amount_of(word, signed=True))


def _day(word: str) -> str:
    found = written_day(word)
    return word if found is None else found.isoformat()


def _month(word: str) -> str:
    found = _MONTH.match(plain(word))
    return f"{found[1]}-{int(found[2]):02d}" if found else word


def moment(word: str) -> str:
    """``2026-03-02 09:00`` without an offset is the group's own time."""
    found = _LOCAL.match(plain(word))
    return f"{found[1]}T{found[2]}+08:00" if found else word


_READERS = {
    **dict.fromkeys(("money", "amount", "signed_money"), _amount),
    "day": _day,
    "month": _month,
    "moment": moment,
}
"""Words that people write otherwise than the ledger does; all others stand as they are."""
