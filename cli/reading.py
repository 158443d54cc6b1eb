"""What a command is given to read: a text, a file, or the standard input (written as -)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import typer

STANDARD_INPUT = Path("-")


def read_text(file: Path) -> str:
    """Return the text of a file; BadParameter if there is none."""
    if file == STANDARD_INPUT:
        return sys.stdin.read()
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{file} is not encoded as UTF-8; convert it") from None


def read_object(file: Path) -> dict[str, Any]:
    """Return the JSON object in a file; BadParameter if it holds none."""
    try:
        found = json.loads(read_text(file))
    except ValueError as error:
        raise typer.BadParameter(f"{file} is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise typer.BadParameter(f"{file} holds no JSON object; write its fields in braces")
    return found
