"""Long work as jobs (docs/decisions/0007-jobs.md): asked for, watched, and its result fetched, from any process.

A job is an async function whose parameters are its form:

    @job("ExportStatements")
    async def export_statements(work: Work, centre: CentreId, period: Month) -> Result:
        \"\"\"Does this or that, in domain words.\"\"\"
        await work.progress(3, 1000, "W3")
        return {"statements": 1000}          # or File("statements.zip", "application/zip", work.directory / "s.zip")

Modules with jobs are listed in ``api.jobs.catalogue``.
"""

from api.jobs.registry import TABLE, Failed, File, Job, Result, Work, find, job

__all__ = ["TABLE", "Failed", "File", "Job", "Result", "Work", "find", "job"]
