"""One command as a decision sees it: what was asked, by whom, and when it counts."""

from __future__ import annotations

from typing import Any

from ledger.decisions.kernel.roles import roles_of
from ledger.fact import Source
from ledger.state.organisation import Organisation
from ledger.view import View
from ledger.vocabulary import Day, Moment

Arguments = dict[str, Any]


class Stamp:
    """When, by whom and from where: the envelope of everything that a command records.

    ``at`` is when it happened, ``now`` when the ledger learns it; ``business_date`` and ``shift`` decide price, chain
    and roles (contract §1.5).
    """

    __slots__ = ("at", "business_date", "by", "command", "explicit_date", "late_approval", "now", "shift", "source")

    def __init__(
        self,
        *,
        command: str,
        at: Moment,
        now: Moment,
        by: str,
        business_date: Day = "",
        shift: str | None = None,
        source: Source | None = None,
        late_approval: str | None = None,
        explicit_date: bool = False,
    ) -> None:
        self.command = command
        self.at = at
        self.now = now
        self.by = by
        self.business_date = business_date
        self.shift = shift
        self.source = source
        self.late_approval = late_approval
        self.explicit_date = explicit_date

    def on(self, business_date: Day, shift: str | None, at: Moment | None = None) -> Stamp:
        """The same stamp for another business date (and moment)."""
        return Stamp(
            command=self.command,
            at=at or self.at,
            now=self.now,
            by=self.by,
            business_date=business_date,
            shift=shift,
            source=self.source,
            late_approval=self.late_approval,
            explicit_date=self.explicit_date,
        )

    @property
    def imported(self) -> bool:
        return self.source is not None and self.source.input_mode == "import"


class Request:
    """A command under decision: view, stamp and arguments, and the roles that its actor holds that day."""

    __slots__ = ("_roles", "arguments", "organisation", "stamp", "view")

    def __init__(self, view: View, stamp: Stamp, arguments: Arguments) -> None:
        self.view = view
        self.stamp = stamp
        self.arguments = arguments
        self.organisation: Organisation = view.organisation
        self._roles: frozenset[tuple[str, str]] | None = None

    @property
    def roles(self) -> frozenset[tuple[str, str]]:
        """(role, unit) of the actor on the business date, delegations included."""
        if self._roles is None:
            self._roles = roles_of(self.view, self.stamp.by, self.stamp.business_date)
        return self._roles

    def path(self, unit: str) -> tuple[str, ...]:
        return self.organisation.path(unit, self.stamp.business_date)

    def __getitem__(self, name: str) -> Any:
        return self.arguments.get(name)
