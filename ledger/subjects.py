"""Which states a fact changes: its stream, the documents it names, and the owners of the accounts it touches.

The log stores the subjects beside the facts (``log.subjects``), so that the state of one hazard or slip is folded
from its own few facts and not from its unit's whole stream.  They are derived from the fact alone: `check` derives
them again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, singledispatch
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from ledger.accounts import owner_stream
from ledger.agenda import changes, may_change
from ledger.analysis import counts, tally_keys
from ledger.claims import claims, may_claim
from ledger.dispatch import by_type, has_rule
from ledger.fact import Fact
from ledger.facts.appeals import AppealDecided, AppealHeld
from ledger.facts.assessment import AssessmentOpened
from ledger.facts.daily import DailyQuotaWageAccrued, DailyScoreRecorded
from ledger.facts.deposits import DepositCollected, YellowCardIssued
from ledger.facts.dues import CompensationDeducted, DeductionCarried, GrossWageImported
from ledger.facts.evidence import EvidenceAttached
from ledger.facts.hazards import HazardClosed
from ledger.facts.indicators import IndicatorRecorded
from ledger.facts.organisation import AssignmentEnded, PersonAssigned
from ledger.facts.periods import DaySheetSealed, PeriodClosed, PeriodOpened
from ledger.facts.points import PointsAwarded, RewardGranted
from ledger.facts.pools import (
    BudgetAllocated,
    EntryReversed,
    QuotaWageCredited,
    SafetyGoalAchieved,
    WageIndicatorSet,
)
from ledger.facts.responsibility import ResponsibilityAssigned, ResponsibilityEnded
from ledger.facts.safety_wages import EntitlementSet, SafetyWageAccrued
from ledger.facts.statements import StatementConfirmed, StatementDisputed, StatementIssued
from ledger.facts.transfers import TransferInImported, TransferOutImported
from ledger.facts.unit_year import (
    BonusAwarded,
    BonusEligibilityRevoked,
    ControlQuotaSet,
    EqualForcePenaltyConfirmed,
    GradeAssigned,
    IncidentCounted,
    UnitAnnualScored,
    UnitQuarterScored,
    VetoLifted,
    VetoTriggered,
)
from ledger.keys import bounded
from ledger.posting import Entries, entries
from ledger.state.responsibility import grid_key
from ledger.state.unit_year import year_key
from ledger.vocabulary import Ref, day_sheet_key, month_key, person_stream, unit_stream

DOCUMENTS = frozenset(
    {
        *("hazard", "handover", "tender", "slip", "notice", "case", "accident", "penalty", "act", "delegation"),
        *("task", "inspection", "assessment", "list", "advice", "training", "feedback"),
    }
)
"""Kinds of documents with a state of their own under ``<kind>:<id>``."""


def _reference(annotation: Any) -> str | None:
    """The kind of document that a field of this type names (optional fields included)."""
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not NoneType)
    if get_origin(annotation) is Annotated:
        for mark in get_args(annotation)[1:]:
            if isinstance(mark, Ref) and mark.kind in DOCUMENTS:
                return mark.kind
    return None


@cache
def document_fields(kind: type[Fact]) -> tuple[tuple[str, str], ...]:
    """(field, prefix) of every field of this fact type that names one document."""
    hints = get_type_hints(kind, include_extras=True)
    found = ((name, _reference(hints[name])) for name in kind.__struct_fields__)
    return tuple((name, f"{kind}:") for name, kind in found if kind)


def subjects(fact: Fact, posted: Entries | None = None) -> tuple[str, ...]:
    """Every state key beside its own stream that this fact changes, sorted; a mirror changes only its stream."""
    if fact.mirror:
        return ()
    posted = entries(fact) if posted is None else posted
    keys = standing(fact, posted)
    if fact.posting_period:
        owners = {owner_stream(account) or "" for account, _, _ in posted}
        keys.update(month_key(owner[5:], fact.posting_period) for owner in owners if owner.startswith("unit-"))
    if fact.number:
        keys.add("series:" + fact.number.rpartition("-")[0])
    if may_change(type(fact)) and changes(fact):
        keys.add("agenda")
    if _may_count(type(fact)):
        keys.update(tally_keys(fact))
    keys.discard(fact.stream)
    return tuple(sorted(keys))


def standing(fact: Fact, posted: Entries) -> set[str]:
    """The stream and those of its subjects that stand for something: not its months, series, tallies and agenda.

    The projections' register keeps states of these alone, and asks this of every fact there is.
    """
    keys = {fact.stream}
    if fact.mirror:
        return keys
    kind = type(fact)
    for field, prefix in document_fields(kind):
        if name := getattr(fact, field):
            keys.add(prefix + name)
    for account, _, _ in posted:
        if owner := owner_stream(account):
            keys.add(owner)
    if may_claim(kind):
        for claim in claims(fact):
            keys.update(claim.keys)
    if more := _more(kind):
        keys.update(map(bounded, more(fact)))
    return keys


@cache
def _may_count(kind: type[Fact]) -> bool:
    return has_rule(counts, kind)


@cache
def _more(kind: type[Fact]) -> Callable[[Any], Iterable[str]] | None:
    """The rule of ``more_subjects``; few types have one."""
    return by_type(more_subjects, kind) if has_rule(more_subjects, kind) else None


@singledispatch
def more_subjects(fact: Fact) -> tuple[str, ...]:
    """Registers and natural keys: what must be unique or is asked for beside the documents."""
    return ()


@more_subjects.register(PersonAssigned)
@more_subjects.register(AssignmentEnded)
def _(fact: PersonAssigned | AssignmentEnded) -> tuple[str, ...]:
    return (unit_stream(fact.unit),)


@more_subjects.register(PeriodOpened)
@more_subjects.register(PeriodClosed)
def _(fact: Fact) -> tuple[str, ...]:
    return ("periods",)


@more_subjects.register(StatementIssued)
@more_subjects.register(StatementConfirmed)
@more_subjects.register(StatementDisputed)
def _(fact: StatementIssued | StatementConfirmed | StatementDisputed) -> tuple[str, ...]:
    return (month_key(fact.unit, fact.period),)


@more_subjects.register
def _(fact: DaySheetSealed) -> tuple[str, ...]:
    return (day_sheet_key(fact.unit, fact.day),)


@more_subjects.register(AppealHeld)
@more_subjects.register(AppealDecided)
def _(fact: AppealHeld | AppealDecided) -> tuple[str, ...]:
    """The person must know which dues are under appeal, although the money lies elsewhere."""
    return () if fact.pool else (person_stream(fact.party),)


@more_subjects.register
def _(fact: GrossWageImported) -> tuple[str, ...]:
    return (f"gross-wage:{fact.person}/{fact.period}",)


@more_subjects.register(CompensationDeducted)
@more_subjects.register(DeductionCarried)
def _(fact: CompensationDeducted | DeductionCarried) -> tuple[str, ...]:
    return (f"deduction:{fact.person}/{fact.period}",)


@more_subjects.register
def _(fact: HazardClosed) -> tuple[str, ...]:
    return (f"spot:{fact.place}/{fact.item}",) if fact.item else ()


@more_subjects.register
def _(fact: QuotaWageCredited) -> tuple[str, ...]:
    return (f"quota-wage:{fact.unit}/{fact.source_doc}",)


@more_subjects.register
def _(fact: BudgetAllocated) -> tuple[str, ...]:
    return (f"budget:{fact.unit}/{fact.doc}", *indicator_keys(fact.source_account, fact.unit, fact.year))


@more_subjects.register
def _(fact: WageIndicatorSet) -> tuple[str, ...]:
    return (indicator_key(fact.source_account, fact.unit, fact.year),)


def indicator_key(source_account: str, unit: str, year: str) -> str:
    """The register of how much of a source a unit may use in a year; the source's owner stands for all of it."""
    return f"indicator:{source_account}/{unit}/{year}"


