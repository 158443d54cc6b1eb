"""A data file in a form of ours, with all its mistakes told at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from runtime.errors import ConfigInvalid, Problem
from runtime.toml_file import TomlFile, read_toml

WORDING: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "missing": ("is missing", "add it"),
        "extra_forbidden": ("is not known", "remove it, or correct its spelling"),
        "model_type": ("is not a table", "write its keys and values"),
        "dict_type": ("is not a table", "write its keys and values"),
        "tuple_type": ("is not a list", "put its values between [ and ]"),
    }
)
KEY_MARK = "[key]"

Form = TypeVar("Form", bound=BaseModel)


def read_form(
    path: Path,
    form: type[Form],
    invalid: type[ConfigInvalid] = ConfigInvalid,
    context: Mapping[str, object] | None = None,
) -> Form:
    """Return a file in this form. Raises ConfigMissing, ConfigUnreadable or what is `invalid`.

    The form may look at the `context`, such as what other files there are.
    """
    file = read_toml(path)
    try:
        return form.model_validate(file.data, context=context)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        problems = sorted((_problem(file, fault) for fault in faults), key=_place)
        raise invalid(file=path, problems=tuple(problems)) from None


def _problem(file: TomlFile, fault: ErrorDetails) -> Problem:
    path = [step for step in fault["loc"] if step != KEY_MARK]
    what, remedy = _wording(fault)
    return Problem(key=_dotted(path), what=what, remedy=remedy, line=file.line_of(path))


def _wording(fault: ErrorDetails) -> tuple[str, str]:
    """Say what is wrong and how to mend it; such files hold nothing secret to be quoted."""
    context = fault.get("ctx", {})
    if fault["input"] is None:
        return WORDING["missing"]
    if fault["type"] in WORDING:
        return WORDING[fault["type"]]
    if fault["type"] == "enum":
        return f"{fault['input']!r} is not known", f"write {context['expected']}"
    if fault["type"] == "mistake":
        return context["what"], context["remedy"]
    return f"{fault['input']!r} {fault['msg'].replace('Input ', '')}", "write such a value"


def _dotted(path: list[int | str]) -> str:
    """Return a path as people read it, items of a list counted from 1."""
    key = ""
    for step in path:
        key += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return key.removeprefix(".")


def _place(problem: Problem) -> tuple[bool, int, str]:
    """Order problems as they are met in the file, what is missing last."""
    return (problem.line is None, problem.line or 0, problem.key)
