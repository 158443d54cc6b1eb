"""Outbox and late refusals, real and in memory."""

from __future__ import annotations

from schemas.commands import Actor
from schemas.refusals import RefusalCode
from schemas.sealed import Sealed
from schemas.vocabulary import Department, Purpose, Role
from store.late_refusals import LateRefusal
from store.outbox import OutboxMessage
from tests.contract.examples import RECEIVED_AT
from tests.contract.stores import Stores

TEXT = Sealed(field="message", box="AAAA", digest="00")
OTHER = Sealed(field="message", box="BBBB", digest="11")


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
