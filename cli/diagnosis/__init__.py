"""What `redress doctor` examines: each part of the set-up, and how to mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from cli.diagnosis import machine, postgres, temporal
from cli.diagnosis.finding import Finding, examine
from runtime.run_file import find_setup
from runtime.settings import load_settings


async def diagnose(data_dir: Path | None) -> AsyncIterator[Finding]:
    """Yield what is found, in the order in which to mend it.

    What cannot be examined because something before it failed is left out.
    """
    yield machine.python()
    settings = load_settings(data_dir=data_dir)
    yield machine.data_directory(settings)
    yield await examine("configuration", lambda: machine.configuration(settings))
    yield await examine("key-encryption key", lambda: machine.key(settings))
    found = await examine("set-up", lambda: machine.setup(settings))
    yield found
    if found.is_failed:
        return
    setup = find_setup(settings)
    async for finding in postgres.diagnose(setup.database_url, settings):
        yield finding
    async for finding in temporal.diagnose(setup.temporal):
        yield finding
