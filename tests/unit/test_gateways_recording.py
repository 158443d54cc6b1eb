"""The twins keep the promises of the ports, so that tests with them mean something."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateways.check_request import CheckRequest
from gateways.errors import (
    MessageUndelivered,
    OrderRecordsUnavailable,
    OutcomeUnknown,
    Silence,
)
from gateways.outgoing_message import OutgoingMessage
from gateways.ports import MessageChannel, OrderRecords, Outbox, RemedyService
from gateways.recording import (
    Fault,
    RecordingDepartmentSystem,
    RecordingMessageChannel,
    RecordingOrderRecords,
    RecordingOutbox,
    RecordingRemedyService,
)
from schemas.evidence import Evidence
from schemas.remedy_refusal import NotReversible, RemedyDiffers, RemedyRefused
from schemas.sealed import Sealed
from schemas.vocabulary import Channel, Department, Language, Purpose, RemedyKind
from tests.support.remedies import PAID, remedy

KEY = "17:1:1:1"
PARCEL = remedy(RemedyKind.RESEND, KEY)
MESSAGE = OutgoingMessage(
    key="17:message:1",
    number=17,
    complaint_id="018f0000-0000-7000-8000-000000000017",
    purpose=Purpose.REPLY,
    channel=Channel.EMAIL,
    address="marker@mail.example",
    language=Language.EN,
    subject="For Marker",
    body="Marker",
)
SEALED = Sealed(field="message", box="Ym94", digest="00")


async def test_a_remedy_happens_once_per_key() -> None:
    twin = RecordingRemedyService()
    service: RemedyService = twin
    first, again = await service.carry_out(PARCEL), await service.carry_out(PARCEL)
    assert first == again
    assert twin.done == {KEY: PARCEL}
    assert await service.carry_out(PARCEL.model_copy(update={"key": "17:1:1:2"})) != first


async def test_a_key_never_names_two_remedies() -> None:
    twin = RecordingRemedyService()
    await twin.carry_out(PARCEL)
    with pytest.raises(RemedyDiffers, match=KEY):
        await twin.carry_out(PARCEL.model_copy(update={"item": "CUP"}))
    assert twin.done[KEY].item == PARCEL.item


async def test_a_remedy_that_acted_and_failed_is_settled_by_asking() -> None:
    twin = RecordingRemedyService(faults=[Fault.ACT_THEN_FAIL])
    with pytest.raises(OutcomeUnknown) as caught:
        await twin.carry_out(PARCEL)
    assert caught.value.retryable
    assert KEY in str(caught.value)
    assert await twin.lookup(PARCEL) == await twin.carry_out(PARCEL) == "RM-1"


async def test_a_remedy_that_failed_first_is_found_nowhere_and_may_be_tried_again() -> None:
    twin = RecordingRemedyService(faults=[Fault.FAIL_FIRST])
    with pytest.raises(OutcomeUnknown):
        await twin.carry_out(PARCEL)
    assert await twin.lookup(PARCEL) is None
    assert await twin.carry_out(PARCEL) == await twin.lookup(PARCEL)
    assert twin.calls == [KEY, KEY]


async def test_a_remedy_can_be_refused_for_good() -> None:
    twin = RecordingRemedyService(refuses="out_of_stock")
    with pytest.raises(RemedyRefused) as caught:
        await twin.carry_out(PARCEL)
    assert str(caught.value) == (
        "The remedy 17:1:1:1 was declined for good: out_of_stock; a person must see to it."
    )
    assert twin.done == {}


async def test_a_remedy_is_taken_back_once_or_not_at_all() -> None:
    twin = RecordingRemedyService()
    assert await twin.reverse(KEY) is None
    await twin.carry_out(PARCEL)
    assert await twin.reverse(KEY) == await twin.reverse(KEY) == "RV-1"
    assert twin.reversed == [KEY]
    twin.irreversible = True
    with pytest.raises(NotReversible):
        await twin.reverse(KEY)


async def test_the_records_of_orders_know_what_they_were_given() -> None:
    twin = RecordingOrderRecords({"SO-1": PAID})
    records: OrderRecords = twin
    assert await records.paid("SO-1") == PAID
    assert await records.paid("SO-2") is None
    twin.silence = Silence.BUSY
    with pytest.raises(OrderRecordsUnavailable):
        await records.paid("SO-1")
    assert twin.asked == ["SO-1", "SO-2", "SO-1"]


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
        await channel.send(MESSAGE)
    assert caught.value.retryable
    assert str(caught.value) == "The channel email did not take message 17:message:1: unreachable."
    assert len(twin.sent) == sent
    await channel.send(MESSAGE.model_copy(update={"body": "Another"}))
    assert [each.body for each in twin.sent.values()] == ["Another" if not sent else "Marker"]


async def test_a_channel_refuses_the_addresses_it_is_told_to_refuse() -> None:
    twin = RecordingMessageChannel(refuses={MESSAGE.address})
    with pytest.raises(MessageUndelivered, match="refused") as caught:
        await twin.send(MESSAGE)
    assert not caught.value.retryable
    await twin.send(MESSAGE.model_copy(update={"address": "another@mail.example"}))
    assert len(twin.sent) == 1


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
