"""How a command is decided: the general checks in their order, the row's own rules, the posting period.

A decision is a function of view, stamp and the command's fields; its parameters are the form, its name in the table
is the command's name.  ``decide`` runs the checks of contract §1.6 in their order and returns the facts, complete
but for version and hash, which the log gives.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any, Protocol, get_type_hints

import msgspec

from ledger import authority
from ledger.decisions.kernel.authority import Where, Who, place
from ledger.decisions.kernel.checks import (
    check_age,
    check_approvals,
    check_not_future,
    check_references,
    date_command,
)
from ledger.decisions.kernel.envelope import finish
from ledger.decisions.kernel.judging import UnitNotItself
from ledger.decisions.kernel.request import Arguments, Counting, Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.errors import Invalid, NotReady
from ledger.fact import Fact, Source
from ledger.forms import CommandForm, command_form
from ledger.keys import Key
from ledger.view import View
from ledger.vocabulary import Day, Moment, Month

Facts = Iterable[Fact]
PeriodRule = bool | Callable[[Request], Month]
"""▣ or not; a function finds the month of a command that has no field ``period``."""


class Rule(Protocol):
    """A decision function: pure, of states, stamp and fields."""

    def __call__(self, view: View, stamp: Stamp, /, **fields: Any) -> Facts: ...


class Decision:
    """One row of the contract: its form, who may, how it is dated, and the function that decides."""

    def __init__(
        self,
        name: str,
        function: Callable[..., Facts],
        who: Who,
        *,
        unit: Where,
        concerns: Callable[[Request], str | None] | None,
        counting: Counting | None,
        known: Callable[[Request], None] | None,
        dated: Callable[[Request], tuple[Day, str | None]] | None,
        period: PeriodRule,
        needs_approvals: Callable[[Request], bool] | None,
        any_age: bool,
        self_dated: bool,
        one_of: tuple[str, ...],
        asks: tuple[Key, ...],
        valid: Callable[[Arguments], None],
    ) -> None:
        self.name = name
        self.function = function
        self.who = who
        self.unit = place(unit)
        self.concerns = concerns
        self.counting = counting
        self.known = known
        self.dated = dated
        self.period = period if callable(period) else (lambda request: str(request["period"])) if period else None
        self.any_age = any_age or self.period is not None
        self.self_dated = self_dated
        self.form = _form(name, function, one_of)
        self.creates = frozenset(field.name for field in self.form.references if field.new)
        self.asks = asks
        self.valid = valid
        approvals = inspect.signature(function).parameters.get("approvals")
        always = approvals is not None and approvals.default is not None
        self.needs_approvals = needs_approvals or (lambda request: always)

    @property
    def rule(self) -> str:
        """The docstring: the row's rule in domain words."""
        return inspect.getdoc(self.function) or ""

    def read(self, data: dict[str, Any]) -> Arguments:
        """The arguments of a command with these data.  Raises Invalid."""
        for name, value in data.items():
            if value is None and name not in self.form.nullable:
                raise Invalid(f"{name}: null; leave out what is not known")
        arguments = self.form.read(data)
        self.valid(arguments)
        return arguments


TABLE: dict[str, Decision] = {}
"""Every decision by the name of its command, built from the functions themselves."""


