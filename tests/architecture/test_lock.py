"""The lock pins by hash, names no place to fetch from, and fits pyproject.toml."""

from __future__ import annotations

import re
from itertools import pairwise

from packaging.requirements import Requirement

from tests.architecture.tree import PROJECT, ROOT

LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+)(?P<marker> ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def strange_lines(lock: str) -> list[str]:
    """Return the lines that are neither a comment nor a pin nor a hash."""
    return [
        line
        for line in lock.splitlines()
        if not (line.startswith("#") or PIN.match(line) or HASH.match(line))
    ]


def unmet(requirements: list[str], lock: str) -> list[str]:
    """Return the requirements that no pin of the lock fulfils."""
    pins = {pin["name"]: pin["version"] for pin in map(PIN.match, lock.splitlines()) if pin}
    return [
        text
        for text in requirements
        for wanted in [Requirement(text)]
        if not wanted.specifier.contains(pins.get(wanted.name, "0"))
    ]


def test_the_lock_holds_pins_and_hashes_only() -> None:
    assert strange_lines(LOCK) == []
    assert "://" not in LOCK


def test_every_pin_has_a_hash() -> None:
    lines = [line for line in LOCK.splitlines() if not line.startswith("#")]
    followers = [after for line, after in pairwise(lines) if PIN.match(line)]
    assert followers
    assert all(HASH.match(line) for line in followers)


def test_the_lock_fits_the_project() -> None:
    project = PROJECT["project"]
    wanted = [
        *project["dependencies"],
        *project["optional-dependencies"]["embedded"],
        *PROJECT["dependency-groups"]["dev"],
    ]
    assert unmet(wanted, LOCK) == []


def test_a_place_to_fetch_from_is_seen() -> None:
    places = ["--index-url https://example.test/simple", "thing @ https://example.test/thing.whl"]
    assert strange_lines("\n".join(["# made by make lock", *places])) == places


def test_an_unmet_requirement_is_seen() -> None:
    lock = "thing==1.2 \\\n"
    assert unmet(["thing>=1", "thing~=2.0", "other>=1"], lock) == ["thing~=2.0", "other>=1"]
