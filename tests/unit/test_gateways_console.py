"""The printing twins show what happens and nothing about the customer."""

from __future__ import annotations

from datetime import UTC, datetime

from gateways.check_request import CheckRequest
from gateways.console import (
    ConsoleDepartmentSystem,
    ConsoleMessageChannel,
    ConsoleOutbox,
    ConsoleResendService,
)
from gateways.ports import DepartmentSystem, MessageChannel, Outbox, ResendService
from schemas.sealed import Sealed
from schemas.vocabulary import Channel, Department, Purpose


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


async def test_a_resend_is_shown_once_per_key() -> None:
    lines: list[str] = []
    service: ResendService = ConsoleResendService(lines.append)
    assert await service.lookup("17:1:1:1") is None
    reference = await service.resend("17:1:1:1", "SO-1", "LID", 2)
    assert await service.resend("17:1:1:1", "SO-1", "LID", 2) == reference
    assert await service.lookup("17:1:1:1") == reference
    assert lines == [f"resend: 2 x LID of order SO-1, {reference}"]


async def test_messages_are_shown_without_address_and_text() -> None:
    lines: list[str] = []
    outbox: Outbox = ConsoleOutbox(lines.append)
    channel: MessageChannel = ConsoleMessageChannel(lines.append)
    await outbox.put("17:message:1", 17, Purpose.REPLY, Sealed(field="m", box="Ym94", digest="0"))
    await channel.send("17:message:2", Channel.EMAIL, "marker@mail.example", "Dear Marker")
    assert lines == [
        "outbox: reply for complaint 17 waits to be collected",
        "email: message 17:message:2, 11 characters",
    ]
