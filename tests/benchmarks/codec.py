"""Facts as msgspec structs and as pydantic models: what docs/decisions/0001-facts-are-msgspec-structs.md rests on."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import msgspec
from pydantic import BaseModel, ConfigDict

from ledger.fact import Fact
from ledger.facts import decode, encode
from ledger.facts.slips import Line, SlipIssued
from tests.benchmarks.place import Place
from tests.benchmarks.results import Row, middle

LINES = tuple(Line(f"P-{number}", 10_000 * number, "liable") for number in range(1, 6))
SLIP = SlipIssued(
    stream="unit-W1",
    version=17,
    prev="5e" * 32,
    at="2026-02-05T05:55:00.000000Z",
    by="P-OFF",
    command="SC-07-002",
    business_date="2026-02-05",
    posting_period="2026-02",
    number="HQ-SL-202602-1",
    slip="SL-1",
    unit="W1",
    grounds="violation",
    tier="T2",
    basis="安全考核办法 §12",
    description="高处作业未系安全带",
    lines=LINES,
    dropped=(),
    total=sum(line.amount for line in LINES),
    centre="HQ",
    occurred="2026-02-05",
    matrix="TW-S",
    list_version="HQ@v1",
)


class LineModel(BaseModel):
    """The line as a pydantic model."""

    model_config = ConfigDict(frozen=True)

    party: str
    amount: int
    role: str
    unit: bool = False


class SlipModel(BaseModel):
    """The same slip as a pydantic model."""

    model_config = ConfigDict(frozen=True)

    topic: str
    stream: str
    version: int
    prev: str
    at: str
    by: str
    command: str
    business_date: str
    posting_period: str
    number: str
    slip: str
    unit: str
    grounds: str
    tier: str
    basis: str
    description: str
    lines: tuple[LineModel, ...]
    dropped: tuple[str, ...]
    total: int
    centre: str
    occurred: str
    matrix: str
    list_version: str


async def codec(place: Place) -> list[Row]:
    body = encode(SLIP)
    model = SlipModel.model_validate_json(body)
    assert decode(body) == SLIP
    assert model.total == SLIP.total
    numbered: Callable[[], Fact] = lambda: msgspec.structs.replace(SLIP, version=18, prev="")  # noqa: E731
    pairs: list[tuple[str, Callable[[], object], Callable[[], object]]] = [
        ("decode", lambda: decode(body), lambda: SlipModel.model_validate_json(body)),
        ("encode", lambda: encode(SLIP), lambda: model.model_dump_json(exclude_defaults=True)),
        ("copy with changes", numbered, lambda: model.model_copy(update={"version": 18, "prev": ""})),
    ]
    repeats = max(200, place.scale.commands)
    rows = []
    for what, ours, theirs in pairs:
        rounds = [(rate(ours, repeats), rate(theirs, repeats)) for _ in range(place.scale.rounds)]
        mine, others = (middle(figures) for figures in zip(*rounds, strict=True))
        words = f"{what} a slip of {len(LINES)} lines, {len(body)} bytes"
        rows.append(Row("codec", words, mine, "/s", "pydantic", others))
    return rows


def rate(call: Callable[[], object], repeats: int) -> float:
    began = perf_counter()
    for _ in range(repeats):
        call()
    return repeats / (perf_counter() - began)
