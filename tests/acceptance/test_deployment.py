"""The deployment files hold what they promise, as far as that can be told without containers."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from typer.testing import CliRunner

from cli.app import app
from runtime.embedded.temporal_server import DYNAMIC_CONFIG
from runtime.kek import load_kek
from runtime.settings import Settings, load_settings
from tests.architecture.tree import PROJECT, ROOT
from tests.support.compose import (
    CLUSTER,
    CLUSTER_VARIABLES,
    ONE_MACHINE,
    SCRIPTS,
    Deployment,
    Service,
    dynamic_config,
    in_order,
    laid_out,
    program,
    run,
)
from worker import DRAIN

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
OPERATIONS = (ROOT / "docs/operations.md").read_text("utf-8")

ENVCONFIG = {
    "TEMPORAL_ADDRESS",
    "TEMPORAL_API_KEY",
    "TEMPORAL_CONFIG_FILE",
    "TEMPORAL_NAMESPACE",
    "TEMPORAL_PROFILE",
    "TEMPORAL_TLS",
}
"""Variables of temporalio.envconfig that are used here."""

KNOWERS = {
    "DB_ADMIN_PASSWORD": {"postgres"},
    "DB_TEMPORAL_PASSWORD": {"postgres", "temporal-schema", "temporal"},
    "DB_OWNER_PASSWORD": {"postgres", "migrate"},
    "DB_WORKER_PASSWORD": {"postgres", "worker", "door"},
    "REDRESS_KEK": {"worker", "door"},
}
"""Which service is told which secret."""

PINNED = re.compile(r"[a-z/-]+:\d+\.\d+(\.\d+)?(-[a-z]+)*")
SECRET_NAME = re.compile(r"PASSWORD|PWD|SECRET|KEK|KEY|DATABASE_URL")
FROM_OUTSIDE = re.compile(r"(postgresql://\w+:)?\$\{\w+:\?[^}]+\}[^$]*")
TIME = re.compile(r"(\d+)([ms])")


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    return laid_out(tmp_path_factory.mktemp("deployment"))


@pytest.fixture(scope="module")
def machine(deployment: Deployment) -> dict[str, Service]:
    """The services of the file for one machine."""
    return deployment.services(ONE_MACHINE)


@pytest.fixture(scope="module")
def cluster(deployment: Deployment) -> dict[str, Service]:
    """The services of the file for a cluster."""
    return deployment.services(CLUSTER, **CLUSTER_VARIABLES)


@pytest.fixture(scope="module")
def every(machine: dict[str, Service], cluster: dict[str, Service]) -> list[Service]:
    return [*machine.values(), *cluster.values()]


@pytest.fixture(scope="module")
def ours(every: list[Service]) -> list[Service]:
    return [service for service in every if service.is_ours]


def seconds(text: str) -> float:
    """Return a time as docker-compose writes it: 1m30s."""
    units = {"m": "minutes", "s": "seconds"}
    parts = {units[unit]: int(number) for number, unit in TIME.findall(text)}
    return timedelta(**parts).total_seconds()


# ---- The files themselves -----------------------------------------------------------------------


def test_without_its_variables_a_file_names_each_that_is_missing(tmp_path: Path) -> None:
    deployment = laid_out(tmp_path)
    (tmp_path / ".env").unlink()
    for file, needed in ((ONE_MACHINE, KNOWERS), (CLUSTER, CLUSTER_VARIABLES)):
        said = deployment.compose(file, "config", "--quiet")
        assert said.returncode == 1
        missing = set(re.findall(r"required variable (\w+) is missing a value: \w", said.stderr))
        assert missing == needed.keys()


@pytest.mark.parametrize("file", [ONE_MACHINE, CLUSTER])
def test_a_file_follows_the_compose_specification(file: str) -> None:
    checked = run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", file)
    assert checked.returncode == 0, checked.stdout


def test_what_the_specification_does_not_know_is_seen(tmp_path: Path) -> None:
    text = (ROOT / CLUSTER).read_text("utf-8").replace("depends_on:", "depends_upon:")
    (tmp_path / CLUSTER).write_text(text, "utf-8")
    checked = run(
        "check-jsonschema", "--builtin-schema", "vendor.compose-spec", CLUSTER, directory=tmp_path
    )
    assert checked.returncode == 1


def test_the_example_has_every_variable_of_the_file(deployment: Deployment) -> None:
    assert deployment.variables(ONE_MACHINE) == deployment.secrets().keys()


def test_the_page_has_every_variable_of_the_cluster(deployment: Deployment) -> None:
    asked = {*deployment.variables(CLUSTER), "TEMPORAL_API_KEY", "TEMPORAL_TLS", "TEMPORAL_PROFILE"}
    assert {name for name in asked if f"`{name}`" not in OPERATIONS} == set()


def test_an_image_is_made_from_what_is_delivered_and_nothing_else() -> None:
    allowed = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    delivered = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    needed = {"pyproject.toml", "requirements.lock", PROJECT["project"]["readme"], "LICENSE"}
    assert set(allowed) == {*delivered, *needed}


# ---- Images -------------------------------------------------------------------------------------


def test_every_image_is_pinned(every: list[Service]) -> None:
    images = {service.config["image"] for service in every}
    images |= set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    assert [image for image in images if not PINNED.fullmatch(image)] == []
    assert not PINNED.fullmatch("postgres:latest")
    assert not PINNED.fullmatch("postgres:17")


def test_our_image_has_our_version(ours: list[Service]) -> None:
    images = {service.config["image"] for service in ours}
    assert images == {f"redress:{PROJECT['project']['version']}"}


def test_temporal_is_the_one_that_is_tested(machine: dict[str, Service]) -> None:
    said = run("temporal", "--version").stdout
    found = re.search(r"\(Server (?P<server>[\d.]+), UI (?P<ui>[\d.]+)\)", said)
    assert found, said
    assert machine["temporal"].config["image"] == f"temporalio/server:{found['server']}"
    assert machine["temporal-ui"].config["image"] == f"temporalio/ui:{found['ui']}"
    for job in ("temporal-schema", "temporal-namespace"):
        assert machine[job].config["image"] == f"temporalio/admin-tools:{found['server']}"


def test_the_dockerfile_is_well_made() -> None:
    assert run("hadolint", "Dockerfile").stdout == ""
    assert "DL3006" in run("hadolint", "-", stdin="FROM python\n").stdout


def test_the_program_runs_as_nobody_in_particular() -> None:
    build, stage = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    users = re.findall(r"^USER (\d+)$", stage, re.MULTILINE)
    assert users
    assert users[-1] != "0"
    assert 'ENTRYPOINT ["redress"]' in stage
    # The environment is made for this very Python.
    assert build.splitlines()[0] == f"{stage.splitlines()[0]} AS build"


def test_uv_is_the_one_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (version,) = re.findall(r"^UV_VERSION := (.+)$", makefile, re.MULTILINE)
    assert f"uv=={version}\n" in DOCKERFILE


# ---- Services -----------------------------------------------------------------------------------


def test_what_runs_long_says_how_it_is_and_comes_back(every: list[Service]) -> None:
    for service in every:
        if not service.is_job:
            assert service.config["restart"] == "unless-stopped", service.name
            assert service.config["healthcheck"]["test"][0] == "CMD", service.name


def test_each_waits_until_the_one_before_is_fit_for_use(machine: dict[str, Service]) -> None:
    for service in machine.values():
        for name, how in service.awaits.items():
            is_job = machine[name].is_job
            assert how == ("service_completed_successfully" if is_job else "service_healthy")
    chain = "postgres temporal-schema temporal temporal-namespace migrate worker"
    order = [service.name for service in in_order(machine)]
    assert [name for name in order if name not in {"temporal-ui", "door"}] == chain.split()


def test_our_services_run_commands_that_the_program_has(ours: list[Service]) -> None:
    for service in ours:
        probe = service.config.get("healthcheck", {"test": ["CMD", "redress", "doctor"]})["test"]
        assert probe[:2] == ["CMD", "redress"]
        for words in (service.config["command"], probe[2:]):
            assert CliRunner().invoke(app, [*words, "--help"]).exit_code == 0, words
    assert CliRunner().invoke(app, ["tea", "--help"]).exit_code == 2


def test_our_services_are_given_nothing_that_they_do_not_know(ours: list[Service]) -> None:
    known = {f"REDRESS_{name.upper()}" for name in Settings.model_fields} | ENVCONFIG
    for service in ours:
        assert service.config["environment"].keys() <= known, service.name


def test_a_worker_may_finish_what_is_under_way(ours: list[Service]) -> None:
    workers = [service for service in ours if service.name == "worker"]
    assert len(workers) == 2
    for worker in workers:
        assert seconds(worker.config["stop_grace_period"]) > DRAIN.total_seconds()


def test_what_is_not_postgresql_can_change_nothing_around_it(every: list[Service]) -> None:
    for service in every:
        assert service.config["security_opt"] == ["no-new-privileges:true"], service.name
        if service.name != "postgres":
            assert service.config["read_only"], service.name
            assert service.config["cap_drop"] == ["ALL"], service.name


def test_only_the_ui_can_be_reached_and_from_this_machine_alone(every: list[Service]) -> None:
    ports = {(service.name, port["host_ip"]) for service in every for port in published(service)}
    assert ports == {("temporal-ui", "127.0.0.1")}


def published(service: Service) -> list[dict[str, str]]:
    found: list[dict[str, str]] = service.config.get("ports", [])
    return found


def test_what_is_mounted_is_there_and_cannot_be_written(
    every: list[Service], deployment: Deployment
) -> None:
    mounts = [mount for service in every for mount in service.config.get("volumes", [])]
    files = [mount for mount in mounts if mount["type"] == "bind"]
    assert len(files) >= 4
    for mount in files:
        assert Path(mount["source"]).is_relative_to(deployment.directory)
        assert Path(mount["source"]).exists(), mount
        assert mount["read_only"], mount


def test_both_files_run_the_worker_alike(
    machine: dict[str, Service], cluster: dict[str, Service]
) -> None:
    differing = {"depends_on", "environment", "secrets"}
    for name, service in cluster.items():
        here, there = machine[name].config, service.config
        assert {key for key in here | there if here.get(key) != there.get(key)} <= differing


# ---- Secrets ------------------------------------------------------------------------------------


def test_each_secret_is_told_to_those_who_need_it(
    deployment: Deployment, machine: dict[str, Service]
) -> None:
    secrets = deployment.secrets()
    told = {
        name: {other for other, service in machine.items() if is_told(service, secrets[name])}
        for name in KNOWERS
    }
    assert told == KNOWERS


def is_told(service: Service, secret: str) -> bool:
    return any(secret in value for value in service.environment.values())


@pytest.mark.parametrize("file", [ONE_MACHINE, CLUSTER])
def test_no_secret_stands_in_a_file(file: str) -> None:
    lines = re.findall(r"^ +(\w+): (.+)$", (ROOT / file).read_text("utf-8"), re.MULTILINE)
    secrets = [value for name, value in lines if SECRET_NAME.search(name)]
    assert len(secrets) >= 3
    assert [value for value in secrets if not FROM_OUTSIDE.fullmatch(value)] == []


@pytest.mark.parametrize("value", ["hunter2", "postgresql://a:hunter2@b/c", "${KEK:-hunter2}"])
def test_a_secret_in_a_file_is_seen(value: str) -> None:
    assert not FROM_OUTSIDE.fullmatch(value)


def test_fresh_secrets_differ_and_are_for_their_owner_only(
    deployment: Deployment, tmp_path: Path
) -> None:
    file = laid_out(tmp_path).directory / ".env"
    assert file.stat().st_mode & 0o777 == 0o600
    first, second = deployment.secrets(), Deployment(tmp_path).secrets()
    assert {name for name in first if first[name] == second[name]} == {"UI_PORT"}
    assert len({*first.values()}) == len(first)
    assert load_kek(load_settings(kek=first["REDRESS_KEK"])).secret


def test_secrets_that_are_there_stay(tmp_path: Path) -> None:
    deployment = laid_out(tmp_path)
    before = deployment.secrets()
    again = run("sh", "deploy/make-env.sh", directory=tmp_path)
    assert again.returncode == 1
    assert "stays as it is" in again.stderr
    assert deployment.secrets() == before


# ---- Scripts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_well_made(script: str) -> None:
    assert run("sh", "-n", script).returncode == 0
    if program("shellcheck") is None:
        pytest.skip("shellcheck is not here; it has no wheel for this machine")
    assert run("shellcheck", script).stdout == ""
    assert "SC2086" in run("shellcheck", "-", stdin="#!/bin/sh\nrm $1\n").stdout


def test_the_tables_of_temporal_are_made_and_brought_up_to_date(tmp_path: Path) -> None:
    tool = tmp_path / "temporal-sql-tool"
    tool.write_text('#!/bin/sh\necho "$SQL_DATABASE" "$@"\n', "utf-8")
    tool.chmod(0o755)
    ran = run("sh", "deploy/temporal/schema.sh", PATH=f"{tmp_path}:/usr/bin:/bin")
    assert ran.stdout.splitlines() == [
        "temporal setup-schema --version 0.0",
        "temporal update-schema --schema-name postgresql/v12/temporal",
        "temporal_visibility setup-schema --version 0.0",
        "temporal_visibility update-schema --schema-name postgresql/v12/visibility",
    ]


def test_temporal_is_told_what_the_embedded_one_is_told() -> None:
    found = dynamic_config()
    assert found
    assert {
        name for name, value in found.items() if DYNAMIC_CONFIG.get(name, value) != value
    } == set()


# ---- A cluster, or Temporal Cloud ---------------------------------------------------------------


def test_an_api_key_reaches_the_connection(deployment: Deployment) -> None:
    worker = deployment.services(CLUSTER, **CLUSTER_VARIABLES, TEMPORAL_API_KEY="key-1")["worker"]
    (secret,) = worker.config["secrets"]
    assert worker.environment["TEMPORAL_CONFIG_FILE"] == secret["target"]
    config = connection_of(worker, "/dev/null")
    assert config["target_host"] == CLUSTER_VARIABLES["TEMPORAL_ADDRESS"]
    assert config["namespace"] == CLUSTER_VARIABLES["TEMPORAL_NAMESPACE"]
    assert config["api_key"] == "key-1"


def test_certificates_come_from_the_profile(deployment: Deployment, tmp_path: Path) -> None:
    (example,) = re.findall(r"^```toml\n(\[profile.*?)^```$", OPERATIONS, re.MULTILINE | re.DOTALL)
    file = tmp_path / "temporal.toml"
    file.write_text(example, "utf-8")
    variables = {"TEMPORAL_PROFILE": "production", "TEMPORAL_TOML": str(file)}
    services = deployment.services(CLUSTER, **CLUSTER_VARIABLES, **variables)
    config = connection_of(services["worker"], str(file))
    tls = config["tls"]
    assert not isinstance(tls, bool)
    assert b"BEGIN CERTIFICATE" in (tls.client_cert or b"")
    assert b"PRIVATE KEY" in (tls.client_private_key or b"")
    assert tls.server_root_ca_cert
    assert tls.domain == tomllib.loads(example)["profile"]["production"]["tls"]["server_name"]


def connection_of(service: Service, config_file: str) -> ClientConnectConfig:
    """Return the connection that a service would make, its file of profiles being this one."""
    environment = {**service.environment, "TEMPORAL_CONFIG_FILE": config_file}
    return ClientConfig.load_client_connect_config(override_env_vars=environment)


# ---- The page -----------------------------------------------------------------------------------


def test_the_page_lists_every_setting_with_its_default() -> None:
    rows = re.findall(r"^\| `(REDRESS_\w+)` \| ([^|]+) \|", OPERATIONS, re.MULTILINE)
    assert dict(rows) == {
        f"REDRESS_{name.upper()}": default_of(field.default)
        for name, field in Settings.model_fields.items()
    }
    assert len(rows) == len(Settings.model_fields)


def default_of(value: object) -> str:
    """Return a default as the page has it."""
    if value in (None, ()):
        return "none"
    return "that of the program" if value == ROOT / "config" else f"`{value}`"
