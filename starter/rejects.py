"""The list of rejected rows: FILE.rejected.csv, beside the file, with reason and line first.

Each run makes the list anew under a passing name and puts it in place when it ends, also after
Ctrl-C; so a rerun never lists a row twice, and a killed run leaves the earlier list standing. A run
that rejects nothing removes the list. As it quotes complaints, only its owner may read it.
"""

from __future__ import annotations

import csv
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from starter.rows import ImportFileUnusable, Row

PRIVATE = 0o600
COLUMNS = ("reason", "line")


class Rejects:
    """Writes rejected rows; `count` of them so far."""

    def __init__(self, stream: TextIO, header: tuple[str, ...]) -> None:
        self._writer = csv.writer(stream)
        self._writer.writerow((*COLUMNS, *header))
        self.count = 0

    def add(self, row: Row, reason: str) -> None:
        """List a row as it was found; the reason on one line."""
        self._writer.writerow((" ".join(reason.split()), row.line, *row.cells))
        self.count += 1


def rejected_file(file: Path) -> Path:
    """Return where the rejected rows of a file are listed."""
    return file.with_name(f"{file.name.removesuffix('.csv')}.rejected.csv")


@contextmanager
def open_rejects(target: Path, header: tuple[str, ...], encoding: str) -> Iterator[Rejects]:
    """Collect rejected rows, and put the list in place at the end, however that comes.

    Raises ImportFileUnusable if it cannot be written, or another import of the file is running.
    """
    draft = target.with_name(f"{target.name}.part")
    with _held(draft, encoding) as stream:
        rejects = Rejects(stream, header)
        try:
            yield rejects
        finally:
            stream.flush()
            os.fsync(stream.fileno())
            if rejects.count:
                draft.replace(target)
            else:
                target.unlink(missing_ok=True)
                draft.unlink()


@contextmanager
def _held(draft: Path, encoding: str) -> Iterator[TextIO]:
    """Open the draft for this process alone, and begin it anew."""
    try:
        handle = os.open(draft, os.O_RDWR | os.O_CREAT, PRIVATE)
    except OSError as error:
        raise ImportFileUnusable(draft, f"it cannot be written: {error.strerror}") from None
    # What was no text in this encoding goes back as the bytes it was.
    with os.fdopen(handle, "w", encoding=encoding, errors="surrogateescape", newline="") as file:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ImportFileUnusable(draft, "another import of this file is running") from None
        file.truncate(0)
        yield file
