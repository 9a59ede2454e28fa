"""The liability chain (追责链): a matrix row's roles become parties on the business date of the finding (PERF-05).

Dropped lines stay with their reason: the role is vacant, the party found the matter himself, or he pays a larger
line already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ledger.decisions.in_force import find_matrix, policy
from ledger.errors import NoPrice, SeveralHolders
from ledger.facts.slips import Dropped, Line
from ledger.state.liability import Finding
from ledger.view import View
from ledger.vocabulary import Role

VACANT, DISCOVERER, MULTI_ROLE = "vacant", "discoverer", "multi_role"

UNNAMED = ("liable", "workshop")
"""Roles of a chain that follow from the finding alone."""

LEVEL_OF = {"duty_director": 3, "workshop_head": 3, "unit_head": 2, "unit_deputy": 2, "leadership": 2}
"""At the unit of which level at or above the finding's a role of the chain is held."""

LEADERSHIP = (Role.UNIT_HEAD, Role.UNIT_DEPUTY, Role.MEMBER)
"""班子: who pays a line of the role ``leadership``, each one line."""


class Chain(NamedTuple):
    """The lines of one finding, those that were dropped, and where the matrix stands (``owner@version``)."""

    lines: tuple[Line, ...]
    dropped: tuple[Dropped, ...]
    list_version: str


def chain(view: View, finding: Finding, matrix: str) -> Chain:
    """The chain of the finding's tier in a matrix.

    NO_PRICE without matrix, row or line; ROLE if a role has several holders and none is named.
    """
    standard = find_matrix(view, finding.unit, matrix, finding.occurred)
    row = standard.matrix.tiers.get(finding.tier)
    if not row:
        raise NoPrice(f"{matrix} has no row {finding.tier}")
    lines: list[Line] = []
    dropped: list[Dropped] = []
    for charge in row:
        held = parties(view, finding, charge.role)
        if not held:
            dropped.append(Dropped(charge.role, VACANT))
        for party in held:
            is_unit = party in view.organisation.units
            if not is_unit and party == excluded(view, finding):
                dropped.append(Dropped(charge.role, DISCOVERER, party))
            else:
                lines.append(Line(party, charge.amount, charge.role, unit=is_unit))
    kept, merged = once(lines, add_up=policy(view, "chain.multi_role", finding.unit, finding.occurred) == "sum")
    if not kept:
        raise NoPrice(f"no line of {matrix} {finding.tier} is left")
    return Chain(kept, (*dropped, *merged), standard.list_version)


def excluded(view: View, finding: Finding) -> str | None:
    """Nobody is liable for what he found himself (ORG-14), unless the policy says otherwise."""
    excludes = policy(view, "chain.exclude_discoverer", finding.unit, finding.occurred)
    return finding.discoverer if excludes else None


def once(lines: Iterable[Line], *, add_up: bool) -> tuple[tuple[Line, ...], tuple[Dropped, ...]]:
    """The same party pays once: the largest of its lines, or all of them in one line with the role of the first."""
    kept: dict[str, Line] = {}
    dropped: list[Dropped] = []
    for line in lines:
        other = kept.get(line.party)
        if other is None:
            kept[line.party] = line
        elif add_up:
            kept[line.party] = Line(line.party, other.amount + line.amount, other.role, other.unit)
        else:
            smaller = line
            if line.amount > other.amount:
                smaller = kept.pop(line.party)
                kept[line.party] = line
            dropped.append(Dropped(smaller.role or "", MULTI_ROLE, smaller.party))
    return tuple(kept.values()), tuple(dropped)


# -- roles → parties ------------------------------------------------------------------------------------------------


def parties(view: View, finding: Finding, role: str) -> tuple[str, ...]:
    """The persons who stand for a role: those whom the finding names, else its holder; () if it is vacant."""
    named = next((given.persons for given in finding.persons if given.role == role), ())
    if named:
        check_named(view, finding, role, named)
        return tuple(dict.fromkeys(named))
    find = HOLDERS.get(role)
    return find(view, finding) if find else ()


