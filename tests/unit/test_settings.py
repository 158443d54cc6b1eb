"""Settings come from the environment, and each mistake names its variable and its remedy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runtime.errors import SettingsInvalid
from runtime.settings import load_settings, temporal_from_environment
from schemas.vocabulary import Department

SECRET = "s3cr3t-of-nobody"
URL = f"postgresql://redress:{SECRET}@127.0.0.1:5432/redress"


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith(("REDRESS_", "TEMPORAL_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "temporal.toml"))


def refused(**environment: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(SettingsInvalid) as caught:
            load_settings()
    return str(caught.value)


def test_without_an_environment_everything_has_its_default() -> None:
    settings = load_settings()
    assert settings.data_dir == Path(".redress")
    assert (settings.config_dir / "policy.toml").is_file()
    assert settings.database_url is None
    assert settings.max_cached_workflows == 10_000
    assert (settings.log_level, settings.log_format) == ("info", "auto")


def test_the_environment_sets_what_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_DATABASE_URL", URL)
    monkeypatch.setenv("REDRESS_MAX_CACHED_WORKFLOWS", "20")
    settings = load_settings()
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == URL
    assert settings.max_cached_workflows == 20


def test_what_a_door_gives_counts_before_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REDRESS_DATA_DIR", "/elsewhere")
    assert load_settings(data_dir=tmp_path).data_dir == tmp_path
    assert load_settings(data_dir=None).data_dir == Path("/elsewhere")


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_DATABASE_URL", "")
    assert load_settings().database_url is None


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_DATABASE_URL", URL)
    monkeypatch.setenv("REDRESS_KEK", SECRET)
    monkeypatch.setenv("REDRESS_WAREHOUSE_URL", "http://127.0.0.1:8080")
    monkeypatch.setenv("REDRESS_WAREHOUSE_SECRET", SECRET)
    settings = load_settings()
    assert settings.warehouse_secret is not None
    assert SECRET not in repr(settings) + str(settings) + str(settings.model_dump())


@pytest.mark.parametrize(
    ("variable", "value", "remedy"),
    [
        ("REDRESS_DATABASE_URL", f"mysql://u:{SECRET}@h/d", "write postgresql://"),
        ("REDRESS_DATABASE_URL", f"postgresql://u:{SECRET}@h:port/d", "write postgresql://"),
        ("REDRESS_WAREHOUSE_URL", f"ftp://{SECRET}", "write http://HOST:PORT"),
        ("REDRESS_WAREHOUSE_URL", f"http:/{SECRET}", "write http://HOST:PORT"),
        ("REDRESS_MAX_CACHED_WORKFLOWS", SECRET, "valid integer"),
        ("REDRESS_MAX_CACHED_WORKFLOWS", "-1", "greater than or equal to 0"),
        ("REDRESS_WORKFLOW_SLOTS", "1", "greater than or equal to 2"),
        ("REDRESS_LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_a_mistake_names_variable_and_remedy_and_not_the_value(
    variable: str, value: str, remedy: str
) -> None:
    message = refused(**{variable: value})
    assert f"- {variable}: " in message
    assert remedy in message
    assert SECRET not in message


def test_every_mistake_is_listed_at_once() -> None:
    message = refused(REDRESS_LOG_LEVEL="loud", REDRESS_ACTIVITY_SLOTS="0")
    assert "REDRESS_LOG_LEVEL" in message
    assert "REDRESS_ACTIVITY_SLOTS" in message


@pytest.mark.parametrize("department", Department)
def test_a_departments_system_is_an_address_and_a_secret(
    monkeypatch: pytest.MonkeyPatch, department: Department
) -> None:
    name = f"REDRESS_{department.upper()}"
    message = refused(**{f"{name}_URL": "http://127.0.0.1:8080"})
    assert f"{name}_SECRET: set it too: requests to {name}_URL are signed with it" in message
    message = refused(**{f"{name}_URL": "127.0.0.1", f"{name}_SECRET": SECRET})
    assert f"{name}_URL: write http://HOST:PORT" in message
    assert load_settings().system_of(department) is None
    monkeypatch.setenv(f"{name}_URL", "http://127.0.0.1:8080")
    monkeypatch.setenv(f"{name}_SECRET", SECRET)
    settings = load_settings()
    assert settings.system_of(department) == ("http://127.0.0.1:8080", SECRET)
    others = [other for other in Department if other is not department]
    assert {settings.system_of(other) for other in others} == {None}
    assert SECRET not in repr(settings)


@pytest.mark.parametrize("system", ["REMEDY", "ORDER"])
def test_a_system_for_remedies_or_orders_has_an_address_and_a_secret(system: str) -> None:
    url, secret = f"REDRESS_{system}_URL", f"REDRESS_{system}_SECRET"
    assert f"- {url}: write http://HOST:PORT" in refused(**{url: f"ftp://{SECRET}", secret: SECRET})
    assert f"- {secret}: set it too: requests to {url}" in refused(**{url: "https://erp"})


def test_without_an_address_our_own_tables_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_REMEDY_SECRET", SECRET)
    settings = load_settings()
    assert (settings.remedy_system, settings.order_system) == (None, None)
    monkeypatch.setenv("REDRESS_REMEDY_URL", "https://erp.example")
    assert load_settings().remedy_system == ("https://erp.example", SECRET)
    assert SECRET not in repr(load_settings())


def test_a_database_on_a_socket_needs_no_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_DATABASE_URL", "postgresql:///redress?host=/run/postgresql")
    assert load_settings().database_url is not None


def test_no_address_of_temporal_is_none() -> None:
    assert temporal_from_environment() is None


def test_a_namespace_alone_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "complaints")
    assert temporal_from_environment() is None


def test_the_address_of_temporal_comes_with_all_that_belongs_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:7233")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "complaints")
    assert temporal_from_environment() == {
        "target_host": "127.0.0.1:7233",
        "namespace": "complaints",
    }


def test_a_profile_gives_the_address_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "temporal.toml").write_text('[profile.office]\naddress = "127.0.0.1:7"\n')
    monkeypatch.setenv("TEMPORAL_PROFILE", "office")
    found = temporal_from_environment()
    assert found is not None
    assert found["target_host"] == "127.0.0.1:7"


def test_a_profile_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_PROFILE", "nowhere")
    with pytest.raises(SettingsInvalid, match=r"'nowhere' not found; mend TEMPORAL_"):
        temporal_from_environment()
