"""The description of the interface: every command with its form, taken from the decisions themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.http.descriptions import asked, described
from api.jobs.registry import Job
from ledger.decisions import TABLE
from ledger.decisions.kernel.table import Decision
from projections.exports.formats import MEDIA_TYPES
from projections.queries import TABLE as QUERIES

REF = "#/components/schemas/"
DESCRIPTION = """\
The ledger of an internal market (结算): hazard handovers, tenders, compensation slips and penalties as immutable facts.

* **Commands** go one at a time to `POST /v1/commands`, many at a time to `POST /v1/bulk`. A command has an `id`;
  sending it again records nothing twice.
* **Queries** are asked at `GET /v1/queries/{Query}`, or at the readable addresses beside it. `wait_for=POSITION`
  waits until what was recorded at that position can be read.
* **Errors** are problem details (RFC 9457) with the refusal's `code`.
* The same addresses with the prefix `/ledgers/{ledger}` are about another ledger of this server.

There is no access control yet: `by` is believed.
"""


def ref(name: str) -> dict[str, str]:
    return {"$ref": REF + name}


def problem_response(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/problem+json": {"schema": ref("Problem")}}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    404: problem_response("What is referred to is not known (UNKNOWN_…), or there is no such ledger"),
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
COMMAND_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": ref("Command")}}}}
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
FILES: dict[int | str, dict[str, Any]] = PROBLEMS | {
    200: {
        "description": "The answer, or the file",
        "content": {"application/json": {"schema": ref("Result")}}
        | {str(media_type).partition(";")[0]: {} for form, media_type in MEDIA_TYPES.items() if form != "json"},
    },
    409: problem_response("There is nothing to give yet; `code` says why"),
}
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


def reading(*queries: str, but: tuple[str, ...] = ()) -> dict[str, Any]:
    """The parameters of an address that asks these queries; those in the path are described by the route."""
    fields: dict[str, dict[str, Any]] = {}
    for name in queries:
        form = QUERIES[name].form.struct
        forms = msgspec.json.schema(form)["$defs"][form.__name__]
        meant = asked(name)
        fields |= {field: {**found, "description": meant[field]} for field, found in forms["properties"].items()}
    listed = [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": field["description"],
            "schema": _from_text(field),
            "explode": False,
        }
        for name, field in fields.items()
        if name not in but
    ]
    return {"parameters": [*listed, *_WAITING]}


def paper(query: str, but: tuple[str, ...]) -> dict[str, Any]:
    """The parameters of an address that gives a paper, as an answer or as a file."""
    found = reading(query, but=but)
    return {"parameters": [*found["parameters"], _FORMAT]}


_FORMAT = {
    "name": "format",
    "in": "query",
    "required": False,
    "schema": {"enum": ["json", "text", "xlsx", "pdf", "csv"], "default": "json"},
    "description": "As a file; without it the header `Accept` may say so",
}


def _from_text(field: dict[str, Any]) -> dict[str, Any]:
    return {member: value for member, value in field.items() if member not in ("default", "description")}


def envelope_body(name: str, but: tuple[str, ...]) -> dict[str, Any]:
    """The body of an address that sends one command: its envelope, and the fields that the path does not say."""
    form = TABLE[name].form.struct
    fields = msgspec.json.schema(form)["$defs"][form.__name__]
    data = {
        "type": "object",
        "properties": {field: _from_text(told) for field, told in fields["properties"].items() if field not in but},
        "required": [field for field in fields["required"] if field not in but],
        "additionalProperties": False,
    }
    body = {
        "type": "object",
        "required": ["id", "at", "by", *(["data"] if data["required"] else [])],
        "properties": {**ENVELOPE, "data": data},
        "additionalProperties": False,
    }
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": body}}}}


def job_body(jobs: Mapping[str, Job]) -> dict[str, Any]:
    """The body that asks for one of these jobs."""
    kinds = {
        "oneOf": [
            {
                "type": "object",
                "title": row.name,
                "description": row.rule,
                "required": ["job", "data"],
                "properties": {"id": JOB_ID, "job": {"const": row.name}, "data": job_form(row)},
                "additionalProperties": False,
            }
            for row in sorted(jobs.values(), key=lambda row: row.name)
        ]
    }
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": kinds}}}}


def job_form(row: Job) -> dict[str, Any]:
    form = row.form.struct
    schema = msgspec.json.schema(form)["$defs"][form.__name__]
    fields = {name: _from_text(field) for name, field in schema["properties"].items()}
    return {"type": "object", "properties": fields, "required": schema["required"], "additionalProperties": False}


JOB_ID = {"type": "string", "maxLength": 64, "description": "The asker's; the same id again is the same job"}
JOB = {
    "type": "object",
    "required": ["id", "job", "data", "state", "done"],
    "properties": {
        "id": {"type": "string"},
        "job": {"type": "string"},
        "data": {"type": "object"},
        "state": {"enum": ["waiting", "running", "done", "failed", "lost"]},
        "step": {"type": ["string", "null"], "description": "What it is at"},
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
RESULT = {
    "type": "object",
    "required": ["ok", "result", "position"],
    "properties": {
        "ok": {"const": True},
        "result": {"type": "object"},
        "position": {"type": "integer", "description": "What the answer has seen"},
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
    },
}


def install(app: FastAPI) -> None:
    """Add the commands to what FastAPI knows by itself."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            described = get_openapi(
                title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes, tags=app.openapi_tags
            )
            described.setdefault("components", {}).setdefault("schemas", {}).update(schemas())
            app.openapi_schema = described
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]


def schemas() -> dict[str, Any]:
    """The schemas of receipts, problems and all commands."""
    rows = sorted(TABLE.values(), key=lambda row: row.name)
    forms, components = msgspec.json.schema_components([row.form.struct for row in rows], ref_template=REF + "{name}")
    found: dict[str, Any] = {"Receipt": RECEIPT, "Result": RESULT, "Problem": PROBLEM, "Job": JOB}
    found |= described({name: _without_defaults(component) for name, component in components.items()})
    for row, form in zip(rows, forms, strict=True):
        found[row.name] = command_schema(row, form)
    found["Command"] = {
        "oneOf": [ref(row.name) for row in rows],
        "discriminator": {"propertyName": "command", "mapping": {row.name: REF + row.name for row in rows}},
    }
    return found


def _without_defaults(component: dict[str, Any]) -> dict[str, Any]:
    """What is not known is left out; null would be refused."""
    fields = component.get("properties", {}).items()
    return component | {
        "properties": {
            name: {member: value for member, value in field.items() if member != "default"} for name, field in fields
        }
    }


def command_schema(row: Decision, form: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": row.rule,
        "required": ["id", "at", "by", "command", "data"],
        "properties": ENVELOPE | {"command": {"const": row.name}, "data": form},
        "additionalProperties": False,
    }
