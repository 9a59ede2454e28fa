"""The `eventsourcing` library's own suites pass on our log."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import TestCase, defaultTestLoader
from uuid import uuid4

import pytest
from eventsourcing.tests import persistence as library

from tests.conftest import Database
from tests.ledger.log.recorder import BackgroundLog, LogAggregateRecorder, LogApplicationRecorder


class OnOurLog(library.RecorderTestCase):
    """Text for ids, and versions from 0 on, as half of the suites' cases assume anyway."""

    __test__ = False
    INITIAL_VERSION = 0
    background: BackgroundLog

    def new_originator_id(self) -> str:
        return str(uuid4())


class Streams(OnOurLog, library.AggregateRecorderTestCase):
    def create_recorder(self) -> LogAggregateRecorder:
        return LogAggregateRecorder(self.background, first_version=self.INITIAL_VERSION)


class OneOrder(OnOurLog, library.ApplicationRecorderTestCase[LogApplicationRecorder]):
    def create_recorder(self) -> LogApplicationRecorder:
        return LogApplicationRecorder(self.background, first_version=self.INITIAL_VERSION)

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class NothingInterleaves(OnOurLog, library.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> LogApplicationRecorder:
        return LogApplicationRecorder(self.background, first_version=self.INITIAL_VERSION)


def cases() -> Iterator[TestCase]:
    for suite in (Streams, OneOrder, NothingInterleaves):
        yield from defaultTestLoader.loadTestsFromTestCase(suite)  # type: ignore[misc]


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.id().split(".", 3)[-1])
def test_the_library_finds_our_log_a_good_recorder(case: OnOurLog, database: Database) -> None:
    with BackgroundLog(database.dsn) as case.background:
        case.debug()
