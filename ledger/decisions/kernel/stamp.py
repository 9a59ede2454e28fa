"""When, by whom and from where: the envelope of what a command records."""

from __future__ import annotations

from ledger.fact import Source
from ledger.vocabulary import Day, Moment


class Stamp:
    """When, by whom and from where: the envelope of everything that a command records.

    ``at`` is when it happened, ``now`` when the ledger learns it, ``received`` the same before it is raised to the last
    one (contract §1.1); ``business_date`` and ``shift`` decide price, chain and roles (contract §1.5).  ``bundled``:
    further commands are recorded together with this one (rule 41).
    """

    __slots__ = (
        "at",
        "bundled",
        "business_date",
        "by",
        "command",
        "explicit_date",
        "late_approval",
        "now",
        "received",
        "shift",
        "source",
    )

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
        received: Moment = "",
        bundled: bool = False,
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
        self.received = received or now
        self.bundled = bundled

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
            received=self.received,
            bundled=self.bundled,
        )

    @property
    def imported(self) -> bool:
        return self.source is not None and self.source.input_mode == "import"
