"""The layout of the register is the same in every process, whatever it has imported before."""

from __future__ import annotations

import subprocess
import sys

import pytest

from projections.layout import layout_of_states

pytestmark = pytest.mark.integration

SAY = "from projections.layout import layout_of_states; print(layout_of_states())"


@pytest.mark.parametrize(
    "before", ["", "import ledger.state.computed, ledger.state.reconciliation; ", "import api.cli.app; "]
)
def test_a_process_finds_the_same_layout(before: str) -> None:
    done = subprocess.run([sys.executable, "-c", before + SAY], capture_output=True, text=True, check=True)
    assert int(done.stdout) == layout_of_states()
