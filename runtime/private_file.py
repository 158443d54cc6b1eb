"""Files that only their owner may read, complete from the first moment they can be seen."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

PRIVATE = 0o600
FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Exposed(Exception):
    """Others than its owner may read or change the file; `mode` are its permissions."""

    def __init__(self, mode: int) -> None:
        super().__init__(mode)
        self.mode = mode


def read_private(file: Path) -> str:
    """Return what a file says that is for its owner only. Raises Exposed or OSError."""
    with file.open(encoding="ascii", errors="replace") as stream:
        mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
        if mode & FOR_OTHERS:
            raise Exposed(mode)
        return stream.read()


def write_private(file: Path, content: bytes) -> None:
    """Write or replace the file at one stroke."""
    draft = _draft(file, content)
    try:
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    _settle(file.parent)


def create_private(file: Path, content: bytes) -> bool:
    """Write the file unless there is one already; tell whether it was written."""
    draft = _draft(file, content)
    try:
        # A hard link appears with all its content, and never in place of another file.
        os.link(draft, file)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    _settle(file.parent)
    return True


def _draft(file: Path, content: bytes) -> Path:
    """Return a file of passing name beside the one to be, with the content safely on the disk."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(descriptor)
    return draft


def _settle(directory: Path) -> None:
    """Make a new name in a directory outlast a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
