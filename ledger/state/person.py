"""A person: roles held on a date, home, dues and what is payable (stream ``person-<id>`` and postings elsewhere)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, reduce
from typing import TypeVar

import msgspec

from ledger.fact import StoredFact
from ledger.facts.appeals import AppealDecided, AppealHeld
from ledger.facts.deposits import DepositCollected, DepositForfeited, DepositReturned, YellowCardIssued
from ledger.facts.dues import DueRaised, GrossWageImported
from ledger.facts.duties import (
    DutyListAcknowledged,
    DutyListApproved,
    DutyTaskCompleted,
    DutyTaskDispatched,
    DutyTaskMissed,
    DutyTaskReturned,
    DutyTaskWithdrawn,
    InspectionListApproved,
)
from ledger.facts.figures import Award, Card, Decision, Figure, Incidents, MonthsGross, Revocation, RiskDeposit
from ledger.facts.followup import PostReinstated, PostSuspended
from ledger.facts.organisation import AssignmentEnded, PersonAssigned, PersonLeft, PersonRegistered
from ledger.facts.payroll import PayrollExported
from ledger.facts.points import PointsAwarded, PointsExpired, PointsRedeemed
from ledger.facts.pools import EntryReversed
from ledger.facts.unit_year import BonusEligibilityRevoked
from ledger.posting import Entries
from ledger.state import deposits, points
from ledger.state.columns import Columns
from ledger.state.dues import Dues, balances_after, credited_by, dues_after, months_after, moved_after, opened_after
from ledger.state.kind import StateKind
from ledger.vocabulary import Day, Fen, Month, SignedFen, person_stream


class Post(msgspec.Struct, frozen=True):
    """One assignment; it counts from ``since`` to ``until``, both inclusive, and is ``ended`` at most once."""

    unit: str
    role: str
    since: Day
    until: Day | None
    home: bool
    ended: bool = False

    def covers(self, day: Day) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    @property
    def never_was(self) -> bool:
        """Taken back altogether: it ended before it began (rule 81)."""
        return self.until is not None and self.until < self.since


def home_begun(posts: Iterable[Post], day: Day) -> str | None:
    """The unit of the latest home assignment begun by a day."""
    latest = latest_home(posts, day)
    return latest.unit if latest else None


def latest_home(posts: Iterable[Post], day: Day) -> Post | None:
    """The latest home assignment begun by a day; of two from one day the one recorded later."""
    begun = [post for post in reversed(tuple(posts)) if post.home and not post.never_was and post.since <= day]
    return max(begun, key=lambda post: post.since, default=None)


class GrossWage(msgspec.Struct, frozen=True):
    """A month's gross wage and the floor that came with it (else policy ``deduct.floor``)."""

    gross: Fen
    min_wage: Fen | None = None


class DutyList(msgspec.Struct, frozen=True):
    """A version of the duty list: the weight of each item (rule 31)."""

    version: str
    effective: Day
    weights: dict[str, int]
    acknowledged: bool = False
    """The person has read it (rule 32)."""


class InspectionList(msgspec.Struct, frozen=True):
    """A version of the inspection list: what it asks for in each cycle."""

    version: str
    effective: Day
    places: tuple[str, ...]
    freq: dict[str, int]
    cycle: str


Listed = TypeVar("Listed", DutyList, InspectionList)


def in_force(lists: Iterable[Listed], day: Day) -> Listed | None:
    """The list that counts on a day: of those in effect the latest, of two from one day the one recorded later."""
    effective = [one for one in reversed(tuple(lists)) if one.effective <= day]
    return max(effective, key=lambda one: one.effective, default=None)


