"""The unit that a command is about: the unit concerned of rule 1, and the unit of a document."""

from __future__ import annotations

from typing import Any

from ledger.decisions.kernel.request import Request
from ledger.vocabulary import DOCUMENTS

NAMED = ("unit", "owner", "sender", "payer", "centre", "parent")
"""Fields that name a unit, in the order in which the first there is counts."""


def concerned(request: Request) -> str | None:
    """The unit concerned: named outright, else the home of the person, else that of the document, else the root.

    None while there is no unit at all.
    """
    row = request.row
    found = row.concerns(request) if row.concerns else _named(request) or _of_person(request) or _of_documents(request)
    return found or request.organisation.root or None


def _named(request: Request) -> str | None:
    units, created = request.organisation.units, request.row.creates
    return next((name for field in NAMED if field not in created and (name := request[field]) in units), None)


def _of_person(request: Request) -> str | None:
    return None if request["person"] is None else home(request, request["person"])


def _of_documents(request: Request) -> str | None:
    """The unit of the first document that the command names and does not create."""
    row = request.row
    named = {field.kind for field in row.form.references if field.name == field.kind} - row.creates
    kinds = (kind for kind in DOCUMENTS_IN_ORDER if kind in named and request[kind] is not None)
    return next((unit for kind in kinds if (unit := document_unit(request, kind))), None)


DOCUMENTS_IN_ORDER = tuple(sorted(DOCUMENTS))


def home(request: Request, person: str) -> str | None:
    return request.view.person(person).home(request.stamp.business_date)


def document_unit(request: Request, kind: str) -> str | None:
    """The unit of a document: its own, a handover's sender, the home of whose assessment or task it is.

    None for what belongs to the whole ledger (feedback).
    """
    name = request[kind]
    if name is None or not isinstance(name, str):
        return None
    state: Any = request.view.state(f"{kind}:{name}")
    if state is None:
        return None
    if kind in PERSONAL:
        return home(request, state.person)
    return state.sender if kind == "handover" else getattr(state, "unit", None)


PERSONAL = frozenset({"assessment", "task", "inspection", "list", "advice", "training", "act"})
"""Documents that are one person's: their unit is his home."""
