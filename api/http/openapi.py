"""The description of the interface: every command with its form, taken from the decisions themselves."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.http.descriptions import described
from api.http.schemas import (
    BODIES,
    BUNDLE,
    BUNDLE_RECEIPT,
    ENVELOPE,
    JOB,
    PROBLEM,
    RECEIPT,
    REF,
    RESULT,
    Schema,
    ref,
    without_default,
)
from ledger.decisions import TABLE
from ledger.decisions.kernel.table import Decision
from projections.queries import TABLE as QUERIES

DESCRIPTION = """\
The ledger of an internal market (结算): hazard handovers, tenders, compensation slips and penalties as immutable facts.

* **Commands** go one at a time to `POST /v1/commands`, many at a time to `POST /v1/bulk`. A command has an `id`;
  sending it again records nothing twice. A bundle of them goes to `POST /v1/bundles`: all are recorded, or none.
* **Queries** are asked at `GET /v1/queries/{Query}`, or at the readable addresses beside it. `wait_for=POSITION`
  waits until what was recorded at that position can be read.
* **Errors** are problem details (RFC 9457) with the refusal's `code`.
* The same addresses with the prefix `/ledgers/{ledger}` are about another ledger of this server.

There is no access control yet: `by` is believed.
"""


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
    found |= {"Bundle": BUNDLE, "BundleReceipt": BUNDLE_RECEIPT}
    found |= described({name: _without_defaults(component) for name, component in components.items()})
    answers = [query.answer for query in QUERIES.values()]
    for more in (BODIES, answers):
        _, named = msgspec.json.schema_components(more, ref_template=REF + "{name}")
        assert not named.keys() & found.keys(), f"two schemas have one name: {named.keys() & found.keys()}"
        found |= named
    for row, form in zip(rows, forms, strict=True):
        found[row.name] = command_schema(row, form)
    found["Command"] = {
        "oneOf": [ref(row.name) for row in rows],
        "discriminator": {"propertyName": "command", "mapping": {row.name: REF + row.name for row in rows}},
    }
    return found


def _without_defaults(component: Schema) -> Schema:
    fields = component.get("properties", {}).items()
    return component | {"properties": {name: without_default(field) for name, field in fields}}


def command_schema(row: Decision, form: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": row.rule,
        "required": ["id", "at", "by", "command", "data"],
        "properties": ENVELOPE | {"command": {"const": row.name}, "data": form},
        "additionalProperties": False,
    }
