"""What can be wrong with the set-up of a process.

WiringError
├── SettingsInvalid            an environment variable or option
├── QueueUnknown               a worker is to serve what does not exist
├── NothingRunning             no servers are known
├── SetupMixed                 two set-ups at once
├── KekUnusable
│   ├── KekMissing             no key-encryption key yet
│   ├── KekFileUnusable        its file cannot be read or made
│   ├── KekExposed             others may read its file
│   └── KekInvalid             not 32 bytes in base64
├── SigningKeyProblem
│   ├── SigningKeyMissing      this door has no key to sign with
│   └── SigningKeyUnusable     its file or text is no such key
├── ConfigError
│   ├── ConfigMissing          a data file is not there
│   ├── ConfigUnreadable       it is no TOML or no text
│   └── ConfigInvalid          it says what cannot be
│       └── PolicyInvalid
├── CalendarUnknown            no calendar has this name
├── CountryUnknown             nobody knows its public holidays
├── DaysEstimated              holidays that nobody has fixed yet
├── TemporalUnavailable        no answer, or no access
└── SearchAttributesUnusable   known to the server as something else

The docstring of each class is its message: what happened, why, and how to mend it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from schemas.errors import RedressError


class WiringError(RedressError):
    """The process cannot be set up."""

    code = "wiring"


class Problem(NamedTuple):
    """One mistake in a file: `line` is None where the key is missing."""

    key: str
    what: str
    remedy: str
    line: int | None = None

    def __str__(self) -> str:
        """Return one line of text."""
        place = f"line {self.line}, {self.key}" if self.line else self.key
        return f"{place}: {self.what}; {self.remedy}."


@dataclass(eq=False)
class SettingsInvalid(WiringError):
    """The settings cannot be used:

    {listed}
    """  # noqa: D415 - The colon introduces the list.

    code = "settings_invalid"
    problems: tuple[str, ...]

    def _facts(self) -> dict[str, object]:
        return {"listed": "\n".join(f"- {problem}" for problem in self.problems)}


@dataclass(eq=False)
class QueueUnknown(WiringError):
    """There is no queue {name!r}; name some of these, with commas between them: {known}."""

    code = "queue_unknown"
    name: str
    known: str


@dataclass(eq=False)
class NothingRunning(WiringError):
    """No running set-up was found in {data_dir}: {reason}.

    Start one with `redress up`, name its directory with --data-dir, or set REDRESS_DATABASE_URL
    and TEMPORAL_ADDRESS to servers of your own.
    """

    code = "nothing_running"
    data_dir: Path
    reason: str


@dataclass(eq=False)
class SetupMixed(WiringError):
    """The environment names another {what} than the set-up that runs on {data_dir}.

    A complaint would be registered in one and handled in the other. Set both of
    REDRESS_DATABASE_URL and TEMPORAL_ADDRESS, or neither.
    """

    code = "setup_mixed"
    data_dir: Path
    what: str


class KekUnusable(WiringError):
    """The key-encryption key cannot be used."""

    code = "kek_unusable"


@dataclass(eq=False)
class KekMissing(KekUnusable):
    """There is no key-encryption key: REDRESS_KEK is not set and {file} does not exist.

    Set REDRESS_KEK to the key of the set-up, or name its directory with --data-dir. Only
    `redress up` makes a key, and only for a database that holds no complaint yet.
    """

    code = "kek_missing"
    file: Path


@dataclass(eq=False)
class KekFileUnusable(KekUnusable):
    """The file {file} of the key-encryption key cannot be used: {reason}.

    Run Redress as the owner of that file, name another directory with --data-dir, or set
    REDRESS_KEK.
    """

    code = "kek_file_unusable"
    file: Path
    reason: str


@dataclass(eq=False)
class KekExposed(KekUnusable):
    """The key-encryption key in {file} may be read by other users (mode {mode:04o}).

    Run `chmod 600 {file}`. If others may have read it, treat the personal data as disclosed.
    """

    code = "kek_exposed"
    file: Path
    mode: int


@dataclass(eq=False)
class KekInvalid(KekUnusable):
    """The key-encryption key in {source} is not 32 bytes in base64.

    Put it back from a backup. Only where nothing was ever sealed with it may it be made anew:
    remove the file, or run `openssl rand -base64 32` for REDRESS_KEK.
    """

    code = "kek_invalid"
    source: str


class SigningKeyProblem(WiringError):
    """This door cannot sign commands."""

    code = "signing_key_problem"


@dataclass(eq=False)
class SigningKeyMissing(SigningKeyProblem):
    """This door has no key to sign with: REDRESS_SIGNING_KEY is not set, {file} does not exist.

    Set REDRESS_SIGNING_KEY to a registered key, name the directory of the set-up with --data-dir,
    or make and register a key of its own with `redress keys new`.
    """

    code = "signing_key_missing"
    file: Path


@dataclass(eq=False)
class SigningKeyUnusable(SigningKeyProblem):
    """The signing key in {source} cannot be used: {reason}.

    Put it back from a backup, or remove it and make another with `redress keys new`.
    """

    code = "signing_key_unusable"
    source: str
    reason: str


@dataclass(eq=False)
class ConfigError(WiringError):
    """The data file {file} cannot be used."""

    code = "config_error"
    file: Path


class ConfigMissing(ConfigError):
    """The data file {file} does not exist or cannot be read.

    Put it back, or set REDRESS_CONFIG_DIR to the directory that holds such files.
    """

    code = "config_missing"


@dataclass(eq=False)
class ConfigUnreadable(ConfigError):
    """The data file {file} cannot be understood: {reason}. Correct it there."""

    code = "config_unreadable"
    reason: str


@dataclass(eq=False)
class ConfigInvalid(ConfigError):
    """The data file {file} says what cannot be:

    {listed}
    """  # noqa: D415 - The colon introduces the list.

    code = "config_invalid"
    problems: tuple[Problem, ...]

    def _facts(self) -> dict[str, object]:
        listed = "\n".join(f"- {problem}" for problem in self.problems)
        return {**vars(self), "listed": listed}


class PolicyInvalid(ConfigInvalid):
    """The policy in {file} cannot be used:

    {listed}
    """  # noqa: D415 - The colon introduces the list.

    code = "policy_invalid"


@dataclass(eq=False)
class CalendarUnknown(WiringError):
    """There is no calendar {name!r}; name one of these, or a file: {known}."""

    code = "calendar_unknown"
    name: str
    known: str


@dataclass(eq=False)
class CountryUnknown(WiringError):
    """The public holidays of that place are not known: {reason}.

    Write its two capital letters (ISO 3166), such as DE, and those of a part of it as in BY.
    """

    code = "country_unknown"
    reason: str


@dataclass(eq=False)
class DaysEstimated(WiringError):
    """Some holidays of {country} in {year} are only estimated, and days are never guessed: {days}.

    Say of each, in the table of overrides, "rest" or "work".
    """

    code = "days_estimated"
    country: str
    year: int
    days: str


@dataclass(eq=False)
class TemporalUnavailable(WiringError):
    """Temporal at {address} cannot be used: {reason}.

    Start `redress up`, or set TEMPORAL_ADDRESS (and TEMPORAL_NAMESPACE, TEMPORAL_API_KEY or
    TEMPORAL_TLS_… where your server wants them) to a server that runs.
    """

    code = "temporal_unavailable"
    address: str
    reason: str


@dataclass(eq=False)
class SearchAttributesUnusable(WiringError):
    """The Temporal server knows these search attributes as another type: {names}.

    Remove them there (`temporal operator search-attribute remove --name NAME`), or give another
    namespace with TEMPORAL_NAMESPACE.
    """

    code = "search_attributes_unusable"
    names: str
