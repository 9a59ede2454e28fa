"""Points and rewards out of the spendable fund (ASS-19, PERF-01; contract §2.11, §5.36)."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
import pytest

from ledger.errors import Authority, Duplicate, Insufficient, Invalid, NoPrice, Sod, WrongCentre
from ledger.facts.points import PointsExpired, RewardGranted
from ledger.keys import LONGEST
from ledger.state.points import Points
from ledger.tags import all_tags
from tests.spec import Line, Story, do, given, when

AT = "2026-02-02T09:00:00+08:00"
award = partial(do, "AwardPoints", by="P-T1L", at=AT, person="P-A", reason="有效上报", doc="J-1")
redeem = partial(do, "RedeemPoints", by="P-A", at=AT, person="P-A")
reward = partial(
    do, "GrantReward", by="P-C1", at=AT, person="P-A", reason="抢险", doc="R-1", approved_by="P-H1", amount="10.00"
)
clock = partial(do, "AdvanceClock")


def funds(**yuan: str) -> Line:
    """``funds(U1="400.00")``"""
    balances = {f"FUND_SAFETY:{centre}": amount for centre, amount in yuan.items()}
    return do("OpenBalances", at=AT, as_of="2026-02-02", balances=balances)


def policy(key: str, value: Any) -> Line:
    return do("PublishPolicy", "P-SO", AT, key=key, value=value, effective="2026-02-02", legal_basis="办法")


def points_of(story: Story, person: str = "P-A") -> Points:
    found = story.ledger.lookup(f"person-{person}").points
    assert isinstance(found, Points)
    return found


# -- awarding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-T1L", "P-W1D", "P-U1H", "P-OFF", "P-SO", "P-CH"])
def test_superiors_and_offices_award_points(by: str) -> None:
    story = when(award(by=by, points=5)).then_facts("PointsAwarded")
    assert points_of(story).held == 5


@pytest.mark.parametrize("by", ["P-T2L", "P-W2D", "P-B", "P-G1", "SYSTEM"])
def test_others_do_not_award_points(by: str) -> None:
    when(award(by=by, points=5)).then_refused(Authority)


def test_nobody_awards_himself_and_no_paper_counts_twice() -> None:
    story = given(award(points=5))
    story.when(award(by="P-W1D", person="P-W1D", points=5)).then_refused(Sod)
    story.when(award(person="P-T1L", points=5)).then_refused(Authority)  # who heads a unit is judged from above
    story.when(award(points=7)).then_refused(Duplicate)
    story.when(award(points=7, person="P-B")).then_facts("PointsAwarded")
    story.when(award(points=7, doc="J-2")).then_facts("PointsAwarded")


def test_a_paper_with_a_very_long_name_counts_once_and_its_key_stays_short() -> None:
    story = given(award(points=5, doc="长" * 4000))
    assert all(len(key) <= LONGEST for each in story.ledger.facts for key in all_tags(each.fact))
    story.when(award(points=7, doc="长" * 4000)).then_refused(Duplicate)
    story.when(award(points=7, doc="长" * 3999 + "短")).then_facts("PointsAwarded")


@pytest.mark.parametrize("points", [0, -1, "5", 1.5, True])
def test_points_are_whole_and_more_than_none(points: Any) -> None:
    when(award(points=points)).then_refused(Invalid)


# -- redeeming ------------------------------------------------------------------------------------------------------


def test_points_become_a_bonus_out_of_the_fund_of_the_persons_centre() -> None:
    story = given(funds(U1="400.00"), award(points=150)).when(redeem(points=120))
    story.then_facts("PointsRedeemed", "RewardGranted")
    story.then_balances({"FUND_SAFETY:U1": "280.00", "PAY_BONUS:P-A": "120.00"})
    assert points_of(story).held == 30
    redeemed, granted, mirror = story.recorded
    assert (redeemed.stream, granted.stream, mirror.stream) == ("person-P-A", "unit-U1", "person-P-A")
    assert isinstance(granted, RewardGranted)
    assert (granted.points, granted.mirror, mirror.mirror) == (120, False, True)


def test_without_a_number_all_are_redeemed_and_never_more_than_held() -> None:
    given(funds(U1="400.00"), award(points=150)).when(redeem()).then_balances({"PAY_BONUS:P-A": "150.00"})
    given(funds(U1="400.00"), award(points=150)).when(redeem(points=190)).then_balances({"PAY_BONUS:P-A": "150.00"})


def test_a_month_has_a_cap() -> None:
    story = given(funds(U1="900.00"), award(points=500), redeem(points=150))
    story.when(redeem()).then_balances({"PAY_BONUS:P-A": "200.00"})
    story.when(redeem(at="2026-02-28T09:00:00+08:00")).then_refused(Insufficient)
    story.when(redeem(at="2026-03-01T09:00:00+08:00", points=150)).then_balances({"PAY_BONUS:P-A": "350.00"})
    story.when(redeem(at="2026-03-02T09:00:00+08:00")).then_balances({"PAY_BONUS:P-A": "400.00"})
    assert points_of(story).held == 100


def test_cap_and_rate_are_the_policys() -> None:
    story = given(funds(U1="900.00"), policy("points.month_cap", 7), policy("points.rate", "0.335"), award(points=99))
    story.when(redeem()).then_balances({"PAY_BONUS:P-A": "2.35"})
    assert points_of(story).held == 92


def test_a_cap_of_nothing_redeems_nothing() -> None:
    given(funds(U1="9.00"), policy("points.month_cap", 0), award(points=9)).when(redeem()).then_refused(Insufficient)


def test_the_person_or_a_clerk_of_the_centre_redeems() -> None:
    story = given(funds(U1="400.00"), award(points=150))
    story.when(redeem(by="P-B", points=1)).then_refused(Authority)
    story.when(redeem(by="P-T1L", points=1)).then_refused(Authority)
    story.when(redeem(by="P-C2", points=1)).then_refused(WrongCentre)
    story.when(redeem(by="P-C1", points=1)).then_facts("PointsRedeemed", "RewardGranted")


def test_who_has_no_points_redeems_none() -> None:
    given(funds(U1="400.00")).when(redeem()).then_refused(Insufficient)
    given(funds(U1="400.00"), award(points=1), redeem()).when(redeem()).then_refused(Insufficient)
    when(redeem(points=0)).then_refused(Invalid)


def test_the_fund_has_to_cover_the_whole() -> None:
    story = given(funds(U1="119.99", HQ="900.00"), award(points=120))
    story.when(redeem()).then_refused(Insufficient)
    assert points_of(story).held == 120
    story.when(redeem(points=119)).then_facts("PointsRedeemed", "RewardGranted")


def test_the_oldest_points_go_first() -> None:
    story = given(funds(U1="400.00"), award(points=10), award(points=10, doc="J-2"), redeem(points=13))
    assert [(lot.doc, lot.left) for lot in points_of(story).lots] == [("J-2", 7)]


# -- what a fund may spend ------------------------------------------------------------------------------------------


def test_what_a_fund_has_not_collected_is_not_spent() -> None:
    due = do("OpenBalances", at=AT, as_of="2026-02-02", balances={"DUE_PERSON:P-DM": "-50.00"})
    story = given(funds(HQ="80.00"), due, award(person="P-OFF", by="P-SO", points=31))
    story.when(redeem(person="P-OFF", by="P-OFF")).then_refused(Insufficient)
    story.when(redeem(person="P-OFF", by="P-OFF", points=30)).then_balances({"FUND_SAFETY:HQ": "50.00"})
    given(funds(HQ="80.00"), due).when(reward(by="P-C0", centre="HQ", approved_by="P-H0", amount="30.01")).then_refused(
        Insufficient
    )


# -- rewards --------------------------------------------------------------------------------------------------------


def test_a_reward_is_paid_out_of_the_fund_of_the_persons_centre_or_the_one_named() -> None:
    story = given(funds(U1="10.00", HQ="20.00")).when(reward()).then_facts("RewardGranted")
    story.then_balances({"FUND_SAFETY:U1": "0.00", "PAY_BONUS:P-A": "10.00"})
    assert [(fact.stream, fact.mirror) for fact in story.recorded] == [("unit-U1", False), ("person-P-A", True)]
    named = reward(by="P-C0", centre="HQ", approved_by="P-H0", doc="R-2", amount="20.00")
    story.when(named).then_facts("RewardGranted").then_balances({"FUND_SAFETY:HQ": "0.00", "PAY_BONUS:P-A": "30.00"})


def test_a_reward_is_given_by_a_clerk_of_the_paying_centre_or_an_office() -> None:
    story = given(funds(U1="100.00"))
    story.when(reward(by="P-C0")).then_refused(WrongCentre)
    story.when(reward(by="P-C2")).then_refused(WrongCentre)
    story.when(reward(by="P-SO")).then_refused(Authority)
    story.when(reward(by="P-OFF")).then_facts("RewardGranted")


@pytest.mark.parametrize("approver", ["P-H1", "P-U1H"])
def test_the_head_of_the_centre_or_its_unit_approves(approver: str) -> None:
    given(funds(U1="100.00")).when(reward(approved_by=approver)).then_facts("RewardGranted")


@pytest.mark.parametrize("approver", ["P-H0", "P-U1D", "P-G1", ""])
def test_others_do_not_approve_a_reward(approver: str) -> None:
    given(funds(U1="100.00")).when(reward(approved_by=approver)).then_refused(Authority)
    unapproved = do("GrantReward", "P-C1", AT, person="P-A", reason="抢险", doc="R-1", amount="10.00")
    given(funds(U1="100.00")).when(unapproved).then_refused(Authority)


def test_giver_approver_and_rewarded_are_three() -> None:
    story = given(funds(U1="100.00", HQ="100.00"))
    story.when(reward(approved_by="P-C1")).then_refused(Sod)
    story.when(reward(person="P-C1")).then_refused(Sod)
    story.when(reward(person="P-H1")).then_refused(Sod)


def test_a_reward_is_paid_once_per_paper_and_within_the_fund() -> None:
    story = given(funds(U1="100.00"), reward())
    story.when(reward(person="P-B")).then_refused(Duplicate)
    story.when(reward(doc="R-2", amount="90.01")).then_refused(Insufficient)
    story.when(reward(doc="R-2", amount="90.00")).then_facts("RewardGranted")


REWARDS = do(
    "PublishPriceList",
    *("P-U1H", AT),
    owner="U1",
    version="u1",
    effective="2026-02-02",
    items=[
        {"item": "RW-1", "kind": "reward", "uom": "条", "price": "12.35"},
        {"item": "RW-0", "kind": "reward", "uom": "条", "price": "0.00"},
    ],
    legal_basis="奖励办法",
    notice="公示栏",
)


def by_item(item: str = "RW-1", **data: Any) -> Line:
    usual = {"person": "P-A", "reason": "排查", "doc": "R-1", "approved_by": "P-H1"}
    return do("GrantReward", "P-C1", AT, **usual | {"item": item} | data)


def test_a_reward_by_item_is_list_price_times_quantity() -> None:
    """[rule 37] 12.35 × 2.5 = 30.875 is rounded once."""
    story = given(REWARDS, funds(U1="100.00")).when(by_item(qty="2.5")).then_facts("RewardGranted")
    granted = story.recorded[0]
    assert isinstance(granted, RewardGranted)
    told = (granted.amount, granted.item, granted.list_version, granted.unit_price, granted.qty)
    assert told == (3088, "RW-1", "U1@u1", 1235, "2.5")
    story.when(by_item()).then_refused(Duplicate)
    story.when(by_item(doc="R-2")).then_facts("RewardGranted").then_balances({"PAY_BONUS:P-A": "43.23"})
    story.when(by_item(doc="R-3", qty="8")).then_refused(Insufficient)


def test_a_reward_has_an_amount_or_an_item() -> None:
    story = given(REWARDS, funds(U1="100.00"))
    story.when(by_item(amount="12.35")).then_refused(Invalid)
    story.when({**by_item(), "data": {k: v for k, v in by_item()["data"].items() if k != "item"}}).then_refused(Invalid)
    story.when(reward(qty="2")).then_refused(Invalid)
    story.when(by_item("RW-0")).then_refused(Invalid)
    story.when(by_item(approved_by="P-C1", amount="1.00")).then_refused(Invalid)


def test_a_reward_is_in_the_list_of_the_persons_home_and_of_its_kind() -> None:
    story = given(REWARDS, funds(U1="100.00", HQ="100.00"))
    story.when(by_item("RW-9")).then_refused(NoPrice)
    story.when(by_item("HO-01")).then_refused(NoPrice)
    story.when(by_item(person="P-X1", centre="U1")).then_refused(NoPrice)
    story.when(by_item("RW-9", approved_by="P-C1")).then_refused(Sod)


def test_a_reversed_reward_may_be_paid_again() -> None:
    story = given(funds(U1="10.00"), reward(known_as="r-1"))
    story.given(do("ReverseEntry", "P-C1", AT, of="r-1", reason="错", approved_by="P-H1"))
    story.then_balances({"FUND_SAFETY:U1": "10.00", "PAY_BONUS:P-A": "0.00"})
    story.when(reward()).then_facts("RewardGranted")


# -- redemptions that are reversed ------------------------------------------------------------------------------------


def reverse(of: str = "r-1", at: str = AT) -> Line:
    return do("ReverseEntry", "P-C1", at, of=of, reason="错", approved_by="P-H1")


def held(story: Story) -> list[tuple[str, int]]:
    return [(lot.doc, lot.left) for lot in points_of(story).lots]


def test_a_reversed_redemption_gives_back_the_money_and_the_points() -> None:
    begun = given(funds(U1="400.00"), award(points=10), award(points=10, doc="J-2"))
    redeemed = begun.given(redeem(points=13, known_as="r-1"))
    story = redeemed.when(reverse()).then_facts("EntryReversed")
    story.then_balances({"FUND_SAFETY:U1": "400.00", "PAY_BONUS:P-A": "0.00"})
    assert held(story) == [("J-1", 10), ("J-2", 10)]
    assert points_of(story).redeemed == {"2026-02": 0}
    story.when(redeem()).then_facts("PointsRedeemed", "RewardGranted").then_balances({"PAY_BONUS:P-A": "20.00"})


def test_points_that_are_held_again_count_in_the_cap_no_more() -> None:
    story = given(funds(U1="400.00"), policy("points.month_cap", 10), award(points=30), redeem(known_as="r-1"))
    story.when(redeem()).then_refused(Insufficient)
    story.given(reverse()).when(redeem()).then_balances({"PAY_BONUS:P-A": "10.00"})


def test_points_that_are_held_again_expire_when_they_would_have() -> None:
    story = given(funds(U1="400.00"), award(points=10), redeem(known_as="r-1"), reverse())
    story.when(clock(at="2027-02-01T23:59:59+08:00")).then_facts("ClockAdvanced")
    story.when(clock(at="2027-02-02T00:00:00+08:00")).then_facts("PointsExpired", "ClockAdvanced")
    late = given(funds(U1="400.00"), award(points=10), redeem(known_as="r-1"))
    late.given(clock(at="2027-02-02T00:00:00+08:00"), reverse(at="2027-02-03T00:00:00+08:00"))
    late.when(clock(at="2027-02-04T00:00:00+08:00")).then_facts("PointsExpired", "ClockAdvanced")


def test_points_of_an_old_redemption_expire_as_if_awarded_on_its_day() -> None:
    """Redemptions of old did not say when their awards would have expired."""
    story = given(funds(U1="400.00"), award(points=10), redeem(known_as="r-1", at="2026-02-20T09:00:00+08:00"))
    record = story.ledger.states["command:r-1"]
    first, *rest = record.facts
    parts = tuple(msgspec.structs.replace(part, expires_at="") for part in first.fact.parts)
    old = first._replace(fact=msgspec.structs.replace(first.fact, parts=parts))
    story.ledger.states["command:r-1"] = msgspec.structs.replace(record, facts=(old, *rest))
    story.given(reverse(at="2026-02-21T09:00:00+08:00"))
    assert [lot.expires_at for lot in points_of(story).lots] == ["2027-02-19T16:00:00.000000Z"]


def test_redemptions_are_reversed_in_any_order() -> None:
    story = given(funds(U1="400.00"), award(points=10), award(points=10, doc="J-2", at="2026-02-03T09:00:00+08:00"))
    story.given(redeem(points=12, known_as="r-1"), redeem(points=5, known_as="r-2"), reverse("r-1"))
    assert held(story) == [("J-1", 10), ("J-2", 5)]
    assert held(story.given(reverse("r-2"))) == [("J-1", 10), ("J-2", 10)]


# -- expiry ---------------------------------------------------------------------------------------------------------


def test_what_is_left_of_an_award_expires_a_year_later() -> None:
    story = given(funds(U1="400.00"), award(points=10), redeem(points=4))
    story.when(clock(at="2027-02-01T23:59:59+08:00")).then_facts("ClockAdvanced")
    story.when(clock(at="2027-02-02T00:00:00+08:00")).then_facts("PointsExpired", "ClockAdvanced")
    expired = story.recorded[0]
    assert isinstance(expired, PointsExpired)
    assert (expired.points, expired.doc, expired.business_date) == (6, "J-1", "2027-02-02")
    assert points_of(story).held == 0
    story.when(clock(at="2028-02-02T00:00:00+08:00")).then_facts("ClockAdvanced")


def test_each_award_expires_on_its_own() -> None:
    story = given(award(points=10), award(points=5, doc="J-2"), award(points=5, person="P-B"))
    story.given(award(points=7, doc="J-3", at="2026-02-03T09:00:00+08:00"))
    story.when(clock(at="2027-02-02T12:00:00+08:00"))
    story.then_facts("PointsExpired", "PointsExpired", "PointsExpired", "ClockAdvanced")
    assert (points_of(story).held, points_of(story, "P-B").held) == (7, 0)


def test_used_up_points_do_not_expire() -> None:
    story = given(funds(U1="400.00"), award(points=10), redeem())
    story.when(clock(at="2027-02-02T00:00:00+08:00")).then_facts("ClockAdvanced")


def test_the_months_until_expiry_are_the_policys_at_the_award_and_end_with_the_month() -> None:
    story = given(policy("points.expiry", 1), award(points=10, at="2026-03-31T09:00:00+08:00"))
    story.when(clock(at="2026-04-29T23:59:59+08:00")).then_facts("ClockAdvanced")
    story.when(clock(at="2026-04-30T00:00:00+08:00")).then_facts("PointsExpired", "ClockAdvanced")
