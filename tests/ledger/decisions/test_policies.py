"""Policies with effective dates, locks and legal guards; roles lent for a time (domain §9, ORG-15)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import Authority, Basis, Duplicate, Invalid, Locked, Sod, State, TooLate
from ledger.policy import KEYS, valid
from tests.spec import Line, Story, do, given, stamped, when


def publish(key: str, value: Any, by: str = "P-SO", effective: str = "2026-02-03", **data: Any) -> Line:
    return do("PublishPolicy", by, key=key, value=value, effective=effective, **{"legal_basis": "办法", **data})


def value_of(story: Story, key: str, unit: str, day: str) -> Any:
    organisation, policies = story.ledger.states["org"], story.ledger.lookup("policy")
    return policies.value(key, organisation.path(unit, day), day)


# -- values ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [key for key, row in KEYS.items() if row.default is not None])
def test_every_default_has_the_form_of_its_key(key: str) -> None:
    assert valid(key, KEYS[key].default)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("score.round", {"digits": 2, "compare": "exact"}),
        ("inspection.weights", ["0.5", "0.25", "0.25"]),
        ("payout.monthly", "linear"),
        ("veto.effect", "grade+bonus"),
        ("grade.bounds", ["96", "91.5", "80"]),
        ("tender.force", {"repeat": 2, "days": 60, "overdue": 10}),
        ("deposit.mode", "holdback"),
        ("deduct.cap", "0.20"),
        ("deduct.floor", "2100.00"),
        ("self_report.exempt", True),
        ("remind.offsets", [-48, 0]),
        ("bonus.table", {"base": "1.00", "rates": {"一级": "1"}}),
        ("org.levels", 5),
        ("price.pick", "occurred"),
        ("pool.overdraft", False),
    ],
)
def test_a_value_of_the_keys_form_is_published(key: str, value: Any) -> None:
    story = when(publish(key, value)).then_facts("PolicyPublished")
    assert value_of(story, key, "T1", "2026-02-03") == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("no.such.key", 1),
        ("dispute.window", "three"),
        ("dispute.window", True),
        ("dispute.window", None),
        ("dispute.window", -1),
        ("score.round", {"digits": 3, "compare": "exact"}),
        ("score.round", {"digits": 2}),
        ("inspection.weights", ["0.6", "0.2", "0.3"]),
        ("grade.bounds", ["85", "90", "95"]),
        ("payout.daily", "step80"),
        ("deduct.cap", 1),
        ("deduct.floor", "2200"),
        ("tender.force", {"repeat": 3, "days": 90, "overdue": 15, "more": 1}),
        ("self_report.exempt", "false"),
        ("case.quorum", 0),
        ("org.levels", 4),
        ("price.pick", "recorded"),
        ("pool.overdraft", True),
        ("pool.overdraft", 0),
        ("annual.divisor", 3),
    ],
)
def test_an_unknown_key_or_a_value_of_another_form_is_refused(key: str, value: Any) -> None:
    when(publish(key, value)).then_refused(Invalid)


# -- scope, date and lock -------------------------------------------------------------------------------------------


def test_the_nearest_scope_decides_from_its_effective_date_on() -> None:
    story = given(publish("dispute.window", 5), publish("dispute.window", 2, "P-U1H", "2026-02-05", unit="U1"))
    values = [value_of(story, "dispute.window", *at) for at in (("W1", "2026-02-02"), ("W1", "2026-02-04"))]
    values += [value_of(story, "dispute.window", *at) for at in (("W1", "2026-02-05"), ("W3", "2026-02-05"))]
    assert values == [3, 5, 2, 5]


def test_a_policy_takes_effect_today_at_the_earliest() -> None:
    story = given(publish("dispute.window", 5, effective="2026-01-15"))
    story.when(publish("dispute.window", 4, effective="2026-02-01")).then_refused(TooLate)
    story.when(publish("dispute.window", 4, effective="2026-02-02")).then_facts("PolicyPublished")


def test_the_first_value_of_a_key_at_a_unit_reaches_back_as_far_as_months_are_open() -> None:
    """[rule 25]"""
    below = publish("tender.premium_cap", "0.08", "P-G1", "2026-01-15", unit="U1")
    story = given(publish("tender.premium_cap", "0.05", effective="2026-01-01"), below)
    assert value_of(story, "tender.premium_cap", "W1", "2026-01-20") == "0.08"
    story.when(publish("tender.premium_cap", "0.07", "P-G1", "2026-01-15", unit="U1")).then_refused(TooLate)
    story.when(publish("chain.multi_role", "sum", "P-G1", "2026-01-15", unit="U1")).then_facts("PolicyPublished")


def test_today_is_the_day_of_recording() -> None:
    late = stamped(publish("dispute.window", 5), recorded_at="2026-02-04T09:00:00+08:00")
    given(publish("dispute.window", 4)).when(late).then_refused(TooLate)


LOCK = publish("tender.premium_cap", "0.05", effective="2026-02-05", locked=True)


@pytest.mark.parametrize(("unit", "by"), [("U1", "P-U1H"), ("W1", "SYSTEM")])
def test_what_a_superior_locked_is_not_set_below(unit: str, by: str) -> None:
    below = publish("tender.premium_cap", "0.08", by, "2026-02-05", unit=unit)
    given(LOCK).when(below).then_refused(Locked)


def test_who_locked_a_policy_may_change_it() -> None:
    given(LOCK).when(publish("tender.premium_cap", "0.06", effective="2026-02-06")).then_facts("PolicyPublished")


def test_a_lock_holds_from_its_effective_date_until_it_is_lifted() -> None:
    below = partial(publish, "tender.premium_cap", "0.08", "P-G1", unit="U1")
    given(LOCK).when(below(effective="2026-02-04")).then_facts("PolicyPublished")
    lifted = publish("tender.premium_cap", "0.05", effective="2026-02-06")
    given(LOCK, lifted).when(below(effective="2026-02-06")).then_facts("PolicyPublished")


def test_a_lock_of_one_unit_does_not_bind_another() -> None:
    lock = publish("tender.premium_cap", "0.05", "P-G1", unit="U1", locked=True)
    given(lock).when(publish("tender.premium_cap", "0.08", "P-G1", unit="U2")).then_facts("PolicyPublished")


# -- guards, basis, authority ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"),
    [("deduct.cap", "0.21"), ("deduct.cap", "1"), ("deduct.floor", None), ("self_report.exempt", False)],
)
def test_what_the_law_guards_cannot_be_loosened(key: str, value: Any) -> None:
    when(publish(key, value)).then_refused(Locked)


@pytest.mark.parametrize("basis", [{"legal_basis": ""}, {"legal_basis": " "}])
def test_a_policy_names_its_legal_basis(basis: dict[str, str]) -> None:
    when(publish("deposit.mode", "cash", **basis)).then_refused(Basis)


def test_a_missing_legal_basis_is_no_mistake_of_form() -> None:
    command = publish("dispute.window", 4)
    del command["data"]["legal_basis"]
    when(command).then_refused(Basis)


@pytest.mark.parametrize("by", ["P-SO", "P-G1", "SYSTEM"])
def test_safety_office_leading_group_and_imports_publish_for_the_root(by: str) -> None:
    when(publish("dispute.window", 4, by)).then_facts("PolicyPublished")


@pytest.mark.parametrize(("by", "unit"), [("P-A", "HQ"), ("P-U1H", "HQ"), ("P-U1H", "U2"), ("P-SO", "U1")])
def test_others_do_not_publish(by: str, unit: str) -> None:
    when(publish("dispute.window", 4, by, unit=unit)).then_refused(Authority)


def test_invalid_comes_before_too_late_locked_and_basis() -> None:
    when(publish("dispute.window", "x", effective="2020-01-01", legal_basis="")).then_refused(Invalid)
    story = given(publish("deduct.cap", "0.1"))
    story.when(publish("deduct.cap", "0.3", effective="2020-01-01", legal_basis="")).then_refused(TooLate)
    story.when(publish("deduct.cap", "0.3", legal_basis="")).then_refused(Locked)


# -- delegations ----------------------------------------------------------------------------------------------------

DELEGATION: Line = {"delegation": "DG-1", "to": "P-U1M", "unit": "U1", "roles": ["unit_deputy"], "reason": "出差"}
grant = partial(do, "GrantDelegation", "P-U1D", **{**DELEGATION, "valid_from": "2026-02-02", "until": "2026-02-05"})
revoke = partial(do, "RevokeDelegation", delegation="DG-1", reason="返岗")


def approves(story: Story, person: str, day: str) -> bool:
    lent = story.ledger.states["policy"].delegated(person, day)
    return any(("unit_deputy" in delegation.roles, delegation.unit) == (True, "U1") for delegation in lent)


def test_a_delegate_holds_the_role_from_day_to_day_inclusive() -> None:
    story = when(grant()).then_facts("DelegationGranted")
    days = ("2026-02-01", "2026-02-02", "2026-02-05", "2026-02-06")
    assert [approves(story, "P-U1M", day) for day in days] == [False, True, True, False]


def test_nobody_lends_a_role_to_himself() -> None:
    when(grant(to="P-U1D")).then_refused(Sod)


@pytest.mark.parametrize(
    "roles", [["unit_head"], ["unit_deputy", "unit_head"]], ids=["not held", "one of two not held"]
)
def test_only_who_holds_every_role_at_the_unit_lends_them(roles: list[str]) -> None:
    when(grant(roles=roles)).then_refused(Authority)


def test_a_role_held_elsewhere_is_not_lent_here() -> None:
    when(grant(unit="U2")).then_refused(Authority)


def test_a_delegation_has_roles_and_does_not_end_before_it_begins() -> None:
    when(grant(roles=[])).then_refused(Invalid)
    when(grant(until="2026-02-01")).then_refused(Invalid)


def test_a_delegate_may_pass_on_what_he_holds() -> None:
    passed_on = {**grant(delegation="DG-2", to="P-A"), "by": "P-U1M"}
    given(grant()).when(passed_on).then_facts("DelegationGranted")


def test_a_delegation_is_granted_only_once() -> None:
    given(grant()).when(grant()).then_refused(Duplicate)


@pytest.mark.parametrize("by", ["P-U1D", "P-U1H", "P-ADM"])
def test_grantor_head_and_admin_take_a_delegation_back_from_that_day_on(by: str) -> None:
    story = given(grant()).when(revoke(by)).then_facts("DelegationRevoked")
    assert not approves(story, "P-U1M", "2026-02-02")


@pytest.mark.parametrize("by", ["P-U1M", "P-U2H", "SYSTEM"])
def test_others_do_not_take_a_delegation_back(by: str) -> None:
    given(grant()).when(revoke(by)).then_refused(Authority)


def test_a_delegation_is_taken_back_only_once() -> None:
    given(grant(), revoke("P-U1D")).when(revoke("P-U1D")).then_refused(State)


def test_a_delegation_that_has_run_out_is_not_taken_back() -> None:
    given(grant()).when(revoke("P-U1D", "2026-02-06T09:00:00+08:00")).then_refused(State)


def test_an_unknown_delegation_is_not_taken_back() -> None:
    when(revoke("P-U1D")).then_refused("UNKNOWN_DELEGATION")


def test_the_fixtures_policies_are_in_force() -> None:
    story = Story()
    assert value_of(story, "deduct.floor", "W1", "2026-02-01") == "2200.00"


def test_a_unit_sets_only_its_own_keys_for_itself() -> None:
    """[rule 53]"""
    when(publish("case.quorum", 1, "P-U1H", unit="U1")).then_refused(Locked)
    when(publish("case.quorum", 1, "P-G1", unit="U1")).then_facts("PolicyPublished")
    when(publish("dispute.window", 11, "P-U1H", unit="U1")).then_refused(Locked)
    when(publish("dispute.window", 11)).then_refused(Locked)
    when(publish("late.days", 61, "P-U1H", unit="U1")).then_refused(Locked)
    when(publish("late.days", 30, "P-U1H", unit="U1")).then_facts("PolicyPublished")
