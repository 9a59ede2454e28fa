"""Query Indicator (指标): a ratio with what stands behind numerator and denominator (F-9, F-11; ASS-13, ASS-37).

Derived ones and those of indicator packs are counted from the read models and never typed in; the others come from
RecordIndicator.
"""

from __future__ import annotations

from ledger.errors import Invalid
from ledger.money import percent, plain
from ledger.vocabulary import PersonId, Span, UnitId
from projections import packs
from projections.queries.answers import indicators as answers
from projections.queries.indicator_packs import packed
from projections.queries.kernel import Reader, Result, query
from projections.queries.ratios import DERIVED, asked_of, passes, recorded_figures


@query(
    "Indicator",
    "register",
    "hazards",
    "duties",
    at="/indicators/{indicator}",
    cli="indicators open INDICATOR",
    answer=answers.Indicator,
)
async def indicator(
    reader: Reader, indicator: str, period: Span, unit: UnitId | None = None, person: PersonId | None = None
) -> Result:
    """An indicator of a unit with everything below it, or of a person; of the whole company if none is named.

    ``pack.indicator`` is one of an indicator pack, with the fact behind each thing that counts.  A denominator of 0 is
    not applicable: value and pass are null.
    """
    if unit is not None and person is not None:
        raise Invalid("unit or person, not both")
    top = unit or (await reader.organisation()).root
    asked = await asked_of(reader, period, unit, person)
    if found := packs.find(indicator):
        return await packed(reader, *found, asked)
    if indicator in DERIVED:
        counted = await DERIVED[indicator](reader, asked)
        num, den = len(counted.num), len(counted.den)
        behind = {"num_list": counted.num, "den_list": counted.den}
    else:
        figures = await recorded_figures(reader, indicator, period, asked)
        num, den = sum(figure.num for figure in figures), sum(figure.den for figure in figures)
        behind = {"papers": [figure.doc for figure in figures]}
    value = percent(num, den)
    return {
        "indicator": indicator,
        "unit": unit,
        "person": person,
        "period": period,
        "value": None if value is None else plain(value),
        "num": num,
        "den": den,
        "pass": await passes(reader, indicator, num, den, top, person, asked.last),
        **behind,
    }
