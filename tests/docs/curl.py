"""curl as the documents write it, and answers compared with what the documents show."""

from __future__ import annotations

import json
import shlex
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx2

ANYTHING = "…"
"""In a shown answer: what is not said here, or the rest of a list."""

ADDRESS = "http://127.0.0.1:8420"


class Call(NamedTuple):
    """The request of a curl line; ``endless`` answers (``-N``) are read until the first event has come."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    endless: bool


def call(text: str) -> Call:
    """The call of a curl line.  Anything that is not understood here fails, so that nothing is shown untested."""
    program, *words = shlex.split(text)
    assert program == "curl", text
    method, address, body, headers, endless = "", "", None, dict[str, str](), False
    while words:
        match words.pop(0):
            case "-N":
                endless = True
            case "-X":
                method = words.pop(0)
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "--data" | "--data-binary" as option:
                body = words.pop(0).encode()
                headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
                assert option == "--data-binary" or b"\n" not in body, f"--data drops line ends: {text}"
            case word:
                assert word.startswith(ADDRESS), f"{word} is not understood"
                address = word.removeprefix(ADDRESS)
    assert urlsplit(address).path, text
    return Call(method or ("GET" if body is None else "POST"), address, headers, body, endless)


async def answer(client: httpx2.AsyncClient, asked: Call) -> tuple[int, dict[str, str], str]:
    """Status, headers and body."""
    request = client.build_request(asked.method, asked.path, headers=asked.headers, content=asked.body)
    response = await client.send(request, stream=asked.endless)
    if not asked.endless:
        return response.status_code, dict(response.headers), response.text
    text = ""
    async for piece in response.aiter_text():
        text += piece
        if "data: " in text and text.endswith("\n\n"):
            break
    await response.aclose()
    return response.status_code, dict(response.headers), text


def differs(shown: list[str], status: int, headers: dict[str, str], body: str) -> str | None:
    """Say what is otherwise than a block ``http`` shows: status line, some headers, an empty line, the body."""
    first, *lines = shown
    if int(first.split()[1]) != status:
        return f"the status is {status}, the body {body[:300]}"
    split = lines.index("") if "" in lines else len(lines)
    for line in lines[:split]:
        name, _, value = line.partition(": ")
        if headers.get(name.lower()) != value and value != ANYTHING:
            return f"{name} is {headers.get(name.lower())}"
    return body_differs("\n".join(lines[split + 1 :]), body)


def body_differs(shown: str, body: str) -> str | None:
    if not shown:
        return None
    try:
        wanted = [json.loads(line) for line in shown.splitlines()] if "\n{" in shown else json.loads(shown)
        found: Any = [json.loads(line) for line in body.splitlines()] if isinstance(wanted, list) else json.loads(body)
    except json.JSONDecodeError:
        return None if shown.strip() in body else f"the body is {body[:600]}"
    return None if same(wanted, found) else f"the body is {body[:1200]}"


def same(wanted: Any, found: Any) -> bool:
    """Is everything found that is wanted?  Members that are not shown may be there."""
    if wanted == ANYTHING:
        return True
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(
            name in found and same(value, found[name]) for name, value in wanted.items()
        )
    if isinstance(wanted, list) and isinstance(found, list):
        rest = bool(wanted) and wanted[-1] == ANYTHING
        pairs = wanted[:-1] if rest else wanted
        fits = len(found) >= len(pairs) if rest else len(found) == len(pairs)
        return fits and all(same(one, other) for one, other in zip(pairs, found, strict=False))
    return bool(wanted == found)
