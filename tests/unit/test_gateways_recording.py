"""The twins keep the promises of the ports, so that tests with them mean something."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateways.check_request import CheckRequest
from gateways.errors import MessageUndelivered, OutcomeUnknown, ResendRefused
from gateways.ports import MessageChannel, Outbox, ResendService
from gateways.recording import (
    Fault,
    RecordingDepartmentSystem,
    RecordingMessageChannel,
    RecordingOutbox,
    RecordingResendService,
)
from schemas.evidence import Evidence
from schemas.sealed import Sealed
from schemas.vocabulary import Channel, Department, Purpose

KEY = "17:1:1:1"
SEALED = Sealed(field="message", box="Ym94", digest="00")


async def outcome(service: ResendService, key: str = KEY, item: str = "LID") -> str:
    return await service.resend(key, "SO-1", item, 1)


async def test_a_resend_happens_once_per_key() -> None:
    service = RecordingResendService()
    first, again = await outcome(service), await outcome(service)
    assert first == again
    assert len(service.parcels) == 1
    assert await outcome(service, key="17:1:1:2") != first


async def test_a_key_never_names_two_parcels() -> None:
    service = RecordingResendService()
    await outcome(service)
    with pytest.raises(ResendRefused, match="key_reused") as caught:
        await outcome(service, item="CUP")
    assert not caught.value.retryable
    assert service.parcels[KEY].item == "LID"


async def test_a_resend_that_acted_and_failed_is_settled_by_asking() -> None:
    service = RecordingResendService(faults=[Fault.ACT_THEN_FAIL])
    with pytest.raises(OutcomeUnknown) as caught:
        await outcome(service)
    assert caught.value.retryable
    assert KEY in str(caught.value)
    reference = await service.lookup(KEY)
    assert reference == service.parcels[KEY].reference
    assert await outcome(service) == reference


async def test_a_resend_that_failed_first_is_found_nowhere_and_may_be_tried_again() -> None:
    service = RecordingResendService(faults=[Fault.FAIL_FIRST])
    with pytest.raises(OutcomeUnknown):
        await outcome(service)
    assert await service.lookup(KEY) is None
    assert await outcome(service) == await service.lookup(KEY)
    assert service.calls == [KEY, KEY]


async def test_a_resend_can_be_refused_for_good() -> None:
    service = RecordingResendService(refuses="out_of_stock")
    with pytest.raises(ResendRefused) as caught:
        await outcome(service)
    assert str(caught.value) == (
        "The resend 17:1:1:1 was declined for good: out_of_stock; a person must see to it."
    )
    assert service.parcels == {}


@pytest.mark.parametrize(("fault", "kept"), [(Fault.FAIL_FIRST, 0), (Fault.ACT_THEN_FAIL, 1)])
async def test_the_outbox_keeps_one_message_per_key_whatever_fails(fault: Fault, kept: int) -> None:
    twin = RecordingOutbox(faults=[fault])
    outbox: Outbox = twin
    with pytest.raises(OutcomeUnknown):
        await outbox.put("17:message:1", 17, Purpose.REPLY, SEALED)
    assert len(twin.messages) == kept
    await outbox.put("17:message:1", 17, Purpose.REPLY, SEALED)
    assert twin.messages == {"17:message:1": (17, Purpose.REPLY, SEALED)}


@pytest.mark.parametrize(("fault", "sent"), [(Fault.FAIL_FIRST, 0), (Fault.ACT_THEN_FAIL, 1)])
async def test_a_channel_sends_one_message_per_key_whatever_fails(fault: Fault, sent: int) -> None:
    twin = RecordingMessageChannel(faults=[fault])
    channel: MessageChannel = twin
    with pytest.raises(MessageUndelivered) as caught:
        await channel.send("17:message:1", Channel.EMAIL, "marker@mail.example", "Marker")
    assert caught.value.retryable
    assert str(caught.value) == "The channel email did not take message 17:message:1: no_answer."
    assert len(twin.sent) == sent
    await channel.send("17:message:1", Channel.EMAIL, "marker@mail.example", "Another")
    assert [each.text for each in twin.sent.values()] == ["Another" if not sent else "Marker"]


async def test_the_department_twin_remembers_what_it_was_asked() -> None:
    found = Evidence(system="wms")
    twin = RecordingDepartmentSystem({"SO-1": found})
    request = CheckRequest(
        number=17,
        check=1,
        department=Department.WAREHOUSE,
        question="What was packed?",
        due_at=datetime(2026, 11, 8, tzinfo=UTC),
        key="17:check:1",
        order="SO-1",
    )
    assert await twin.ask(request) is found
    assert twin.asked == [request]
