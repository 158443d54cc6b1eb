"""The deployment files as docker-compose reads them, with secrets as an operator makes them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from runtime.embedded.process import clean_environment
from runtime.settings import PROJECT

ONE_MACHINE = "docker-compose.yml"
CLUSTER = "docker-compose.cluster.yml"
SCRIPTS = sorted(path.relative_to(PROJECT).as_posix() for path in PROJECT.glob("deploy/**/*.sh"))

CLUSTER_VARIABLES = {
    "REDRESS_KEK": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "TEMPORAL_ADDRESS": "temporal.example.test:7233",
    "TEMPORAL_NAMESPACE": "redress.a1b2c",
    "OWNER_DATABASE_URL": "postgresql://redress_owner:one@db.example.test/redress",
    "WORKER_DATABASE_URL": "postgresql://redress_worker:two@db.example.test/redress",
}
"""What an operator writes who has a cluster."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Service:
    """One service of a rendered file."""

    name: str
    config: Document

    @property
    def is_ours(self) -> bool:
        return "build" in self.config

    @property
    def is_job(self) -> bool:
        """Tell whether it is to run once and end."""
        return bool(self.config["restart"] == "no")

    @property
    def environment(self) -> Mapping[str, str]:
        """What it is given; a variable that is passed on and not set is none."""
        given = self.config.get("environment", {})
        return {name: value for name, value in given.items() if value is not None}

    @property
    def awaits(self) -> Mapping[str, str]:
        """The services before it, and how far each must have come."""
        before: Mapping[str, Document] = self.config.get("depends_on", {})
        return {name: how["condition"] for name, how in before.items()}


@dataclass(frozen=True)
class Deployment:
    """A directory with the deployment files and a fresh `.env`, as on an operator's machine."""

    directory: Path

    def compose(self, file: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run docker-compose on one of the files."""
        command = ["docker-compose", "--file", file, "--profile", "*", *words]
        return run(*command, directory=self.directory, **variables)

    def services(self, file: str, **variables: str) -> dict[str, Service]:
        """Return the services of a file, by name."""
        rendered = self.compose(file, "config", "--format", "json", **variables)
        assert rendered.returncode == 0, rendered.stderr
        found: Document = json.loads(rendered.stdout)["services"]
        return {name: Service(name, config) for name, config in found.items()}

    def variables(self, file: str) -> set[str]:
        """Return the names that a file asks its surroundings for."""
        said = self.compose(file, "config", "--variables", "--format", "json")
        assert said.returncode == 0, said.stderr
        return set(json.loads(said.stdout))

    def secrets(self) -> dict[str, str]:
        """Return what is written into `.env`."""
        lines = (self.directory / ".env").read_text("utf-8").splitlines()
        pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
        return dict(pairs)


def laid_out(directory: Path) -> Deployment:
    """Copy the files that a deployment needs, and nothing else, and make its secrets."""
    for name in (ONE_MACHINE, CLUSTER, ".env.example"):
        shutil.copy(PROJECT / name, directory)
    shutil.copytree(PROJECT / "deploy", directory / "deploy")
    made = run("sh", "deploy/make-env.sh", directory=directory)
    assert made.returncode == 0, made.stderr
    return Deployment(directory)


def in_order(services: Mapping[str, Service]) -> Iterator[Service]:
    """Yield every service after those that it awaits."""
    done: set[str] = set()
    while len(done) < len(services):
        ready = [
            service
            for name, service in services.items()
            if name not in done and done.issuperset(service.awaits)
        ]
        assert ready, f"these wait for each other: {services.keys() - done}"
        yield from ready
        done |= {service.name for service in ready}


def dynamic_config() -> dict[str, str]:
    """Return what the Temporal server reads while it runs, as JSON by name."""
    text = (PROJECT / "deploy/temporal/dynamic.yaml").read_text("utf-8")
    return dict(re.findall(r"^([\w.]+):\n  - value: (.+)$", text, re.MULTILINE))


@cache
def program(name: str) -> str | None:
    """Return where a tool of the project is, else one of the machine."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)


def run(
    name: str, *words: str, directory: Path = PROJECT, stdin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a tool to its end in an environment with nothing but what is given."""
    return subprocess.run(
        [program(name) or name, *words],
        cwd=directory,
        env=clean_environment(**{"HOME": str(directory), **variables}),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
