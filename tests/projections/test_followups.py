"""FollowUps: advice with its deadline, training, and who is suspended until it is passed (ASS-16, ASS-17)."""

from __future__ import annotations

from functools import partial

from tests.projections.appraisals import told
from tests.projections.conftest import Books
from tests.spec import do

AT, LATER = "2026-03-02T09:00:00+08:00", "2026-03-10T09:00:00+08:00"
advise = partial(do, "PushAdvice", "P-SO", AT, text="补挂牌板", due="2026-03-06")
train = partial(do, "PushTraining", "P-SO", AT, course="停送电", reason="三违")
STORY = (
    advise(advice="AD-1", person="P-A"),
    advise(advice="AD-2", person="P-T4L"),
    do("CloseAdvice", "P-T4L", AT, advice="AD-2", evidence=["paper:照片"]),
    train(training="TR-1", person="P-A"),
    train(training="TR-2", person="P-B"),
    do("PassTraining", "P-SO", AT, training="TR-2", score="90"),
    do("SuspendPost", "P-SO", LATER, person="P-A", reason="三违", training="TR-1"),
)


async def test_what_was_pushed_is_listed_with_what_came_of_it(books: Books) -> None:
    await told(books, *STORY)
    found = await books.ask("FollowUps")
    assert [(row["advice"], row["state"], row["overdue"], row["evidence"]) for row in found["advice"]] == [
        ("AD-1", "open", True, []),
        ("AD-2", "closed", False, ["paper:照片"]),
    ]
    assert [(row["training"], row["state"], row["score"]) for row in found["training"]] == [
        ("TR-1", "pushed", None),
        ("TR-2", "passed", "90"),
    ]
    assert found["suspended"] == [{"person": "P-A", "training": "TR-1", "since": "2026-03-10", "reason": "三违"}]


async def test_corrective_notices_are_listed_with_who_puts_them_right(books: Books) -> None:
    """[rule 34]"""
    issue = partial(do, "IssueCorrective", "P-SO", AT, text="偏离", basis="考核办法 §9", due="2026-03-06")
    answer = do("AnswerCorrective", "P-W1D", AT, corrective="ZG-1", measures="讲评", person="P-A")
    done = [
        do("AnswerCorrective", "P-U2H", AT, corrective="ZG-2", measures="讲评", person="P-U2H"),
        do("CompleteCorrective", "P-U2H", AT, corrective="ZG-2", evidence=["paper:1"]),
        do("VerifyCorrective", "P-SO", AT, corrective="ZG-2", result="pass"),
    ]
    await told(
        books,
        issue(corrective="ZG-1", unit="W1", person="P-W1D"),
        issue(corrective="ZG-2", unit="U2"),
        answer,
        *done,
        advise(advice="AD-9", person="P-B") | {"at": LATER},
    )
    [one, other] = (await books.ask("FollowUps"))["correctives"]
    assert (one["corrective"], one["state"], one["person"], one["doer"], one["overdue"]) == (
        *("ZG-1", "answered", "P-W1D", "P-A"),
        True,
    )
    assert (other["corrective"], other["state"], other["overdue"]) == ("ZG-2", "closed", False)

    async def names(**fields: object) -> list[str]:
        return [row["corrective"] for row in (await books.ask("FollowUps", **fields))["correctives"]]

    assert await names(unit="U1") == await names(person="P-A") == await names(person="P-W1D") == ["ZG-1"]
    assert await names(open=True) == ["ZG-1"]
    assert await names(open=False) == await names(unit="U2") == ["ZG-2"]


async def test_they_are_asked_for_by_unit_person_and_whether_they_are_open(books: Books) -> None:
    await told(books, *STORY)

    async def names(**fields: object) -> list[str]:
        found = await books.ask("FollowUps", **fields)
        return [*(row["advice"] for row in found["advice"]), *(row["training"] for row in found["training"])]

    assert await names(unit="W1") == ["AD-1", "TR-1", "TR-2"]
    assert await names(unit="W2", open=True) == []
    assert await names(person="P-A") == ["AD-1", "TR-1"]
    assert await names(open=False) == ["AD-2", "TR-2"]
    assert (await books.ask("FollowUps", open=False))["suspended"] == []
    assert (await books.ask("FollowUps", unit="U2"))["suspended"] == []


async def test_who_has_returned_to_the_post_is_suspended_no_more(books: Books) -> None:
    passed = do("PassTraining", "P-SO", LATER, training="TR-1", score="85")
    await told(books, *STORY, passed, do("ReinstatePost", "P-SO", LATER, person="P-A"))
    assert (await books.ask("FollowUps"))["suspended"] == []
