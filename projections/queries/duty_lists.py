"""The two lists of a person, lists that are copies of one another, and who has lists at all (DUTY-01 … 09, PLAT-12)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import ceil
from typing import Any, NamedTuple

from sqlalchemy import func, select

from ledger.errors import Invalid
from ledger.money import plain, r2
from ledger.state.duties import DONE
from ledger.state.person import Person
from ledger.state.person import in_force as listed_on
from ledger.vocabulary import Day, PersonId, Rate, UnitId
from projections import read_models
from projections.queries.answers import duties as answers
from projections.queries.kernel import Reader, Result, page, query
from projections.queries.posts import Holder, InForce, elements, holders, in_force
from projections.queries.responsibility import answered_places

lists = read_models.duty_lists.c
states = read_models.states.c
LISTS = ("duty", "inspection")
MOST_ALIKE = 100
ALIKE = Decimal("0.80")
"""From this share of common items on two lists are called alike."""

Signature = frozenset[str]


def signature(listed: InForce) -> Signature:
    """The requirements of a list without codes, weights and basis, which a copyist changes first."""
    if listed.kind == "duty":
        return frozenset(_flat(item["text"], item["metric"], item["target"]) for item in listed.body["items"])
    return frozenset(_flat(*element) for element in elements(listed))


def _flat(*texts: str) -> str:
    return "|".join("".join(text.split()).casefold() for text in texts)


class Likeness(NamedTuple):
    """Two persons' lists have this share of their items in common."""

    one: str
    other: str
    share: Decimal


def likenesses(signatures: Mapping[str, Signature], least: Decimal) -> list[Likeness]:
    """Pairs of lists that are alike; groups of equal ones are for ``copies``.

    Two sets that have such a share in common meet in one of the few rarest items of each, so only those are indexed:
    what everybody has on the list makes no pairs.
    """
    spread = Counter(item for items in signatures.values() for item in items)
    met: defaultdict[str, list[str]] = defaultdict(list)
    pairs: set[tuple[str, str]] = set()
    for name, items in sorted(signatures.items()):
        by_rarity = sorted(items, key=lambda item: (spread[item], item))
        for item in by_rarity[: len(items) - ceil(least * len(items)) + 1]:
            pairs.update((other, name) for other in met[item])
            met[item].append(name)
    shares = (Likeness(one, other, _share(signatures[one], signatures[other])) for one, other in pairs)
    return sorted(found for found in shares if found.share >= least)


def _share(one: Signature, other: Signature) -> Decimal:
    return Decimal(len(one & other)) / len(one | other)


def copies(signatures: Mapping[str, Signature]) -> list[list[str]]:
    """Groups of persons whose lists ask for exactly the same."""
    groups: defaultdict[Signature, list[str]] = defaultdict(list)
    for name, items in signatures.items():
        if items:
            groups[items].append(name)
    return sorted(sorted(names) for names in groups.values() if len(names) > 1)


# -- a person's lists -------------------------------------------------------------------------------------------------


@query(
    "DutyLists", "register", "duties", at="/persons/{person}/lists", cli="lists show PERSON", answer=answers.DutyLists
)
async def duty_lists(reader: Reader, person: PersonId, date: Day | None = None) -> Result:
    """Both lists of a person as they count on a day, every version, and whose lists are (nearly) copies of them.

    Likeness is a warning, never a refusal (DUTY-03).  ``acknowledged``: has he read the duty list that counts (rule
    32)?
    """
    day = date or await reader.today()
    everybody = await holders(reader, None, day)
    state: Person = await reader.state("person", person)
    current = listed_on(state.duty_lists, day)
    result: Result = {"person": person, "date": day, "acknowledged": None if current is None else current.acknowledged}
    alike: list[dict[str, Any]] = []
    for kind in LISTS:
        listed = await in_force(reader, kind, day)
        mine = listed.get(person)
        result[kind] = None if mine is None else _shown(mine)
        alike += [] if mine is None else _alike(kind, mine, listed, everybody)
    versions = select(lists.kind, lists.list_version, lists.effective, lists.approved_by, lists.position)
    rows = await reader.rows(
        versions.where(lists.person == person, lists.position <= reader.position).order_by(lists.position)
    )
    result |= {"alike": alike[:MOST_ALIKE], "alike_count": len(alike)}
    return {**result, "versions": [dict(row._mapping) for row in rows]}


