"""The ways to customers as an operator sets them, and what the worker makes of them."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator

import httpx
import pytest

from gateways.errors import SecretUnusable
from gateways.mail import MailChannel
from gateways.mail_server import Encryption
from gateways.webhook import WebhookChannel
from runtime.errors import SettingsInvalid
from runtime.settings import Settings, load_settings
from schemas.vocabulary import Channel
from worker import message_channels

SECRET = "s3cr3t-of-nobody"
SMTP = f"smtps://redress:{SECRET}@mail.example"
SENDER = "客户服务中心 <care@shop.example>"
HOOK = "https://hooks.example/redress"
SIGNING = [base64.b64encode(bytes([each]) * 32).decode() for each in (1, 2)]


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("REDRESS_"):
            monkeypatch.delenv(name)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


def loaded(**environment: str) -> Settings:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(f"REDRESS_{name}", value)
        return load_settings()


def refused(**environment: str) -> str:
    with pytest.raises(SettingsInvalid) as caught:
        loaded(**environment)
    return str(caught.value)


async def test_without_settings_messages_wait_in_the_outbox(http: httpx.AsyncClient) -> None:
    assert message_channels(loaded(), http) == {}


async def test_mail_and_webhook_each_serve_their_kinds_of_contact(http: httpx.AsyncClient) -> None:
    settings = loaded(
        SMTP_URL=SMTP,
        MAIL_FROM=SENDER,
        WEBHOOK_URL=HOOK,
        WEBHOOK_SECRET=" ".join(SIGNING),
        WEBHOOK_CHANNELS="wechat, phone,online_chat",
    )
    channels = message_channels(settings, http)
    assert set(channels) == {Channel.EMAIL, Channel.WECHAT, Channel.PHONE, Channel.ONLINE_CHAT}
    mail, webhook = channels[Channel.EMAIL], channels[Channel.PHONE]
    assert isinstance(mail, MailChannel)
    assert (mail.server.encryption, mail.server.password) == (Encryption.TLS, SECRET)
    assert mail.sender == SENDER
    assert isinstance(webhook, WebhookChannel)
    assert (webhook.url, len(webhook.secrets)) == (HOOK, 2)


async def test_mail_may_go_by_webhook_where_there_is_no_mail_server(
    http: httpx.AsyncClient,
) -> None:
    settings = loaded(WEBHOOK_URL=HOOK, WEBHOOK_SECRET=SIGNING[0], WEBHOOK_CHANNELS="email")
    assert isinstance(message_channels(settings, http)[Channel.EMAIL], WebhookChannel)


async def test_a_secret_that_is_none_is_found_at_start(http: httpx.AsyncClient) -> None:
    settings = loaded(WEBHOOK_URL=HOOK, WEBHOOK_SECRET=SECRET, WEBHOOK_CHANNELS="wechat")
    with pytest.raises(SecretUnusable):
        message_channels(settings, http)


def test_secrets_do_not_show() -> None:
    settings = loaded(
        SMTP_URL=SMTP,
        MAIL_FROM=SENDER,
        WEBHOOK_URL=HOOK,
        WEBHOOK_SECRET=SECRET,
        WEBHOOK_CHANNELS="app",
    )
    assert SECRET not in repr(settings) + str(settings) + str(settings.model_dump())


@pytest.mark.parametrize(
    ("variable", "value", "remedy"),
    [
        ("SMTP_URL", f"http://{SECRET}", "write smtp://USER:PASSWORD@HOST:PORT"),
        ("SMTP_URL", f"smtp://u:{SECRET}@h:port", "write smtp://"),
        ("SMTP_URL", f"smtp://u:{SECRET}@", "write smtp://"),
        ("SMTP_URL", f"smtp://u:{SECRET}@h?starttls=no", "write smtp://"),
        ("SMTP_URL", f"smtp://h/{SECRET}", "write smtp://"),
        ("SMTP_URL", f"smtp://h#{SECRET}", "write smtp://"),
        ("MAIL_FROM", SECRET, "write ADDRESS or NAME <ADDRESS>"),
        ("MAIL_FROM", f"a@b.example\nBcc: {SECRET}@c.example", "write ADDRESS"),
        ("WEBHOOK_URL", f"ftp://{SECRET}", "write http://HOST:PORT/PATH"),
        ("WEBHOOK_CHANNELS", f"wechat,{SECRET}", "write some of store_desk,phone"),
        ("WEBHOOK_CHANNELS", "wechat,", "separated by commas"),
    ],
)
def test_a_mistake_names_variable_and_remedy_and_not_the_value(
    variable: str, value: str, remedy: str
) -> None:
    message = refused(**{variable: value})
    assert f"- REDRESS_{variable}: " in message
    assert remedy in message
    assert SECRET not in message


@pytest.mark.parametrize(
    ("environment", "remedy"),
    [
        ({"SMTP_URL": SMTP}, "REDRESS_MAIL_FROM: set it too"),
        (
            {"WEBHOOK_URL": HOOK, "WEBHOOK_CHANNELS": "app"},
            "REDRESS_WEBHOOK_SECRET: set it too",
        ),
        (
            {"WEBHOOK_URL": HOOK, "WEBHOOK_SECRET": SECRET},
            "REDRESS_WEBHOOK_CHANNELS: set it too",
        ),
        (
            {
                "SMTP_URL": SMTP,
                "MAIL_FROM": SENDER,
                "WEBHOOK_URL": HOOK,
                "WEBHOOK_SECRET": SECRET,
                "WEBHOOK_CHANNELS": "email,app",
            },
            "REDRESS_WEBHOOK_CHANNELS: leave email out",
        ),
    ],
)
def test_what_belongs_together_is_set_together(environment: dict[str, str], remedy: str) -> None:
    assert remedy in refused(**environment)
