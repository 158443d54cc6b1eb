"""Collecting the letters of a complaint: opened for whoever asks, and recorded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from schemas.commands import Actor
from schemas.vocabulary import Channel, Purpose, Role
from starter.complaint import NewComplaint, Sealer, sealed_opening
from starter.errors import ComplaintUnknown
from starter.letters import Letter, Letters
from store.memory import Memory, MemoryOutbox, MemoryRegister, MemoryVault
from store.register import NewEntry
from store.sealing import Kek

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
AGENT = Actor(id="agent-1", role=Role.AGENT)


@pytest.fixture
def memory() -> Memory:
    return Memory(lambda: NOW)


@pytest.fixture
def vault(memory: Memory) -> MemoryVault:
    return MemoryVault(memory, Kek("kek-1", bytes(32)))


@pytest.fixture
def letters(memory: Memory, vault: MemoryVault) -> Letters:
    return Letters(MemoryRegister(memory), vault, MemoryOutbox(memory))


async def accepted(memory: Memory, vault: MemoryVault) -> str:
    """Accept complaint 1 and return its internal id."""
    complaint_id = "018f0000-0000-7000-8000-000000000001"
    key = vault.create(complaint_id)
    complaint = NewComplaint(channel=Channel.WEB, content="A part is missing", source_key="k-1")
    opening = sealed_opening(complaint, Sealer(key.key, complaint_id), AGENT, NOW)
    register = MemoryRegister(memory)
    await register.save_policy("p-1", "{}")
    await register.accept(NewEntry(opening, "hash", "p-1", NOW, key))
    return complaint_id


async def test_letters_are_opened_in_the_order_they_were_written(
    memory: Memory, vault: MemoryVault, letters: Letters
) -> None:
    complaint_id = await accepted(memory, vault)
    outbox = MemoryOutbox(memory)
    for purpose in (Purpose.ACKNOWLEDGEMENT, Purpose.REPLY):
        sealed = await vault.seal(complaint_id, "message", f"words of {purpose}")
        await outbox.put(f"1:message:{purpose}", 1, purpose, sealed)
    assert await letters.collect(1, AGENT) == [
        Letter(Purpose.ACKNOWLEDGEMENT, "words of acknowledgement"),
        Letter(Purpose.REPLY, "words of reply"),
    ]
    (opening,) = await vault.openings(complaint_id)
    assert (opening.opened_by, opening.purpose) == ("agent-1", "collect")


async def test_a_complaint_without_letters_has_none(
    memory: Memory, vault: MemoryVault, letters: Letters
) -> None:
    await accepted(memory, vault)
    assert await letters.collect(1, AGENT) == []


async def test_a_number_that_was_never_given_out_is_unknown(letters: Letters) -> None:
    with pytest.raises(ComplaintUnknown):
        await letters.collect(1, AGENT)
