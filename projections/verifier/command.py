"""The verifier on the command line: sentences for a person, JSON for a program, an exit status for both."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence

from .verify import Report, verify

KNOWN = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})\Z")
VERDICTS = (
    "Sound: hashes, tree, chain, order, canonical form, entries, carried balances and seals are as they must be.",
    "NOT SOUND: this is not what was recorded, or not all of it.",
    "Cannot be decided: the end of the log is missing, the file was cut off or is still being written.",
)


def known_root(text: str) -> tuple[int, str]:
    """``SIZE:ROOT``, as an earlier run has printed it."""
    found = KNOWN.match(text)
    if found is None:
        raise ValueError(f"{text} is not SIZE:ROOT, a number and 64 hexadecimal digits")
    return int(found[1]), found[2]


def run(file: str, known: Sequence[tuple[int, str]] = (), *, as_json: bool = False, balances: bool = False) -> int:
    """Verify a file and print the report; the exit status says the verdict."""
    try:
        with open(file, "rb") as opened:
            report = verify(opened, dict(known))
    except OSError as error:
        print(f"{file}: {error.strerror}", file=sys.stderr)
        return 2
    print(_json(report) if as_json else _text(report, balances=balances))
    return report.status


def _json(report: Report) -> str:
    told = {
        "sound": report.status == 0,
        "status": report.status,
        **{
            name: getattr(report, name)
            for name in ("ledger", "clock", "facts", "entries", "first_at", "last_at", "root")
        },
        "findings": [finding._asdict() for finding in report.findings],
        "more_findings": report.more,
        "remarks": report.remarks,
        "balances": {account: yuan(amount) for account, amount in report.balances.items()},
    }
    return json.dumps(told, ensure_ascii=False)


def _text(report: Report, *, balances: bool) -> str:
    simulated = " (simulated clock)" if report.clock == "simulated" else ""
    told = [
        f"ledger   {report.ledger}{simulated}",
        f"facts    {report.facts}, from {report.first_at} to {report.last_at}",
        f"entries  {report.entries} in {len(report.balances)} accounts",
        f"root     {report.facts}:{report.root}",
    ]
    if balances:
        told += [f"{account:40} {yuan(amount):>20}" for account, amount in report.balances.items()]
    for check, position, what in report.findings:
        told.append(f"{check}: {'' if position is None else f'position {position}: '}{what}")
    if report.more:
        told.append(f"… and {report.more} more")
    told += [f"remark: {remark}" for remark in report.remarks]
    return "\n".join([*told, VERDICTS[report.status]])


def yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m projections.verifier",
        description="Check an exported log of Jiesuan 结算. Exit status 0: sound, 1: not sound, 2: cannot be decided.",
    )
    parser.add_argument("file", help="what `jiesuan export log` has written")
    parser.add_argument(
        "--known",
        action="append",
        default=[],
        metavar="SIZE:ROOT",
        help="a root that you have kept; may be given again",
    )
    parser.add_argument("--balances", action="store_true", help="print the balance of every account")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    given = parser.parse_args()
    try:
        known = [known_root(text) for text in given.known]
    except ValueError as error:
        parser.error(str(error))
    return run(given.file, known, as_json=given.json, balances=given.balances)
