"""Planting marks in personal data, and finding whatever became of them in files.

A mark is a word of Latin letters, a number and a word of rare Chinese characters. A file is
searched for both words in every form in which a program may have written them.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

LATIN = "qz" + "".join(secrets.choice("bcdfghjkmnpqrstvwxz") for _ in range(10))
HAN = "".join(chr(secrets.choice(range(0x9D00, 0x9F00))) for _ in range(6))
"""Drawn anew for each run, so that no file of an earlier one can be mistaken."""

Encoder = Callable[[str], bytes]

FORMS: Mapping[str, Encoder] = {
    "utf-8": str.encode,
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "base64": lambda text: b64encode(text.encode()),
    "base64, URL-safe": lambda text: urlsafe_b64encode(text.encode()),
    "hex": lambda text: text.encode().hex().encode(),
    "HEX": lambda text: text.encode().hex().upper().encode(),
    "JSON": lambda text: json.dumps(text)[1:-1].encode(),
    "percent": lambda text: quote(text).encode(),
    "octal": lambda text: "".join(f"\\{byte:03o}" for byte in text.encode()).encode(),
    "bytes": lambda text: repr(text.encode())[2:-1].encode(),
}
"""How texts are written down: into databases, logs, dumps, addresses and protocol messages."""


class Marks:
    """Makes marks, and remembers where each was planted."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}

    def mark(self, place: str) -> str:
        """Return a mark for this place."""
        mark = f"{LATIN}{len(self.planted):03}{HAN}"
        self.planted[mark] = place
        return mark


def needles() -> dict[bytes, str]:
    """Return what to look for, with the name of its form."""
    found = {needle: form for word in (LATIN, HAN) for needle, form in _needles(word)}
    assert all(len(needle) >= len(LATIN) for needle in found)
    return found


def traces(directory: Path, besides: Collection[str] = ()) -> list[str]:
    """Return where in the files of a directory there are marks, except in files of these names."""
    files = [path for path in sorted(directory.rglob("*")) if path.is_file()]
    return [trace for file in files if file.name not in besides for trace in traces_in(file)]


def traces_in(file: Path) -> list[str]:
    """Return one line for each form of a mark that is in a file, with its surroundings."""
    data = file.read_bytes()
    found = ((data.find(needle), form) for needle, form in needles().items())
    return [f"{file}: {form}: {data[max(at - 80, 0) : at + 80]!r}" for at, form in found if at >= 0]


def _needles(word: str) -> Iterator[tuple[bytes, str]]:
    for form, encode in FORMS.items():
        if form.startswith("base64"):
            yield from ((needle, form) for needle in _in_base64(word, encode))
        else:
            yield encode(word), form


def _in_base64(word: str, encode: Encoder) -> Iterator[bytes]:
    """Yield what the word looks like wherever it begins among the groups of three bytes."""
    for before in range(3):
        whole = encode("x" * before + word)
        # The first and the last characters also depend on the neighbours of the word.
        yield whole[(0, 2, 3)[before] :].rstrip(b"=")[:-1]
