"""Telling the customer: kept first, then sent to the first contact that takes it (rule 29)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.failures import as_failure
from activities.notifications import NotificationActivities, PhraseForbidden
from domain.errors import FactMissing
from gateways.errors import MessageUndelivered, OutcomeUnknown, Undelivered
from gateways.ports import MessageChannel
from gateways.recording import Fault, RecordingMessageChannel, RecordingOutbox
from runtime.config import load_config
from schemas.activity_io import Delivery
from schemas.commands import Actor, Contact, Customer
from schemas.effects import DeliverMessage
from schemas.ids import message_key
from schemas.vocabulary import Channel, Language, Purpose, Role
from starter.complaint import NewComplaint, Sealer, sealed_opening
from store.memory import Memory, MemoryRegister, MemoryVault
from store.register import NewEntry
from store.sealing import Kek

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
AGENT = Actor(id="agent-1", role=Role.AGENT)
COMPLAINT = "018f0000-0000-7000-8000-000000000001"
CONFIG = load_config(Path(__file__).parents[2] / "config")
MARKER = "Planted-Marker"
KEY = message_key(1, 1)


@dataclass
class Desk:
    """Everything that a message passes, in memory."""

    vault: MemoryVault
    outbox: RecordingOutbox = field(default_factory=RecordingOutbox)
    mail: RecordingMessageChannel = field(default_factory=RecordingMessageChannel)
    hook: RecordingMessageChannel = field(default_factory=RecordingMessageChannel)

    @property
    def channels(self) -> Mapping[Channel, MessageChannel]:
        return {Channel.EMAIL: self.mail, Channel.WECHAT: self.hook}

    async def deliver(
        self,
        *contacts: tuple[Channel, str],
        text: str = "A person's words.",
        channels: Mapping[Channel, MessageChannel] | None = None,
    ) -> Delivery:
        sealed = [
            Contact(kind=kind, address=await self.vault.seal(COMPLAINT, "contact", address))
            for kind, address in contacts
        ]
        customer = Customer(contacts=tuple(sealed), language=Language.ZH_HANT)
        effect = DeliverMessage(
            key=KEY,
            number=1,
            complaint_id=COMPLAINT,
            message=1,
            purpose=Purpose.REPLY,
            customer=customer if contacts else None,
            text=await self.vault.seal(COMPLAINT, "text", text),
        )
        hands = NotificationActivities(
            self.vault,
            self.outbox,
            CONFIG.templates,
            CONFIG.phrases,
            self.channels if channels is None else channels,
        )
        return await hands.deliver_message(effect)

    async def kept(self) -> str:
        (stored,) = self.outbox.messages.values()
        (text,) = await self.vault.open(COMPLAINT, [stored.text], who="test", purpose="test")
        return text


@pytest.fixture
async def desk() -> Desk:
    memory = Memory(lambda: NOW)
    vault = MemoryVault(memory, Kek("kek-1", bytes(32)))
    key = vault.create(COMPLAINT)
    complaint = NewComplaint(channel=Channel.WEB, content="A part is missing", source_key="k-1")
    opening = sealed_opening(complaint, Sealer(key.key, COMPLAINT), AGENT, NOW)
    register = MemoryRegister(memory)
    await register.save_policy("p-1", "{}")
    await register.accept(NewEntry(opening, "hash", "p-1", NOW, key))
    return Desk(vault)


MAIL = (Channel.EMAIL, "marker@mail.example")
WECHAT = (Channel.WECHAT, "marker-openid")
PHONE = (Channel.PHONE, "+86 139 0000 0000")


async def test_a_message_goes_to_the_first_contact_that_can_be_reached(desk: Desk) -> None:
    assert await desk.deliver(PHONE, MAIL, WECHAT) == Delivery(channel=Channel.EMAIL)
    (sent,) = desk.mail.sent.values()
    assert (sent.key, sent.number, sent.complaint_id) == (KEY, 1, COMPLAINT)
    assert (sent.channel, sent.address, sent.purpose) == (*MAIL, Purpose.REPLY)
    assert (sent.language, sent.subject) == (Language.ZH_HANT, "投訴 1：給您的答覆")
    assert "A person's words." in sent.body
    assert desk.hook.sent == {}


async def test_what_is_sent_is_kept_as_it_was_sent(desk: Desk) -> None:
    await desk.deliver(WECHAT)
    (sent,) = desk.hook.sent.values()
    assert await desk.kept() == f"{sent.subject}\n\n{sent.body}"


async def test_nothing_is_sent_that_could_not_be_kept(desk: Desk) -> None:
    desk.outbox.faults = [Fault.FAIL_FIRST]
    with pytest.raises(OutcomeUnknown):
        await desk.deliver(MAIL)
    assert desk.mail.sent == {}
    assert await desk.deliver(MAIL) == Delivery(channel=Channel.EMAIL)


@pytest.mark.parametrize("contacts", [(), (PHONE,)])
async def test_who_cannot_be_reached_collects_the_message_under_the_number(
    desk: Desk, contacts: tuple[tuple[Channel, str], ...]
) -> None:
    assert await desk.deliver(*contacts) == Delivery(channel=None)
    assert "A person's words." in await desk.kept()
    assert desk.mail.sent == desk.hook.sent == {}


async def test_without_any_channel_every_message_waits_in_the_outbox(desk: Desk) -> None:
    assert await desk.deliver(MAIL, WECHAT, channels={}) == Delivery(channel=None)
    assert list(desk.outbox.messages) == [KEY]


async def test_an_address_that_is_none_is_passed_over_for_the_next_contact(desk: Desk) -> None:
    desk.mail.refuses = {MAIL[1]}
    assert await desk.deliver(MAIL, WECHAT) == Delivery(channel=Channel.WECHAT)
    assert len(desk.hook.sent) == 1


async def test_of_two_addresses_of_one_kind_the_second_counts_too(desk: Desk) -> None:
    desk.mail.refuses = {MAIL[1]}
    await desk.deliver(MAIL, (Channel.EMAIL, "second@mail.example"))
    assert [sent.address for sent in desk.mail.sent.values()] == ["second@mail.example"]


async def test_when_no_contact_can_ever_be_reached_a_person_must_tell_the_customer(
    desk: Desk,
) -> None:
    desk.mail.refuses, desk.hook.refuses = {MAIL[1]}, {WECHAT[1]}
    with pytest.raises(MessageUndelivered) as caught:
        await desk.deliver(MAIL, WECHAT, PHONE)
    assert (caught.value.channel, caught.value.reason) == (Channel.WECHAT, Undelivered.REFUSED)
    assert as_failure(caught.value).non_retryable
    assert "A person's words." in await desk.kept()


async def test_a_channel_that_may_have_taken_it_is_asked_again_and_no_other(desk: Desk) -> None:
    desk.mail.faults = [Fault.ACT_THEN_FAIL]
    with pytest.raises(MessageUndelivered) as caught:
        await desk.deliver(MAIL, WECHAT)
    assert not as_failure(caught.value).non_retryable
    assert desk.hook.sent == {}
    assert await desk.deliver(MAIL, WECHAT) == Delivery(channel=Channel.EMAIL)
    assert list(desk.mail.sent) == list(desk.outbox.messages) == [KEY]


async def test_each_address_is_opened_only_when_its_turn_comes_and_that_is_recorded(
    desk: Desk,
) -> None:
    await desk.deliver(MAIL, WECHAT)
    openings = [(each.fields, each.purpose) for each in await desk.vault.openings(COMPLAINT)]
    assert openings == [(("text",), "reply"), (("contact",), "delivery")]


async def test_forbidden_words_are_neither_kept_nor_sent(desk: Desk) -> None:
    with pytest.raises(PhraseForbidden):
        await desk.deliver(MAIL, text="We are too busy for this.")
    assert (desk.outbox.messages, desk.mail.sent) == ({}, {})


async def test_blank_words_are_neither_kept_nor_sent(desk: Desk) -> None:
    with pytest.raises(FactMissing):
        await desk.deliver(MAIL, text=" \n")
    assert (desk.outbox.messages, desk.mail.sent) == ({}, {})


async def test_a_failure_tells_its_code_and_a_log_line_no_address(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"{MARKER}@mail.example"
    desk.mail.refuses = {address}
    with pytest.raises(MessageUndelivered) as caught:
        await desk.deliver((Channel.EMAIL, address), text=MARKER)
    failure, logged = as_failure(caught.value), capsys.readouterr()
    assert (failure.message, failure.type) == ("message_undelivered", "message_undelivered")
    assert "message not taken" in logged.out + logged.err
    assert KEY in logged.out + logged.err
    assert MARKER not in logged.out + logged.err + repr(caught.value)
