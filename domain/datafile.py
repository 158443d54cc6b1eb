"""Data files that people edit, read strictly: a mistake is named with its key and its remedy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from domain.errors import DataInvalid

Model = TypeVar("Model", bound=BaseModel)

VERSION_LENGTH = 12
REMEDIES: Mapping[str, str] = {
    "missing": "add this key",
    "extra_forbidden": "remove it, or correct its spelling",
}


def read_as(model: type[Model], data: Mapping[str, Any], where: str = "") -> Model:
    """Return the data, as a TOML reader gives it, as a model; DataInvalid names its first fault.

    `where` stands before the key, for data that come in several files.
    """
    try:
        return model.model_validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        remedy = REMEDIES.get(fault["type"], "write such a value")
        key = ", ".join(filter(None, (where, _key(data, fault["loc"]))))
        raise DataInvalid(key, fault["msg"], remedy) from None


def version_of(data: Mapping[str, Any]) -> str:
    """Return the short hash that names this content, whatever the order of its keys."""
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:VERSION_LENGTH]


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
