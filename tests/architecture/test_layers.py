"""The dependency rules hold, and each of them is able to fail."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, PROJECT, ROOT

LINTER = Path(sys.executable).with_name("lint-imports")
CONTRACTS: dict[str, str] = {
    contract["id"]: contract["name"] for contract in PROJECT["tool"]["importlinter"]["contracts"]
}
# Contract, importing module, what it imports there against the rule.
VIOLATIONS: dict[str, list[tuple[str, str]]] = {
    "layers": [
        ("schemas.base", "domain.state"),
        ("domain.decide", "activities.mail"),
        ("store.journal", "gateways.mail"),
        ("gateways.mail", "store.journal"),
        ("activities.mail", "workflows.complaint"),
        ("workflows.complaint", "starter.client"),
        ("starter.client", "demo.player"),
        ("demo.player", "cli.app"),
    ],
    "pure": [
        (importer, banned)
        for importer in ("schemas.base", "domain.decide")
        for banned in (
            *("asyncio", "asyncpg", "httpx", "logging", "os", "random", "runtime"),
            *("secrets", "structlog", "temporalio", "time"),
        )
    ],
    "workflows": [
        ("workflows.complaint", banned)
        for banned in ("asyncpg", "gateways.mail", "runtime", "store.journal", "structlog")
    ],
    "sql": [(f"{package}.bypass", "asyncpg") for package in PACKAGES if package != "store"],
    "wiring": [
        (f"{package}.bypass", "runtime.settings")
        for package in ("schemas", "domain", "store", "gateways", "activities", "workflows")
    ],
    "wiring-below": [
        (f"runtime.{target.partition('.')[0]}", target)
        for target in (
            *("store.journal", "gateways.mail", "activities.mail", "workflows.complaint"),
            *("starter.client", "cli.app", "demo.player"),
        )
    ],
    "roots": [
        (f"{package}.bypass", root) for package in PACKAGES for root in ("worker", "tests", "bench")
    ],
}
# Modules that the violations above import, so that the linter can find them.
TARGETS = {
    "activities/mail.py": "",
    "cli/app.py": "",
    "demo/player.py": "",
    "domain/decide.py": "import domain.state",
    "domain/state.py": "",
    "gateways/mail.py": "",
    "runtime/settings.py": "",
    "starter/client.py": "",
    "store/journal.py": "",
    "workflows/complaint.py": "",
}


def lint(tree: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the linter with the project's contracts on the packages in a folder."""
    return subprocess.run(
        [LINTER, "--no-logo", "--no-cache", "--config", ROOT / "pyproject.toml", *options],
        cwd=tree,
        capture_output=True,
        check=False,
        text=True,
    )


def write(tree: Path, module: str, source: str) -> None:
    path = tree / module
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{source}\n")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a small tree with every package of the project and no violation."""
    for package in PACKAGES:
        write(tmp_path, f"{package}/__init__.py", "")
    for module, source in TARGETS.items():
        write(tmp_path, module, source)
    return tmp_path


def test_the_project_keeps_every_contract() -> None:
    outcome = lint(ROOT)
    assert outcome.returncode == 0, outcome.stdout
    assert f"{len(CONTRACTS)} kept, 0 broken" in outcome.stdout


def test_a_tree_without_violations_passes(tree: Path) -> None:
    outcome = lint(tree)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_every_violation_is_seen(tree: Path, contract: str) -> None:
    for importer, imported in VIOLATIONS[contract]:
        write(tree, f"{importer.replace('.', '/')}.py", f"import {imported}")
    outcome = lint(tree, "--contract", contract)
    assert outcome.returncode == 1
    assert f"{CONTRACTS[contract]} BROKEN" in " ".join(outcome.stdout.split())
    for importer, imported in VIOLATIONS[contract]:
        assert f"{importer} -> {imported}" in outcome.stdout


def test_a_cycle_between_siblings_is_seen(tree: Path) -> None:
    write(tree, "domain/state.py", "import domain.decide")
    outcome = lint(tree, "--contract", "siblings")
    assert outcome.returncode == 1
    assert "No cycles are allowed in domain" in outcome.stdout


def test_every_contract_is_broken_once_on_purpose() -> None:
    assert set(CONTRACTS) == {*VIOLATIONS, "siblings"}


def test_no_package_escapes_the_contracts() -> None:
    standing = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert standing == set(PACKAGES)


def test_every_package_is_delivered() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(PACKAGES) <= set(wheel["only-include"])
