"""The dispatcher: starts every accepted complaint that its door could not start (rule 25)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog
from temporalio.client import Client

from starter.starting import start_case
from store.errors import StoreUnavailable
from store.register import Entry, Register

BATCH = 50
LEASE = timedelta(seconds=30)
PAUSE = 1.0
"""Seconds between looks into the queue while it is empty."""
POSTPONED = timedelta(seconds=5)
"""How long a complaint waits after an attempt that failed."""

log = structlog.get_logger()


async def dispatch(temporal: Client, register: Register, stop: asyncio.Event) -> None:
    """Start what waits in the queue until told to stop; an outage only makes it wait."""
    while not stop.is_set():
        try:
            busy = await dispatch_due(temporal, register) > 0
        except StoreUnavailable:
            busy = False
        if not busy:
            await _pause(stop)


async def dispatch_due(temporal: Client, register: Register) -> int:
    """Start the complaints that are due, and return how many were tried."""
    entries = await register.claim_due(BATCH, LEASE)
    for entry in entries:
        await _start(temporal, register, entry)
    return len(entries)


async def _start(temporal: Client, register: Register, entry: Entry) -> None:
    try:
        await start_case(temporal, register, entry)
    except StoreUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the complaint stays queued.
        code = getattr(error, "code", None) or type(error).__name__
        await register.postpone(entry.number, str(code), POSTPONED)
        log.warning("complaint not started yet", number=entry.number, reason=str(code))


async def _pause(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), PAUSE)
    except TimeoutError:
        return