def indicator_keys(source_account: str, unit: str, year: str) -> tuple[str, ...]:
    """The registers that an allocation counts in: the unit's share, and the whole of the source (contract §5.36)."""
    owner = source_account.partition(":")[2]
    return tuple(indicator_key(source_account, holder, year) for holder in dict.fromkeys((unit, owner)))


@more_subjects.register
def _(fact: AssessmentOpened) -> tuple[str, ...]:
    return (f"sheet:{fact.person}/{fact.period}",)


@more_subjects.register
def _(fact: EntitlementSet) -> tuple[str, ...]:
    return (f"entitlement:{fact.person}/{fact.period}",)


def entitlement_key(person: str, period: str) -> str:
    """The key under which a person's entitlement of a month is found in the log."""
    return bounded(f"entitlement:{person}/{period}")


@more_subjects.register
def _(fact: SafetyWageAccrued) -> tuple[str, ...]:
    return (f"safety-wage:{fact.person}/{fact.period}",)


@more_subjects.register
def _(fact: DailyScoreRecorded) -> tuple[str, ...]:
    return (f"daily-score:{fact.person}/{fact.day}",)


@more_subjects.register
def _(fact: DailyQuotaWageAccrued) -> tuple[str, ...]:
    return (f"daily-wage:{fact.person}/{fact.day}", day_sheet_key(fact.unit, fact.day))


