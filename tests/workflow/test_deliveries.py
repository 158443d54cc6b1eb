"""Messages that leave by mail and webhook, through Temporal and PostgreSQL (rules 4 and 29)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from gateways.mail import MailChannel
from gateways.mail_server import mail_server
from gateways.webhook import WebhookChannel
from schemas.vocabulary import Channel, TaskKind, Verdict
from starter.complaint import PlainContact, PlainCustomer
from tests.support.actors import AGENT
from tests.support.caseload import Caseload
from tests.support.cases import Case, clock
from tests.support.eventually import eventually
from tests.support.mail import HOST, TAKEN, PostOffice, post_office
from tests.support.policies import minutes
from tests.support.webhook import Receiver, receiver

pytestmark = pytest.mark.server

MAIL = PlainContact(kind=Channel.EMAIL, address="marker.li@mail.example")
WECHAT = PlainContact(kind=Channel.WECHAT, address="marker-openid")


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office() as office:
        yield office


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with receiver() as hook:
        yield hook


@asynccontextmanager
async def reaching(
    cases: Caseload, office: PostOffice, hook: Receiver, *contacts: PlainContact
) -> AsyncIterator[Case]:
    """Serve a case whose customer has these contacts, by a worker that reaches them."""
    server = mail_server(f"smtp://{HOST}:{office.port}")
    async with httpx.AsyncClient(trust_env=False) as http:
        channels = {
            Channel.EMAIL: MailChannel(server, "care@shop.example", this_moment),
            Channel.WECHAT: WebhookChannel(http, hook.url, (bytes(32),), this_moment),
        }
        async with cases.house.working(channels=channels):
            yield await cases.accept(customer=PlainCustomer(name="Li Na", contacts=contacts))


def this_moment() -> datetime:
    return datetime.now(UTC)


async def kept(case: Case) -> list[str]:
    return [letter.text for letter in await case.client.letters(case.number, by=AGENT)]


async def test_a_message_arrives_by_mail_and_is_kept_as_it_was_sent(
    cases: Caseload, office: PostOffice, hook: Receiver
) -> None:
    async with reaching(cases, office, hook, MAIL) as case:
        view = await case.until(lambda view: view.messages and view.messages[0].delivered_at)
        assert view.messages[0].channel is Channel.EMAIL
        (envelope,), (mail,) = office.envelopes, office.mails
        assert envelope.rcpt_tos == [MAIL.address]
        text = mail.get_content().replace("\r\n", "\n")
        assert await kept(case) == [f"{mail['Subject']}\n\n{text}"]
        assert str(case.number) in mail["Subject"]


async def test_a_server_that_is_away_delays_the_reply_and_not_its_verdict(
    cases: Caseload, office: PostOffice, hook: Receiver
) -> None:
    async with reaching(cases, office, hook, MAIL) as case:
        await case.until(lambda view: view.messages and view.messages[0].delivered_at)
        office.recipient = "451 4.3.0 Try again later"
        await case.send("reply", text="We are looking into it.")
        assert (await case.clock("reply")).verdict is None
        office.recipient = TAKEN
        await case.wait(minutes(10))
        view = await case.until(lambda view: view.messages[-1].delivered_at)
        reply = clock(view, "reply")
        assert (reply.verdict, reply.answered_at) == (Verdict.MET, view.messages[-1].released_at)
        assert len(office.mails) == len(await kept(case)) == 2


async def test_a_message_that_was_taken_in_silence_is_known_by_its_id(
    cases: Caseload, office: PostOffice, hook: Receiver
) -> None:
    office.hangs_up = True
    async with reaching(cases, office, hook, MAIL) as case:
        await eventually(office.content, bool)
        office.hangs_up = False
        await case.wait(minutes(10))
        await case.until(lambda view: view.messages[0].delivered_at)
        assert len({mail["Message-ID"] for mail in office.mails}) == 1
        assert len(await kept(case)) == 1


async def test_an_address_that_is_none_gives_way_to_the_next_contact(
    cases: Caseload, office: PostOffice, hook: Receiver
) -> None:
    office.recipient = "550 5.1.1 No such user"
    async with reaching(cases, office, hook, MAIL, WECHAT) as case:
        view = await case.until(lambda view: view.messages and view.messages[0].delivered_at)
        assert view.messages[0].channel is Channel.WECHAT
        (posted,) = hook.posted
        assert json.loads(posted.body)["address"] == WECHAT.address


async def test_when_nothing_reaches_the_customer_the_owner_has_the_task_and_the_words(
    cases: Caseload, office: PostOffice, hook: Receiver
) -> None:
    office.recipient, hook.status = "550 5.1.1 No such user", 410
    async with reaching(cases, office, hook, MAIL, WECHAT) as case:
        view = await case.until(lambda view: view.messages and view.messages[0].given_up)
        assert view.messages[0].given_up == "message_undelivered"
        (task,) = view.tasks
        assert (task.kind, task.subject) == (TaskKind.DELIVER_MESSAGE, 1)
        assert len(await kept(case)) == 1


async def test_no_address_gets_into_the_history(
    cases: Caseload, office: PostOffice, hook: Receiver
) -> None:
    office.recipient = f"550 5.1.1 <{MAIL.address}> is unknown here"
    async with reaching(cases, office, hook, MAIL, WECHAT) as case:
        await case.until(lambda view: view.messages and view.messages[0].delivered_at)
        events = (await case.handle.fetch_history()).events
        history = b"".join(event.SerializeToString() for event in events)
        assert b"deliver_message" in history
        assert not [each for each in (MAIL, WECHAT) if each.address.encode() in history]
