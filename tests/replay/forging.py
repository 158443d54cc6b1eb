"""Forging golden histories: every forgery is a lie that one of the checks must find."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from tests.replay.golden import HISTORIES, Golden, read

Forgery = Callable[[Any], None]
"""Changes the document of a golden history."""

TIMEOUT = "startToFireTimeout"


def forged(name: str, forgery: Forgery) -> Golden:
    """Return a golden history after a forgery, which must have changed something."""
    document = json.loads((HISTORIES / f"{name}.json").read_text())
    honest = deepcopy(document)
    forgery(document)
    assert document != honest, "nothing is forged"
    return read(name, json.dumps(document))


def reworded(kind: str, old: str, new: str) -> Forgery:
    """Replace a text in the payloads of all events of a kind."""

    def reword(key: str, leaf: Any) -> Any:
        if key != "data":
            return leaf
        return b64encode(b64decode(leaf).replace(old.encode(), new.encode())).decode()

    return _everywhere(kind, reword)


def delayed_timers(document: Any) -> None:
    """Let every timer have been longer."""
    delay = _everywhere("TIMER_STARTED", lambda key, leaf: f"1{leaf}" if key == TIMEOUT else leaf)
    delay(document)


def misheard(document: Any) -> None:
    """Let the first local activity have been asked something else."""
    asked = document["runs"][0]["asked"]
    asked[min(asked)] = "0" * 64


def dropped(kind: str) -> Forgery:
    """Drop the last event of a kind, and number the rest as if it had never been.

    One that follows another of its kind goes first: then no task is missing with it.
    """

    def drop(document: Any) -> None:
        run = document["runs"][-1]
        kinds = [None, *(event["eventType"] for event in run["events"])]
        name = f"EVENT_TYPE_{kind}"
        places = [place for place, found in enumerate(kinds) if found == name]
        gone = max(places, key=lambda place: (kinds[place - 1] == name, place))

        def renumber(key: str, leaf: Any) -> Any:
            later = key.lower().endswith("eventid") and int(leaf) > gone
            return str(int(leaf) - 1) if later else leaf

        kept = [event for event in run["events"] if event["eventId"] != str(gone)]
        run["events"] = _mapped(kept, renumber)

    return drop


def _everywhere(kind: str, change: Callable[[str, Any], Any]) -> Forgery:
    def forge(document: Any) -> None:
        for run in document["runs"]:
            run["events"] = [
                _mapped(event, change) if event["eventType"] == f"EVENT_TYPE_{kind}" else event
                for event in run["events"]
            ]

    return forge


def _mapped(value: Any, change: Callable[[str, Any], Any], key: str = "") -> Any:
    """Change the leaves of a document, each known by the key above it."""
    if isinstance(value, dict):
        return {name: _mapped(item, change, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_mapped(item, change, key) for item in value]
    return change(key, value)
