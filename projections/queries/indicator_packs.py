"""Indicator packs over a unit or person and period: values, weights without what is not applicable, a score (F-11)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from ledger.errors import Invalid
from ledger.money import percent, plain, r2
from ledger.scores import rounded
from ledger.vocabulary import PersonId, Span, UnitId
from projections import packs
from projections.packs import Pack, Ratio
from projections.queries.answers import indicators as answers
from projections.queries.indicator_sources import OF, Thing
from projections.queries.kernel import Reader, Result, query
from projections.queries.ratios import Asked, asked_of, recorded_figures


class RatioCount(NamedTuple):
    """Numerator and denominator of a ratio: from facts, or a recorded figure where there are none."""

    num: int
    den: int
    things: list[Thing]
    papers: list[str]

    @property
    def value(self) -> Decimal | None:
        """In percent; None where it is not applicable."""
        return percent(self.num, self.den)

    @property
    def source(self) -> str | None:
        if not self.den:
            return None
        return "facts" if self.things else "recorded"


async def count(reader: Reader, pack: Pack, one: Ratio, asked: Asked) -> RatioCount:
    """Count from facts; a recorded figure counts only where they say nothing."""
    things = await OF[one.source](reader, asked, one)
    if things:
        return RatioCount(sum(thing.counts for thing in things), len(things), things, [])
    recorded = await recorded_figures(reader, pack.full_id(one), asked.period, asked)
    num, den = sum(each.num for each in recorded), sum(each.den for each in recorded)
    return RatioCount(num, den, [], [each.doc for each in recorded])


def worth(one: Ratio, value: Fraction) -> Fraction:
    """The worth of a value: of one that should be low, the distance to 100."""
    return value if one.better == "higher" else 100 - value


def passes(one: Ratio, found: RatioCount) -> bool | None:
    """Whether the unrounded ratio is good enough (rule 28); None where nothing is asked or nothing is there."""
    if one.minimum is None or not found.den:
        return None
    return worth(one, Fraction(100 * found.num, found.den)) >= Fraction(one.minimum)


async def packed(reader: Reader, pack: Pack, one: Ratio, asked: Asked) -> Result:
    """One indicator with everything behind it, for query Indicator."""
    found = await count(reader, pack, one, asked)
    return {
        "indicator": pack.full_id(one),
        "name": one.name,
        "unit": None if asked.person else asked.top,
        "person": asked.person,
        "period": asked.period,
        "value": None if found.value is None else plain(found.value),
        "num": found.num,
        "den": found.den,
        "pass": passes(one, found),
        "source": found.source,
        "num_list": [thing.id for thing in found.things if thing.counts],
        "den_list": [thing.id for thing in found.things],
        "behind": [thing._asdict() for thing in found.things],
        "papers": found.papers,
    }


# -- queries ----------------------------------------------------------------------------------------------------------


@query("IndicatorPacks", at="/indicators", cli="indicators packs", answer=answers.IndicatorPacks)
async def indicator_packs(reader: Reader) -> Result:
    """The packs that there are, and what each of their indicators counts."""
    return {"packs": [_described(pack) for pack in packs.all_packs().values()]}


def _described(pack: Pack) -> dict[str, Any]:
    return {
        "pack": pack.id,
        "name": pack.name,
        "title": pack.title,
        "basis": pack.basis,
        "indicators": [_definition(pack, one) for one in pack.indicators],
    }


def _definition(pack: Pack, one: Ratio) -> dict[str, Any]:
    narrowed = {"specialties": one.specialties, "items": one.items, "categories": one.categories, "levels": one.levels}
    return {
        "indicator": pack.full_id(one),
        "name": one.name,
        "title": one.title,
        "family": one.family,
        "weight": one.weight,
        "better": one.better,
        "minimum": one.minimum,
        "source": one.source,
        "where": one.where,
        **{name: list(values) for name, values in narrowed.items() if values},
    }


@query(
    "IndicatorPack",
    "register",
    "hazards",
    "duties",
    at="/indicator-packs/{pack}",
    cli="indicators pack PACK",
    answer=answers.IndicatorPack,
)
async def indicator_pack(
    reader: Reader,
    pack: str,
    period: Span,
    unit: UnitId | None = None,
    person: PersonId | None = None,
    family: str | None = None,
) -> Result:
    """All indicators of a pack for a unit with everything below it or a person, and the weighted score of each family.

    An indicator with nothing to count is not applicable: its weight goes to the others in proportion.
    """
    if unit is not None and person is not None:
        raise Invalid("unit or person, not both")
    asked_pack = packs.all_packs().get(pack)
    if asked_pack is None:
        raise Invalid(f"pack: there is no {pack}; there are {', '.join(packs.all_packs())}")
    if family is not None and family not in asked_pack.families:
        raise Invalid(f"family: {pack} has no {family}")
    asked = await asked_of(reader, period, unit, person)
    chosen = [one for one in asked_pack.indicators if family in (None, one.family)]
    figures = [(one, await count(reader, asked_pack, one, asked)) for one in chosen]
    rows: list[dict[str, Any]] = []
    scores: dict[str, str | None] = {}
    for name in asked_pack.families:
        of_family = [(one, found) for one, found in figures if one.family == name]
        if of_family:
            rows += _rows(asked_pack, of_family)
            scores[name or "all"] = _score(of_family)
    return {
        "pack": pack,
        "name": asked_pack.name,
        "unit": unit,
        "person": person,
        "period": period,
        "scores": scores,
        "indicators": rows,
    }


RatioCounts = Sequence[tuple[Ratio, RatioCount]]


def _applicable(figures: RatioCounts) -> int:
    return sum(one.weight for one, found in figures if found.den)


def _score(figures: RatioCounts) -> str | None:
    """The weighted mean of what is applicable, rounded once; None where nothing is."""
    total = _applicable(figures)
    if not total:
        return None
    exact = [(one.weight, worth(one, Fraction(100 * found.num, found.den))) for one, found in figures if found.den]
    return plain(rounded(sum((weight * value for weight, value in exact), Fraction(0)) / total))


def _rows(pack: Pack, figures: RatioCounts) -> list[dict[str, Any]]:
    total = _applicable(figures)
    return [
        {
            **_definition(pack, one),
            "value": None if found.value is None else plain(found.value),
            "num": found.num,
            "den": found.den,
            "pass": passes(one, found),
            "from": found.source,
            "applied_weight": plain(r2(Decimal(100 * one.weight) / total)) if found.den else None,
        }
        for one, found in figures
    ]
