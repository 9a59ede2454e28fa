"""A command loads nothing that it does not need: the command line starts quickly, a projector stays small."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE

import pytest

from tests.benchmarks.processes import ROOT

pytestmark = pytest.mark.integration

HEAVY = {"fastapi", "uvicorn", "alembic", "pyarrow", "typst", "xlsxwriter"}


@pytest.mark.parametrize("program", ["api.cli.app", "projections.workers"])
async def test_what_only_some_commands_need_is_not_loaded_by_all(program: str) -> None:
    words = f"import sys, {program}; print(*sorted({HEAVY!r} & sys.modules.keys()))"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", words, stdout=PIPE, cwd=ROOT)
    said, _ = await process.communicate()
    assert (process.returncode, said.decode().split()) == (0, [])
