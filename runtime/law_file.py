"""The rules of law of a business, read from config/rules.toml with all mistakes told at once."""

from __future__ import annotations

from pathlib import Path

from runtime.calendar_file import SUFFIX, find_calendar, load_calendar
from runtime.errors import CalendarUnknown, ConfigInvalid, Problem
from runtime.form_file import read_form
from runtime.law_form import LawForm
from schemas.law import Law

FILE = "rules.toml"


def load_law(config_dir: Path) -> Law:
    """Return the rules of a configuration, with the calendars that they name.

    Raises ConfigMissing, ConfigUnreadable or ConfigInvalid.
    """
    form = read_form(config_dir / FILE, LawForm)
    named = sorted({rule.calendar for rule in form.rules().values()})
    problems = [problem for name in named for problem in _unknown(config_dir, form, name)]
    if problems:
        raise ConfigInvalid(file=config_dir / FILE, problems=tuple(problems))
    return form.law({name: load_calendar(find_calendar(config_dir, name)) for name in named})


def _unknown(config_dir: Path, form: LawForm, name: str) -> list[Problem]:
    """Return where the rules name a calendar that is not there."""
    try:
        find_calendar(config_dir, name)
    except CalendarUnknown as error:
        remedy = f"write one of {error.known}, or add calendars/{name}{SUFFIX}"
        places = [key for key, rule in form.rules().items() if rule.calendar == name]
        return [Problem(f"{key}.calendar", f"{name!r} is no calendar", remedy) for key in places]
    return []
