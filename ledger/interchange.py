"""One line of a history: strict JSON in, a command or a query with a valid form out (contract §1).

Everything wrong with the form is INVALID and names the field.  JSON is read strictly: no duplicate keys, no NaN, no
numbers with a fraction (money, quantities and scores are text), no half surrogates.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import msgspec

from ledger.calendars import local_day
from ledger.decisions import TABLE, Command
from ledger.errors import Invalid, Refusal
from ledger.fact import Source
from ledger.forms import normal_text, parse_moment

MAX_LINE = 1_048_576
"""Bytes of one command or bundle; a longer line is refused unread."""

FEWEST, MOST = 2, 100
"""Commands of a bundle."""

_ID = re.compile(r"[A-Za-z0-9._:\-]{1,64}\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MEMBERS = frozenset(
    {"id", "at", "by", "command", "data", "recorded_at", "business_date", "shift", "source", "late_approval"}
)
_MODES = frozenset({"form", "voice", "import", "api"})
_PERSON = re.compile(r"[^\s\x00-\x1f\x7f\"\\/,]{1,64}\Z")
_BUNDLE = re.compile(rb'\s*\{\s*"bundle"\s*:\s*(?:"([A-Za-z0-9._:\-]{1,64})")?')
_BUNDLE_MEMBERS = frozenset({"bundle", "commands"})
_encoder = msgspec.json.Encoder(order="sorted")


class Query(msgspec.Struct, frozen=True):
    """A query line: name and fields, still as JSON values; the projections read them."""

    id: str
    name: str
    data: dict[str, Any]


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to one line (contract §1.2); ``repeat`` says that it is the first answer again."""

    id: str | None
    ok: bool
    facts: tuple[str, ...] | None = None
    position: int | None = None
    result: Any = None
    code: str | None = None
    detail: str | None = None
    repeat: bool = False

    def line(self) -> dict[str, Any]:
        """The members that the contract names, in its order."""
        if not self.ok:
            return {"id": self.id, "ok": False, "code": self.code, "detail": self.detail}
        if self.facts is None:
            return {"id": self.id, "ok": True, "result": self.result, "position": self.position}
        return {"id": self.id, "ok": True, "facts": list(self.facts), "position": self.position}


class Bundle(msgspec.Struct, frozen=True):
    """Commands that are recorded together or not at all, in their order; one of a wrong form is the answer to it."""

    id: str
    commands: tuple[Command | Answer, ...]
    digest: bytes


class BundleAnswer(Answer, frozen=True):
    """The answer to a bundle: those of its commands, or which of them ``failed`` and why (None: the bundle itself)."""

    answers: tuple[Answer, ...] = ()
    failed: str | None = None

    def line(self) -> dict[str, Any]:
        if self.ok:
            return {"bundle": self.id, "ok": True, "answers": [answer.line() for answer in self.answers]}
        return {"bundle": self.id, "ok": False, "failed": self.failed, "code": self.code, "detail": self.detail}


def refused_bundle(bundle: str | None, answer: Answer, failed: str | None = None) -> BundleAnswer:
    """The answer to a bundle of which one command, or the whole, gets this refusal."""
    return BundleAnswer(bundle, False, code=answer.code, detail=answer.detail, failed=failed)


def refused(identifier: str | None, refusal: Refusal) -> Answer:
    """The answer that a refusal is."""
    return Answer(identifier, False, code=refusal.code, detail=refusal.detail or type(refusal).__doc__)


