"""The base of every model that travels: between processes, into history, into the journal."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Wire(BaseModel):
    """An immutable, strictly typed value that a newer sender may have extended.

    Unknown fields are ignored, so that an older worker reads a newer sender. Subclasses hold no
    business validators and no default factories: a validator tightened later would rewrite the
    past at replay. They change only by adding fields with defaults. Errors never show input.
    """

    model_config = ConfigDict(
        frozen=True, strict=True, extra="ignore", hide_input_in_errors=True, allow_inf_nan=False
    )
