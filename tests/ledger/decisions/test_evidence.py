"""Files attached to documents, and analysis reports out of the facts (DUTY-12, ASS-18; contract §2.16, §5.41)."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import Any

import pytest

from ledger.decisions.evidence import check_evidence
from ledger.errors import Authority, Evidence, Invalid
from ledger.facts.evidence import AnalysisReportGenerated, EvidenceAttached
from tests.ledger.decisions.liabilities import by_lines, confirm, line, serve
from tests.spec import Line, Story, do, given, when

AT = "2026-03-02T08:00:00+08:00"
HASH = "sha256:" + "a1" * 32
attach = partial(do, "AttachEvidence", by="P-T2L", at=AT, evidence=HASH, kind="photo", name="机头.jpg", size=20480)


def hazard(name: str = "H-1", unit: str = "T1", at: str = AT, **data: Any) -> Line:
    whole = {"place": "机头", "category": "site_quality", "description": "浮煤", "tier": "T2", "item": "HO-01"}
    return do("ReportHazard", "P-B", at, hazard=name, unit=unit, **{**whole, **data})


def to(kind: str, name: str) -> dict[str, Any]:
    return {"to": {"kind": kind, "id": name}}


ON_HAZARD = to("hazard", "H-1")

# -- evidence -------------------------------------------------------------------------------------------------------


def test_a_file_is_attached_to_a_document_on_its_stream() -> None:
    story = given(hazard()).when(attach(**ON_HAZARD)).then_facts("EvidenceAttached")
    fact = story.recorded[0]
    assert isinstance(fact, EvidenceAttached)
    assert (fact.stream, fact.document_kind, fact.document, fact.size) == ("unit-T1", "hazard", "H-1", 20480)


@pytest.mark.parametrize(
    "evidence", ["sha256:xyz", "a1" * 32, "sha256:" + "A1" * 32, "sha256:" + "a1" * 33, "md5:" + "a1" * 32]
)
def test_a_file_is_named_by_its_hash(evidence: str) -> None:
    given(hazard()).when(attach(evidence=evidence, **ON_HAZARD)).then_refused(Invalid)


@pytest.mark.parametrize("kind", ["photo", "audio", "document", "permit", "video"])
def test_a_photo_recording_paper_permit_or_video_is_attached(kind: str) -> None:
    """[rule 32]"""
    given(hazard()).when(attach(**{**ON_HAZARD, "kind": kind})).then_facts("EvidenceAttached")


@pytest.mark.parametrize(
    "entry",
    [
        "sha256:" + "0f" * 32,
        "paper:12 号本",
        "device:cam-3/77",
        "SHA256:a1",
        "纸质:第 3 页",
        "paper:a:b",
        "paper:\n第 3 页",
    ],
)
def test_evidence_is_the_hash_of_a_file_or_a_reference(entry: str) -> None:
    """[rule 32]"""
    check_evidence([entry])


@pytest.mark.parametrize(
    "entry",
    ["照片", "sha256:abc", "sha256:" + "0F" * 32, "sha256:" + "0f" * 33, ":", "paper:", "paper: ", ":12", "a b:12", ""],
)
def test_evidence_of_no_form_is_none(entry: str) -> None:
    """[rule 32]"""
    with pytest.raises(Evidence):
        check_evidence([entry])
    with pytest.raises(Evidence):
        check_evidence(["paper:12", entry])


def test_evidence_that_nobody_asks_for_is_a_text() -> None:
    """[rule 32]"""
    given(hazard(evidence=["照片"]))


@pytest.mark.parametrize(
    "wrong", [{"size": -1}, {"size": 0}, {"size": "1"}, {"kind": "film"}, {"to": {"kind": "hazard"}}]
)
def test_size_kind_and_target_have_their_form(wrong: dict[str, Any]) -> None:
    given(hazard()).when(attach(**{**ON_HAZARD, **wrong})).then_refused(Invalid)


def test_the_document_is_known() -> None:
    when(attach(**to("hazard", "H-9"))).then_refused("UNKNOWN_HAZARD")
    when(attach(**to("slip", "S-9"))).then_refused("UNKNOWN_SLIP")
    when(attach(**to("novel", "N-9"))).then_refused(Invalid)
    when(attach(size=-1, **to("hazard", "H-9"))).then_refused(Invalid)


def test_the_same_file_may_prove_several_things() -> None:
    story = given(hazard(), hazard("H-2"), attach(**ON_HAZARD))
    story.when(attach(**to("hazard", "H-2"))).then_facts("EvidenceAttached")


def test_every_kind_of_document_has_a_stream() -> None:
    advice = do("PushAdvice", "P-SO", AT, advice="AV-1", person="P-A", text="x", due="2026-03-09")
    training = do("PushTraining", "P-SO", AT, training="TR-1", person="P-A", course="x", reason="x")
    feedback = do("SubmitFeedback", "P-B", AT, feedback="FB-1", topic="x", text="x")
    act = do("RecordProtectedAct", "P-A", AT, act="PA-1", person="P-A", kind="report", unit="T1", description="x")
    accident = do(
        "RecordAccident",
        "P-SO",
        AT,
        accident="AC-1",
        unit="W1",
        class_code="1",
        class_table="t",
        severity="轻伤",
        occurred=AT,
        place="x",
        description="x",
    )
    case = do("OpenCase", "P-SO", AT, case="CS-1", unit="W1", accident="AC-1", description="x")
    assessment = do("OpenAssessment", "P-SO", AT, assessment="AS-1", kind="monthly", person="P-A", period="2026-03")
    task = do("DispatchDutyTask", "P-SO", AT, task="TK-1", person="P-A", item="A1", due="2026-03-07T08:00:00+08:00")
    handover = do("OpenHandover", "P-T1L", AT, handover="HV-1", sender="T1", receiver="T2")
    tender = do(
        "RequestTender",
        "P-W1D",
        AT,
        tender="TD-1",
        unit="W1",
        hazard="H-1",
        reason="capacity",
        item="RQ-11",
        est_qty="1",
    )
    verify = do("VerifyHazard", "P-SI", AT, hazard="H-1", level="C")
    slip = by_lines(lines=[line("W1", "1.00")])
    story = given(
        hazard(), verify, advice, training, feedback, act, accident, case, assessment, task, handover, slip, tender
    )
    streams = {
        ("advice", "AV-1"): "person-P-A",
        ("training", "TR-1"): "person-P-A",
        ("feedback", "FB-1"): "org",
        ("act", "PA-1"): "person-P-A",
        ("accident", "AC-1"): "unit-W1",
        ("case", "CS-1"): "case-CS-1",
        ("assessment", "AS-1"): "assessment-P-A-202603",
        ("task", "TK-1"): "person-P-A",
        ("handover", "HV-1"): "unit-T1",
        ("tender", "TD-1"): "tender-TD-1",
        ("slip", "SL-1"): "unit-W1",
    }
    for (kind, name), stream in streams.items():
        story.when(attach(by="P-SO", **to(kind, name))).then_facts("EvidenceAttached")
        assert story.recorded[0].stream == stream


def test_a_persons_papers_are_for_him_and_those_above_him() -> None:
    advice = do("PushAdvice", "P-SO", AT, advice="AV-1", person="P-A", text="x", due="2026-03-09")
    story = given(advice)
    on_advice = to("advice", "AV-1")
    for by in ("P-A", "P-T1L", "P-OFF", "P-REP", "P-AUD"):
        story.when(attach(by=by, **on_advice)).then_facts("EvidenceAttached")
    for by in ("P-B", "P-T2L", "SYSTEM"):
        story.when(attach(by=by, **on_advice)).then_refused(Authority)


# -- analysis reports -----------------------------------------------------------------------------------------------

generate = partial(do, "GenerateAnalysisReport", by="P-SO", at="2026-03-31T09:00:00+08:00")


def report_of(story: Story) -> dict[str, Any]:
    fact = story.recorded[0]
    assert isinstance(fact, AnalysisReportGenerated)
    assert hashlib.sha256(fact.report.encode()).hexdigest() == fact.digest
    content: dict[str, Any] = json.loads(fact.report)
    return content


def generated(story: Story, subject: str, period: str) -> dict[str, Any]:
    return report_of(story.when(generate(subject=subject, period=period)).then_facts("AnalysisReportGenerated"))


@pytest.mark.parametrize(
    ("by", "subject"), [("P-SO", "W1"), ("P-W1D", "W1"), ("P-A", "P-A"), ("P-T1L", "P-A"), ("SYSTEM", "HQ")]
)
def test_superiors_offices_and_the_person_ask_for_a_report(by: str, subject: str) -> None:
    when(generate(by=by, subject=subject, period="2026-03")).then_facts("AnalysisReportGenerated")


@pytest.mark.parametrize(("by", "subject"), [("P-B", "P-A"), ("P-A", "T1"), ("P-W2D", "W1"), ("P-G1", "HQ")])
def test_others_do_not(by: str, subject: str) -> None:
    when(generate(by=by, subject=subject, period="2026-03")).then_refused(Authority)


@pytest.mark.parametrize("period", ["2026-3", "2026-Q5", "26", "2026-13", "2026-03-01"])
def test_a_period_is_a_month_quarter_or_year(period: str) -> None:
    when(generate(subject="W1", period=period)).then_refused(Invalid)
    when(generate(subject="W9", period="2026")).then_refused("UNKNOWN_PARTY")


def test_a_unit_is_reported_with_all_below_it() -> None:
    story = given(hazard(), hazard("H-2", "W1"), hazard("H-3", "W3"))
    content = generated(story, "U1", "2026-03")
    assert content["figures"] == {"hazards_reported": 2}
    assert [member["subject"] for member in content["members"]] == ["T1", "W1"]
    assert content["rates"]["closure"] is None
    assert content["weakest"] == []


def assigned(name: str, unit: str, deadline: str) -> list[Line]:
    return [
        hazard(name, unit, place=name),
        do("VerifyHazard", "P-SO", AT, hazard=name, level="C"),
        do("AssignHazard", "P-U1H", AT, hazard=name, manage="term", deadline=deadline, person="P-T1L"),
    ]


def closed(name: str, day: str) -> list[Line]:
    return [
        do("ClaimRectification", "P-T1L", f"{day}T10:00:00+08:00", hazard=name, evidence=["paper:照片"]),
        do("AcceptHazard", "P-SO", f"{day}T11:00:00+08:00", hazard=name, result="pass"),
    ]


def test_closure_and_on_time_are_of_the_hazards_due_in_the_period() -> None:
    extend = do(
        "ExtendDeadline", "P-T1L", AT, hazard="H-4", deadline="2027-01-05", reason="等备件", approved_by="P-W1D"
    )
    story = given(
        *assigned("H-1", "T1", "2026-03-10"),
        *assigned("H-2", "T1", "2026-03-20"),
        *assigned("H-3", "T1", "2026-04-02"),
        *assigned("H-4", "T1", "2026-03-30"),
        hazard("H-5"),
        extend,
        *closed("H-1", "2026-03-12"),
        *closed("H-3", "2026-03-13"),
    )
    march = generated(story, "W1", "2026-03")
    assert (march["figures"]["hazards_due"], march["figures"]["due_closed"]) == (2, 1)
    assert (march["rates"]["closure"], march["rates"]["on_time"]) == ("50", "0")
    assert march["weakest"][:2] == ["on_time", "closure"]
    april = generated(story, "W1", "2026-04")
    assert (april["rates"]["closure"], april["rates"]["on_time"]) == ("100", "100")
    assert generated(story, "W1", "2026")["figures"]["hazards_due"] == 3
    assert generated(story, "W1", "2027-01")["figures"]["hazards_due"] == 1


def test_months_quarters_and_years_add_up() -> None:
    story = given(hazard(at="2026-01-05T09:00:00+08:00"), hazard("H-2", at="2026-02-05T09:00:00+08:00"), hazard("H-3"))
    assert generated(story, "T1", "2026-02")["figures"] == {"hazards_reported": 1}
    assert generated(story, "T1", "2026-Q1")["figures"] == {"hazards_reported": 3}
    assert [month["figures"] for month in generated(story, "T1", "2026-Q1")["months"]] == [{"hazards_reported": 1}] * 3
    assert generated(story, "T1", "2026")["figures"] == {"hazards_reported": 3}
    assert generated(story, "T1", "2026-Q2")["figures"] == {}


def test_the_same_facts_give_the_same_report() -> None:
    story = given(hazard())
    first = story.when(generate(subject="W1", period="2026-03")).recorded[0]
    again = story.when(generate(subject="W1", period="2026-03", by="P-W1D")).recorded[0]
    assert isinstance(first, AnalysisReportGenerated)
    assert isinstance(again, AnalysisReportGenerated)
    assert first.digest == again.digest


def test_charges_show_at_each_party_and_a_reversal_takes_them_off() -> None:
    slip = by_lines(lines=[line("W1", "10.00"), line("P-A", "5.00")])
    story = given(slip, serve(), confirm(known_as="c-1"))
    assert generated(story, "P-A", "2026-03")["figures"] == {"charged": "5.00", "charges": 1}
    assert generated(story, "W1", "2026-03")["figures"] == {"charged": "10.00", "charges": 1}
    reverse = do("ReverseEntry", "P-C0", "2026-03-31T10:00:00+08:00", of="c-1", reason="错", approved_by="P-H0")
    story.given(reverse)
    assert generated(story, "P-A", "2026-03")["figures"]["charged"] == "0.00"
    assert generated(story, "W1", "2026-03")["figures"]["charged"] == "0.00"
