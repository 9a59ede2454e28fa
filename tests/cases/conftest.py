"""The read models of a case's history."""

from tests.projections.conftest import books as books
