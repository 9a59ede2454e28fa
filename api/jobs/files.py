"""Files of a whole month as jobs: statements of all units of a centre, personal lists of all persons of a unit."""

from __future__ import annotations

from api.jobs.registry import File, Result, Work, job
from api.papers.bundles import export_all
from api.papers.selection import format_of
from ledger.vocabulary import CentreId, Month, UnitId
from projections.exports.formats import PERSONAL, STATEMENT, Kind, bundle_suffix, bundle_type


@job("ExportStatements")
async def export_statements(work: Work, centre: CentreId, period: Month, format: str = "xlsx") -> Result:  # noqa: A002
    """The statements of all units that a centre settles: one workbook, a ZIP of PDFs, or one text, CSV or JSON file."""
    return await _exported(work, STATEMENT, centre, period, format, f"结算单 {centre} {period}")


@job("ExportPersonalLists")
async def export_personal_lists(work: Work, unit: UnitId, period: Month, format: str = "pdf") -> Result:  # noqa: A002
    """The own list of every person whose home is at the unit or below it."""
    return await _exported(work, PERSONAL, unit, period, format, f"个人清单 {unit} {period}")


async def _exported(work: Work, kind: Kind, whose: str, period: str, wanted: str, name: str) -> File:
    form = format_of(wanted)
    path = work.directory / "export"
    await export_all(work.ledger, kind, whose, period, form, path, work.progress)
    return File(name + bundle_suffix(form), bundle_type(form), path)
