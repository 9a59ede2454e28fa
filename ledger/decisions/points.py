"""Points (积分) and rewards: paid only out of what a fund has collected (ASS-19, PERF-01; fund guard domain §4)."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import msgspec

from ledger import calendars
from ledger.decisions import pushes
from ledger.decisions.in_force import policy, price_in_force
from ledger.decisions.kernel.approval import approved_by_one
from ledger.decisions.kernel.authority import above, centre, centre_of, home_of, lead_above, person, role
from ledger.decisions.kernel.judging import given, judging
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.pushes import home_on
from ledger.errors import Duplicate, Insufficient, Invalid, NoPrice, Sod
from ledger.facts.points import POINTS, REWARD, PointsExpired, PointsRedeemed, RewardGranted
from ledger.facts.pools import ReversedPoints
from ledger.money import half_up, plain, times, yuan
from ledger.view import View
from ledger.vocabulary import (
    Amount,
    ApproverId,
    CentreId,
    Day,
    Fen,
    ItemCode,
    ItemKind,
    PersonId,
    Positive,
    Quantity,
    Role,
    UnitId,
    person_stream,
    unit_stream,
)

HOME = home_of("person")
FOREVER: Day = "9999-12-31"
ONE = Decimal(1)


@decision(
    "AwardPoints",
    who=above(HOME, Role.OFFICE, Role.SAFETY_OFFICE) | lead_above(HOME),
    unit=HOME,
    counting=judging(given("person")),
    asks=(POINTS,),
)
def award_points(view: View, stamp: Stamp, person: PersonId, points: Positive, reason: str, doc: str) -> Facts:
    """A superior awards points, once per paper, never to himself; they expire after ``points.expiry`` months."""
    if person == stamp.by:
        raise Sod(person)
    yield pushes.points(view, stamp, person, points, reason, doc)


@decision("RedeemPoints", who=person("person") | centre(centre_of(HOME), Role.CLERK), unit=HOME)
def redeem_points(view: View, stamp: Stamp, person: PersonId, points: Positive | None = None) -> Facts:
    """Points become a reward of the fund of the person's centre: those asked for, held, and left in the month's cap.

    INSUFFICIENT without points, with the cap used up, or if the spendable fund does not cover the whole (P16).
    """
    book, day = view.person(person).points, stamp.business_date
    home, month = home_on(view, person, day), calendars.local_day(stamp.now)[:7]
    left = policy(view, "points.month_cap", home, day) - book.redeemed.get(month, 0)
    redeemed = min(points or book.held, book.held, left)
    if redeemed <= 0:
        raise Insufficient(f"{book.held} points held, {max(0, left)} left of the cap of {month}")
    rate = policy(view, "points.rate", home, day)
    amount = half_up(redeemed * Decimal(rate))
    fund = view.organisation.centre(home, day)
    check_spendable(view, fund, amount)
    yield PointsRedeemed(
        stream=person_stream(person),
        person=person,
        points=redeemed,
        rate=rate,
        amount=amount,
        month=month,
        parts=book.oldest_first(redeemed),
    )
    yield from granted(
        RewardGranted(
            stream=unit_stream(fund), person=person, amount=amount, reason="points", centre=fund, points=redeemed
        )
    )


def check_spendable(view: View, fund: CentreId, amount: Fen) -> None:
    """INSUFFICIENT: a reward is a choice; it never spends what the fund has yet to collect."""
    spendable = view.unit(fund).spendable
    if amount > spendable:
        raise Insufficient(f"{yuan(amount)} of {yuan(spendable)} that FUND_SAFETY:{fund} may spend")


def granted(reward: RewardGranted) -> Facts:
    """The reward on the stream of the unit that owns the fund, mirrored on the person's."""
    yield reward
    yield msgspec.structs.replace(reward, stream=person_stream(reward.person), mirror=True)


def _fund(request: Request) -> str | None:
    """The centre whose fund pays: the one named, else the person's."""
    return request["centre"] or centre_of(HOME)(request)


@decision(
    "GrantReward",
    who=centre(_fund, Role.CLERK) | role(Role.OFFICE),
    unit=HOME,
    concerns=_fund,
    counting=judging(given("person")),
    asks=(REWARD,),
)
def grant_reward(
    view: View,
    stamp: Stamp,
    person: PersonId,
    reason: str,
    doc: str,
    amount: Amount | None = None,
    item: ItemCode | None = None,
    qty: Quantity | None = None,
    centre: CentreId | None = None,
    approved_by: ApproverId | None = None,
) -> Facts:
    """A reward for a person, approved by the head of the centre or unit that pays, once per paper (P16).

    The amount is given, or that of an item of kind ``reward`` in force at the person's home (NO_PRICE) times ``qty``;
    INVALID unless it is one of the two (rule 37).  The giver, the approver and the rewarded are three persons (SOD).
    """
    if (amount is None) == (item is None) or (qty is not None and item is None):
        raise Invalid("amount, or item with qty")
    fund = centre or view.organisation.centre(home_on(view, person, stamp.business_date), stamp.business_date)
    approver = approved_by_one(view, stamp, approved_by, ((Role.CENTRE_HEAD, Role.UNIT_HEAD), (fund,)))
    if person in (stamp.by, approver):
        raise Sod(person)
    if view.is_taken(REWARD, doc):
        raise Duplicate(doc)
    priced = Priced(amount or 0) if item is None else by_item(view, stamp, person, item, qty or ONE)
    check_spendable(view, fund, priced.amount)
    yield from granted(
        RewardGranted(
            stream=unit_stream(fund),
            person=person,
            reason=reason,
            centre=fund,
            doc=doc,
            approved_by=approver,
            **priced._asdict(),
        )
    )


class Priced(NamedTuple):
    """The amount of a reward, and what it was computed from."""

    amount: Fen
    item: str | None = None
    list_version: str | None = None
    unit_price: Fen | None = None
    qty: str | None = None


def by_item(view: View, stamp: Stamp, person: PersonId, item: ItemCode, qty: Decimal) -> Priced:
    """List price × quantity at the person's home; NO_PRICE for another kind of item, INVALID for nothing."""
    price = price_in_force(view, home_on(view, person, stamp.business_date), item, stamp.business_date)
    if price.item.kind != ItemKind.REWARD:
        raise NoPrice(f"{item} is of kind {price.item.kind}")
    amount = times(price.unit_price, qty)
    if not amount:
        raise Invalid(f"{item}: nothing is granted")
    return Priced(amount, item, price.list_version, price.unit_price, plain(qty))


def given_back(view: View, redeemed: PointsRedeemed) -> ReversedPoints:
    """The points of a redemption that is reversed; they expire when they would have.

    Redemptions of old did not say when that is: theirs expire as if awarded on the day of the redemption.
    """
    day = redeemed.business_date
    months = policy(view, "points.expiry", home_on(view, redeemed.person, day), day)
    latest = calendars.midnight(calendars.add_months(day, months))
    parts = (msgspec.structs.replace(part, expires_at=part.expires_at or latest) for part in redeemed.parts)
    return ReversedPoints(redeemed.person, redeemed.month, tuple(parts))


# -- time -----------------------------------------------------------------------------------------------------------


def home_of_holder(view: View, kind: str, name: str) -> UnitId:
    """The home of the person whose points expire."""
    return home_on(view, name, FOREVER)


def expire(view: View, stamp: Stamp, kind: str, entry: str) -> Facts:
    """The rest of an award expires (``points.expiry``)."""
    holder, _, doc = entry.partition("/")
    yield PointsExpired(
        stream=person_stream(holder), person=holder, doc=doc, points=view.person(holder).points.left_of(doc)
    )