class Person(msgspec.Struct, frozen=True, dict=True):
    """Every command asks for the roles of its actor: each state remembers those that it has been asked for."""

    person: str
    registered: bool = False
    left: Day | None = None
    posts: tuple[Post, ...] = ()
    balances: dict[str, SignedFen] = {}
    months: dict[str, dict[Month, SignedFen]] = {}
    """By code word: the sum of the entries of each posting period."""
    opened: frozenset[str] = frozenset()
    """Code words of the accounts on which an opening stands."""
    moved: frozenset[str] = frozenset()
    """Code words of the accounts that have entries beside openings and their reversals."""
    dues: Dues = Dues()
    credited: SignedFen = 0
    """The sum of all pay that was ever credited and not reversed (rule 52)."""
    overpayments: tuple[str, ...] = ()
    """The dues that claimed back what was overpaid, also those that were reversed."""
    gross: dict[Month, GrossWage] = {}
    paid_out: Fen = 0
    suspended: str | None = None
    """The training that has to be passed before the person returns to the post (ASS-17)."""
    points: points.Points = points.Points()
    deposits: deposits.Deposits = deposits.Deposits()
    bonus_revoked: tuple[tuple[str, str], ...] = ()
    """(year, indicator) of every bonus that the person has lost; an empty indicator stands for all (ASS-36)."""

    duty_lists: tuple[DutyList, ...] = ()
    inspection_lists: tuple[InspectionList, ...] = ()
    visits: dict[str, str] = {}
    """Open duty tasks that an inspection completes, each with its place (rule 32)."""

    @property
    def columns(self) -> Columns:
        homes = [post.unit for post in self.posts if post.home]
        return Columns(unit=homes[-1] if homes else None)

    def roles(self, day: Day) -> tuple[tuple[str, str], ...]:
        """(role, unit) of every assignment that counts on the day."""
        remembered = self._roles
        roles = remembered.get(day)
        if roles is None:
            roles = remembered[day] = tuple((post.role, post.unit) for post in self.posts if post.covers(day))
        return roles

    @cached_property
    def _roles(self) -> dict[Day, tuple[tuple[str, str], ...]]:
        return {}

    def holds(self, role: str, unit: str, day: Day) -> bool:
        return any(post.role == role and post.unit == unit and post.covers(day) for post in self.posts)

    def home(self, day: Day) -> str | None:
        """The home unit."""
        post = self.home_post(day)
        return post.unit if post else None

    def home_post(self, day: Day) -> Post | None:
        """The home assignment: the latest one begun by then; a leaver keeps his last one.

        Of two that begin on one day, the one recorded later replaces the other.
        """
        first = next((post for post in self.posts if post.home and not post.never_was), None)
        return latest_home(self.posts, day) or first

    def home_begun(self, day: Day) -> str | None:
        """The same, but none before the first one has begun: until then the person's accounts are the root's."""
        return home_begun(self.posts, day)

    def homes_within(self, first: Day, last: Day) -> set[str]:
        """Every unit that is the home on a day from ``first`` to ``last``."""
        begun = (post.since for post in self.posts if post.home and first < post.since <= last)
        return {home for day in (first, *begun) if (home := self.home_begun(day))}

    def revoked(self, year: str) -> tuple[str, ...]:
        """Indicators whose bonus of the year the person has lost."""
        return tuple(indicator for revoked_in, indicator in self.bonus_revoked if revoked_in == year)

    @property
    def due(self) -> int:
        """Everything that the person still owes, lines under appeal included."""
        return sum(due.open for due in self.dues)

    def payable(self, code: str, month: Month) -> int:
        """The least of the balance and of the entries posted up to a month: later money is later months' (rule 70)."""
        balance = self.balance(code)
        later = sum(amount for posted, amount in self.months.get(code, {}).items() if posted > month)
        return max(0, min(balance, balance - later))

    def balance(self, account_kind: str) -> int:
        return self.balances.get(account_kind, 0)


def evolve(state: Person, stored: StoredFact, posted: Entries) -> Person:
    """Fold one fact of the person's stream, or one that touches the person's accounts."""
    changed = _own(state, stored)
    return _post(changed, stored, posted) if posted else changed


def _own(state: Person, stored: StoredFact) -> Person:
    """Posts, wages, appeals, points, deposits: what a fact changes beside balances and dues."""
    replace, fact = msgspec.structs.replace, stored.fact
    match fact:
        case PersonRegistered():
            return replace(state, registered=True)
        case PersonAssigned():
            post = Post(fact.unit, fact.role, fact.since, fact.until, fact.home)
            return replace(state, posts=(*state.posts, post), left=None)
        case GrossWageImported(period=period):
            return replace(state, gross={**state.gross, period: GrossWage(fact.gross, fact.min_wage)})
        case DutyListApproved():
            listed = DutyList(fact.list_version, fact.effective, {item.item: item.weight for item in fact.items})
            return replace(state, duty_lists=(*state.duty_lists, listed))
        case DutyListAcknowledged(list_version=version):
            return replace(state, duty_lists=tuple(_acknowledged(one, version) for one in state.duty_lists))
        case InspectionListApproved():
            return replace(state, inspection_lists=(*state.inspection_lists, _inspection_list(fact)))
        case DutyTaskDispatched() | DutyTaskReturned():
            return state if fact.place is None else replace(state, visits={**state.visits, fact.task: fact.place})
        case DutyTaskCompleted(task=task) | DutyTaskMissed(task=task) | DutyTaskWithdrawn(task=task):
            return _visited(state, task)
        case PayrollExported():
            return replace(state, paid_out=stored.position)
        case PointsAwarded() | PointsRedeemed() | PointsExpired():
            return replace(state, points=points.evolve(state.points, fact))
        case EntryReversed():
            given_back = replace(state, points=points.evolve(state.points, fact))
            return reduce(_without, () if fact.mirror else fact.figures, given_back)
        case DepositCollected() | DepositReturned() | DepositForfeited() | YellowCardIssued():
            return replace(state, deposits=deposits.evolve(state.deposits, fact))
        case AppealHeld(party=state.person):
            fund = "" if fact.claimant else fact.centre
            return replace(state, dues=state.dues.held(fact.document, fund, fact.amount))
        case AppealDecided(party=state.person):
            return replace(state, dues=state.dues.decided(fact.document))
        case DueRaised(due=str(due)) if not fact.mirror:
            return replace(state, overpayments=(*state.overpayments, due))
        case AssignmentEnded():
            return _ended(state, fact)
        case PersonLeft(last_day=last_day):
            return replace(state, left=last_day)
        case PostSuspended(training=training):
            return replace(state, suspended=training)
        case PostReinstated():
            return replace(state, suspended=None)
        case BonusEligibilityRevoked(person=state.person, year=year, indicator=indicator):
            return replace(state, bonus_revoked=(*state.bonus_revoked, (year, indicator or "")))
        case _:
            return state


