"""The files tell the revisions, so that nobody has to load Alembic to look."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

import migrations


def test_the_files_are_the_revisions_that_alembic_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    scripts = ScriptDirectory.from_config(config)
    assert migrations.known_revisions() == {script.revision for script in scripts.walk_revisions()}
    assert migrations.newest_revision() == scripts.get_current_head()
