"""Which states a command will ask for, as far as its own fields say: they are loaded before the lock is taken.

A wrong guess costs one empty state; a missing one costs its caller a second batch.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.decisions import Command
from ledger.subjects import DOCUMENTS

NATURAL_KEYS = {
    "CreditQuotaWage": "quota-wage:{unit}/{source_doc}",
    "AllocateBudget": "budget:{unit}/{doc}",
    "DeductCompensation": "deduction:{person}/{period}",
    "ImportTransferLeg": "leg:{transfer}/{leg}",
    "ReverseEntry": "command:{of}",
}
"""What these commands use once, or look up, beside the documents, units and persons that they name."""


def named_keys(command: Command) -> Iterator[str]:
    """The state keys that a command's own fields name."""
    yield f"person-{command.by}"
    if template := NATURAL_KEYS.get(command.decision.name):
        yield template.format_map(command.arguments)
    for field in command.decision.form.references:
        value = command.arguments.get(field.top)
        if value is None:
            continue
        for item in value if field.many else (value,):
            if (named := getattr(item, field.nested) if field.nested else item) is not None:
                yield from _keys_of(field.kind, named)


def _keys_of(kind: str, name: str) -> Iterator[str]:
    if kind in DOCUMENTS:
        yield f"{kind}:{name}"
    if kind in ("unit", "centre"):
        yield f"unit-{name}"
        yield f"pricelist-{name}"  # of every unit upwards until one is found; few units have one, all are asked
    if kind in ("person", "party"):
        yield f"person-{name}"
