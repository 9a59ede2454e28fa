"""The liability chain: roles become parties on the business date of the finding (PERF-05, contract §2.2)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import Invalid, NoPrice, SeveralHolders
from tests.ledger.decisions.liabilities import (
    at,
    by_lines,
    by_matrix,
    dispute,
    dropped_of,
    issue,
    line,
    lines_of,
    review,
    serve,
)
from tests.spec import Line, Story, do, given

FULL = [
    ("P-A", 50000, "liable"),
    ("W1", 30000, "workshop"),
    ("P-T1L", 15000, "team_leader"),
    ("P-U1H", 10000, "unit_head"),
    ("P-SI", 5000, "inspector"),
]


def row(**roles: str) -> Line:
    """U1 publishes a matrix M-1 with this T2 row."""
    tiers = {"T2": [{"role": role, "amount": amount} for role, amount in roles.items()]}
    matrix = {"matrix": "M-1", "kind": "violation", "tiers": tiers}
    fields: dict[str, Any] = {"owner": "U1", "version": "m1", "effective": "2026-03-01", "items": []}
    return do("PublishPriceList", "P-U1H", at("03-01"), **fields, matrices=[matrix], legal_basis="矿规", notice="公示")


def chain_of(*before: Line, **fields: Any) -> Story:
    """The chain of M-1, after what happened before."""
    return given(*before, issue(grounds="violation", matrix="M-1", **fields))


def assign(person: str, unit: str, role: str, since: str = "2026-03-01", until: str | None = None) -> Line:
    about: Line = {"person": person, "unit": unit, "role": role, "since": since, "home": False}
    return do("AssignPerson", "P-HR", at("03-01"), **(about if until is None else {**about, "until": until}))


def test_the_roles_of_a_row_become_the_parties_of_the_unit() -> None:
    assert lines_of(given(by_matrix())) == FULL


def test_the_tier_chooses_the_row() -> None:
    assert sum(amount for _, amount, _ in lines_of(given(by_matrix(tier="T1")))) == 210000


def test_a_tier_without_row_has_no_price() -> None:
    given().when(by_matrix(tier="T3")).then_refused(NoPrice)


def test_an_unknown_matrix_has_no_price() -> None:
    given().when(by_matrix(matrix="TW-X")).then_refused(NoPrice)


def test_a_matrix_is_not_in_force_before_its_version() -> None:
    given().when(by_matrix(occurred="2025-12-31") | {"at": at("02-20")}).then_refused(NoPrice)


def test_the_workshop_is_the_pool_of_the_l3_unit_above_a_team() -> None:
    assert ("W1", 30000, "workshop") in lines_of(given(by_matrix(unit="T1")))


def test_without_a_workshop_above_the_unit_itself_pays() -> None:
    assert lines_of(chain_of(row(workshop="7.00"), unit="U1")) == [("U1", 700, "workshop")]


def test_the_team_is_the_home_of_the_liable_person() -> None:
    assert lines_of(chain_of(row(team_leader="7.00"), person="P-E")) == [("P-T2L", 700, "team_leader")]


def test_a_named_team_goes_before_the_home() -> None:
    assert lines_of(chain_of(row(team_leader="7.00"), person="P-E", team="T3")) == [("P-T3L", 700, "team_leader")]


def test_without_person_the_team_is_that_of_the_hazard() -> None:
    hazard = do(
        "ReportHazard",
        "P-OFF",
        at("03-01"),
        hazard="H-1",
        unit="T2",
        place="皮带",
        category="conduct",
        tier="T2",
        description="x",
    )
    assert lines_of(chain_of(row(team_leader="7.00"), hazard, hazard="H-1")) == [("P-T2L", 700, "team_leader")]


def test_leadership_is_every_head_deputy_and_member_of_the_l2_unit() -> None:
    expected = [(person, 700, "leadership") for person in ("P-U1H", "P-U1D", "P-U1M")]
    assert lines_of(chain_of(row(leadership="7.00"))) == expected


def test_the_nearest_inspector_at_or_above_the_unit_pays() -> None:
    assert lines_of(chain_of(row(inspector="7.00"), assign("P-S1", "W1", "inspector"))) == [("P-S1", 700, "inspector")]


def test_several_holders_need_a_name() -> None:
    second = assign("P-B", "T1", "team_leader")
    given(second).when(by_matrix()).then_refused(SeveralHolders)
    named = by_matrix(persons={"team_leader": "P-B"})
    assert ("P-B", 15000, "team_leader") in lines_of(given(second, named))


def test_holders_are_those_of_the_day_of_the_finding() -> None:
    later = assign("P-B", "T1", "team_leader")
    assert lines_of(given(later, by_matrix(occurred="2026-02-27"))) == FULL


def test_a_vacant_role_is_dropped_with_its_reason() -> None:
    story = chain_of(row(workshop_head="9.00", workshop="7.00"))
    assert lines_of(story) == [("W1", 700, "workshop")]
    assert dropped_of(story) == [("workshop_head", "vacant", None)]


def test_a_chain_without_any_line_has_no_price() -> None:
    given(row(workshop_head="9.00")).when(issue(grounds="violation", matrix="M-1")).then_refused(NoPrice)


def test_the_discoverer_does_not_pay() -> None:
    story = given(by_matrix(discoverer="P-SI"))
    assert lines_of(story) == FULL[:-1]
    assert dropped_of(story) == [("inspector", "discoverer", "P-SI")]


def test_a_discoverer_in_two_roles_is_dropped_as_discoverer_in_both() -> None:
    """[rule 46]"""
    director = row(duty_director="5.00", liable="8.00", workshop="7.00")
    story = chain_of(director, person="P-W1D", discoverer="P-W1D")
    assert lines_of(story) == [("W1", 700, "workshop")]
    assert dropped_of(story) == [("duty_director", "discoverer", "P-W1D"), ("liable", "discoverer", "P-W1D")]


def test_the_issuer_counts_as_the_discoverer() -> None:
    issued = by_matrix() | {"by": "P-SI"}
    assert dropped_of(given(issued)) == [("inspector", "discoverer", "P-SI")]


def test_the_discoverer_pays_where_the_policy_says_so() -> None:
    policy = do(
        "PublishPolicy",
        at=at("03-01"),
        key="chain.exclude_discoverer",
        value=False,
        effective="2026-03-02",
        legal_basis="办法",
    )
    assert lines_of(given(policy, by_matrix(discoverer="P-SI"))) == FULL


def test_who_stands_in_two_roles_pays_the_larger_line() -> None:
    story = chain_of(row(duty_director="5.00", liable="8.00"), person="P-W1D")
    assert lines_of(story) == [("P-W1D", 800, "liable")]
    assert dropped_of(story) == [("duty_director", "multi_role", "P-W1D")]


def test_the_line_that_stays_keeps_its_place() -> None:
    story = chain_of(row(liable="8.00", workshop="7.00", duty_director="5.00"), person="P-W1D")
    assert [line[::2] for line in lines_of(story)] == [("P-W1D", "liable"), ("W1", "workshop")]
    story = chain_of(row(duty_director="5.00", workshop="7.00", liable="8.00"), person="P-W1D")
    assert [line[::2] for line in lines_of(story)] == [("W1", "workshop"), ("P-W1D", "liable")]


def test_two_roles_add_up_where_the_policy_says_so() -> None:
    policy = do(
        "PublishPolicy", at=at("03-01"), key="chain.multi_role", value="sum", effective="2026-03-02", legal_basis="办法"
    )
    story = chain_of(policy, row(duty_director="5.00", liable="8.00"), person="P-W1D")
    assert lines_of(story) == [("P-W1D", 1300, "duty_director")]


def test_roles_outside_the_organisation_are_filled_by_names_only() -> None:
    story = chain_of(row(department="5.00", workshop="7.00"), persons={"department": ["P-DM", "P-OFF"], "other": "P-A"})
    assert lines_of(story) == [("P-DM", 500, "department"), ("W1", 700, "workshop")]
    assert dropped_of(story) == [("department", "discoverer", "P-OFF")]


def test_a_named_person_has_to_be_known() -> None:
    given().when(by_matrix(persons={"team_leader": "P-?"})).then_refused("UNKNOWN_PERSON")


# -- who is named for a role (rule 58) ---------------------------------------------------------------------------------

UNIT_HEAD = by_matrix(persons={"unit_head": "P-X1"})


def test_whoever_is_named_holds_the_role_at_its_place() -> None:
    """[rule 58]"""
    given().when(UNIT_HEAD).then_refused(SeveralHolders)
    given().when(by_matrix(persons={"unit_head": "P-U2H"})).then_refused(SeveralHolders)
    given().when(by_matrix(persons={"unit_head": ["P-U1H", "P-X1"]})).then_refused(SeveralHolders)
    given().when(by_matrix(persons={"unit_head": "P-U1H", "team_leader": "P-T1L"})).then_facts("SlipIssued")


def test_who_held_it_before_may_be_named() -> None:
    """[rule 58] Not who holds it only later."""
    given(assign("P-X1", "U1", "unit_head", "2026-02-01", "2026-02-10")).when(UNIT_HEAD).then_facts("SlipIssued")
    later = assign("P-X1", "U1", "unit_head", "2026-03-03")
    given(later).when(UNIT_HEAD).then_refused(SeveralHolders)


def test_where_nobody_ever_held_it_anybody_may_be_named() -> None:
    """[rule 58]"""
    given().when(by_matrix(unit="W3", person="P-X1", persons={"inspector": "P-OFF"})).then_facts("SlipIssued")


def test_an_inspector_is_of_the_nearest_unit_that_has_one_or_of_one_below_it_that_had() -> None:
    """[rule 58]"""
    gone = assign("P-X1", "W1", "inspector", "2026-02-01", "2026-02-10")
    story = given(gone, assign("P-S3", "HQ", "inspector", "2026-02-01"))
    story.when(by_matrix(persons={"inspector": "P-S3"})).then_refused(SeveralHolders)
    story.when(by_matrix(persons={"inspector": "P-SI"})).then_facts("SlipIssued")
    story.when(by_matrix(slip="SL-2", persons={"inspector": "P-X1"})).then_facts("SlipIssued")


def test_a_leadership_line_is_of_the_units_own_leadership() -> None:
    """[rule 58]"""
    story = given(row(leadership="40.00"))
    story.when(issue(grounds="violation", matrix="M-1", persons={"leadership": ["P-U1D", "P-U2H"]})).then_refused(
        SeveralHolders
    )
    story.when(issue(grounds="violation", matrix="M-1", persons={"leadership": ["P-U1D"]})).then_facts("SlipIssued")


def test_nobody_is_named_for_the_liable_or_the_workshop() -> None:
    """[rule 58]"""
    given().when(by_matrix(persons={"liable": ["P-A", "P-B"]})).then_refused(SeveralHolders)
    given().when(by_matrix(persons={"workshop": "P-W1D"})).then_refused(SeveralHolders)


def test_names_for_roles_that_the_row_lacks_are_not_asked_about() -> None:
    """[rule 58, contract §5.20]"""
    given().when(by_matrix(persons={"duty_director": "P-X1"})).then_facts("SlipIssued")


def test_a_review_by_another_matrix_asks_again_who_was_named() -> None:
    """[rule 58] A name that was ignored at first does not slip in with a matrix that has the role."""
    slip = by_matrix(persons={"duty_director": "P-X1"})
    story = given(row(duty_director="40.00"), slip, serve(), dispute("P-A", party="P-A"))
    story.when(review(decision="amend", matrix="M-1")).then_refused(SeveralHolders)


def test_a_team_is_of_the_findings_own_workshop() -> None:
    """[rule 58]"""
    given().when(by_matrix(team="T4")).then_refused(Invalid)
    given().when(by_matrix(unit="T1", team="T2")).then_facts("SlipIssued")
    given().when(by_matrix(unit="U1", team="T4")).then_facts("SlipIssued")
    given().when(by_matrix(unit="U1", team="W3")).then_refused(Invalid)


@pytest.mark.parametrize(("by", "centre"), [("P-OFF", "U2"), ("P-SI", "U2")])
def test_a_fund_is_the_issuers_or_one_above_the_unit(by: str, centre: str) -> None:
    """[rule 58] The system may name any."""
    given().when(by_matrix(centre=centre) | {"by": by}).then_refused(Invalid)
    given().when(by_matrix(centre="U1") | {"by": by}).then_facts("SlipIssued")
    imported = by_lines(lines=[line("W1", "1.00")], centre=centre)
    given().when(imported | {"by": "SYSTEM", "source": {"input_mode": "import"}}).then_facts("SlipIssued")


def test_the_issuers_own_fund_may_be_named_wherever_the_unit_is() -> None:
    """[rule 58]"""
    given(assign("P-U1D", "U2", "office")).when(
        by_matrix(unit="W3", person="P-X1", centre="U1") | {"by": "P-U1D"}
    ).then_facts("SlipIssued")


def test_a_penalty_asks_the_same_of_team_and_fund() -> None:
    """[rule 58]"""
    penalty = {"penalty": "PE-1", "unit": "W1", "kind": "other", "basis": "§1", "description": "x", "tier": "T1"}
    propose = partial(do, "ProposePenalty", "P-U1D", at("03-02"), **penalty, lines=[line("W1", "1.00")])
    given().when(propose(team="T4")).then_refused(Invalid)
    given().when(propose(centre="U2")).then_refused(Invalid)
    given().when(propose(centre="HQ", team="T1")).then_facts("PenaltyProposed")
