"""What a decision may look at: the states of streams and documents, complete up to the last position.

A state that is not in memory raises ``Missing``: it is read outside the lock and the command is decided in the next
batch.  Decisions are pure, so asking twice is harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from ledger.fact import Fact, Recorded
from ledger.keys import LONGEST, bounded
from ledger.posting import entries
from ledger.state import kinds
from ledger.state.assessment import Assessment
from ledger.state.duties import Task
from ledger.state.followup import Advice, Feedback, Training
from ledger.state.handovers import Handover
from ledger.state.hazards import Hazard
from ledger.state.notices import Notice
from ledger.state.organisation import Organisation
from ledger.state.pay import DayScore, Entitlement
from ledger.state.person import Person
from ledger.state.policies import Policies
from ledger.state.prices import PriceBook
from ledger.state.registers import Agenda, CommandRecord, Indicator, Periods, Series, Spot
from ledger.state.settlement import CentreMonth, DaySheet, UnitMonth
from ledger.state.slips import Liability
from ledger.state.tenders import Tender
from ledger.state.unit import UnitBook
from ledger.state.unit_year import UnitYear, year_key
from ledger.subjects import indicator_key, subjects
from ledger.vocabulary import day_sheet_key, month_key, period_stream

Lookup = Callable[[str], Any]


class Missing(Exception):
    """These states have to be loaded before the command can be decided."""

    def __init__(self, *keys: str) -> None:
        super().__init__(*keys)
        self.keys = keys


class View:
    """States by key; ``changed`` holds those that a command under way has already changed."""

    __slots__ = ("_changed", "_lookup")

    def __init__(self, lookup: Lookup, changed: Mapping[str, Any] | None = None) -> None:
        self._lookup = lookup
        self._changed = changed or {}

    def state(self, key: str) -> Any:
        """The state under a key; None for a document that does not exist.  Raises Missing."""
        if len(key) > LONGEST:
            key = bounded(key)
        if key in self._changed:
            return self._changed[key]
        return self._lookup(key)

    def after(self, facts: Iterable[Fact]) -> View:
        """The view in which these facts have happened (one command that acts in several steps)."""
        changed = dict(self._changed)
        for fact in facts:
            evolve_into(changed, self.state, Recorded(0, fact.at, fact))
        return View(self._lookup, changed)

    # -- typed access -------------------------------------------------------------------------------------------

    @property
    def organisation(self) -> Organisation:
        return cast("Organisation", self.state("org"))

    @property
    def policies(self) -> Policies:
        return cast("Policies", self.state("policy"))

    @property
    def periods(self) -> Periods:
        return cast("Periods", self.state("periods"))

    @property
    def agenda(self) -> Agenda:
        return cast("Agenda", self.state("agenda"))

    def unit(self, unit: str) -> UnitBook:
        return cast("UnitBook", self.state(f"unit-{unit}"))

    def person(self, person: str) -> Person:
        return cast("Person", self.state(f"person-{person}"))

    def prices(self, owner: str) -> PriceBook:
        return cast("PriceBook", self.state(f"pricelist-{owner}"))

    def hazard(self, hazard: str) -> Hazard:
        return cast("Hazard", self.state(f"hazard:{hazard}"))

    def handover(self, handover: str) -> Handover:
        return cast("Handover", self.state(f"handover:{handover}"))

    def slip(self, slip: str) -> Liability:
        return self.liability("slip", slip)

    def liability(self, kind: str, name: str) -> Liability:
        """A slip, penalty or case."""
        return cast("Liability", self.state(f"{kind}:{name}"))

    def tender(self, tender: str) -> Tender:
        return cast("Tender", self.state(f"tender:{tender}"))

    def notice(self, notice: str) -> Notice:
        return cast("Notice", self.state(f"notice:{notice}"))

    def task(self, task: str) -> Task:
        return cast("Task", self.state(f"task:{task}"))

    def assessment(self, assessment: str) -> Assessment:
        return cast("Assessment", self.state(f"assessment:{assessment}"))

    def day_score(self, person: str, day: str) -> DayScore:
        return cast("DayScore", self.state(f"daily-score:{person}/{day}"))

    def entitlement(self, person: str, period: str) -> Entitlement:
        return cast("Entitlement", self.state(f"entitlement:{person}/{period}"))

    def unit_year(self, unit: str, year: str) -> UnitYear:
        return cast("UnitYear", self.state(year_key(unit, year)))

    def advice(self, advice: str) -> Advice:
        return cast("Advice", self.state(f"advice:{advice}"))

    def training(self, training: str) -> Training:
        return cast("Training", self.state(f"training:{training}"))

    def feedback(self, feedback: str) -> Feedback:
        return cast("Feedback", self.state(f"feedback:{feedback}"))

    def command(self, command: str) -> CommandRecord:
        return cast("CommandRecord", self.state(f"command:{command}"))

    def indicator(self, source_account: str, unit: str, year: str) -> Indicator:
        return cast("Indicator", self.state(indicator_key(source_account, unit, year)))

    def spot(self, place: str, item: str) -> Spot:
        return cast("Spot", self.state(f"spot:{place}/{item}"))

    def centre_month(self, centre: str, month: str) -> CentreMonth:
        return cast("CentreMonth", self.state(period_stream(centre, month)))

    def unit_month(self, unit: str, month: str) -> UnitMonth:
        return cast("UnitMonth", self.state(month_key(unit, month)))

    def day_sheet(self, unit: str, day: str) -> DaySheet:
        return cast("DaySheet", self.state(day_sheet_key(unit, day)))

    def all_of(self, keys: Iterable[str]) -> dict[str, Any]:
        """Several states by key; what is missing of them is asked for at once."""
        found, missing = dict[str, Any](), list[str]()
        for key in keys:
            try:
                found[key] = self.state(key)
            except Missing as lacking:
                missing += lacking.keys
        if missing:
            raise Missing(*missing)
        return found

    def last_number(self, series: str) -> int:
        return cast("Series", self.state(f"series:{series}")).last

    def in_use(self, key: str) -> bool:
        """Is a natural key taken (``quota-wage:<unit>/<doc>`` …)?"""
        return bool(self.state(key).used)


def evolve_into(
    states: dict[str, Any], lookup: Lookup, recorded: Recorded, subject_keys: tuple[str, ...] | None = None
) -> None:
    """Fold one fact into every state that it changes and that is in memory; what is not is left out."""
    fact = recorded.fact
    posted = entries(fact)
    keys = subjects(fact, posted) if subject_keys is None else subject_keys
    for key in (fact.stream, *keys, f"command:{fact.command}"):
        kind = kinds.kind_of(key)
        if kind is None:
            continue
        try:
            state = states[key] if key in states else lookup(key)
        except Missing:
            continue
        states[key] = kind.evolve(state, recorded, posted)
