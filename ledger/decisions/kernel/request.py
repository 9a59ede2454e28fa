"""One command as a decision sees it: what was asked, by whom, and when it counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ledger.decisions.kernel.roles import Held, roles_of
from ledger.decisions.kernel.stamp import Stamp
from ledger.state.organisation import Organisation
from ledger.view import View

if TYPE_CHECKING:
    from ledger.decisions.kernel.table import Decision

Arguments = dict[str, Any]


class Request:
    """A command under decision: view, stamp and arguments, and the roles that count for its actor."""

    __slots__ = ("_roles", "arguments", "organisation", "row", "stamp", "view")

    def __init__(self, view: View, stamp: Stamp, arguments: Arguments, row: Decision) -> None:
        self.view = view
        self.stamp = stamp
        self.arguments = arguments
        self.row = row
        self.organisation: Organisation = view.organisation
        self._roles: frozenset[Held] | None = None

    @property
    def roles(self) -> frozenset[Held]:
        """(role, unit) that count for the actor: delegations included, what judges from below left out."""
        if self._roles is None:
            self._roles = self.roles_of(self.stamp.by)
        return self._roles

    def roles_of(self, person: str) -> frozenset[Held]:
        """The same for another person whose word is asked."""
        held = roles_of(self.view, self.stamp, person)
        return self.row.counting(self, held) if self.row.counting else held

    def path(self, unit: str) -> tuple[str, ...]:
        return self.organisation.path(unit, self.stamp.business_date)

    def __getitem__(self, name: str) -> Any:
        return self.arguments.get(name)


Counting = Callable[[Request, frozenset[Held]], frozenset[Held]]
"""Which of the roles that somebody holds count in a row."""
