"""Rows of a CSV file, read one by one: a broken one costs neither memory nor its neighbours.

Bytes that are not in the encoding become lone surrogates: the row is refused later, and is written
back as it was. Where a quotation mark is never closed, only the line with it is given up; reading
goes on with the next.
"""

from __future__ import annotations

import csv
import inspect
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Protocol

from runtime.errors import Problem

LONGEST_LINE = 1_000_000
"""Characters that are read at once, even if there is no end of line."""


class ImportFileUnusable(Exception):
    """The file {file} cannot be imported:

    {listed}
    """  # noqa: D415 - The colon introduces the list.

    code = "import_file_unusable"

    def __init__(self, file: Path, *problems: Problem | str) -> None:
        listed = "\n".join(f"- {problem}" for problem in problems)
        super().__init__(inspect.cleandoc(str(self.__doc__)).format(file=file, listed=listed))


@dataclass(frozen=True, slots=True)
class Row:
    """A row as found: `line` counts from 1; `problem` says why its cells cannot be trusted."""

    line: int
    cells: tuple[str, ...]
    problem: str | None = None


class Readable(Protocol):
    """The little that is needed of a text file."""

    def readline(self, limit: int = ..., /) -> str: ...


class Lines:
    """Lines of a file; those taken since `begin` can be given back but for the first."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._given_back: deque[str] = deque()
        self._taken: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._given_back.popleft() if self._given_back else self._read()
        if not line:
            raise StopIteration
        self._taken.append(line)
        self.number += 1
        return line

    def begin(self) -> int:
        """Begin a row, and return the number of its first line."""
        self._taken.clear()
        return self.number + 1

    def give_up_first(self) -> str:
        """Return the first line of the row, and give the others back to be read again."""
        first, *rest = self._taken
        self._given_back.extendleft(reversed(rest))
        self.number -= len(rest)
        return first

    def _read(self) -> str:
        return self._stream.readline(LONGEST_LINE)


def read_rows(stream: Readable, delimiter: str = ",") -> Iterator[Row]:
    """Yield the rows that are not blank, the header too."""
    lines = Lines(stream)
    while True:
        line = lines.begin()
        try:
            cells = next(csv.reader(lines, delimiter=delimiter, strict=True))
        except StopIteration:
            return
        except csv.Error as error:
            given_up = lines.give_up_first().rstrip("\r\n")
            yield Row(line, (given_up,), f"its quotation marks do not match ({error})")
        else:
            if cells:
                yield Row(line, tuple(cells))


@dataclass(frozen=True)
class CsvFile:
    """An open file: its header, the rows that follow, and which share of it is read (0 to 1).

    Reading runs a little ahead of the work.
    """

    header: tuple[str, ...]
    rows: Iterator[Row]
    share: Callable[[], float]


def with_known_width(header: tuple[str, ...], rows: Iterator[Row]) -> Iterator[Row]:
    """Mark the rows that have more or fewer cells than the header."""
    for row in rows:
        if row.problem is None and len(row.cells) != len(header):
            problem = f"the row has {len(row.cells)} cells, the header has {len(header)}"
            yield Row(row.line, row.cells, problem)
        else:
            yield row


@contextmanager
def open_csv(
    file: Path, encoding: str, delimiter: str, *, may_repeat: bool = False
) -> Iterator[CsvFile]:
    """Open a file and read its header. Raises ImportFileUnusable.

    Unless they `may_repeat`, the names of its columns must differ.
    """
    try:
        bytes_of_it = file.open("rb")
    except OSError as error:
        raise ImportFileUnusable(file, f"it cannot be read: {error.strerror}") from None
    with TextIOWrapper(bytes_of_it, encoding, "surrogateescape", newline="") as stream:
        rows = read_rows(stream, delimiter)
        header = _header(file, rows)
        if not may_repeat:
            _expect_different(file, header)
        size = max(file.stat().st_size, 1)
        share = lambda: bytes_of_it.tell() / size  # noqa: E731 - One expression says it.
        yield CsvFile(header, with_known_width(header, rows), share)


def _header(file: Path, rows: Iterator[Row]) -> tuple[str, ...]:
    first = next(rows, None)
    if first is None:
        raise ImportFileUnusable(file, "it is empty; its first row names the columns")
    if first.problem:
        raise ImportFileUnusable(file, f"line {first.line}: {first.problem}; mend the header")
    return tuple(cell.removeprefix("\ufeff").strip() for cell in first.cells)


def _expect_different(file: Path, header: tuple[str, ...]) -> None:
    twice = [repr(column) for column in repeated(header)]
    if twice:
        raise ImportFileUnusable(file, f"it has two columns {', '.join(twice)}; rename one")


def repeated(header: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that more than one column has."""
    return tuple(sorted({column for column in header if header.count(column) > 1}))
