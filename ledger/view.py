"""The view of a decision: the states of streams and documents, complete up to the last position.

A state that is not in memory raises ``Missing``: it is read outside the lock and the command is decided in the next
batch.  Decisions are pure, so asking twice is harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from immutables import Map, MapMutation

from ledger.fact import Fact, StoredFact
from ledger.facts.daily import DAILY_SCORE
from ledger.facts.duties import INSPECTED
from ledger.facts.hazards import SPOT
from ledger.facts.payroll import CAME_BACK
from ledger.facts.periods import DAY_SHEET
from ledger.facts.pools import COMMAND, WAGE_BUDGET
from ledger.facts.reports import REPORT
from ledger.facts.rosters import ROSTER
from ledger.facts.safety_wages import ENTITLEMENT, LEADER_GRADE
from ledger.facts.unit_year import PERSON_YEAR, YEAR
from ledger.keys import LONGEST, Key, bounded
from ledger.posting import Entries, entries
from ledger.state.assessment import Assessment
from ledger.state.correctives import Corrective
from ledger.state.daily import DayScore, DaySheet
from ledger.state.duties import InspectedMonth, Task
from ledger.state.followup import Advice, Feedback, Training
from ledger.state.handovers import Handover
from ledger.state.hazards import Hazard, Spot
from ledger.state.liability import Liability
from ledger.state.notices import Notice
from ledger.state.organisation import Organisation
from ledger.state.payroll import CameBack
from ledger.state.periods import CentreMonth, Periods
from ledger.state.person import Person
from ledger.state.policies import Policies
from ledger.state.pools import WageBudget
from ledger.state.prices import PriceBook
from ledger.state.registers import Agenda, CommandRecord, Series
from ledger.state.reports import Report
from ledger.state.risks import Risk
from ledger.state.rosters import Rostered
from ledger.state.safety_wages import Entitlement, LeaderGrade
from ledger.state.statements import UnitMonth
from ledger.state.table import kind_of
from ledger.state.tenders import Tender
from ledger.state.unit import UnitBook
from ledger.state.unit_year import UnitYear
from ledger.tags import all_tags
from ledger.vocabulary import month_key, period_stream

Lookup = Callable[[str], Any]


class Missing(Exception):
    """These states have to be loaded before the command can be decided."""

    def __init__(self, *keys: str) -> None:
        super().__init__(*keys)
        self.keys = keys


NOTHING_CHANGED: Map[str, Any] = Map()


class View:
    """States by key; ``changed`` holds those that a command under way has already changed.

    Nothing changes while a decision looks, so what it has seen once it need not ask for again.
    """

    __slots__ = ("_changed", "_find", "_lookup", "_seen")

    def __init__(self, lookup: Lookup, changed: Map[str, Any] = NOTHING_CHANGED) -> None:
        self._lookup = lookup
        self._changed = changed
        self._find = self._changed_or_found if changed else lookup
        self._seen: dict[str, Any] = {}

    def state(self, key: str) -> Any:
        """The state under a key; None for a document that does not exist.  Raises Missing."""
        try:
            return self._seen[key]
        except KeyError:
            state = self._seen[key] = self._find(bounded(key) if len(key) > LONGEST else key)
            return state

    def _changed_or_found(self, key: str) -> Any:
        return self._changed[key] if key in self._changed else self._lookup(key)

    def after(self, facts: Iterable[Fact]) -> View:
        """The view in which these facts have happened: one command may act in several steps, perhaps in thousands."""
        changed = self._changed.mutate()
        for fact in facts:
            evolve_into(changed, held_by(self.state), StoredFact(0, fact.at, fact))
        return View(self._lookup, changed.finish())

    # -- typed access -------------------------------------------------------------------------------------------

    @property
    def organisation(self) -> Organisation:
        found: Organisation = self.state("org")
        return found

    @property
    def policies(self) -> Policies:
        found: Policies = self.state("policy")
        return found

    @property
    def periods(self) -> Periods:
        found: Periods = self.state("periods")
        return found

    @property
    def agenda(self) -> Agenda:
        found: Agenda = self.state("agenda")
        return found

    def unit(self, unit: str) -> UnitBook:
        found: UnitBook = self.state(f"unit-{unit}")
        return found

    def person(self, person: str) -> Person:
        found: Person = self.state(f"person-{person}")
        return found

    def prices(self, owner: str) -> PriceBook:
        found: PriceBook = self.state(f"pricelist-{owner}")
        return found

    def hazard(self, hazard: str) -> Hazard:
        found: Hazard = self.state(f"hazard:{hazard}")
        return found

    def handover(self, handover: str) -> Handover:
        found: Handover = self.state(f"handover:{handover}")
        return found

    def slip(self, slip: str) -> Liability:
        return self.liability("slip", slip)

    def liability(self, kind: str, name: str) -> Liability:
        """A slip, penalty, case or due."""
        found: Liability = self.state(f"{kind}:{name}")
        return found

    def tender(self, tender: str) -> Tender:
        found: Tender = self.state(f"tender:{tender}")
        return found

    def notice(self, notice: str) -> Notice:
        found: Notice = self.state(f"notice:{notice}")
        return found

    def task(self, task: str) -> Task:
        found: Task = self.state(f"task:{task}")
        return found

    def inspected(self, person: str, months: Iterable[str]) -> tuple[InspectedMonth, ...]:
        """A person's inspections of several months."""
        return tuple(self.all_of(INSPECTED(person, month) for month in months).values())

    def rostered(self, person: str, day: str) -> Rostered | None:
        """The shift that a person works on a day, by the newest word on it."""
        days: dict[str, Rostered] = self.state(ROSTER(person, day[:7])).days
        return days.get(day)

    def assessment(self, assessment: str) -> Assessment:
        found: Assessment = self.state(f"assessment:{assessment}")
        return found

    def day_score(self, person: str, day: str) -> DayScore:
        found: DayScore = self.state(DAILY_SCORE(person, day))
        return found

    def entitlement(self, person: str, period: str) -> Entitlement:
        found: Entitlement = self.state(ENTITLEMENT(person, period))
        return found

    def leader_grade(self, year: str) -> LeaderGrade:
        found: LeaderGrade = self.state(LEADER_GRADE(year))
        return found

    def unit_year(self, unit: str, year: str) -> UnitYear:
        found: UnitYear = self.state(YEAR(unit, year))
        return found

    def report(self, unit: str, report: str, period: str) -> Report:
        found: Report = self.state(REPORT(unit, report, period))
        return found

    def control(self, unit: str | None, person: str | None, year: str) -> UnitYear:
        """The year of a unit, or of a person, with its control quotas."""
        found: UnitYear = self.unit_year(unit, year) if unit else self.state(PERSON_YEAR(person or "", year))
        return found

    def advice(self, advice: str) -> Advice:
        found: Advice = self.state(f"advice:{advice}")
        return found

    def corrective(self, corrective: str) -> Corrective:
        found: Corrective = self.state(f"corrective:{corrective}")
        return found

    def training(self, training: str) -> Training:
        found: Training = self.state(f"training:{training}")
        return found

    def feedback(self, feedback: str) -> Feedback:
        found: Feedback = self.state(f"feedback:{feedback}")
        return found

    def risk(self, risk: str) -> Risk:
        found: Risk = self.state(f"risk:{risk}")
        return found

    def command(self, command: str) -> CommandRecord:
        found: CommandRecord = self.state(COMMAND(command))
        return found

    def wage_budget(self, source_account: str, unit: str, year: str) -> WageBudget:
        found: WageBudget = self.state(WAGE_BUDGET(source_account, unit, year))
        return found

    def came_back(self, centre: str, month: str, person: str, pay: str) -> int:
        """The sum of a person's pay that could not be paid of a payroll that left."""
        found: CameBack = self.state(CAME_BACK(centre, month, person, pay))
        return found.amount

    def spot(self, place: str, item: str) -> Spot:
        found: Spot = self.state(SPOT(place, item))
        return found

    def centre_month(self, centre: str, month: str) -> CentreMonth:
        found: CentreMonth = self.state(period_stream(centre, month))
        return found

    def unit_month(self, unit: str, month: str) -> UnitMonth:
        found: UnitMonth = self.state(month_key(unit, month))
        return found

    def day_sheet(self, unit: str, day: str) -> DaySheet:
        found: DaySheet = self.state(DAY_SHEET(unit, day))
        return found

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
        found: Series = self.state(f"series:{series}")
        return found.last

    def is_taken(self, key: Key, *values: str) -> bool:
        """Is a unique key in use (``quota-wage:<unit>/<doc>`` …), or a day sheet sealed?"""
        return bool(self.state(key(*values)).used)


NOT_HELD: Any = object()
"""Stands for a state that is not in memory where that is no reason to stop."""


def held_by(lookup: Lookup) -> Lookup:
    """The same states, but NOT_HELD instead of Missing."""

    def held(key: str) -> Any:
        try:
            return lookup(key)
        except Missing:
            return NOT_HELD

    return held


def evolve_into(
    states: dict[str, Any] | MapMutation[str, Any],
    held: Lookup,
    stored: StoredFact,
    posted: Entries | None = None,
    tags: tuple[str, ...] | None = None,
) -> None:
    """Fold one fact into every state that it changes and that is in memory; what is not is left out.

    A caller that knows the fact's entries and tags already gives them.
    """
    fact = stored.fact
    if posted is None:
        posted = entries(fact)
    keys = all_tags(fact, posted) if tags is None else tags
    for key in (fact.stream, *keys, f"command:{fact.command}"):
        if (kind := kind_of(key)) is None:
            continue
        state = states[key] if key in states else held(key)
        if state is not NOT_HELD:
            states[key] = kind.evolve(state, stored, posted)
