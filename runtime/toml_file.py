"""TOML files that people edit, read with the line of every key, so that a mistake can be shown."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.errors import ConfigMissing, ConfigUnreadable

WORD = r"[\w-]+|\"[^\"]*\"|'[^']*'"
DOTTED = rf"\s*((?:{WORD})(?:\s*\.\s*(?:{WORD}))*)\s*"
TABLE = re.compile(rf"\s*\[{DOTTED}\]")
ENTRY = re.compile(rf"{DOTTED}=")

Key = tuple[str, ...]


@dataclass(frozen=True)
class TomlFile:
    """The content of a file, and the lines on which its keys stand."""

    data: Mapping[str, Any]
    lines: Mapping[Key, int]

    def line_of(self, path: Sequence[object]) -> int | None:
        """Return the line of this key, or of the nearest key around it."""
        key = tuple(map(str, path))
        inner_first = (key[:size] for size in range(len(key), 0, -1))
        return next((self.lines[part] for part in inner_first if part in self.lines), None)


def read_toml(file: Path) -> TomlFile:
    """Return a file. Raises ConfigMissing or ConfigUnreadable."""
    try:
        text = file.read_text("utf-8")
        return TomlFile(tomllib.loads(text), _lines(text))
    except OSError:
        raise ConfigMissing(file=file) from None
    except UnicodeDecodeError:
        raise ConfigUnreadable(file=file, reason="it is not encoded as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigUnreadable(file=file, reason=str(error)) from None


def _lines(text: str) -> dict[Key, int]:
    """Return the line of each table and of each key that begins a line.

    This reads no values, so keys within a value on one line stand for that line.
    """
    table: Key = ()
    found: dict[Key, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := TABLE.match(line):
            table = _words(header[1])
            found.setdefault(table, number)
        elif entry := ENTRY.match(line):
            found.setdefault((*table, *_words(entry[1])), number)
    return found


def _words(dotted: str) -> Key:
    return tuple(word.strip("\"'") for word in re.findall(WORD, dotted))
