"""From text at the edge to typed values: the form of a command is built from its decision's own signature.

Every refusal here is INVALID and names the field.  ``None`` for an optional field is refused like any wrong type:
what is not known is left out (contract §5.1).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec

from ledger.accounts import OPENING, parse
from ledger.calendars import moment as moment_text
from ledger.errors import Invalid
from ledger.money import fen, plain
from ledger.signs import first_invisible
from ledger.vocabulary import NEW, Form, Mark, Ref

Convert = Callable[[Any], Any]

_ID = r"^[^\s\x00-\x1f\x7f\"\\/,]{1,64}$"
_COMMAND_ID = r"^[A-Za-z0-9._:\-]{1,64}$"
_TEXT = msgspec.Meta(max_length=4000)
_WHOLE = msgspec.Meta(ge=-(2**53), le=2**53)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})\Z"
)
FIRST_YEAR, LAST_YEAR = 1900, 2999


class Wire(NamedTuple):
    """How a value looks on the wire, and how it becomes ours (None: as it is)."""

    type: Any
    convert: Convert | None = None


def _within_years(text: str) -> None:
    if not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        raise ValueError(f"the year of {text} is out of range")


def _day(text: str) -> str:
    date.fromisoformat(text)
    _within_years(text)
    return text


def _month(text: str) -> str:
    _day(text + "-01")
    return text


def parse_moment(text: str) -> str:
    """An ISO 8601 moment with offset as the canonical UTC text.  Raises ValueError."""
    if not _MOMENT.match(text):
        raise ValueError(f"{text} is not a moment with offset")
    _within_years(text)
    return moment_text(datetime.fromisoformat(text).astimezone(UTC))


def _month_or_year(text: str) -> str:
    _day(text + ("-01" if "-" in text else "-01-01"))
    return text


def _span(text: str) -> str:
    if "Q" in text and text[-1] in "1234":
        return text
    return _month_or_year(text)


def _report_period(text: str) -> str:
    return text if "H" in text else _span(text)


def _clock(text: str) -> str:
    if not (int(text[:2]) <= 23 and int(text[3:]) <= 59):
        raise ValueError(f"{text} is not a time of day")
    return text


def _amount(text: str) -> int:
    value = fen(text)
    if value == 0:
        raise ValueError("an amount is more than 0.00")
    return value


def _signed(text: str) -> int:
    return -fen(text[1:]) if text.startswith("-") else fen(text)


def _quantity(text: str) -> Decimal:
    value = Decimal(text)
    if value <= 0:
        raise ValueError("a quantity is more than 0")
    return Decimal(plain(value))


def _score(text: str) -> Decimal:
    value = Decimal(text)
    if value > 100:
        raise ValueError("a score is at most 100")
    return Decimal(plain(value))


def _positive(text: str) -> Decimal:
    value = Decimal(text)
    if value <= 0:
        raise ValueError("more than 0 is needed")
    return Decimal(plain(value))


def _people(named: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {role: (given,) if isinstance(given, str) else tuple(given) for role, given in named.items()}


def _account(text: str) -> str:
    if text != OPENING:
        parse(text)
    return text


NAMING = frozenset({"name", "doc", "source_doc", "place", "specialty", "indicator"})
"""Texts by which one thing is told from another, beside ids and codes."""


def seen(text: str) -> str:
    """A text by which something is told from another is seen whole; else two of them would look alike."""
    if (hidden := first_invisible(text)) is not None:
        raise ValueError(f"an invisible sign ({hidden})")
    if text != text.strip():
        raise ValueError("a blank at its begin or end")
    return text


def _matching(pattern: str) -> Any:
    """A text of this form; ``$`` alone would let a line feed at the end through, in every dialect of patterns."""
    return Annotated[str, msgspec.Meta(pattern=pattern + r"(?!\n)")]


FORMS: dict[str, Wire] = {
    "money": Wire(_matching(r"^(0|[1-9][0-9]{0,12})\.[0-9]{2}$"), fen),
    "amount": Wire(_matching(r"^(0|[1-9][0-9]{0,12})\.[0-9]{2}$"), _amount),
    "signed_money": Wire(_matching(r"^-?(0|[1-9][0-9]{0,12})\.[0-9]{2}$"), _signed),
    "quantity": Wire(_matching(r"^[0-9]{1,12}(\.[0-9]{1,4})?$"), _quantity),
    "score": Wire(_matching(r"^[0-9]{1,3}(\.[0-9]{1,2})?$"), _score),
    "points": Wire(_matching(r"^[0-9]{1,6}(\.[0-9]{1,2})?$"), _positive),
    "count": Wire(Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]),
    "positive": Wire(Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]),
    "rate": Wire(_matching(r"^[0-9]{1,9}(\.[0-9]{1,6})?$"), lambda text: Decimal(plain(Decimal(text)))),
    "day": Wire(_matching(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), _day),
    "month": Wire(_matching(r"^[0-9]{4}-[0-9]{2}$"), _month),
    "year": Wire(_matching(r"^(19|2[0-9])[0-9]{2}$")),
    "quarter": Wire(_matching(r"^(19|2[0-9])[0-9]{2}-Q[1-4]$")),
    "half": Wire(_matching(r"^(19|2[0-9])[0-9]{2}-H[12]$")),
    "month_or_year": Wire(_matching(r"^(19|2[0-9])[0-9]{2}(-[0-9]{2})?$"), _month_or_year),
    "span": Wire(_matching(r"^(19|2[0-9])[0-9]{2}(-[0-9]{2}|-Q[1-4])?$"), _span),
    "report_period": Wire(_matching(r"^(19|2[0-9])[0-9]{2}(-[0-9]{2}|-Q[1-4]|-H[12])?$"), _report_period),
    "year_or_quarter": Wire(_matching(r"^(19|2[0-9])[0-9]{2}(-Q[1-4])?\Z")),
    "content_hash": Wire(_matching(r"^sha256:[0-9a-f]{64}\Z")),
    "moment": Wire(str, parse_moment),
    "clock_time": Wire(_matching(r"^[0-9]{2}:[0-9]{2}$"), _clock),
    "account": Wire(_matching(r"^[A-Z_]{1,20}(:[^\s\"\\]{1,64})?$"), _account),
    "code": Wire(_matching(_ID), seen),
    "id": Wire(_matching(_ID)),
    "approver": Wire(_matching(f"^$|{_ID}"), lambda text: text or None),
    "command_id": Wire(_matching(_COMMAND_ID)),
    "people": Wire(dict[str, _matching(_ID) | list[_matching(_ID)]], _people),  # type: ignore[misc]
}


class Field(NamedTuple):
    """A field of a command as the general checks see it; in an object its name is a path (``lines.party``)."""

    name: str
    reference: str | None
    marks: frozenset[str]
    many: bool


class Reference(NamedTuple):
    """A field that names something of a ``kind``: the command's field ``top``, or the ``nested`` one of its objects."""

    top: str
    nested: str
    kind: str
    many: bool
    new: bool

    @property
    def name(self) -> str:
        return f"{self.top}.{self.nested}" if self.nested else self.top


