"""Durations as people write them in data files."""

from __future__ import annotations

import re
from datetime import timedelta

PLAIN = re.compile(
    r"(?:(?P<weeks>\d{1,6})w)?(?:(?P<days>\d{1,6})d)?"
    r"(?:(?P<hours>\d{1,6})h)?(?:(?P<minutes>\d{1,6})m)?(?:(?P<seconds>\d{1,6})s)?",
    re.ASCII,
)
ISO = re.compile(
    r"P(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,6})S)?)?",
    re.ASCII,
)


def parse_duration(text: str) -> timedelta:
    """Return "24h", "90m", "7d", "1d12h" or "PT24H" as a duration; ValueError for another text.

    Months and years are refused, because they have no fixed length.
    """
    found = PLAIN.fullmatch(text) or ISO.fullmatch(text)
    counts = found.groupdict() if found else {}
    parts = {unit: int(count) for unit, count in counts.items() if count}
    if not parts:
        raise ValueError(f'{text!r} is no duration; write such as "30m", "24h", "7d" or "1d12h"')
    return timedelta(**parts)
