"""Indicator packs (指标包): the ratio indicators of post families and industries as data (ASS-13, ASS-14, DUTY-14).

A pack is a TOML file; an enterprise puts its own beside ours (``JIESUAN_PACKS_DIR``).  Each indicator says what is
counted (``source``), which of it makes the numerator (``where``), and how it is narrowed (``specialties``, ``items``,
``categories``, ``levels``).  The meaning of sources is in ``projections.queries.indicator_sources``.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec

from ledger.money import plain

SOURCES = {
    "checks": ("ok",),
    "elements": ("ok", "checked"),
    "hazards_reported": ("confirmed", "in_shift", "repeated"),
    "hazards_due": ("closed", "on_time"),
    "measures": ("passed",),
    "tasks": ("completed", "in_time"),
    "lists": ("duty", "inspection"),
    "trainings": ("passed",),
    "advice": ("closed",),
    "figures": ("recorded",),
}
"""The sources that can be counted, and the conditions that make a numerator of each."""

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
FULL = 100


class Ratio(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ratio: ``where`` of ``source``, in percent; ``better`` says in which direction it is good."""

    id: str
    name: str
    title: str
    weight: int
    source: Literal[
        "checks",
        "elements",
        "hazards_reported",
        "hazards_due",
        "measures",
        "tasks",
        "lists",
        "trainings",
        "advice",
        "figures",
    ]
    where: str
    family: str | None = None
    better: Literal["higher", "lower"] = "higher"
    minimum: str | None = None
    specialties: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The indicators of an industry, or of the post families; the weights of each family add up to 100."""

    id: str
    name: str
    title: str
    basis: str
    indicators: tuple[Ratio, ...]

    def full_id(self, one: Ratio) -> str:
        """As query Indicator and RecordIndicator name it."""
        return f"{self.id}.{one.id}"

    @property
    def families(self) -> tuple[str | None, ...]:
        return tuple(dict.fromkeys(one.family for one in self.indicators))


class WrongPack(Exception):
    """A pack cannot be used; the message names the file and what is wrong in it."""


_decoder = msgspec.toml.decode


def read(text: bytes, where: str) -> Pack:
    """A pack from its file.  Raises WrongPack."""
    try:
        pack = _decoder(text, type=Pack)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
        raise WrongPack(f"{where}: {error}") from None
    if problem := wrong(pack):
        raise WrongPack(f"{where}: {problem}")
    return pack


def wrong(pack: Pack) -> str | None:
    """The first thing wrong with a pack, in words; None for a good one."""
    if not _CODE.match(pack.id):
        return f"id {pack.id}: small letters, digits and _ are needed"
    for one in pack.indicators:
        if problem := _wrong(one):
            return f"indicator {one.id}: {problem}"
    if twice := [name for name, count in Counter(one.id for one in pack.indicators).items() if count > 1]:
        return f"indicator {twice[0]} is there twice"
    for family in pack.families:
        total = sum(one.weight for one in pack.indicators if one.family == family)
        if total != FULL:
            return f"the weights of {family or 'the pack'} add up to {total}, not {FULL}"
    return None


def _wrong(one: Ratio) -> str | None:
    if not _CODE.match(one.id):
        return "small letters, digits and _ are needed"
    if one.where not in SOURCES[one.source]:
        return f"of {one.source} there is no '{one.where}': {', '.join(SOURCES[one.source])}"
    if one.weight <= 0:
        return "weight: more than 0 is needed"
    if one.minimum is not None and not _is_percent(one.minimum):
        return f"minimum: {one.minimum} is no percentage"
    return None


def _is_percent(text: str) -> bool:
    return (
        re.match(r"[0-9]{1,3}(\.[0-9]{1,2})?\Z", text) is not None
        and Decimal(text) <= FULL
        and bool(plain(Decimal(text)))
    )


# -- the packs that there are -----------------------------------------------------------------------------------------


@cache
def _ours() -> dict[str, Pack]:
    files = resources.files(__name__)
    names = sorted(file.name for file in files.iterdir() if file.name.endswith(".toml"))
    packs = (read(files.joinpath(name).read_bytes(), name) for name in names)
    return {pack.id: pack for pack in packs}


_theirs: dict[str, Pack] = {}


def use(directory: Path | None) -> None:
    """The enterprise's own packs from here on; one with the id of ours takes its place.  Raises WrongPack."""
    _theirs.clear()
    if directory is not None:
        if not directory.is_dir():
            raise WrongPack(f"{directory} is no directory")
        packs = [read(path.read_bytes(), path.name) for path in sorted(directory.glob("*.toml"))]
        _theirs.update({pack.id: pack for pack in packs})


def all_packs() -> dict[str, Pack]:
    """Every pack by its id."""
    return dict(sorted({**_ours(), **_theirs}.items()))


def find(full_id: str) -> tuple[Pack, Ratio] | None:
    """The indicator of ``pack.indicator``."""
    name, _, code = full_id.partition(".")
    pack = all_packs().get(name)
    if pack is None:
        return None
    return next(((pack, one) for one in pack.indicators if one.id == code), None)
