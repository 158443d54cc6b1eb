"""The tree under check: its packages, their modules and every file that a commit would hold."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES: tuple[str, ...] = tuple(PROJECT["tool"]["importlinter"]["root_packages"])


def modules(*places: str) -> list[Path]:
    """Return the Python files of the packages or single modules named, in a fixed order."""
    found = [
        path
        for place in places
        for path in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
    ]
    return sorted(path for path in found if path.exists())


def product() -> list[Path]:
    """Return every module that is delivered."""
    return modules(*PACKAGES, "worker.py")


def committed() -> list[Path]:
    """Return every file that is in the repository or would enter it with the next commit."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    found = (ROOT / name for name in listing.stdout.split("\0") if name)
    return sorted(path for path in found if path.is_file())


def name_of(path: Path) -> str:
    """Return the path as people say it, from the root of the tree."""
    return path.relative_to(ROOT).as_posix()