@more_subjects.register
def _(fact: IndicatorRecorded) -> tuple[str, ...]:
    return (figure_key(fact.indicator, fact.unit, fact.person, fact.period),)


def figure_key(indicator: str, unit: str | None, person: str | None, period: str) -> str:
    """The register of an indicator's figure of a unit or person and period."""
    return f"figure:{unit_stream(unit) if unit else person_stream(person or '')}/{period}/{indicator}"


@more_subjects.register
def _(fact: SafetyGoalAchieved) -> tuple[str, ...]:
    return (f"safety-goal:{fact.unit}/{fact.year}",)


@more_subjects.register
def _(fact: TransferOutImported) -> tuple[str, ...]:
    return (f"leg:{fact.transfer}/out",)


@more_subjects.register
def _(fact: TransferInImported) -> tuple[str, ...]:
    return (f"leg:{fact.transfer}/in",)


@more_subjects.register
def _(fact: EntryReversed) -> tuple[str, ...]:
    return (f"command:{fact.of}", *fact.frees)


# -- a unit's year, deposits, points, rewards, responsibility ---------------------------------------------------------


@more_subjects.register(UnitAnnualScored)
@more_subjects.register(GradeAssigned)
@more_subjects.register(VetoTriggered)
@more_subjects.register(VetoLifted)
@more_subjects.register(ControlQuotaSet)
def _(fact: UnitAnnualScored | GradeAssigned | VetoTriggered | VetoLifted | ControlQuotaSet) -> tuple[str, ...]:
    return (year_key(fact.unit, fact.year),)


@more_subjects.register
def _(fact: UnitQuarterScored) -> tuple[str, ...]:
    return (year_key(fact.unit, fact.quarter[:4]),)


@more_subjects.register
def _(fact: IncidentCounted) -> tuple[str, ...]:
    return (year_key(fact.unit, fact.year), f"incident:{fact.unit}/{fact.doc}")


@more_subjects.register
def _(fact: BonusEligibilityRevoked) -> tuple[str, ...]:
    return (year_key(fact.unit, fact.year),) if fact.unit else ()


@more_subjects.register
def _(fact: BonusAwarded) -> tuple[str, ...]:
    return (bonus_key(fact.party, fact.kind, fact.period, fact.indicator),)


def bonus_key(party: str, kind: str, period: str, indicator: str | None) -> str:
    """A party gets one bonus of a kind for a period and indicator."""
    return f"bonus:{party}/{kind}/{period}/{indicator or ''}"


@more_subjects.register
def _(fact: EqualForcePenaltyConfirmed) -> tuple[str, ...]:
    return (f"equal-force:{fact.unit}/{fact.year}",)


@more_subjects.register
def _(fact: DepositCollected) -> tuple[str, ...]:
    return (f"deposit:{fact.person}/{fact.year}",)


@more_subjects.register
def _(fact: YellowCardIssued) -> tuple[str, ...]:
    return (f"yellow-card:{fact.person}/{fact.unit}/{fact.year}",)


@more_subjects.register
def _(fact: PointsAwarded) -> tuple[str, ...]:
    return (f"points:{fact.person}/{fact.doc}",)


@more_subjects.register
def _(fact: RewardGranted) -> tuple[str, ...]:
    return (f"reward:{fact.doc}",) if fact.doc else ()


@more_subjects.register(ResponsibilityAssigned)
@more_subjects.register(ResponsibilityEnded)
def _(fact: ResponsibilityAssigned | ResponsibilityEnded) -> tuple[str, ...]:
    return (grid_key(fact.place, fact.specialty),)


@more_subjects.register
def _(fact: EvidenceAttached) -> tuple[str, ...]:
    return (f"{fact.document_kind}:{fact.document}",)
