"""The description of the interface: every command with its schema, every field with its meaning."""

from __future__ import annotations

from typing import Any

import pytest

from api.http.descriptions import ASKED, WORDS, meant
from api.http.openapi import schemas
from ledger.decisions import TABLE
from projections.queries import TABLE as QUERIES
from tests.api.doors import found_group, serving
from tests.conftest import Database

DESCRIBED = schemas()


def form_of(command: str) -> dict[str, Any]:
    name = DESCRIBED[command]["properties"]["data"]["$ref"].rpartition("/")[2]
    found: dict[str, Any] = DESCRIBED[name]
    return found


@pytest.mark.parametrize("command", sorted(TABLE))
def test_a_command_has_a_schema_with_its_rule_and_the_meaning_of_its_fields(command: str) -> None:
    assert DESCRIBED[command]["description"] == TABLE[command].rule
    assert DESCRIBED[command]["properties"]["command"] == {"const": command}
    undescribed = [field for field, schema in form_of(command)["properties"].items() if not schema.get("description")]
    assert not undescribed, f"say in api/http/descriptions.py what they mean: {undescribed}"


def test_the_fields_of_lines_and_items_are_described_too() -> None:
    nested = {name: schema for name, schema in DESCRIBED.items() if name.endswith("Form")}
    undescribed = {
        f"{name}.{field}"
        for name, schema in nested.items()
        for field, found in schema.get("properties", {}).items()
        if not found.get("description")
    }
    assert undescribed == set()


@pytest.mark.parametrize("query", sorted(QUERIES))
def test_the_fields_of_a_query_are_described(query: str) -> None:
    assert [field for field, text in meant(QUERIES[query].hints).items() if not text] == []


def test_no_word_is_explained_that_no_field_has() -> None:
    used = {field for schema in DESCRIBED.values() for field in schema.get("properties", {})}
    assert set(WORDS) - used == set()
    assert set(ASKED) - {field for row in QUERIES.values() for field in row.hints} == set()


async def test_every_command_is_offered_over_http(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        described = (await client.get("/openapi.json")).json()
        offered = described["components"]["schemas"]["Command"]["discriminator"]["mapping"]
        assert set(offered) == set(TABLE)
        assert set(described["paths"]) >= {"/v1/tenders", "/v1/hazards", "/v1/units/{unit}/prices"}
        for name in sorted(TABLE):
            line = {"id": f"probe-{name}", "at": "2026-02-05T09:00:00+08:00", "by": "P-A", "command": name}
            answer = await client.post("/v1/commands", json={**line, "data": {"surely_no_field": 1}})
            assert (answer.status_code, answer.json()["code"]) == (422, "INVALID"), (name, answer.text)
            assert "not known" not in answer.json()["detail"], name