class Unreadable(Exception):
    """A line that is not even a command with an id: ``answer`` is what to say."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.detail)
        self.answer = answer


# -- JSON, strictly -----------------------------------------------------------------------------------------------


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, value in pairs:
        if name in given:
            raise Invalid(f"{name}: given twice")
        given[name] = value
    return given


def _no_fraction(text: str) -> NoReturn:
    raise Invalid(f"{text[:40]}: a number with a fraction or exponent; money, quantities and scores are text")


def _no_constant(text: str) -> NoReturn:
    raise Invalid(f"{text} is not JSON")


def _whole(text: str) -> int:
    if len(text) > 16 or not -(2**53) < (value := int(text)) < 2**53:
        raise Invalid(f"{text[:40]}: the number is too large")
    return value


_decoder = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=_no_fraction, parse_constant=_no_constant, parse_int=_whole
)


def read_json(line: bytes) -> dict[str, Any]:
    """One JSON object, read strictly.  Raises Invalid."""
    if len(line) > MAX_LINE:
        raise Invalid(f"the line is longer than {MAX_LINE} bytes")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid(f"byte {error.start} is not UTF-8") from None
    try:
        value = _decoder.decode(text)
    except json.JSONDecodeError as error:
        raise Invalid(f"not JSON: {error.msg} at character {error.pos}") from None
    except RecursionError:
        raise Invalid("the JSON is nested too deeply") from None
    if not isinstance(value, dict):
        raise Invalid("a line is a JSON object")
    if "\\u" in text or not (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return dict(normal_text(value))
    return value


# -- lines ----------------------------------------------------------------------------------------------------------


def read_line(line: bytes) -> Command | Query | Bundle:
    """A command, query or bundle.  Raises Unreadable, whose answer carries the id where there is one."""
    identifier: str | None = None
    try:
        given = read_json(line)
        if "bundle" in given:
            return read_bundle(given)
        identifier = _id_of(given)
        return read(given)
    except Refusal as refusal:
        raise Unreadable(_unreadable(line, identifier, refusal)) from None


def _unreadable(line: bytes, identifier: str | None, refusal: Refusal) -> Answer:
    if begun := _BUNDLE.match(line):
        return refused_bundle(begun[1].decode() if begun[1] else None, refused(None, refusal))
    return refused(identifier or _salvaged_id(line), refusal)


def _id_of(given: Mapping[str, Any]) -> str:
    identifier = given.get("id")
    if not isinstance(identifier, str) or not _ID.match(identifier):
        raise Invalid("id: 1 to 64 characters of A-Z a-z 0-9 . _ : -")
    return identifier


def _salvaged_id(line: bytes) -> str | None:
    """The id of a line that is otherwise unreadable, so that its caller can tell which one it was."""
    found = re.search(rb'"id"\s*:\s*"([A-Za-z0-9._:\-]{1,64})"', line[:4096])
    return found[1].decode() if found else None


def read(given: Mapping[str, Any]) -> Command | Query:
    """A command or query from its JSON members.  Raises Invalid."""
    identifier = _id_of(given)
    data = given.get("data", {})
    if not isinstance(data, dict):
        raise Invalid("data: an object is needed")
    if "query" in given:
        if surplus := given.keys() - {"id", "query", "data"}:
            raise Invalid(f"{min(surplus)}: not a member of a query")
        if not isinstance(given["query"], str):
            raise Invalid("query: a name is needed")
        return Query(identifier, given["query"], data)
    return _command(identifier, given, data)


def read_bundle(given: Mapping[str, Any]) -> Bundle:
    """A bundle from its JSON members; a command of a wrong form fails when its turn comes.  Raises Invalid."""
    if surplus := given.keys() - _BUNDLE_MEMBERS:
        raise Invalid(f"{min(surplus)}: not a member of a bundle")
    bundle, commands = given.get("bundle"), given.get("commands")
    if not isinstance(bundle, str) or not _ID.match(bundle):
        raise Invalid("bundle: 1 to 64 characters of A-Z a-z 0-9 . _ : -")
    if not isinstance(commands, list) or not FEWEST <= len(commands) <= MOST:
        raise Invalid(f"commands: {FEWEST} to {MOST} commands are needed")
    items = tuple(map(_bundled, commands))
    content = [[item.id, _content(item, command)] for item, command in zip(items, commands, strict=True)]
    return Bundle(bundle, items, hashlib.sha256(_encoder.encode(content)).digest())


def _bundled(given: Any) -> Command | Answer:
    if not isinstance(given, dict) or "query" in given:
        raise Invalid("commands: an object for each, and no query")
    identifier = _id_of(given)
    try:
        command = read(given)
    except Refusal as refusal:
        return refused(identifier, refusal)
    assert isinstance(command, Command)
    return command


def _content(item: Command | Answer, given: Any) -> Any:
    """By this a repeated bundle is told from another one under its id."""
    return item.digest.hex() if isinstance(item, Command) else given


def _command(identifier: str, given: Mapping[str, Any], data: dict[str, Any]) -> Command:
    if surplus := given.keys() - _MEMBERS:
        raise Invalid(f"{min(surplus)}: not a member of a command")
    name, by = given.get("command"), given.get("by")
    row = TABLE.get(name) if isinstance(name, str) else None
    if row is None:
        raise Invalid(f"command: {name} is not known")
    if not isinstance(by, str) or not _PERSON.match(by):
        raise Invalid("by: the id of a person is needed")
    at = _moment(given, "at")
    if at is None:
        raise Invalid("at: a moment is needed")
    business_date, shift = _day(given), _text(given, "shift")
    return Command(
        id=identifier,
        at=at,
        by=by,
        decision=row,
        arguments=row.read(data),
        digest=_digest(at, by, business_date, shift, row.name, data),
        recorded_at=_moment(given, "recorded_at"),
        business_date=business_date,
        shift=shift,
        source=_source(given),
        late_approval=_text(given, "late_approval"),
    )


def _digest(at: str, by: str, day: str | None, shift: str | None, name: str, data: dict[str, Any]) -> bytes:
    """SHA-256 of the content by which a repeat is told from a conflict (contract §1.2)."""
    content = {"at": at, "by": by, "business_date": day, "shift": shift, "command": name, "data": data}
    return hashlib.sha256(_encoder.encode(content)).digest()


def _moment(given: Mapping[str, Any], name: str) -> str | None:
    if name not in given:
        return None
    try:
        return parse_moment(given[name])
    except (TypeError, ValueError, OverflowError):
        raise Invalid(f"{name}: an ISO 8601 moment with offset is needed") from None


def _day(given: Mapping[str, Any]) -> str | None:
    if "business_date" not in given:
        return None
    value = given["business_date"]
    try:
        if not isinstance(value, str) or not _DAY.match(value):
            raise ValueError
        local_day(parse_moment(f"{value}T00:00:00Z"))
    except ValueError:
        raise Invalid("business_date: a date is needed") from None
    return value


def _text(given: Mapping[str, Any], name: str) -> str | None:
    if name not in given:
        return None
    value = given[name]
    if not isinstance(value, str) or not 1 <= len(value) <= 64:
        raise Invalid(f"{name}: a text of 1 to 64 characters is needed")
    return value


def _source(given: Mapping[str, Any]) -> Source | None:
    if "source" not in given:
        return None
    try:
        source = msgspec.convert(given["source"], Source)
    except msgspec.ValidationError as error:
        raise Invalid(f"source: {error}") from None
    if surplus := given["source"].keys() - set(Source.__struct_fields__):
        raise Invalid(f"source.{min(surplus)}: not a member")
    if None in given["source"].values() or source.input_mode not in _MODES:
        raise Invalid("source: input_mode is form, voice, import or api, and nothing is null")
    return source
