"""The policy of the business, read from config/policy.toml with all its mistakes told at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from runtime.calendar_file import FOLDER, calendar_files, load_calendar, of_years
from runtime.errors import PolicyInvalid
from runtime.form_file import read_form
from runtime.ladder_form import KNOWN
from runtime.policy_form import PolicyForm
from schemas.policy import Policy

YEARS_BEFORE, YEARS_AFTER = 1, 4
"""So many years around the present one travel with each case; none of its clocks leaves them."""


def load_policy(path: Path, config_dir: Path | None = None, year: int | None = None) -> Policy:
    """Return the policy in a file, with the calendars that it names.

    These lie in the folder `calendars` beside the file, else in that of the configuration. Years
    around the given one travel, else around the present one. Raises ConfigMissing,
    ConfigUnreadable, ConfigInvalid for a calendar, or PolicyInvalid.
    """
    beside = path.parent
    has_own = (beside / FOLDER).is_dir()
    files = calendar_files(beside if has_own or config_dir is None else config_dir)
    form = read_form(path, PolicyForm, PolicyInvalid, {KNOWN: tuple(files)})
    present = datetime.now(UTC).year if year is None else year
    years = range(present - YEARS_BEFORE, present + YEARS_AFTER + 1)
    return form.policy(tuple(of_years(load_calendar(files[name]), years) for name in form.named()))
