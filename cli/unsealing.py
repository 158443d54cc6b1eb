"""Personal data in what is shown: marked as sealed, or opened on demand, which is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from schemas.sealed import Sealed
from store.vault import Vault

PURPOSE = "cli.show"
"""Why the program opens personal data, as the vault records it."""

Texts = Mapping[str, str]
"""Opened texts by the ciphertexts they were in."""

NOTHING_OPENED: Texts = {}


def sealed_in(value: object) -> Iterator[Sealed]:
    """Yield every sealed value within models, tuples and lists."""
    if isinstance(value, Sealed):
        yield value
    elif isinstance(value, BaseModel):
        for _, item in value:
            yield from sealed_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from sealed_in(item)


async def opened(vault: Vault, complaint_id: str, shown: object, who: str) -> Texts:
    """Open every sealed value in what is shown, and record it once. Raises KeyUnavailable."""
    sealed = list({value.box: value for value in sealed_in(shown)}.values())
    texts = await vault.open(complaint_id, sealed, who=who, purpose=PURPOSE) if sealed else ()
    return {value.box: text for value, text in zip(sealed, texts, strict=True)}


def text_of(sealed: Sealed | None, texts: Texts) -> str:
    """Return an opened text, or a mark in its place."""
    if sealed is None:
        return ""
    return texts.get(sealed.box, f"<{sealed.field} is sealed>")


def document(model: BaseModel, texts: Texts) -> object:
    """Return a model as JSON data, each sealed value as its text or only as what it is."""
    return _without_boxes(model.model_dump(mode="json"), texts)


def _without_boxes(value: object, texts: Texts) -> object:
    if isinstance(value, dict):
        if value.keys() == {"field", "box", "digest"}:
            box = value["box"]
            return texts[box] if box in texts else {"sealed": value["field"]}
        return {key: _without_boxes(item, texts) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_boxes(item, texts) for item in value]
    return value