class CommandForm(NamedTuple):
    """The form of one command: its wire struct, converters by field, and what the general checks ask of fields.

    ``references`` are the fields that name something, ``past`` those that say when something happened.
    """

    struct: type[msgspec.Struct]
    converters: tuple[tuple[str, Convert], ...]
    references: tuple[Reference, ...]
    past: tuple[str, ...]
    nullable: frozenset[str]
    one_of: tuple[str, ...] = ()

    def read(self, data: dict[str, Any]) -> dict[str, Any]:
        """The decision's arguments.  Raises Invalid with the field's name."""
        try:
            form = msgspec.convert(data, self.struct)
        except msgspec.ValidationError as error:
            raise Invalid(sentence_of(str(error), self.struct)) from None
        given = {name: getattr(form, name) for name in form.__struct_fields__ if name in data}
        if self.one_of and sum(name in given for name in self.one_of) != 1:
            raise Invalid(f"exactly one of {', '.join(self.one_of)} is needed")
        for name, convert in self.converters:
            if name in given:
                try:
                    given[name] = convert(given[name])
                except (ValueError, ArithmeticError) as error:
                    raise Invalid(f"{name}: {error}") from None
        return given


# -- the library's complaint as a sentence -----------------------------------------------------------------------------

WRITTEN = {
    "money": "yuan with two digits, such as 1000.00",
    "amount": "yuan with two digits, such as 1000.00",
    "signed_money": "yuan with two digits, such as -1000.00",
    "quantity": "a number of at most 4 decimals, such as 12.5",
    "score": "a number of at most 2 decimals, such as 92.5",
    "points": "a number of at most 2 decimals, such as 3.5",
    "rate": "a number of at most 6 decimals, such as 0.10",
    "day": "a date, such as 2026-02-05",
    "month": "a month, such as 2026-02",
    "year": "a year, such as 2026",
    "quarter": "a quarter, such as 2026-Q1",
    "half": "half of a year, such as 2026-H1",
    "month_or_year": "a month or a year, such as 2026-02",
    "span": "a year, quarter or month, such as 2026-Q1",
    "report_period": "a year, half, quarter or month, such as 2026-H1",
    "year_or_quarter": "a year or a quarter, such as 2026-Q1",
    "content_hash": "sha256: and 64 hexadecimal digits",
    "clock_time": "a time of day, such as 22:00",
    "account": "an account, such as POOL_WAGE:W1",
    **dict.fromkeys(("id", "code"), "an id of 1 to 64 characters without blanks, quotation marks, slashes and commas"),
    "approver": "the id of a person",
    "command_id": "an id of 1 to 64 of A-Z a-z 0-9 . _ : -",
}
"""How a text of each form is written."""

