"""Zones come from the pinned package, and their changes are found to the second."""

from __future__ import annotations

import subprocess
import sys
import zoneinfo
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.errors import ZoneUnknown
from runtime.settings import PROJECT
from runtime.zones import find_zone, offsets

ASK = "import runtime, zoneinfo; print(zoneinfo.TZPATH, zoneinfo.ZoneInfo('Europe/Berlin'))"


def test_no_zone_comes_from_the_machine() -> None:
    assert zoneinfo.TZPATH == ()


def test_a_process_that_wires_redress_ignores_the_zones_of_the_machine() -> None:
    said = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=PROJECT,
        env={"PYTHONTZPATH": "/nowhere"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert said.stdout == "() Europe/Berlin\n"


def test_changes_are_found_to_the_second() -> None:
    found = [(str(each.since), each.seconds) for each in offsets("Europe/Berlin", 2026, 2026)]
    assert found == [
        ("2025-12-31 00:00:00+00:00", 3600),
        ("2026-03-29 01:00:00+00:00", 7200),
        ("2026-10-25 01:00:00+00:00", 3600),
    ]


def test_a_zone_without_changes_has_one_offset() -> None:
    assert [each.seconds for each in offsets("Asia/Shanghai", 2000, 2030)] == [28_800]


@pytest.mark.parametrize("name", ["America/St_Johns", "Africa/Casablanca", "Pacific/Apia"])
def test_every_hour_has_the_offset_of_the_zone(name: str) -> None:
    zone, known = ZoneInfo(name), offsets(name, 2011, 2011)
    for hour in range(365 * 24):
        moment = datetime(2011, 1, 1, tzinfo=UTC) + hour * timedelta(hours=1)
        ours = [each.seconds for each in known if each.since <= moment][-1]
        assert timedelta(seconds=ours) == moment.astimezone(zone).utcoffset()


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Asia"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ZoneUnknown):
        find_zone(name)
