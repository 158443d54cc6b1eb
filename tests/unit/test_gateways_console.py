"""The printing twins show what happens and nothing about the customer."""

from __future__ import annotations

from datetime import UTC, datetime

from gateways.check_request import CheckRequest
from gateways.console import (
    ConsoleDepartmentSystem,
    ConsoleMessageChannel,
    ConsoleOutbox,
    ConsoleRemedyService,
)
from gateways.outgoing_message import OutgoingMessage
from gateways.ports import DepartmentSystem, MessageChannel, Outbox, RemedyService
from schemas.sealed import Sealed
from schemas.vocabulary import Channel, Department, Language, Purpose, RemedyKind
from tests.support.remedies import refund, remedy


async def test_a_question_is_shown_by_its_codes_and_left_to_people() -> None:
    lines: list[str] = []
    system: DepartmentSystem = ConsoleDepartmentSystem(lines.append)
    request = CheckRequest(
        number=17,
        check=2,
        department=Department.WAREHOUSE,
        question="Marker misses a lid.",
        due_at=datetime(2026, 11, 8, 9, 5, tzinfo=UTC),
        key="17:check:2",
    )
    assert await system.ask(request) is None
    assert lines == ["warehouse: check 17/2, due 2026-11-08 09:05Z"]


async def test_a_remedy_is_shown_once_per_key() -> None:
    lines: list[str] = []
    service: RemedyService = ConsoleRemedyService(lines.append)
    assert await service.lookup(remedy(RemedyKind.RESEND)) is None
    assert await service.reverse("7:1:1:1") is None
    reference = await service.carry_out(remedy(RemedyKind.RESEND, quantity=2))
    assert await service.carry_out(remedy(RemedyKind.RESEND, quantity=2)) == reference
    assert await service.lookup(remedy(RemedyKind.RESEND)) == reference
    await service.carry_out(refund(12_50, "7:1:1:2"))
    await service.enter_by_hand(refund(5_00, "7:1:1:3"), "BANK-1")
    await service.enter_by_hand(refund(12_50, "7:1:1:2"), "BANK-2")
    assert await service.reverse("7:1:1:1") == await service.reverse("7:1:1:1") == "RV-1"
    assert lines == [
        "resend: 2 x LID-1 for order SO-1001, RM-1",
        "partial_refund: ¥12.50 for order SO-1001, RM-2",
        "by hand: partial_refund: ¥5.00 for order SO-1001, BANK-1",
        "taken back: RM-1, RV-1",
    ]


async def test_messages_are_shown_without_address_and_text() -> None:
    lines: list[str] = []
    outbox: Outbox = ConsoleOutbox(lines.append)
    channel: MessageChannel = ConsoleMessageChannel(lines.append)
    await outbox.put("17:message:1", 17, Purpose.REPLY, Sealed(field="m", box="Ym94", digest="0"))
    await channel.send(
        OutgoingMessage(
            key="17:message:2",
            number=17,
            complaint_id="018f0000-0000-7000-8000-000000000017",
            purpose=Purpose.REPLY,
            channel=Channel.EMAIL,
            address="marker@mail.example",
            language=Language.EN,
            subject="For Marker",
            body="Dear Marker",
        )
    )
    assert lines == [
        "outbox: reply for complaint 17 waits to be collected",
        "email: message 17:message:2, 11 characters",
    ]