_TYPES = {
    "str": "a text in quotation marks",
    "int": "a whole number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "str | array": "a text or a list of texts",
}
_AT = re.compile(r" - at (?:`(?:key|keys)` in )?`\$\.?(.*)`\Z", re.DOTALL)
_LONG = re.compile(r"Expected `str` of length <= ([0-9]+)\Z")
_LEAST = re.compile(r"Expected `int` >= ([0-9]+)\Z")
_CHOICE = re.compile(r"Invalid enum value (.*)\Z", re.DOTALL)
_WANTED = re.compile(r"(?:Expected|Invalid) `?([^`]*)`?(?:, got `(.*)`)?\Z", re.DOTALL)
_REGEX = re.compile(r"Expected `str` matching regex '(.*)'\Z", re.DOTALL)
_FIELD = re.compile(r"Object (missing required|contains unknown) field `(.*)`\Z", re.DOTALL)


def sentence_of(complaint: str, struct: type[msgspec.Struct]) -> str:
    """The field, and how its value is to be written; the library shows patterns, which nobody can read."""
    found = _AT.search(complaint)
    place, said = (found[1], complaint[: found.start()]) if found else ("", complaint)
    if field := _FIELD.match(said):
        path = f"{place}.{field[2]}" if place else field[2]
        known = "" if place else f"; the fields are {', '.join(struct.__struct_fields__)}"
        return f"{path}: is missing" if field[1].startswith("missing") else f"{path}: there is no such field{known}"
    return f"{place}: {_wanted(said, struct, place)}" if place else said


def _wanted(said: str, struct: type[msgspec.Struct], place: str) -> str:
    if regex := _REGEX.match(said):
        form = _forms_by_pattern().get(regex[1].encode().decode("unicode_escape"))
        return f"needed is {WRITTEN[form]}" if form else said
    if length := _LONG.match(said):
        return f"it has more than {length[1]} characters"
    if least := _LEAST.match(said):
        return f"needed is at least {least[1]}"
    if choice := _CHOICE.match(said):
        choices = _choices(struct, place)
        return f"{choice[1]} is none of {', '.join(choices)}" if choices else f"{choice[1]} is no choice here"
    wanted = _WANTED.match(said)
    return f"needed is {_TYPES[wanted[1]]}" if wanted and wanted[1] in _TYPES else said


def _choices(struct: type[msgspec.Struct], place: str) -> list[str]:
    """The choices of a field at the top."""
    hint = without_null(get_type_hints(struct).get(place))
    return [str(choice) for choice in get_args(hint)] if get_origin(hint) is Literal else []


@cache
def _forms_by_pattern() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, made in FORMS.items():
        for mark in get_args(made.type)[1:] if get_origin(made.type) is Annotated else ():
            if isinstance(mark, msgspec.Meta) and mark.pattern:
                found.setdefault(mark.pattern, name)
    return found


def without_null(annotation: Any) -> Any:
    """``T | None`` → ``T``: an optional field is left out, never null."""
    if get_origin(annotation) in (Union, UnionType):
        parts = [part for part in get_args(annotation) if part is not NoneType]
        return parts[0] if len(parts) == 1 else Union[tuple(parts)]  # noqa: UP007
    return annotation


def wire_of(name: str, annotation: Any) -> Wire:
    """The wire type of a field of this name."""
    found = wire(annotation)
    return Wire(found.type, seen) if name in NAMING and without_null(annotation) is str else found


