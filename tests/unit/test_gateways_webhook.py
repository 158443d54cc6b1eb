"""Messages by webhook over real HTTP, read by the reference library of Standard Webhooks."""

from __future__ import annotations

import base64
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from gateways.errors import (
    AddressUnusable,
    KeyUnusable,
    MessageUndelivered,
    SecretUnusable,
    Undelivered,
)
from gateways.outgoing_message import OutgoingMessage
from gateways.webhook import WebhookChannel
from schemas.vocabulary import Channel, Language, Purpose
from tests.support.webhook import Posted, Receiver, receiver

SECRET, NEXT = bytes(range(32)), bytes(range(32, 64))
MARKER = "Planted-Marker"
MESSAGE = OutgoingMessage(
    key="17:message:2",
    number=17,
    complaint_id="018f0000-0000-7000-8000-000000000017",
    purpose=Purpose.PROPOSAL,
    channel=Channel.WECHAT,
    address=f"{MARKER}-openid",
    language=Language.ZH_HANT,
    subject="投訴 17：請您選擇解決方案",
    body=f"{MARKER}，您好：\n\n方案 1：補寄商品\n",
)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as client:
        yield client


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with receiver() as served:
        yield served


def channel(
    http: httpx.AsyncClient,
    hook: Receiver,
    secrets: tuple[bytes, ...] = (SECRET,),
    patience: float = 5,
) -> WebhookChannel:
    time = timedelta(seconds=patience)
    return WebhookChannel(http, hook.url, secrets, lambda: datetime.now(UTC), time)


async def failure(webhook: WebhookChannel) -> MessageUndelivered:
    with pytest.raises(MessageUndelivered) as caught:
        await webhook.send(MESSAGE)
    return caught.value


def verified(posted: Posted, secret: bytes = SECRET) -> Any:
    shared = "whsec_" + base64.b64encode(secret).decode()
    return Webhook(shared).verify(posted.body, dict(posted.headers))


async def test_a_receiver_verifies_and_reads_the_message(
    http: httpx.AsyncClient, hook: Receiver
) -> None:
    await channel(http, hook).send(MESSAGE)
    (posted,) = hook.posted
    assert posted.line == "POST /hooks/redress HTTP/1.1"
    assert posted.headers["content-type"] == "application/json"
    assert posted.headers["webhook-id"] == "17:message:2"
    assert verified(posted) == {
        "key": "17:message:2",
        "number": 17,
        "complaint_id": "018f0000-0000-7000-8000-000000000017",
        "purpose": "proposal",
        "channel": "wechat",
        "address": MESSAGE.address,
        "language": "zh-Hant",
        "subject": MESSAGE.subject,
        "body": MESSAGE.body,
    }


async def test_a_changed_message_or_another_secret_does_not_verify(
    http: httpx.AsyncClient, hook: Receiver
) -> None:
    await channel(http, hook).send(MESSAGE)
    (posted,) = hook.posted
    forged = posted._replace(body=posted.body.replace(b"proposal", b"explained"))
    for wrong, secret in ((forged, SECRET), (posted, NEXT)):
        with pytest.raises(WebhookVerificationError):
            verified(wrong, secret)


async def test_while_secrets_change_either_verifies(
    http: httpx.AsyncClient, hook: Receiver
) -> None:
    await channel(http, hook, (NEXT, SECRET)).send(MESSAGE)
    (posted,) = hook.posted
    assert verified(posted, SECRET) == verified(posted, NEXT)


async def test_a_message_sent_again_has_the_same_id_and_text(
    http: httpx.AsyncClient, hook: Receiver
) -> None:
    hook.hangs_up = True
    assert (await failure(channel(http, hook))).retryable
    hook.hangs_up = False
    await channel(http, hook).send(MESSAGE)
    first, again = hook.posted
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert first.body == again.body


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_any_success_takes_the_message(
    http: httpx.AsyncClient, hook: Receiver, status: int
) -> None:
    hook.status = status
    await channel(http, hook).send(MESSAGE)
    assert len(hook.posted) == 1


@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [
        (302, Undelivered.REDIRECTED, False),
        (308, Undelivered.REDIRECTED, False),
        (400, Undelivered.REFUSED, False),
        (401, Undelivered.UNSUITED, True),
        (404, Undelivered.REFUSED, False),
        (410, Undelivered.REFUSED, False),
        (422, Undelivered.REFUSED, False),
        (408, Undelivered.BUSY, True),
        (425, Undelivered.BUSY, True),
        (429, Undelivered.BUSY, True),
        (500, Undelivered.SERVER_ERROR, True),
        (503, Undelivered.SERVER_ERROR, True),
        (999, Undelivered.SERVER_ERROR, True),
    ],
)
async def test_what_is_for_good_is_told_from_what_passes(
    http: httpx.AsyncClient, hook: Receiver, status: int, reason: Undelivered, retryable: bool
) -> None:
    hook.status, hook.headers = status, {"location": hook.url}
    error = await failure(channel(http, hook))
    assert (error.reason, error.retryable) == (reason, retryable)
    assert len(hook.posted) == 1  # A redirect is not followed, even by a client that would.


async def test_a_receiver_that_does_not_answer_is_late(
    http: httpx.AsyncClient, hook: Receiver
) -> None:
    hook.stalls = True
    error = await failure(channel(http, hook, patience=0.2))
    assert (error.reason, error.retryable) == (Undelivered.TIMEOUT, True)


async def test_nobody_listening_may_be_tried_again(http: httpx.AsyncClient) -> None:
    async with receiver() as hook:
        pass
    error = await failure(channel(http, hook))
    assert (error.reason, error.retryable) == (Undelivered.UNREACHABLE, True)


@pytest.mark.parametrize("trouble", [{"status": 422}, {"hangs_up": True}, {"stalls": True}])
async def test_neither_errors_nor_logs_nor_repr_show_address_text_or_secret(
    http: httpx.AsyncClient,
    hook: Receiver,
    caplog: pytest.LogCaptureFixture,
    trouble: dict[str, Any],
) -> None:
    vars(hook).update(trouble)
    webhook = channel(http, hook, (MARKER.encode() * 2,), patience=0.2)
    with caplog.at_level(logging.DEBUG):
        error = await failure(webhook)
    assert MARKER not in caplog.text + str(error) + repr(error) + repr(MESSAGE) + repr(webhook)
    assert error.__cause__ is None
    assert error.__context__ is None


async def test_a_wrong_set_up_is_found_at_start(http: httpx.AsyncClient, hook: Receiver) -> None:
    with pytest.raises(SecretUnusable):
        channel(http, hook, ())
    with pytest.raises(AddressUnusable):
        channel(http, Receiver("ftp://mail.example"))


async def test_a_key_that_cannot_be_signed_sends_nothing(
    http: httpx.AsyncClient, hook: Receiver
) -> None:
    with pytest.raises(KeyUnusable):
        await channel(http, hook).send(MESSAGE.model_copy(update={"key": "17.message"}))
    assert hook.posted == []
