"""Outbox, ledger of resends and late refusals, real and in memory."""

from __future__ import annotations

import asyncio

import pytest

from schemas.commands import Actor
from schemas.refusals import RefusalCode
from schemas.sealed import Sealed
from schemas.vocabulary import Department, Purpose, Role
from store.errors import ResendDiffers
from store.late_refusals import LateRefusal
from store.outbox import OutboxMessage
from tests.contract.examples import RECEIVED_AT
from tests.contract.stores import Stores

TEXT = Sealed(field="message", box="AAAA", digest="00")
OTHER = Sealed(field="message", box="BBBB", digest="11")
KEY = "1:1:1:1"


async def test_a_message_waits_until_it_is_collected_and_can_be_read_again(stores: Stores) -> None:
    await stores.outbox.put("1:message:1", 1, Purpose.ACKNOWLEDGEMENT, TEXT)
    await stores.outbox.put("2:message:1", 2, Purpose.ACKNOWLEDGEMENT, TEXT)
    await stores.outbox.put("1:message:2", 1, Purpose.REPLY, OTHER)
    expected = [
        OutboxMessage("1:message:1", 1, Purpose.ACKNOWLEDGEMENT, TEXT),
        OutboxMessage("1:message:2", 1, Purpose.REPLY, OTHER),
    ]
    assert await stores.outbox.collect(1) == expected
    assert await stores.outbox.collect(1) == expected
    assert await stores.outbox.collect(3) == []


async def test_a_message_put_twice_stands_as_it_was_first(stores: Stores) -> None:
    await stores.outbox.put("1:message:1", 1, Purpose.REPLY, TEXT)
    await stores.outbox.put("1:message:1", 1, Purpose.REPLY, OTHER)
    assert [message.text for message in await stores.outbox.collect(1)] == [TEXT]


async def test_a_resend_takes_effect_once_under_its_key(stores: Stores) -> None:
    assert await stores.resends.lookup(KEY) is None
    reference = await stores.resends.resend(KEY, "SO-1", "cable", 1)
    assert await stores.resends.resend(KEY, "SO-1", "cable", 1) == reference
    assert await stores.resends.lookup(KEY) == reference
    assert await stores.resends.resend("1:1:1:2", "SO-1", "cable", 1) != reference


async def test_concurrent_resends_under_one_key_are_one_parcel(stores: Stores) -> None:
    calls = (stores.resends.resend(KEY, "SO-1", "cable", 1) for _ in range(8))
    assert len(set(await asyncio.gather(*calls))) == 1


@pytest.mark.parametrize(
    "content", [("SO-2", "cable", 1), ("SO-1", "plug", 1), ("SO-1", "cable", 2)]
)
async def test_a_key_means_one_content(stores: Stores, content: tuple[str, str, int]) -> None:
    await stores.resends.resend(KEY, "SO-1", "cable", 1)
    with pytest.raises(ResendDiffers, match=KEY):
        await stores.resends.resend(KEY, *content)


def refusal(command_id: str, number: int = 1) -> LateRefusal:
    actor = Actor(id="packer-4", role=Role.DEPARTMENT, department=Department.WAREHOUSE)
    code = RefusalCode.RUN_COMPLETED
    return LateRefusal(number, command_id, "complete_check", actor, code, RECEIVED_AT)


async def test_a_late_refusal_is_kept_once_per_command(stores: Stores) -> None:
    for late in (refusal("c-1"), refusal("c-1"), refusal("c-2"), refusal("c-1", number=2)):
        await stores.late_refusals.record(late)
    assert await stores.late_refusals.of(1) == [refusal("c-1"), refusal("c-2")]
    assert await stores.late_refusals.of(3) == []


async def test_a_late_refusal_without_a_stamp_is_kept(stores: Stores) -> None:
    late = LateRefusal(
        1, "c-1", "reopen", Actor(id="x", role=Role.CUSTOMER), RefusalCode.RUN_COMPLETED, None
    )
    await stores.late_refusals.record(late)
    assert await stores.late_refusals.of(1) == [late]
