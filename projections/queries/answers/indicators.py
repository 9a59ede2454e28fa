"""Indicators, packs of them, and analysis reports."""

from __future__ import annotations

from msgspec import field

from projections.queries.answers.kernel import UNSET, Answer, Month, Number, UnsetType, Yuan


class CountedThing(Answer):
    kind: str
    id: str
    position: int | None
    counts: bool


class Indicator(Answer, kw_only=True):
    """Behind it: the lists of what was counted, or the papers by which figures were recorded."""

    indicator: str
    name: str | UnsetType = UNSET
    unit: str | None
    person: str | None
    period: str
    value: Number | None
    num: int
    den: int
    pass_: bool | None = field(name="pass")
    source: str | UnsetType | None = UNSET
    num_list: list[str] | UnsetType = UNSET
    den_list: list[str] | UnsetType = UNSET
    behind: list[CountedThing] | UnsetType = UNSET
    papers: list[str] | UnsetType = UNSET


class IndicatorDefinition(Answer, kw_only=True):
    indicator: str
    name: str
    title: str
    family: str | None
    weight: int
    better: str
    minimum: Number | None
    source: str
    where: str
    specialties: list[str] | UnsetType = UNSET
    items: list[str] | UnsetType = UNSET
    categories: list[str] | UnsetType = UNSET
    levels: list[str] | UnsetType = UNSET


class IndicatorOfPack(IndicatorDefinition, kw_only=True):
    value: Number | None
    num: int
    den: int
    pass_: bool | None = field(name="pass")
    from_: str | None = field(name="from")
    """recorded, or derived from the facts; null where nothing counts."""
    applied_weight: Number | None


class IndicatorPack(Answer):
    pack: str
    name: str
    unit: str | None
    person: str | None
    period: str
    scores: dict[str, Number | None]
    """By family of posts; ``all`` for those of every family."""
    indicators: list[IndicatorOfPack]


class PackDefinition(Answer):
    pack: str
    name: str
    title: str
    basis: str
    indicators: list[IndicatorDefinition]


class IndicatorPacks(Answer):
    packs: list[PackDefinition]


class MeanScores(Answer):
    sheets: int
    D: Number | None
    I: Number | None  # noqa: E741 - the contract's name
    S: Number | None
    full: int


class TaskTotals(Answer):
    due: int
    done: int
    rate: Number | None


class WeakDuty(Answer):
    item: str
    text: str | None
    due: int
    missed: int
    rate: Number | None


class DeductedReason(Answer):
    reason_code: str
    reason: tuple[str, str]
    """In Chinese and in English."""
    count: int
    points: Number


class TrendMonth(Answer):
    month: Month
    sheets: int
    D: Number | None
    I: Number | None  # noqa: E741 - the contract's name
    S: Number | None
    full: int
    tasks_done: Number | None
    hazards: int
    charged: Yuan


class Compared(Answer, kw_only=True):
    """A unit by rank, or one of the means around a person."""

    of: str | UnsetType = UNSET
    subject: str
    rank: int | UnsetType = UNSET
    sheets: int
    D: Number | None
    I: Number | None  # noqa: E741 - the contract's name
    S: Number | None
    full: int


class Analysis(Answer):
    subject: str
    kind: str
    period: str
    scores: MeanScores
    tasks: TaskTotals
    duties: list[WeakDuty]
    deductions: list[DeductedReason]
    figures: dict[str, int | str]
    rates: dict[str, Number]
    weakest: list[str]
    trend: list[TrendMonth]
    comparison: list[Compared]
    lang: str
    text: list[str]
    digest: str
    sealed: str | None


class MemberOfReport(Answer):
    figures: dict[str, int | str]
    rates: dict[str, Number | None]
    subject: str


class MonthOfReport(Answer):
    figures: dict[str, int | str]
    month: Month


class AnalysisReport(Answer, kw_only=True):
    """As it was sealed."""

    figures: dict[str, int | str]
    members: list[MemberOfReport] | UnsetType = UNSET
    months: list[MonthOfReport]
    period: str
    rates: dict[str, Number | None]
    subject: str
    weakest: list[str]
    digest: str