def check_named(view: View, finding: Finding, role: str, named: Iterable[str]) -> None:
    """ROLE: whoever is named for a role holds or held it at its place, if anyone does or did (rule 58).

    ``person`` is who is liable, and the workshop is its pool: nobody is named for them.
    """
    if role in UNNAMED:
        raise SeveralHolders(f"{role}: nobody is named for it")
    answering = {
        holder.person
        for unit, held in _places(view, finding, role)
        for holder in view.unit(unit).holders
        if holder.role in held and holder.began_by(finding.occurred)
    }
    if answering and (other := next((person for person in named if person not in answering), None)):
        raise SeveralHolders(f"{role}: {other} neither holds nor held it")


def _places(view: View, finding: Finding, role: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The units whose holders answer for a role of the chain, and the roles that they hold there."""
    if role == Role.INSPECTOR:
        return ((unit, (role,)) for unit in _up_to_inspector(view, finding))
    if role == Role.TEAM_LEADER:
        unit = team_of(view, finding)
    else:
        level = LEVEL_OF.get(role)
        unit = view.organisation.at_level(finding.unit, level, finding.occurred) if level else None
    return ((unit, LEADERSHIP if role == "leadership" else (role,)),) if unit else ()


def _up_to_inspector(view: View, finding: Finding) -> Iterable[str]:
    """From the unit upwards to the nearest that has an inspector that day."""
    for unit in view.organisation.path(finding.unit, finding.occurred):
        yield unit
        if view.unit(unit).holders_of(Role.INSPECTOR, finding.occurred):
            return


def _liable(view: View, finding: Finding) -> tuple[str, ...]:
    return (finding.person,) if finding.person else ()


def _workshop(view: View, finding: Finding) -> tuple[str, ...]:
    """车间 is the pool, not its director."""
    return (view.organisation.at_level(finding.unit, 3, finding.occurred) or finding.unit,)


def _team_leader(view: View, finding: Finding) -> tuple[str, ...]:
    return _one(view, finding, team_of(view, finding), Role.TEAM_LEADER)


def team_of(view: View, finding: Finding) -> str | None:
    """The team named, else the team (L4) that is the home of the liable person, else that of the hazard."""
    if finding.team:
        return finding.team
    home = view.person(finding.person).home(finding.occurred) if finding.person else None
    hazard = view.hazard(finding.hazard).unit if finding.hazard else None
    teams = (view.organisation.at_level(unit, 4, finding.occurred) for unit in (home, hazard) if unit)
    return next((team for team in teams if team), None)


def _at_level(level: int, role: Role) -> Callable[[View, Finding], tuple[str, ...]]:
    """The holder at the unit of this level at or above the finding's unit."""

    def find(view: View, finding: Finding) -> tuple[str, ...]:
        return _one(view, finding, view.organisation.at_level(finding.unit, level, finding.occurred), role)

    return find


def _leadership(view: View, finding: Finding) -> tuple[str, ...]:
    unit = view.organisation.at_level(finding.unit, 2, finding.occurred)
    if unit is None:
        return ()
    book = view.unit(unit)
    return tuple(dict.fromkeys(person for role in LEADERSHIP for person in book.holders_of(role, finding.occurred)))


def _inspector(view: View, finding: Finding) -> tuple[str, ...]:
    """The inspector of the nearest unit at or above that has one."""
    for unit in view.organisation.path(finding.unit, finding.occurred):
        if held := _one(view, finding, unit, Role.INSPECTOR):
            return held
    return ()


def _one(view: View, finding: Finding, unit: str | None, role: Role) -> tuple[str, ...]:
    """The one holder of a role at a unit on the day of the finding.

    Of several, one has to be named (ROLE), or each pays the full amount, as ``chain.several`` says (rule 37).
    """
    held = view.unit(unit).holders_of(role, finding.occurred) if unit else ()
    if len(held) > 1 and policy(view, "chain.several", finding.unit, finding.occurred) == "named":
        raise SeveralHolders(f"{role} of {unit}: {', '.join(held)}")
    return held


HOLDERS: dict[str, Callable[[View, Finding], tuple[str, ...]]] = {
    "liable": _liable,
    "workshop": _workshop,
    "team_leader": _team_leader,
    **{
        role: _at_level(LEVEL_OF[role], role)
        for role in (Role.DUTY_DIRECTOR, Role.WORKSHOP_HEAD, Role.UNIT_HEAD, Role.UNIT_DEPUTY)
    },
    "leadership": _leadership,
    "inspector": _inspector,
}
"""Roles that the organisation fills; any other role is filled by the names given with the finding only."""
