"""Devices that record offline (DUTY-15, TR-14): how far their counters are, and which numbers never arrived."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from sqlalchemy import func, literal
from sqlalchemy.dialects.postgresql import BYTEA

from ledger.calendars import days_between, local_day
from ledger.fact import Source, StoredFact
from projections import read_models
from projections.presentation import is_sealed
from projections.queries.answers import duties as answers
from projections.queries.facts import stored_facts, unsealed
from projections.queries.kernel import Reader, Result, query

log = read_models.events.c
MOST_GAPS = 100


@query("Devices", at="/devices", cli="devices DEVICE", answer=answers.Devices)
async def devices(reader: Reader, device: str | None = None) -> Result:
    """Every device with the counters of its commands: first, last, gaps, numbers used twice, the longest delay.

    A gap is a command that was lost, is still on its way, or was refused: refused commands leave no trace.
    """
    named = func.position(literal(b'"device":', BYTEA).op("in")(log.body)) > 0
    found = await stored_facts(reader, [named, log.position <= reader.position], log.position)
    opened = await unsealed(reader, found)
    by_device: defaultdict[str, dict[str, StoredFact]] = defaultdict(dict)
    for each in found:
        source = each.fact.source
        if source is not None and source.device is not None and not is_sealed(each.fact, opened):
            by_device[source.device].setdefault(each.fact.command, each)
    return {
        "devices": [
            _device(name, list(commands.values()))
            for name, commands in sorted(by_device.items())
            if device is None or name == device
        ]
    }


def _device(name: str, commands: list[StoredFact]) -> dict[str, Any]:
    counters = [source.seq for source in map(_source, commands) if source.seq is not None]
    missing = list(gaps(counters))
    return {
        "device": name,
        "commands": len(commands),
        "offline": sum(_source(each).offline for each in commands),
        "first_seq": min(counters, default=None),
        "last_seq": max(counters, default=None),
        "gaps": [{"from": first, "to": last} for first, last in missing[:MOST_GAPS]],
        "missing": sum(last - first + 1 for first, last in missing),
        "repeated": sorted(seq for seq, times in Counter(counters).items() if times > 1),
        "last_position": commands[-1].position,
        "longest_delay_days": max(
            days_between(each.fact.business_date, local_day(each.recorded_at)) for each in commands
        ),
    }


def _source(each: StoredFact) -> Source:
    return each.fact.source or Source()


def gaps(counters: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Runs of numbers between the first and the last that never came."""
    known = sorted(set(counters))
    for before, after in pairwise(known):
        if after > before + 1:
            yield before + 1, after - 1
