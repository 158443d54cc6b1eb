"""What an operator may set, from environment variables that begin with REDRESS_.

The connection to Temporal is set as everywhere with Temporal: TEMPORAL_ADDRESS and its kin, or a
profile in temporal.toml.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsConfigDict
from temporalio.envconfig import ClientConfig, ClientConnectConfig

from runtime.addresses import has_scheme
from runtime.department_settings import DepartmentSettings
from runtime.errors import SettingsInvalid
from runtime.message_settings import MessageSettings
from runtime.remedy_settings import RemedySettings

PREFIX = "REDRESS_"
PROJECT = Path(__file__).resolve().parent.parent
DATABASE_SCHEMES = ("postgres", "postgresql")

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["auto", "json", "console"]
Slots = Field(default=100, ge=1)


class Settings(DepartmentSettings, MessageSettings, RemedySettings):
    """The settings of one process; secrets never show in its repr.

    `max_cached_workflows` is sized so that thousands of open cases stay in memory. A slot is
    room for one task at a time; each open case needs one only while something happens in it.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: SecretStr | None = None
    data_dir: Path = Path(".redress")
    config_dir: Path = PROJECT / "config"
    kek: SecretStr | None = None
    signing_key: SecretStr | None = None
    max_cached_workflows: int = Field(default=10_000, ge=0)
    # More at once than two cores can turn over would only make each of a backlog's tasks long.
    workflow_slots: int = Field(default=20, ge=2)
    activity_slots: int = Slots
    local_activity_slots: int = Slots
    identity: str | None = None
    log_level: LogLevel = "info"
    log_format: LogFormat = "auto"

    @field_validator("database_url")
    @classmethod
    def _names_postgresql(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not has_scheme(url.get_secret_value(), DATABASE_SCHEMES):
            raise ValueError("write postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
        return url


def load_settings(**given: object) -> Settings:
    """Return the settings; what a caller gives (unless None) counts before the environment."""
    chosen = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**chosen)  # type: ignore[arg-type]  # Checked by Settings itself.
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise SettingsInvalid(tuple(map(_problem, faults))) from None


def temporal_from_environment() -> ClientConnectConfig | None:
    """Return how to reach the Temporal that the environment or a profile names, if it does."""
    try:
        config = ClientConfig.load_client_connect_config()
    except (RuntimeError, OSError) as error:
        problem = f"the connection to Temporal: {error}; mend TEMPORAL_… or temporal.toml"
        raise SettingsInvalid((problem,)) from None
    return config if config.get("target_host") else None


def _problem(fault: ErrorDetails) -> str:
    """Name the variable and the remedy, never the value: it may be a secret."""
    variable = PREFIX + str(fault["loc"][0]).upper()
    return f"{variable}: {fault['msg'].removeprefix('Value error, ')}"
