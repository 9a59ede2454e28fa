"""Random histories by two hands: words are said in proposals, and some commands are recorded together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from ledger.decisions.proposals import COVERING, digest_of

Line = dict[str, Any]
Draw = Callable[[Any], Any]


def proposed(draw: Draw, lines: list[Line]) -> list[Line]:
    """The same lines; some that name another's word are proposed, and that word is said, refused or never asked."""
    return [step for number, line in enumerate(lines) for step in _perhaps_proposed(draw, number, line)]


def _perhaps_proposed(draw: Draw, number: int, line: Line) -> Iterator[Line]:
    words = [word for field in COVERING if (word := line["data"].get(field))]
    asked = dict.fromkeys(name for word in words for name in ([word] if isinstance(word, str) else word))
    if not asked or draw(st.integers(0, 5)):
        yield line
        return
    proposal = {"proposal": f"TY-{number}"}
    yield {"by": line["by"], "command": "ProposeCommand", "data": {**proposal, **_content(line)}}
    digest = digest_of(line["command"], line["data"])
    for person in asked:
        yield from draw(
            st.sampled_from(
                [
                    [_said(person, "ApproveProposal", proposal, digest=digest)],
                    [_said(person, "ApproveProposal", proposal, digest=digest)],
                    [_said(person, "ApproveProposal", proposal, digest="0" * 64)],
                    [_said(person, "RefuseProposal", proposal, reason="不同意")],
                    [_said(line["by"], "WithdrawProposal", proposal)],
                    [],
                ]
            )
        )


def _content(line: Line) -> Line:
    return {"command": line["command"], "data": line["data"]}


def _said(by: str, command: str, proposal: Line, **more: str) -> Line:
    return {"by": by, "command": command, "data": {**proposal, **more}}


def bundled(draw: Draw, lines: list[Line]) -> list[Line]:
    """The same commands; now and then two to four that follow each other are one bundle."""
    bound: list[Line] = []
    rest = list(lines)
    while rest:
        size = draw(st.sampled_from([1] * 9 + [2, 3, 4]))
        together, rest = rest[:size], rest[size:]
        whole = {"bundle": f"b-{together[0]['id']}", "commands": together}
        bound += [whole] if len(together) > 1 else together
    return bound