def _shown(listed: InForce) -> dict[str, Any]:
    body = {name: value for name, value in listed.body.items() if name not in ("person", "list_version", "effective")}
    head = {"version": listed.version, "effective": listed.effective, "approved_by": listed.approved_by}
    return {**head, "position": listed.position, **body}


def _alike(
    kind: str, mine: InForce, listed: Mapping[str, InForce], everybody: Mapping[str, Holder]
) -> list[dict[str, Any]]:
    own = signature(mine)
    found = []
    for name, other in listed.items():
        theirs = signature(other)
        if name != mine.person and name in everybody and own and theirs:
            share = _share(own, theirs)
            if share >= ALIKE:
                same = _same_post(everybody.get(mine.person), everybody[name])
                found.append({"list": kind, "person": name, "share": plain(r2(share)), "same_role": same})
    return found


def _same_post(one: Holder | None, other: Holder) -> bool:
    return one is not None and bool(set(one.roles) & set(other.roles))


# -- copies -----------------------------------------------------------------------------------------------------------


@query("ListCopies", "register", "duties", at="/lists/copies", cli="lists copies", answer=answers.ListCopies)
async def list_copies(
    reader: Reader,
    unit: UnitId | None = None,
    date: Day | None = None,
    share: Rate = ALIKE,
    persons: tuple[PersonId, ...] = (),
    limit: int | None = None,
) -> Result:
    """Persons whose lists are the same, and pairs of lists that have at least ``share`` of their items in common.

    A list is made for a person and post (DUTY-03): what is listed here is to be looked at, it is not refused.  With
    ``persons``, only where one of them is concerned.
    """
    if not 0 < share <= 1:
        raise Invalid("share: more than 0, at most 1")
    day = date or await reader.today()
    people = await holders(reader, unit, day)
    found: Result = {"unit": unit, "date": day, "copies": [], "alike": []}
    for kind in LISTS:
        listed = await in_force(reader, kind, day)
        signatures = {name: signature(one) for name, one in listed.items() if name in people}
        groups = copies(signatures)
        found["copies"] += [{"list": kind, "persons": group, "roles": _roles(group, people)} for group in groups]
        doubled = {name for group in groups for name in group[1:]}
        different = {name: items for name, items in signatures.items() if name not in doubled}
        found["alike"] += [
            {"list": kind, "persons": [one, other], "share": plain(r2(part)), "roles": _roles((one, other), people)}
            for one, other, part in likenesses(different, share)
        ]
    if persons:
        for name in ("copies", "alike"):
            found[name] = [row for row in found[name] if not set(persons).isdisjoint(row["persons"])]
    found["counted"] = {"copies": len(found["copies"]), "alike": len(found["alike"])}
    return found | {name: found[name][: page(limit)] for name in ("copies", "alike")}


def _roles(names: Iterable[str], people: Mapping[str, Holder]) -> list[str]:
    return sorted({role for name in names for role in people[name].roles})


# -- adoption ---------------------------------------------------------------------------------------------------------


