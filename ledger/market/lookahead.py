"""The states that a command will ask for, as far as its own fields say: they are loaded before the lock is taken.

A wrong guess costs one empty state; a missing one costs its caller a second batch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from ledger.decisions import Command
from ledger.decisions.kernel.request import Arguments
from ledger.subjects import DOCUMENTS

NATURAL_KEYS: dict[str, tuple[str, ...]] = {
    "CreditQuotaWage": ("quota-wage:{unit}/{source_doc}",),
    "AllocateBudget": ("budget:{unit}/{doc}", "indicator:SRC_WAGE:{unit}/{unit}/{year}"),
    "ImportGrossWage": ("gross-wage:{lines.person}/{period}",),
    "DeductCompensation": ("deduction:{person}/{period}",),
    "ImportTransferLeg": ("leg:{transfer}/{leg}",),
    "ReverseEntry": ("command:{of}",),
    "ReportHazard": ("spot:{place}/{item}",),
    "RecordDailyScore": ("daily-score:{person}/{day}", "day-sheet:{unit}/{day}"),
    "AccrueDailyWage": ("daily-score:{person}/{day}", "daily-wage:{person}/{day}"),
    "SealDaySheet": ("day-sheet:{unit}/{day}",),
    "OpenAssessment": ("sheet:{person}/{period}",),
    "SetEntitlement": ("entitlement:{person}/{period}",),
    "AwardPoints": ("points:{person}/{doc}",),
    "GrantReward": ("reward:{doc}",),
    "CountIncident": ("incident:{unit}/{doc}",),
}
"""Keys that these commands use once, or look up, beside the documents, units and persons that they name.

``{lines.person}`` stands for the field of each of the lines.
"""

_OF_LINES = re.compile(r"{([a-z_]+)\.([a-z_]+)}")


def named_keys(command: Command) -> Iterator[str]:
    """The state keys that a command's own fields name."""
    yield f"person-{command.by}"
    for template in NATURAL_KEYS.get(command.decision.name, ()):
        yield from _filled(template, command.arguments)
    for field in command.decision.form.references:
        value = command.arguments.get(field.top)
        if value is None:
            continue
        for item in value if field.many else (value,):
            if (named := getattr(item, field.nested) if field.nested else item) is not None:
                yield from _keys_of(field.kind, named)


def _filled(template: str, arguments: Arguments) -> Iterator[str]:
    """The template with the command's fields; nothing if one of them is left out."""
    nested = _OF_LINES.search(template)
    lines = arguments.get(nested[1], ()) if nested else (None,)
    for line in lines:
        own = template.replace(nested[0], getattr(line, nested[2])) if nested else template
        with suppress(KeyError):
            yield own.format_map(arguments)


def _keys_of(kind: str, name: str) -> Iterator[str]:
    if kind in DOCUMENTS:
        yield f"{kind}:{name}"
    if kind in ("unit", "centre"):
        yield f"unit-{name}"
        yield f"pricelist-{name}"  # of every unit upwards until one is found; few units have one, all are asked
    if kind in ("person", "party"):
        yield f"person-{name}"
