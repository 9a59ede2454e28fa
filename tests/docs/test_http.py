"""The page about HTTP: every call is made, in the order of the page, and gets the answer that the page shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.api.doors import found_group, serving
from tests.conftest import Database
from tests.docs.curl import answer, call, differs
from tests.docs.pages import DOCS, all_blocks, where

PAGE = DOCS / "http.md"


class Example(NamedTuple):
    line: int
    asked: str
    shown: list[str]


def examples() -> Iterator[Example]:
    """Each block ``sh`` with a call, and the block ``http`` after it."""
    asked, line = "", 0
    for block in all_blocks(PAGE):
        if block.language == "sh":
            assert not asked, f"{where(PAGE, line)}: no answer is shown"
            asked, line = "\n".join(block.text).replace("\\\n", " "), block.line
        elif block.language == "http":
            yield Example(line, asked, list(block.text))
            asked = ""


async def test_every_call_gets_the_answer_that_is_shown(database: Database) -> None:
    await found_group(database.dsn)
    wrong = []
    async with serving(database.dsn) as (client, _):
        for example in examples():
            got = await answer(client, call(example.asked))
            if complaint := differs(example.shown, *got):
                wrong.append(f"{where(PAGE, example.line)}: {complaint}")
    assert not wrong, "\n".join(wrong)


async def test_every_address_is_named(database: Database) -> None:
    """The addresses as the API's own description lists them."""
    text = PAGE.read_text(encoding="utf-8") + (DOCS / "queries.md").read_text(encoding="utf-8")
    async with serving(database.dsn) as (client, _):
        paths = (await client.get("/openapi.json")).json()["paths"]
    missing = [path for path in paths if path not in text]
    assert not missing, f"{where(PAGE, 1)}: {', '.join(missing)}"
