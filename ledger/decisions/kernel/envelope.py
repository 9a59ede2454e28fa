"""Every fact of a command gets its envelope, posting period and official number when it is decided.

*Business date* decides price, chain and roles; *posting period* decides the statement (contract §1.5.4, §1.5.5).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ledger import calendars
from ledger.accounts import AccountCode, owner_stream
from ledger.decisions.kernel.recovery import with_recoveries
from ledger.decisions.kernel.stamp import Stamp
from ledger.fact import Fact
from ledger.facts.periods import LateEventAccepted
from ledger.posting import entries
from ledger.view import View
from ledger.vocabulary import Day, Month, UnitId, period_stream


def finish(view: View, stamp: Stamp, facts: tuple[Fact, ...], unit: UnitId) -> tuple[Fact, ...]:
    """Envelope and posting period for facts that are decided together (contract §1.5.5); pools pay debts first.

    The centre of the unit accepts facts of a closed month.
    """
    posted = tuple(map(entries, facts))
    if (recovered := with_recoveries(view, facts, posted, stamp.business_date)) is not None:
        facts, posted = recovered, tuple(map(entries, recovered))
    month = stamp.business_date[:7]
    accounts = frozenset(account for each in posted for account, _, _ in each)
    if not accounts:
        return tuple(_enveloped(fact, stamp, None, None) for fact in facts)
    period = posting_period(view, accounts, stamp.business_date)
    adjusts = month if period > month else None
    done = tuple(_enveloped(fact, stamp, period, fact.adjusts_period or adjusts) for fact in facts)
    if adjusts is None:
        return done
    centre = view.organisation.centre(unit, stamp.business_date)
    late = LateEventAccepted(
        stream=period_stream(centre, period),
        centre=centre,
        late_date=stamp.business_date,
        closed_period=month,
        accepted_period=period,
        approval=stamp.late_approval,
    )
    return (_enveloped(late, stamp, period, adjusts), *done)


def _enveloped(fact: Fact, stamp: Stamp, period: Month | None, adjusts: Month | None) -> Fact:
    return msgspec.structs.replace(
        fact,
        at=stamp.at,
        by=stamp.by,
        command=stamp.command,
        business_date=stamp.business_date,
        shift=stamp.shift,
        posting_period=period,
        adjusts_period=adjusts,
        source=stamp.source,
    )


def touched_accounts(facts: Iterable[Fact]) -> frozenset[str]:
    """The accounts that the facts post to; none if they move no money."""
    return frozenset(entry.account for fact in facts for entry in entries(fact))


def centres_of(view: View, accounts: Iterable[str], day: Day) -> frozenset[str]:
    """The centres to which accounts belong on a day."""
    return frozenset(found for account in accounts if (found := centre_of_account(view, account, day)))


def centre_of_account(view: View, account: str, day: Day) -> str | None:
    """A unit's account belongs to its nearest centre, a person's to that of the home unit, sources to the root.

    A person without home that day belongs to the root, as in TrialBalance (rule 45).
    """
    organisation = view.organisation
    owner = owner_stream(account)
    if owner is None:
        return None
    word, _, name = account.partition(":")
    if owner.startswith("person-"):
        home = view.person(name).home_begun(day)
        return organisation.centre(home, day) if home else organisation.root
    if word in (AccountCode.SRC_GROUP, AccountCode.SRC_BONUS, AccountCode.SRC_DEPOSIT):
        return organisation.root
    return organisation.centre(name, day)


def posting_period(view: View, accounts: Iterable[str], day: Day) -> Month:
    """The earliest month, not before that of the business date, that is open wherever the accounts belong (rule 76).

    They belong to their centres of the business date, and of the last day of the month that is posted to.
    """
    accounts, month = tuple(accounts), day[:7]
    if month > view.periods.latest:
        return month
    centres = centres_of(view, accounts, day)
    while any(
        view.periods.is_closed(centre, month)
        for centre in centres | centres_of(view, accounts, calendars.last_day(month))
    ):
        month = calendars.next_month(month)
    return month


def closed_month(view: View, month: Month | None, centres: Iterable[str]) -> Month | None:
    """The month that a reversal, or what replaces the reversed, adjusts: its own, if a centre concerned closed it."""
    return month if month and any(view.periods.is_closed(centre, month) for centre in centres) else None


def official_number(view: View, centre: str, kind: str, day: Day) -> str:
    """The next official number ``<centre>-<KIND>-<yyyymm>-<n>`` of a series (L18)."""
    series = f"{centre}-{kind}-{day[:4]}{day[5:7]}"
    return f"{series}-{view.last_number(series) + 1}"
