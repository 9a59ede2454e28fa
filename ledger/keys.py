"""Keys of states that hold free text: an index takes no more than some two thousand bytes of it."""

from __future__ import annotations

import hashlib

LONGEST = 200
"""Characters; a longer key is its kind and the hash of the whole."""


def bounded(key: str) -> str:
    """The key as it is stored and asked for: ``quota-wage:W1/<a whole page>`` → ``quota-wage:#<SHA-256>``."""
    if len(key) <= LONGEST:
        return key
    return f"{key.partition(':')[0]}:#{hashlib.sha256(key.encode()).hexdigest()}"