def decision(
    name: str,
    *,
    who: Who,
    unit: Where,
    concerns: Callable[[Request], str | None] | None = None,
    counting: Counting | None = None,
    known: Callable[[Request], None] | None = None,
    dated: Callable[[Request], tuple[Day, str | None]] | None = None,
    period: PeriodRule = False,
    needs_approvals: Callable[[Request], bool] | None = None,
    any_age: bool = False,
    self_dated: bool = False,
    one_of: tuple[str, ...] = (),
    asks: tuple[Key, ...] = (),
    valid: Callable[[Arguments], None] = lambda arguments: None,
) -> Callable[[Callable[..., Facts]], Callable[..., Facts]]:
    """Enter a decision in the table.

    ``unit`` finds the unit whose shifts and centre date the command (None: the company's), ``concerns`` the unit
    concerned where it is not the first that the data name (rule 1), ``counting`` leaves out roles that do not count in
    this row (rules 3 and 53); ``known`` refuses unknown names that no field of its own holds (UNKNOWN_x), ``dated``
    replaces the rule of dates, ``period`` marks ▣, ``needs_approvals`` says when the leading
    group's are asked for where they are not always, ``any_age`` is not asked TOO_LATE, ``self_dated`` facts come
    complete (AdvanceClock); of the fields ``one_of`` exactly one is given; ``asks`` are keys that it asks for beside
    the documents, units and persons of its fields, to be read ahead; ``valid`` raises INVALID for combinations of
    fields that the form refuses.
    """

    def enter(function: Callable[..., Facts]) -> Callable[..., Facts]:
        TABLE[name] = Decision(
            name,
            function,
            who,
            unit=unit,
            concerns=concerns,
            counting=counting,
            known=known,
            dated=dated,
            period=period,
            needs_approvals=needs_approvals,
            any_age=any_age,
            self_dated=self_dated,
            one_of=one_of,
            asks=asks,
            valid=valid,
        )
        authority.ROWS[name] = who.row._replace(not_itself=isinstance(counting, UnitNotItself))
        return function

    return enter


def _form(name: str, function: Callable[..., Facts], one_of: tuple[str, ...]) -> CommandForm:
    parameters = list(inspect.signature(function).parameters.values())[2:]
    hints = get_type_hints(function, include_extras=True)
    required = frozenset(parameter.name for parameter in parameters if parameter.default is parameter.empty)
    fields = {parameter.name: hints[parameter.name] for parameter in parameters}
    return command_form(name, fields, required, one_of)


class Command(msgspec.Struct, frozen=True):
    """A command with a valid form; ``digest`` is of its content, ``arguments`` are typed values."""

    id: str
    at: Moment
    by: str
    decision: Any
    arguments: Arguments
    digest: bytes
    recorded_at: Moment | None = None
    business_date: Day | None = None
    shift: str | None = None
    source: Source | None = None
    late_approval: str | None = None
    believed: bool = True
    """Is ``by`` taken for the sender, as in a history?  A door that anyone can use believes nobody without a login."""

    @property
    def anonymous(self) -> bool:
        """Is it an anonymous report or feedback, whose id is shown to nobody (rule 38)?"""
        return self.arguments.get("anonymous") is True

    @property
    def may_be_answered_again(self) -> bool:
        """Whoever is not believed could try who has sent an anonymous report: he gets no first answer (rule 38)."""
        return self.believed or not self.anonymous


def decide(view: View, command: Command, now: Moment, *, bundled: bool = False) -> tuple[Fact, ...]:
    """The facts that a command brings about, or a refusal; never both, and nothing else."""
    request = admitted(view, command, now, bundled=bundled)
    row, stamp = request.row, request.stamp
    check_approvals(request, needed=row.needs_approvals(request))
    facts = tuple(row.function(view, stamp, **command.arguments))
    return facts if row.self_dated else complete(view, stamp, facts, request, row)


def admitted(view: View, command: Command, now: Moment, *, bundled: bool = False) -> Request:
    """The command under decision, dated and given by who may; raises what the general checks refuse up to there."""
    row: Decision = command.decision
    organisation = view.organisation
    if not organisation.ledger and row.name != "CreateLedger":
        raise NotReady("the ledger begins with CreateLedger")
    if organisation.ledger and not organisation.simulated and command.recorded_at is not None:
        raise Invalid("recorded_at: this ledger uses its own clock")
    stamp = Stamp(
        command=command.id,
        at=command.at,
        now=now,
        by=command.by,
        source=command.source,
        late_approval=command.late_approval,
        explicit_date=command.business_date is not None,
        received=(command.recorded_at or command.at) if organisation.simulated else now,
        bundled=bundled,
    )
    request = Request(view, stamp, command.arguments, row)
    check_not_future(request, row.form, command.business_date)
    check_references(request, row)
    date_command(request, row, command)
    check_age(request, row)
    row.who.check(request)
    return request


def complete(view: View, stamp: Stamp, facts: tuple[Fact, ...], request: Request, row: Decision) -> tuple[Fact, ...]:
    """The command's facts with envelope and posting period; LateEventAccepted first where the month was closed."""
    return finish(view, stamp, facts, row.unit(request) or request.organisation.root)
