"""Data files that people edit, read strictly: a mistake is named with its key and its remedy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)

REMEDIES: Mapping[str, str] = {
    "missing": "add this key",
    "extra_forbidden": "remove it, or correct its spelling",
}


class DataInvalid(ValueError):
    """{key}: {problem}; {remedy}."""

    code = "data_invalid"

    def __init__(self, key: str, problem: str, remedy: str) -> None:
        """Say which key is wrong, why, and how to mend it."""
        self.key = key
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{key}: {problem}; {remedy}.")


def read_as(model: type[Model], data: Mapping[str, Any]) -> Model:
    """Return the data, as a TOML reader gives it, as a model; DataInvalid names its first fault."""
    try:
        return model.model_validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        remedy = REMEDIES.get(fault["type"], "write such a value")
        raise DataInvalid(_key(data, fault["loc"]), fault["msg"], remedy) from None


def _key(data: Mapping[str, Any], path: Sequence[int | str]) -> str:
    """Return a path as people read it: items of a list by their `name`, else counted from 1."""
    here: Any = data
    key = ""
    for step in path:
        if isinstance(step, int):
            here = here[step]
            name = here.get("name") if isinstance(here, Mapping) else None
            key += f"[{name or step + 1}]"
        else:
            here = here.get(step) if isinstance(here, Mapping) else None
            key += f".{step}" if key else step
    return key