def wire(annotation: Any) -> Wire:
    """The wire type of a field's annotation, with its converter."""
    annotation = without_null(annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _annotated(arguments)
    if origin in (list, tuple):
        item = wire(arguments[0])
        convert = item.convert
        collect: Convert = tuple if convert is None else lambda values: tuple(convert(value) for value in values)
        return Wire(list[item.type], collect)  # type: ignore[name-defined]
    if origin is dict:
        return _mapping(arguments)
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return _struct(annotation)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return Wire(Literal[tuple(member.value for member in annotation)], annotation)
    if annotation is str:
        return Wire(Annotated[str, _TEXT])
    if annotation is int:
        return Wire(Annotated[int, _WHOLE])
    return Wire(annotation)


def _annotated(arguments: tuple[Any, ...]) -> Wire:
    for mark in arguments[1:]:
        if isinstance(mark, Form):
            return FORMS[mark.name]
        if isinstance(mark, Ref):
            return Wire(_matching(_ID), seen if NEW in arguments[1:] else None)
    return wire(arguments[0])


def _mapping(arguments: tuple[Any, ...]) -> Wire:
    key, value = wire(arguments[0]), wire(arguments[1])
    to_key, to_value = key.convert or _same, value.convert or _same
    return Wire(
        dict[key.type, value.type],  # type: ignore[name-defined]
        lambda mapping: {to_key(name): to_value(item) for name, item in mapping.items()},
    )


def _same(value: Any) -> Any:
    return value


@cache
def _struct(kind: type[msgspec.Struct]) -> Wire:
    """A nested object: a strict twin on the wire, the given struct inside."""
    fields: list[Any] = []
    converters: dict[str, Convert] = {}
    hints = get_type_hints(kind, include_extras=True)
    for field in msgspec.structs.fields(kind):
        made = wire_of(field.name, hints[field.name])
        converters[field.name] = made.convert or _same
        fields.append(
            (field.name, made.type) if field.required else (field.name, made.type | msgspec.UnsetType, msgspec.UNSET)
        )
    twin = msgspec.defstruct(f"{kind.__name__}Form", fields, forbid_unknown_fields=True, kw_only=True)

    def convert(form: Any) -> Any:
        given = {name: getattr(form, name) for name in converters}
        return kind(**{name: converters[name](value) for name, value in given.items() if value is not msgspec.UNSET})

    return Wire(twin, convert)


def command_form(
    name: str, hints: dict[str, Any], required: frozenset[str], one_of: tuple[str, ...] = ()
) -> CommandForm:
    """The form of a command whose decision takes these parameters."""
    fields: list[Any] = []
    converters: list[tuple[str, Convert]] = []
    checks: list[Field] = []
    for field, annotation in hints.items():
        made = wire_of(field, annotation)
        fields.append((field, made.type) if field in required else (field, made.type, None))
        if made.convert:
            converters.append((field, made.convert))
        checks.extend(_checks(field, annotation))
    struct = msgspec.defstruct(f"{name}Form", fields, forbid_unknown_fields=True, kw_only=True)
    nullable = frozenset(field for field, annotation in hints.items() if annotation is Any)
    references = tuple(
        Reference(field.name.partition(".")[0], field.name.partition(".")[2], kind, field.many, "new" in field.marks)
        for field in checks
        if (kind := field.reference) is not None
    )
    past = tuple(field.name for field in checks if "past" in field.marks)
    return CommandForm(struct, tuple(converters), references, past, nullable, one_of)


def _checks(name: str, annotation: Any) -> Iterator[Field]:
    """Questions of the general checks to a field, and to the fields of the objects in it (``lines.party``)."""
    inner = without_null(annotation)
    many = get_origin(inner) in (list, tuple)
    if many:
        inner = get_args(inner)[0]
    if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
        for nested, hint in get_type_hints(inner, include_extras=True).items():
            for found in _checks(nested, hint):
                yield Field(f"{name}.{found.name}", found.reference, found.marks, many)
        return
    marks = get_args(inner)[1:] if get_origin(inner) is Annotated else ()
    reference = next((mark.kind for mark in marks if isinstance(mark, Ref)), None)
    yield Field(name, reference, frozenset(mark.name for mark in marks if isinstance(mark, Mark)), many)


def normal_text(value: Any) -> Any:
    """All texts in NFC; a text that PostgreSQL or UTF-8 cannot hold is INVALID."""
    if isinstance(value, str):
        return value if value.isascii() and "\x00" not in value else _normal(value)
    if isinstance(value, list):
        return [normal_text(item) for item in value]
    if isinstance(value, dict):
        return {normal_text(name): normal_text(item) for name, item in value.items()}
    return value


def _normal(text: str) -> str:
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise Invalid("a text holds NUL or half of a surrogate pair")
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
