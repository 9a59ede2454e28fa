"""Schemas, bodies and answers that the doors' descriptions are put together from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from api.http.descriptions import command_fields, meant
from api.jobs.registry import Job
from ledger.decisions import TABLE
from ledger.forms import CommandForm
from ledger.interchange import FEWEST, MOST
from projections.exports.formats import MEDIA_TYPES
from projections.queries import Query

Schema = dict[str, Any]
REF = "#/components/schemas/"
BODIES: list[type[msgspec.Struct]] = []
"""The structs that bodies are read into."""


def ref(name: str) -> dict[str, str]:
    return {"$ref": REF + name}


def problem_response(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/problem+json": {"schema": ref("Problem")}}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    404: problem_response("Something that is referred to is not known (UNKNOWN_…), or there is no such ledger"),
    422: problem_response("The form is wrong; `detail` names the field"),
    503: problem_response(
        "The database is away, or the read model is not there yet; come again after Retry-After seconds"
    ),
}
RECEIPTS: dict[int | str, dict[str, Any]] = PROBLEMS | {
    200: {
        "description": "Recorded before; the first receipt again",
        "content": {"application/json": {"schema": ref("Receipt")}},
    },
    201: {"description": "Recorded and durable", "content": {"application/json": {"schema": ref("Receipt")}}},
    403: problem_response("Not allowed to this person (AUTHORITY, SOD, WRONG_CENTRE)"),
    409: problem_response("Refused by the state of the ledger; `code` says by which rule"),
    413: problem_response("Larger than a command may be"),
    429: problem_response("Too many commands are waiting; come again after Retry-After seconds"),
}
BUNDLED: dict[int | str, dict[str, Any]] = RECEIPTS | {
    200: {
        "description": "Recorded before; the first receipts again",
        "content": {"application/json": {"schema": ref("BundleReceipt")}},
    },
    201: {
        "description": "All recorded and durable",
        "content": {"application/json": {"schema": ref("BundleReceipt")}},
    },
}
HISTORY_BODY = {
    "requestBody": {
        "required": True,
        "description": "One command or query a line",
        "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
    }
}
HISTORY_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "One answer a line", "content": {"application/x-ndjson": {"schema": {"type": "string"}}}},
    404: PROBLEMS[404],
}

ANSWERS: dict[int | str, dict[str, Any]] = PROBLEMS | {
    200: {"description": "The answer", "content": {"application/json": {"schema": ref("Result")}}},
}


# -- parameters and answers of queries ------------------------------------------------------------------------------


def reading(address: str, queries: Sequence[Query], *, files: bool = False) -> Schema:
    """The parameters of an address that asks these queries."""
    fields: dict[str, Schema] = {}
    for query in queries:
        fields |= form(query.form, query.hints)["properties"]
    needed = set.intersection(*(query.hints.keys() - query.defaults.keys() for query in queries))
    listed = [
        {
            "name": name,
            "in": "path" if f"{{{name}}}" in address else "query",
            "required": name in needed,
            "description": field.pop("description", ""),
            "schema": field,
            "explode": False,
        }
        for name, field in fields.items()
    ]
    return {"parameters": [*listed, *_WAITING, *([_FORMAT] if files else [])]}


def by_name() -> Schema:
    """The parameters of the address at which any query is asked."""
    name = {"name": "query", "in": "path", "required": True, "schema": {"type": "string"}, "description": "Its name"}
    return {"parameters": [name, *_WAITING]}


def answers(queries: Sequence[Query], *, files: bool = False) -> dict[int | str, Schema]:
    """The answers of an address that asks these queries."""
    results = [msgspec.json.schema_components([query.answer], ref_template=REF + "{name}")[0][0] for query in queries]
    result = results[0] if len(results) == 1 else {"oneOf": results}
    schema = RESULT | {"properties": RESULT["properties"] | {"result": result}}
    made: Schema = {str(media_type).partition(";")[0]: {} for form, media_type in MEDIA_TYPES.items() if form != "json"}
    content = {"application/json": {"schema": schema}} | (made if files else {})
    given: dict[int | str, Schema] = {
        200: {"description": "The answer, or the file" if files else "The answer", "content": content}
    }
    return ANSWERS | given | ({409: problem_response("There is nothing to give yet; `code` says why")} if files else {})


_WAITING = [
    {
        "name": "wait_for",
        "in": "query",
        "required": False,
        "schema": {"type": "integer", "minimum": 0},
        "description": "Wait until the read models hold this position",
    },
    {
        "name": "timeout",
        "in": "query",
        "required": False,
        "schema": {"type": "number", "exclusiveMinimum": 0, "maximum": 60, "default": 30},
        "description": "Seconds to wait at most",
    },
]
_FORMAT = {
    "name": "format",
    "in": "query",
    "required": False,
    "schema": {"enum": ["json", "text", "xlsx", "pdf", "csv"], "default": "json"},
    "description": "As a file; without it the header `Accept` may say so",
}


# -- bodies, from the forms by which they are read ---------------------------------------------------------------


def json_body(schema: Schema) -> Schema:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def struct_body(struct: type[msgspec.Struct]) -> Schema:
    """The body that is read into this struct."""
    BODIES.append(struct)
    return json_body(ref(struct.__name__))


def form(read_by: CommandForm, hints: Mapping[str, Any], but: Sequence[str] = ()) -> Schema:
    """The object that a form reads, without the fields that are said elsewhere."""
    name = read_by.struct.__name__
    schema = msgspec.json.schema(read_by.struct)["$defs"][name]
    meanings = meant(hints)
    fields = {
        field: without_default(told) | ({"description": meanings[field]} if meanings[field] else {})
        for field, told in schema["properties"].items()
        if field not in but
    }
    required = [field for field in schema["required"] if field not in but]
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


def without_default(field: Schema) -> Schema:
    """A field without a value is left out; null would be refused."""
    return {member: value for member, value in field.items() if member != "default"}


def envelope_body(name: str, but: tuple[str, ...]) -> Schema:
    """The body of an address that sends one command: its envelope, and the fields that the path does not say."""
    data = form(TABLE[name].form, command_fields()[name], but)
    return json_body(
        {
            "type": "object",
            "required": ["id", "at", "by", *(["data"] if data["required"] else [])],
            "properties": {**ENVELOPE, "data": data},
            "additionalProperties": False,
        }
    )


def job_body(jobs: Mapping[str, Job]) -> Schema:
    """The body that asks for one of these jobs."""
    return json_body(
        {
            "oneOf": [
                {
                    "type": "object",
                    "title": row.name,
                    "description": row.rule,
                    "required": ["job", "data"],
                    "properties": {"id": JOB_ID, "job": {"const": row.name}, "data": form(row.form, row.hints)},
                    "additionalProperties": False,
                }
                for row in sorted(jobs.values(), key=lambda row: row.name)
            ]
        }
    )


JOB_ID = {"type": "string", "maxLength": 64, "description": "The asker's; the same id again is the same job"}
JOB = {
    "type": "object",
    "required": ["id", "job", "data", "state", "done"],
    "properties": {
        "id": {"type": "string"},
        "job": {"type": "string"},
        "data": {"type": "object"},
        "state": {"enum": ["waiting", "running", "done", "failed", "lost"]},
        "step": {"type": ["string", "null"], "description": "Step that it is at"},
        "done": {"type": "integer", "description": "How much is done, of `total` where that is known"},
        "total": {"type": ["integer", "null"]},
        "asked_at": {"type": "string"},
        "begun_at": {"type": ["string", "null"]},
        "ended_at": {"type": ["string", "null"]},
        "code": {"type": ["string", "null"], "description": "Why it failed"},
        "detail": {"type": ["string", "null"]},
        "file": {
            "type": ["object", "null"],
            "description": "Name, media_type, size and sha256 of a result that is one",
        },
        "is_expired": {"type": "boolean", "description": "The file had to make room for later ones"},
    },
}

_MOMENT = {"type": "string", "format": "date-time", "description": "ISO 8601 with offset"}
ENVELOPE: dict[str, dict[str, Any]] = {
    "id": {"type": "string", "pattern": "^[A-Za-z0-9._:\\-]{1,64}$", "description": "Unique for ever"},
    "at": _MOMENT | {"description": "When it happened; ISO 8601 with offset"},
    "by": {"type": "string", "description": "A registered person, or SYSTEM"},
    "recorded_at": _MOMENT | {"description": "Only for a ledger with a simulated clock"},
    "business_date": {"type": "string", "format": "date", "description": "Where it does not follow from `at`"},
    "shift": {"type": "string", "maxLength": 64},
    "late_approval": {"type": "string", "description": "The head of the centre who approves the lateness"},
    "source": {
        "type": "object",
        "properties": {
            "device": {"type": "string"},
            "seq": {"type": "integer"},
            "offline": {"type": "boolean"},
            "input_mode": {"enum": ["form", "voice", "import", "api"]},
        },
        "additionalProperties": False,
    },
}
RECEIPT = {
    "type": "object",
    "required": ["id", "ok", "facts", "position"],
    "properties": {
        "id": {"type": "string"},
        "ok": {"const": True},
        "facts": {"type": "array", "items": {"type": "string"}, "description": "Principal facts in their order"},
        "position": {"type": "integer", "description": "Of the last fact of the command"},
    },
}
BUNDLE = {
    "type": "object",
    "required": ["bundle", "commands"],
    "properties": {
        "bundle": ENVELOPE["id"],
        "commands": {"type": "array", "minItems": FEWEST, "maxItems": MOST, "items": ref("Command")},
    },
    "additionalProperties": False,
}
BUNDLE_RECEIPT = {
    "type": "object",
    "required": ["bundle", "ok", "answers"],
    "properties": {
        "bundle": {"type": "string"},
        "ok": {"const": True},
        "answers": {"type": "array", "items": ref("Receipt"), "description": "In the order of the commands"},
    },
}
RESULT: Schema = {
    "type": "object",
    "required": ["ok", "result", "position"],
    "properties": {
        "ok": {"const": True},
        "result": {"type": "object"},
        "position": {"type": "integer", "description": "Position up to which the answer has seen the log"},
    },
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "The refusal's code"},
        "detail": {"type": "string"},
        "id": {"type": "string", "description": "Of the command"},
        "bundle": {"type": ["string", "null"], "description": "Of the bundle"},
        "failed": {"type": ["string", "null"], "description": "The command for which a bundle was refused"},
    },
}
