"""Whatever somebody has changed in an exported log is found, and named."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from ledger.log.leaf import leaf
from projections.verifier.books import Books
from projections.verifier.hashes import Tree, microseconds
from projections.verifier.verify import Report, verify
from tests.projections.exports.logs import log_lines

LENGTH = 1_500


FILE = b"".join(log_lines(LENGTH))
SMALL = b"".join(log_lines(60))


def verdict(file: bytes, **known: Any) -> Report:
    return verify(file.splitlines(keepends=True), **known)


Lines = list[bytes]


def forged(line: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    """A line whose body was changed, with the leaf that follows from the new body."""
    for old, new in changes:
        assert old in line
        line = line.replace(old, new)
    said = json.loads(line)
    body = line.partition(b'"body":')[2][:-2]
    own = leaf(said["position"], microseconds(said["recorded_at"]), body)
    return line.replace(said["leaf"].encode(), own.hex().encode())


def at_money(lines: Lines) -> int:
    return next(n for n, line in enumerate(lines) if b'"topic":"wage.quota-credited.v1"' in line)


def edited(lines: Lines) -> None:
    n = at_money(lines)
    lines[n] = lines[n].replace(b'"amount":', b'"amount":1')


def edited_with_its_leaf(lines: Lines) -> None:
    n = at_money(lines)
    lines[n] = forged(lines[n], (b'"amount":', b'"amount":1'))


def with_white_space(lines: Lines) -> None:
    n = at_money(lines)
    lines[n] = forged(lines[n], (b'"amount":', b'"amount": '))


def with_two_amounts(lines: Lines) -> None:
    n = at_money(lines)
    lines[n] = forged(lines[n], (b'"amount":', b'"amount":1,"amount":'))


def with_a_fraction(lines: Lines) -> None:
    n = at_money(lines)
    lines[n] = forged(lines[n], (b',"at"', b'.5,"at"'))


def without_one(lines: Lines) -> None:
    del lines[at_money(lines)]


def twice(lines: Lines) -> None:
    n = at_money(lines)
    lines.insert(n, lines[n])


def in_another_order(lines: Lines) -> None:
    n = at_money(lines)
    lines[n], lines[n + 1] = lines[n + 1], lines[n]


def backdated(lines: Lines) -> None:
    n = at_money(lines)
    said = json.loads(lines[n])
    lines[n] = forged(lines[n], (said["recorded_at"].encode(), b"2001" + said["recorded_at"][4:].encode()))


def given_to_another_stream(lines: Lines) -> None:
    n = at_money(lines)
    lines[n] = lines[n].replace(b'"stream":"unit-', b'"stream":"unit-X', 1)


def unbalanced(lines: Lines) -> None:
    n = next(n for n, line in enumerate(lines) if b'"topic":"wage.distributed.v1"' in line and b"mirror" not in line)
    lines[n] = forged(lines[n], (b'"total":', b'"total":9'))


def with_another_root(lines: Lines) -> None:
    lines[-1] = lines[-1].replace(b'"root":"', b'"root":"0', 1)


FORGERIES: dict[Callable[[Lines], None], str] = {
    edited: "leaf",
    edited_with_its_leaf: "root",
    with_white_space: "canonical",
    with_two_amounts: "canonical",
    with_a_fraction: "canonical",
    without_one: "positions",
    twice: "positions",
    in_another_order: "positions",
    backdated: "recorded_at",
    given_to_another_stream: "envelope",
    unbalanced: "entries",
    with_another_root: "root",
}


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.__name__)
def test_a_forgery_is_found_and_named(forgery: Callable[[Lines], None]) -> None:
    lines = FILE.splitlines(keepends=True)
    forgery(lines)
    report = verify(lines)
    assert report.status == 1
    assert FORGERIES[forgery] in {finding.check for finding in report.findings}


def rewritten(file: bytes, keep: int, change: Callable[[dict[str, Any]], None] | None = None) -> bytes:
    """Forge the log as one who can rewrite the whole table: every leaf, every link and the root are made again."""
    made, tree, heads = [], Tree(), dict[str, str]()
    for line in file.splitlines()[:keep]:
        said = json.loads(line)
        body = said["body"]
        if change:
            change(body)
        if "prev" in body:
            body["prev"] = heads[body["stream"]]
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        own = leaf(said["position"], microseconds(said["recorded_at"]), data)
        tree.add(own)
        heads[body["stream"]] = own.hex()
        head = line.partition(b'"body":')[0].replace(said["leaf"].encode(), own.hex().encode())
        made.append(head + b'"body":' + data + b"}\n")
    end = json.dumps({"end": tree.size, "root": tree.root(), "ledger": "company", "clock": "simulated"})
    return b"".join(made) + end.encode() + b"\n"


def test_who_rewrites_everything_is_found_by_a_root_that_was_kept() -> None:
    kept = {500: verdict(FILE[: FILE.index(b'{"position":501,')]).root, LENGTH: verdict(FILE).root}
    assert verdict(FILE, known=kept).status == 0

    def richer(body: dict[str, Any]) -> None:
        if body["topic"] == "wage.quota-credited.v1":
            body["amount"] += 100

    assert verdict(rewritten(FILE, LENGTH)).root == kept[LENGTH]
    forgery = rewritten(FILE, LENGTH, richer)
    assert verdict(forgery).status == 0
    report = verdict(forgery, known=kept)
    assert {finding.check for finding in report.findings} == {"known_root"}
    shorter = rewritten(FILE, 1_000)
    assert verdict(shorter).status == 0
    [finding] = verdict(shorter, known=kept).findings
    assert finding.check == "known_root"
    assert "are gone" in finding.what


def test_a_file_that_was_cut_off_is_undecided() -> None:
    lines = FILE.splitlines(keepends=True)
    assert verify(lines[:-1]).status == 2
    assert verify(lines[:700]).status == 2
    assert verdict(FILE[:-300]).status == 1
    assert verify([]).status == 2


# -- closes and statements ---------------------------------------------------------------------------------------------

MARCH = {"stream": "unit-W1", "centre": "U1", "unit": "W1", "period": "2026-03", "business_date": "2026-03-31"}


def told(*bodies: dict[str, Any]) -> list[str]:
    """Which checks find something in these facts, which follow a credit of 5.00 in March."""
    books = Books()
    credit = {"topic": "wage.quota-credited.v1", **MARCH, "amount": 500, "posting_period": "2026-03"}
    return [check for body in (credit, *bodies) for check, _ in books.follow(body)]


def carried(amount: int) -> dict[str, Any]:
    balances = [{"account": "POOL_WAGE:W1", "amount": amount}, {"account": "SRC_QUOTA:W1", "amount": -amount}]
    return {"topic": "period.balance-carried-forward.v1", **MARCH, "balances": balances}


def issued(closing: int) -> dict[str, Any]:
    return {"topic": "statement.issued.v1", **MARCH, "issue": 1, "digest": "ab", "totals": {"closing": closing}}


def closed(digest: str) -> dict[str, Any]:
    return {"topic": "period.closed.v1", **MARCH, "digest": digest}


def test_what_a_close_says_is_added_up_again() -> None:
    seal = sha256(b'[["W1",1,"ab"]]').hexdigest()
    assert told(issued(500), carried(500), closed(seal)) == []
    assert told(issued(501)) == ["statement"]
    assert told(carried(499)) == ["carried_forward", "carried_forward"]
    assert told(issued(500), closed("0" * 64)) == ["seal"]


def test_nothing_is_posted_to_a_closed_month() -> None:
    late = {"topic": "wage.quota-credited.v1", **MARCH, "amount": 100}
    assert told(carried(500), late) == ["closed_month", "closed_month"]
    assert told(carried(500), {**late, "posting_period": "2026-04"}) == []


# -- anything at all ---------------------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@forall(st.data())
def test_no_flipped_bit_goes_unnoticed_and_nothing_crashes_it(data: st.DataObject) -> None:
    flipped = bytearray(SMALL)
    at = data.draw(st.integers(0, len(flipped) - 2))
    flipped[at] ^= 1 << data.draw(st.integers(0, 7))
    assert verdict(bytes(flipped)).status != 0 or is_harmless(at)


def is_harmless(at: int) -> bool:
    """The name of the ledger and of its clock at the end are for people; the record is in the facts."""
    return at > SMALL.rindex(b'"ledger"')


@forall(st.lists(st.binary(max_size=60) | st.sampled_from([b"{}\n", b"[1]\n", b'{"end":1}\n', b"\xff\n"]), max_size=5))
def test_nothing_that_is_no_log_is_sound(lines: list[bytes]) -> None:
    assert verify(lines).status != 0
