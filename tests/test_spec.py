"""The ledger in memory itself: stories that share the founding of the group share nothing that happens later."""

from __future__ import annotations

import json

from tests.docs.computed_states import COMPUTED
from tests.spec import VECTORS, do, found_group, group


def test_the_group_is_the_one_that_its_commands_found() -> None:
    assert vars(group()) == vars(found_group())


def test_no_story_sees_what_another_did() -> None:
    """The commands of every vector on a copy of its own: the group that all copies are made of stays as it was."""
    for path in VECTORS.glob("SC-*.json"):
        story, told = group(), len(group().facts)
        story.computed |= COMPUTED
        for step in json.loads(path.read_text("utf-8"))["steps"]:
            if "command" in step["send"]:
                story.send(step["send"])
        assert len(story.facts) > told, path
    assert vars(group()) == vars(found_group())


def test_a_copy_answers_for_its_past_and_keeps_its_future_to_itself() -> None:
    ledger = group()
    copy = ledger.copy()
    unit = do("RegisterUnit", "P-ADM", known_as="new", unit="N1", name="新班", level=4, parent="W2")
    assert copy.send(unit).ok
    assert copy.send(unit) == copy.receipts["new"][1]
    assert vars(ledger) == vars(group())
    assert {*copy.receipts} - {*ledger.receipts} == {"new"}