def _visited(state: Person, task: str) -> Person:
    """An inspection of its place completes the task no more."""
    if task not in state.visits:
        return state
    return msgspec.structs.replace(state, visits={name: at for name, at in state.visits.items() if name != task})


def _acknowledged(listed: DutyList, version: str) -> DutyList:
    return msgspec.structs.replace(listed, acknowledged=True) if listed.version == version else listed


def _without(state: Person, figure: Figure) -> Person:
    """The person without a figure that is taken back (rules 23, 71, 72)."""
    replace = msgspec.structs.replace
    match figure:
        case MonthsGross(period=period):
            return replace(state, gross={month: gross for month, gross in state.gross.items() if month != period})
        case Award(doc=doc):
            return replace(state, points=points.without(state.points, doc))
        case RiskDeposit() | Card():
            return replace(state, deposits=deposits.as_before(state.deposits, figure))
        case Incidents(person=state.person, lifts=True, year=year, indicator=indicator):
            return replace(state, bonus_revoked=_less_one(state.bonus_revoked, (year, indicator)))
        case Revocation(person=state.person, year=year, indicator=indicator):
            return replace(state, bonus_revoked=_less_one(state.bonus_revoked, (year, indicator or "")))
        case Decision(party=state.person, pool=False):
            return replace(state, dues=state.dues.held(figure.document, figure.fund, figure.amount))
        case _:
            return state


def _less_one(revoked: tuple[tuple[str, str], ...], one: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    place = revoked.index(one) if one in revoked else len(revoked)
    return (*revoked[:place], *revoked[place + 1 :])


def _inspection_list(fact: InspectionListApproved) -> InspectionList:
    freq = {each.shift: each.count for each in fact.freq}
    return InspectionList(fact.list_version, fact.effective, fact.places, freq, fact.cycle)


def _post(state: Person, stored: StoredFact, posted: Entries) -> Person:
    stream = person_stream(state.person)
    balances = balances_after(state.balances, posted, stream)
    dues = dues_after(state.dues, stored.fact, state.person, unit=False)
    months = months_after(state.months, posted, stream, stored.fact.posting_period)
    opened = opened_after(state.opened, stored.fact, stream)
    moved = moved_after(state.moved, balances, stored.fact, posted, stream)
    credited = state.credited + credited_by(stored.fact, posted, stream)
    return msgspec.structs.replace(
        state, balances=balances, dues=dues, opened=opened, moved=moved, months=months, credited=credited
    )


def _ended(state: Person, fact: AssignmentEnded) -> Person:
    """An assignment ends; that of a post that a deposit is for ends the streak of yellow cards there (ASS-34)."""
    unit, role = fact.unit, fact.role
    posts = tuple(_end(post, fact) for post in state.posts)
    leading = {post.role for post in posts if post.unit == unit and post.role in deposits.LEADING}
    over = role in deposits.LEADING or not leading
    kept = state.deposits.without(unit) if over else state.deposits
    return msgspec.structs.replace(state, posts=posts, deposits=kept)


def _end(post: Post, fact: AssignmentEnded) -> Post:
    meant = post.covers(fact.last_day) if fact.since is None else post.since == fact.since
    if (post.unit, post.role) == (fact.unit, fact.role) and meant:
        return msgspec.structs.replace(post, until=fact.last_day, ended=True)
    return post


KINDS = (StateKind("person-", Person, Person, evolve),)
