"""A server's own directory: made, held by one process at a time, or temporary."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.embedded.errors import DataDirectoryInUse


class Hold:
    """A lock on a directory that the kernel gives up with its process, however that ends."""

    def __init__(self, directory: Path) -> None:
        self._file = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._file, 20, 0).decode() or "of unknown number"
            os.close(self._file)
            raise DataDirectoryInUse(directory=directory, holder=holder) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        os.close(self._file)


@contextmanager
def temporary_directory() -> Iterator[Path]:
    """Yield a directory that the account of PostgreSQL may pass through, and remove it after.

    The usual private temporary directory would bar that account when Redress runs as root.
    """
    directory = Path(tempfile.mkdtemp(prefix="redress-"))
    directory.chmod(0o711)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