@query("ListAdoption", "register", "duties", at="/lists/adoption", cli="lists adoption", answer=answers.ListAdoption)
async def list_adoption(reader: Reader, unit: UnitId | None = None, date: Day | None = None) -> Result:
    """Persons of each unit with approved lists on a day, since when they are in use, and which places nobody inspects.

    Required are those in safety-production management (ORG-02, PLAT-12).  A list is taken up when its holder has done a
    task or an inspection since it counts.  A place is uncovered if somebody answers for it (网格) and no list names it.
    """
    day = date or await reader.today()
    people = await holders(reader, unit, day)
    listed = {kind: await in_force(reader, kind, day, list(people)) for kind in LISTS}
    active = await _last_active(reader, list(people))
    by_unit: defaultdict[str, list[Holder]] = defaultdict(list)
    for holder in people.values():
        by_unit[holder.home].append(holder)
    rows = [_adoption(name, by_unit[name], listed, active, day) for name in sorted(by_unit)]
    return {
        "unit": unit,
        "date": day,
        "total": _adoption(unit, list(people.values()), listed, active, day, named=False),
        "units": rows,
        **await _coverage(reader, unit, day, listed["inspection"]),
    }


def _adoption(
    unit: str | None,
    of: list[Holder],
    listed: Mapping[str, Mapping[str, InForce]],
    active: Mapping[str, Day],
    day: Day,
    *,
    named: bool = True,
) -> dict[str, Any]:
    """One line of the report: the required, those of them with each list, and what is missing by name."""
    required = sorted(holder.person for holder in of if holder.manages)
    row: dict[str, Any] = {"unit": unit, "persons": len(of), "required": len(required)}
    for kind in LISTS:
        having = [name for name in required if name in listed[kind]]
        row[kind] = len(having)
        row[f"{kind}_share"] = plain(r2(Decimal(100 * len(having)) / len(required))) if required else None
    taken = [holder.person for holder in of if _taken_up(holder.person, listed["duty"], active)]
    row["taken_up"] = len(taken)
    if named:
        versions = (listed["duty"].get(holder.person) for holder in of)
        row["versions"] = {one.person: one.version for one in versions if one is not None}
        row["missing"] = {kind: [name for name in required if name not in listed[kind]] for kind in LISTS}
        holding = [holder for holder in of if holder.person in listed["duty"]]
        row["not_taken_up"] = sorted(holder.person for holder in holding if holder.person not in taken)
        row["not_acknowledged"] = sorted(holder.person for holder in holding if not _has_read(holder, day))
    return row


def _has_read(holder: Holder, day: Day) -> bool:
    """Has he acknowledged the duty list that counts on the day (rule 32)?"""
    current = listed_on(holder.state.duty_lists, day)
    return current is not None and current.acknowledged


def _taken_up(person: str, listed: Mapping[str, InForce], active: Mapping[str, Day]) -> bool:
    return person in listed and active.get(person, "") >= listed[person].effective


async def _last_active(reader: Reader, persons: list[str]) -> dict[str, Day]:
    """The last day on which each has completed a task or inspected a place."""
    done = read_models.inspections.c
    holder = states.body["person"].astext
    inspected = select(done.person, func.max(done.business_date)).where(done.person.in_(persons)).group_by(done.person)
    completed = (
        select(holder, func.max(states.body["done_on"].astext))
        .where(states.kind == "task", states.state.in_(DONE), holder.in_(persons))
        .group_by(holder)
    )
    last: dict[str, Day] = {}
    for wanted in (inspected, completed):
        for name, day in await reader.rows(wanted):
            last[name] = max(last.get(name, ""), day)
    return last


async def _coverage(reader: Reader, unit: str | None, day: Day, listed: Mapping[str, InForce]) -> Result:
    """Places by specialty: on somebody's list, and answered for but on nobody's."""
    named = {(place, specialty) for one in listed.values() for place, specialty, _ in elements(one)}
    items = [item for one in listed.values() for item in one.body["items"]]
    layers = {(item["place"], item["specialty"], item["layer"]) for item in items}
    answered = await answered_places(reader, unit, day)
    uncovered = sorted(answered - named)
    return {
        "places": len({place for place, _ in named}),
        "specialties": sorted({specialty for _, specialty in named}),
        "layers": {layer: sum(each[2] == layer for each in layers) for layer in ("point", "line", "area")},
        "uncovered": [{"place": place, "specialty": specialty} for place, specialty in uncovered],
    }
