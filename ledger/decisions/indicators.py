"""Indicators that are counted outside of the ledger are recorded with their paper (ASS-13; contract §2.10)."""

from __future__ import annotations

from ledger.decisions.kernel.authority import SYS, above, home_of, of_party, role, word
from ledger.decisions.kernel.judging import given, judging
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Duplicate, Invalid
from ledger.facts.indicators import FIGURE, IndicatorRecorded
from ledger.view import View
from ledger.vocabulary import Count, PersonId, Role, Span, UnitId, person_stream, unit_stream


def subject(request: Request) -> str | None:
    """The unit that the figure is about, or the person's home."""
    return request["unit"] or (home_of("person")(request) if request["person"] else None)


OFFICE = above(subject, Role.OFFICE, Role.SAFETY_OFFICE)
ANY_OFFICE = role(Role.OFFICE, Role.SAFETY_OFFICE)
NO_SUBJECT = word(lambda request: subject(request) is None and ANY_OFFICE.allows(request))
"""Where no subject is named there is no unit to ask for; the row then refuses it as INVALID."""


@decision("RecordIndicator", who=OFFICE | NO_SUBJECT | SYS, counting=judging(given("person")), unit=of_party)
def record_indicator(
    view: View,
    stamp: Stamp,
    indicator: str,
    period: Span,
    num: Count,
    den: Count,
    doc: str,
    unit: UnitId | None = None,
    person: PersonId | None = None,
) -> Facts:
    """A unit's or a person's figure of a period, once (DUPLICATE); INVALID for neither or both, or num over den."""
    if (unit is None) == (person is None):
        raise Invalid("unit or person, one of them")
    if num > den:
        raise Invalid(f"num: {num} is more than {den}")
    owner = unit_stream(unit) if unit else person_stream(person or "")
    if view.is_taken(FIGURE, owner, period, indicator):
        raise Duplicate(f"{indicator} {unit or person} {period}")
    yield IndicatorRecorded(
        stream=owner,
        indicator=indicator,
        period=period,
        num=num,
        den=den,
        doc=doc,
        unit=unit,
        person=person,
    )
