"""Duty lists, tasks, inspections, devices."""

from __future__ import annotations

from msgspec import field

from projections.queries.answers.kernel import UNSET, Answer, Day, Moment, Month, Number, PlaceOfSpecialty, UnsetType


class DutyItem(Answer):
    item: str
    text: str
    basis: str
    metric: str
    period: str
    target: str
    weight: int | Number


class DutyListInForce(Answer):
    version: str
    effective: Day
    approved_by: str
    position: int
    items: list[DutyItem]


class InspectionFrequency(Answer):
    count: int
    shift: str


class InspectionItem(Answer):
    item: str
    layer: str
    place: str
    specialty: str


class InspectionListInForce(Answer):
    version: str
    effective: Day
    approved_by: str
    position: int
    freq: list[InspectionFrequency]
    cycle: str
    items: list[InspectionItem]
    places: list[str]


class LikeList(Answer, kw_only=True):
    list_: str = field(name="list")
    person: str
    share: Number
    same_role: bool


class ListVersion(Answer):
    kind: str
    list_version: str
    effective: Day
    approved_by: str
    position: int


class DutyLists(Answer):
    person: str
    date: Day
    acknowledged: bool | None
    """Has the person read the duty list that counts; null without one."""
    duty: DutyListInForce | None
    inspection: InspectionListInForce | None
    alike: list[LikeList]
    alike_count: int
    versions: list[ListVersion]


class CopiedList(Answer, kw_only=True):
    list_: str = field(name="list")
    persons: list[str]
    roles: list[str]


class AlikeLists(Answer, kw_only=True):
    list_: str = field(name="list")
    persons: list[str]
    share: Number
    roles: list[str]


class CopiesCounted(Answer):
    copies: int
    alike: int


class ListCopies(Answer):
    unit: str | None
    date: Day
    copies: list[CopiedList]
    alike: list[AlikeLists]
    counted: CopiesCounted


class MissingLists(Answer):
    duty: list[str]
    inspection: list[str]


class AdoptionTotal(Answer):
    unit: str | None
    persons: int
    required: int
    duty: int
    duty_share: Number | None
    inspection: int
    inspection_share: Number | None
    taken_up: int


class AdoptionOfUnit(AdoptionTotal):
    unit: str
    versions: dict[str, str]
    missing: MissingLists
    not_taken_up: list[str]
    not_acknowledged: list[str]


class Layers(Answer):
    point: int
    line: int
    area: int


class ListAdoption(Answer):
    unit: str | None
    date: Day
    total: AdoptionTotal
    units: list[AdoptionOfUnit]
    places: int
    specialties: list[str]
    layers: Layers
    uncovered: list[PlaceOfSpecialty]


class PlannedTask(Answer):
    task: str
    person: str
    unit: str
    item: str
    text: str
    period: str
    occurrence: str
    due: Moment
    place: str | None
    """An inspection there completes it."""


class SkippedTask(Answer):
    person: str
    item: str | None
    reason: str


class TaskPlan(Answer):
    date: Day
    unit: str | None
    tasks: list[PlannedTask]
    dispatched_before: int
    skipped: list[SkippedTask]


class TaskRow(Answer):
    task: str
    person: str
    unit: str
    item: str
    state: str
    since: Day
    due: Moment
    done_at: Moment | None
    late: bool
    evidence: list[str]
    place: str | None


class Tasks(Answer):
    tasks: list[TaskRow]
    next: str | None
    counted: dict[str, int]
    """By state."""


class PlacesInspected(Answer):
    required: list[str]
    visited: list[str]
    missing: list[str]
    extra: list[str]


class TimesByShift(Answer):
    required: dict[str, int]
    done: dict[str, int]


class PlacesCounted(Answer):
    required: int
    visited: int


class InspectionFigures(Answer, kw_only=True):
    """The fields that ScoreInspection takes."""

    quality: Number | UnsetType = UNSET
    places: PlacesCounted
    freq: TimesByShift


class InspectionScore(Answer, kw_only=True):
    person: str
    period: Month
    list_: str | None = field(name="list")
    quality: Number | None
    coverage: Number | None
    frequency: Number | None
    I: Number | None  # noqa: E741 - the contract's name
    places: PlacesInspected
    freq: TimesByShift
    inspections: list[str]
    rated: list[str]
    score_inspection: InspectionFigures | None


class InspectionRow(Answer):
    position: int
    inspection: str
    person: str
    place: str
    business_date: Day
    shift: str | None
    quality: Number | None
    unannounced: bool
    checked: int
    problems: list[str]
    hazards: int
    unreported: int


class Inspections(Answer):
    period: Month
    inspections: list[InspectionRow]
    next: int | None


class DoubtRow(Answer):
    rule: str
    kind: str
    id: str
    person: str
    detail: str


class Plausibility(Answer):
    period: Month
    unit: str | None
    tasks: int
    inspections: int
    counted: dict[str, int]
    """By rule."""
    doubts: list[DoubtRow]


class Gap(Answer, kw_only=True):
    from_: int = field(name="from")
    to: int


class DeviceRow(Answer):
    device: str
    commands: int
    offline: int
    first_seq: int | None
    last_seq: int | None
    gaps: list[Gap]
    missing: int
    repeated: list[int]
    last_position: int
    longest_delay_days: int


class Devices(Answer):
    devices: list[DeviceRow]
