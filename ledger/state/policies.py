"""Published policies and delegations by scope and effective date (stream ``policy``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from ledger.fact import StoredFact
from ledger.facts.policies import DelegationGranted, DelegationRevoked, PolicyPublished
from ledger.policy import KEYS, Value
from ledger.state.kind import register
from ledger.vocabulary import Day


class Published(msgspec.Struct, frozen=True):
    """One value of a key at one unit, in force from ``effective`` until a later one of the same unit."""

    effective: Day
    value: str
    locked: bool


class Delegation(msgspec.Struct, frozen=True):
    """Roles at a unit that one person lends another, from day to day inclusive; void from ``revoked_from`` on."""

    grantor: str
    to: str
    unit: str
    roles: tuple[str, ...]
    valid_from: Day
    until: Day
    revoked_from: Day | None = None

    def covers(self, day: Day) -> bool:
        return self.valid_from <= day <= self.until and (self.revoked_from is None or day < self.revoked_from)


class Policies(msgspec.Struct, frozen=True):
    """``lent`` names the delegations to a person: every command asks for those of its actor."""

    values: dict[str, dict[str, tuple[Published, ...]]] = {}
    delegations: dict[str, Delegation] = {}
    lent: dict[str, tuple[str, ...]] = {}

    def published(self, key: str, unit: str, day: Day) -> Published | None:
        """The value in force for the key at exactly this unit on the day."""
        history = self.values.get(key, {}).get(unit, ())
        in_force = [published for published in history if published.effective <= day]
        return in_force[-1] if in_force else None

    def value(self, key: str, path: Iterable[str], day: Day) -> Value:
        """The value for a unit whose path to the root is given: the nearest scope's, else the default."""
        if key in self.values:
            for unit in path:
                if found := self.published(key, unit, day):
                    return msgspec.json.decode(found.value)
        return KEYS[key].default

    def delegated(self, person: str, day: Day) -> Iterator[Delegation]:
        """Delegations to the person for that day."""
        for name in self.lent.get(person, ()):
            delegation = self.delegations[name]
            if delegation.covers(day):
                yield delegation


def evolve(state: Policies, stored: StoredFact) -> Policies:
    """Fold one fact of the ``policy`` stream."""
    match stored.fact:
        case PolicyPublished(key=key, unit=unit) as fact:
            scopes = state.values.get(key, {})
            newer = Published(fact.effective, fact.value, fact.locked)
            history = tuple(sorted((*scopes.get(unit, ()), newer), key=lambda published: published.effective))
            return msgspec.structs.replace(state, values={**state.values, key: {**scopes, unit: history}})
        case DelegationGranted() as fact:
            granted = Delegation(fact.grantor, fact.to, fact.unit, fact.roles, fact.valid_from, fact.until)
            return msgspec.structs.replace(
                state,
                delegations={**state.delegations, fact.delegation: granted},
                lent={**state.lent, fact.to: (*state.lent.get(fact.to, ()), fact.delegation)},
            )
        case DelegationRevoked(delegation=name, business_date=day):
            revoked = msgspec.structs.replace(state.delegations[name], revoked_from=day)
            return msgspec.structs.replace(state, delegations={**state.delegations, name: revoked})
        case _:
            return state


KINDS = (register("policy", Policies, evolve, pinned=True),)
