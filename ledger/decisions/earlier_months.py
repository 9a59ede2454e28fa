"""Announced months that have to be closed before a later one: those in which anything was posted (rule 73)."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.accounts import AccountCode
from ledger.calendars import last_day
from ledger.decisions.kernel.envelope import centre_of_account
from ledger.view import View
from ledger.vocabulary import CentreId, Month, month_key, person_stream, unit_stream


def hindering(view: View, centre: CentreId, period: Month) -> Iterator[Month]:
    """The months before this one that the centre has announced, not closed, and posted to."""
    return (month for month in view.periods.open_before(centre, period) if is_posted(view, centre, month))


def is_posted(view: View, centre: CentreId, month: Month) -> bool:
    """Has an account of the centre an entry in the month?  It is the centre's as on the month's last day."""
    return _of_units(view, centre, month) or _of_persons(view, centre, month)


def _of_units(view: View, centre: CentreId, month: Month) -> bool:
    organisation, day = view.organisation, last_day(month)
    units = (unit for unit in organisation.units if organisation.centre(unit, day) == centre)
    return any(one.moved for one in view.all_of(month_key(unit, month) for unit in units).values())


def _of_persons(view: View, centre: CentreId, month: Month) -> bool:
    """Everybody who ever had an assignment is asked: this happens seldom, and a person may have moved since."""
    books = view.all_of(unit_stream(unit) for unit in view.organisation.units)
    names = {holder.person for book in books.values() for holder in book.holders}
    people = view.all_of(person_stream(name) for name in sorted(names))
    return any(
        month in sums
        for person in people.values()
        for code, sums in person.months.items()
        if centre_of_account(view, f"{AccountCode(code)}:{person.person}", last_day(month)) == centre
    )
