"""Measures after scores and findings: advice, training, suspended posts, corrective notices (ASS-16, ASS-17)."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import or_, select

from ledger.fact import Fact, StoredFact, topic_of
from ledger.facts.followup import AdviceClosed, AdvicePushed, PostSuspended, TrainingPassed, TrainingPushed
from ledger.facts.pools import EntryReversed
from ledger.state.correctives import Corrective
from ledger.state.person import Person
from ledger.vocabulary import PersonId, UnitId, person_stream
from projections import read_models
from projections.queries.answers import appraisal as answers
from projections.queries.facts import stored_facts
from projections.queries.folds import facts_of_documents
from projections.queries.kernel import LARGEST_LIMIT, Reader, Result, query

Row = dict[str, Any]
F = TypeVar("F", bound=Fact)
states, log = read_models.states.c, read_models.events.c
SUSPENDED = topic_of(PostSuspended)


@query("FollowUps", "register", at="/followups", cli="followups --open/--done", answer=answers.FollowUps)
async def follow_ups(
    reader: Reader,
    unit: UnitId | None = None,
    person: PersonId | None = None,
    open: bool | None = None,  # noqa: A002
) -> Result:
    """Advice, training, who is suspended, and corrective notices, of a unit with all below it, of a person, or of all.

    ``open``: only what is still to be done, or only what is done; ``overdue`` is what is past its day.  At most 1000
    of each, the latest last.
    """
    people = await _people(reader, unit, person)
    chosen = [one for kind in ("advice", "training") for one in await _documents(reader, kind, people, open)]
    today = await reader.today()
    suspended = [] if open is False else await _suspended(reader, people)
    return {
        "advice": [_advice(one, today) for one in chosen if _first(one, AdvicePushed)],
        "training": [_training(one) for one in chosen if _first(one, TrainingPushed)],
        "suspended": suspended,
        "correctives": [_corrective(one, today) for one in await _correctives(reader, unit, person, open)],
    }


async def _correctives(reader: Reader, unit: str | None, person: str | None, open_: bool | None) -> list[Corrective]:
    """Notices to the unit or below it, or that name the person."""
    wanted = [states.kind == "corrective"]
    if person is not None:
        wanted.append(or_(*(states.body[role].astext == person for role in ("person", "doer"))))
    elif unit is not None:
        wanted.append(states.unit.in_(await reader.unit_and_below(unit)))
    if open_ is not None:
        wanted.append((states.state != "closed") if open_ else (states.state == "closed"))
    newest = select(states.kind, states.body).where(*wanted).order_by(states.first_position.desc())
    found: list[Corrective] = await reader.states(newest.limit(LARGEST_LIMIT))
    return found[::-1]


def _corrective(one: Corrective, today: str) -> Row:
    return {
        "corrective": one.corrective,
        "unit": one.unit,
        "text": one.text,
        "due": one.due,
        "state": one.state,
        "person": one.person,
        "doer": one.doer,
        "overdue": one.state in ("issued", "answered") and today > one.due,
    }


async def _people(reader: Reader, unit: str | None, person: str | None) -> list[str] | None:
    """The persons asked for; None for all."""
    if person is not None:
        return [person]
    if unit is None:
        return None
    below = await reader.unit_and_below(unit)
    wanted = select(states.id).where(states.kind == "person", states.unit.in_(below))
    return [row.id for row in await reader.rows(wanted)]


async def _documents(reader: Reader, kind: str, people: list[str] | None, open_: bool | None) -> list[list[StoredFact]]:
    """The facts of each advice or training, in the order in which they were pushed."""
    done = states.state.in_(["closed", "passed"])
    wanted = [states.kind == kind]
    if people is not None:
        wanted.append(states.body["person"].astext.in_(people))
    if open_ is not None:
        wanted.append(~done if open_ else done)
    newest = select(states.id).where(*wanted).order_by(states.first_position.desc()).limit(LARGEST_LIMIT)
    names = [row.id for row in await reader.rows(newest)]
    facts = await facts_of_documents(reader, kind, names)
    return [_since_gone(facts[name]) for name in reversed(names)]


def _since_gone(facts: list[StoredFact]) -> list[StoredFact]:
    """Without what came with a final score that was reversed (rule 72)."""
    places = [place for place, each in enumerate(facts) if isinstance(each.fact, EntryReversed)]
    return facts[places[-1] + 1 :] if places else facts


def _first(facts: list[StoredFact], fact_type: type[F]) -> F | None:
    return next((each.fact for each in facts if isinstance(each.fact, fact_type)), None)


def _advice(facts: list[StoredFact], today: str) -> Row:
    pushed, closed = _first(facts, AdvicePushed), _first(facts, AdviceClosed)
    assert pushed is not None
    return {
        "advice": pushed.advice,
        "person": pushed.person,
        "text": pushed.text,
        "due": pushed.due,
        "hazard": pushed.hazard,
        "assessment": pushed.assessment,
        "by": pushed.by,
        "state": "closed" if closed else "open",
        "closed_on": closed.business_date if closed else None,
        "evidence": list(closed.evidence) if closed else [],
        "overdue": closed is None and today > pushed.due,
    }


def _training(facts: list[StoredFact]) -> Row:
    pushed, passed = _first(facts, TrainingPushed), _first(facts, TrainingPassed)
    assert pushed is not None
    return {
        "training": pushed.training,
        "person": pushed.person,
        "course": pushed.course,
        "reason": pushed.reason,
        "due": pushed.due,
        "by": pushed.by,
        "state": "passed" if passed else "pushed",
        "passed_on": passed.business_date if passed else None,
        "score": passed.score if passed else None,
    }


async def _suspended(reader: Reader, people: list[str] | None) -> list[Row]:
    """Persons who get no tasks until a training is passed, since when and why."""
    chosen = [states.kind == "person", states.body["suspended"].astext.is_not(None)]
    if people is not None:
        chosen.append(states.id.in_(people))
    wanted = select(states.kind, states.body).where(*chosen).order_by(states.id)
    found: list[Person] = await reader.states(wanted)
    streams = [person_stream(one.person) for one in found]
    told = [log.stream.in_(streams), log.topic == SUSPENDED, log.position <= reader.position]
    last = {
        each.fact.person: each.fact
        for each in await stored_facts(reader, told, log.position)
        if isinstance(each.fact, PostSuspended)
    }
    return [
        {
            "person": one.person,
            "training": one.suspended,
            "since": last[one.person].business_date,
            "reason": last[one.person].reason,
        }
        for one in found
    ]
