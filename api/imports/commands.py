"""Commands as an import gives them: in their interchange form, read by the rules of every door."""

from __future__ import annotations

import hashlib
from typing import Any

from ledger.decisions import Command
from ledger.forms import normal_text
from ledger.interchange import Query, read
from ledger.vocabulary import SYSTEM

Data = dict[str, Any]
SOURCE = {"input_mode": "import"}


def command(identity: str, at: str, name: str, data: Data, by: str = SYSTEM, **envelope: str) -> Command:
    """A command in its interchange form, its texts as every door takes them.  Raises Invalid."""
    given = {"id": identity, "at": at, "by": by, "command": name, "source": SOURCE, "data": data, **envelope}
    made = read(normal_text(given))
    assert not isinstance(made, Query)
    return made


def digest(*parts: str) -> str:
    """A short id of names that need not fit into an id themselves."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
