"""Windows for objections: so many working days, and never over when they begin (rule 55)."""

from __future__ import annotations

from ledger.decisions.in_force import policy
from ledger.decisions.kernel.stamp import Stamp
from ledger.errors import TooLate
from ledger.state.organisation import Window
from ledger.view import View
from ledger.vocabulary import SYSTEM, Day, Moment


def objection_window(view: View, stamp: Stamp, unit: str, occurred: Day, start: Moment) -> Window:
    """The window for objections, by the policy on the day of the occurrence.  Raises as ``window`` does."""
    return window(view, stamp, start, policy(view, "dispute.window", unit, occurred))


def window(view: View, stamp: Stamp, start: Moment, days: int) -> Window:
    """A window of so many working days that begins now or at an earlier moment.

    NO_CALENDAR for a year without one; TOO_LATE if it would be over before one whole working day has passed after the
    day on which the ledger is told.  SYS is exempt.
    """
    found = view.organisation.window(start, days)
    if stamp.by != SYSTEM and found.over < view.organisation.window(stamp.received, 1).over:
        raise TooLate(f"the window would be over on {found.until}")
    return found
