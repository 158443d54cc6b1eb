"""How messages reach customers: by which mail server, from whom, and by which webhook."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode

from runtime.addresses import has_scheme, is_web_address
from schemas.vocabulary import Channel

MAIL_SCHEMES = ("smtp", "smtps")
MAIL_QUERIES = ("", "starttls=yes")
SENDER_FORM = re.compile(r"[^<>\"\\]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+")


class MessageSettings(BaseSettings):
    """Settings of the ways to customers; without any, messages wait in the outbox.

    `webhook_channels` are kinds of contact, separated by commas; `webhook_secret` may be two,
    separated by a blank, while it is being changed.
    """

    smtp_url: SecretStr | None = None
    mail_from: str | None = Field(default=None, validate_default=True)
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = Field(default=None, validate_default=True)
    webhook_channels: Annotated[tuple[Channel, ...], NoDecode] = Field(
        default=(), validate_default=True
    )

    @field_validator("smtp_url")
    @classmethod
    def _names_a_mail_server(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not _is_mail_server(url.get_secret_value()):
            raise ValueError("write smtp://USER:PASSWORD@HOST:PORT or smtps://USER:PASSWORD@HOST")
        return url

    @field_validator("mail_from")
    @classmethod
    def _names_a_sender(cls, sender: str | None, info: ValidationInfo) -> str | None:
        if sender is None and info.data.get("smtp_url") is not None:
            raise ValueError("set it too: mail by REDRESS_SMTP_URL comes from this address")
        if sender is not None and not (sender.isprintable() and SENDER_FORM.fullmatch(sender)):
            raise ValueError("write ADDRESS or NAME <ADDRESS>")
        return sender

    @field_validator("webhook_url")
    @classmethod
    def _names_a_webhook(cls, url: str | None) -> str | None:
        if url is not None and not is_web_address(url):
            raise ValueError("write http://HOST:PORT/PATH or https://HOST/PATH")
        return url

    @field_validator("webhook_secret")
    @classmethod
    def _goes_with_the_webhook(
        cls, secret: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        if secret is None and info.data.get("webhook_url") is not None:
            raise ValueError("set it too: messages to REDRESS_WEBHOOK_URL are signed with it")
        return secret

    @field_validator("webhook_channels", mode="before")
    @classmethod
    def _lists_kinds_of_contact(cls, listed: object) -> object:
        if not isinstance(listed, str):
            return listed
        kinds = [kind.strip() for kind in listed.split(",")]
        if not all(kind in list(Channel) for kind in kinds):
            raise ValueError(f"write some of {','.join(Channel)}, separated by commas")
        return tuple(map(Channel, kinds))

    @field_validator("webhook_channels")
    @classmethod
    def _has_one_way_each(
        cls, kinds: tuple[Channel, ...], info: ValidationInfo
    ) -> tuple[Channel, ...]:
        if not kinds and info.data.get("webhook_url") is not None:
            raise ValueError("set it too, such as wechat,phone: which contacts the webhook reaches")
        if Channel.EMAIL in kinds and info.data.get("smtp_url") is not None:
            raise ValueError("leave email out: it goes by REDRESS_SMTP_URL")
        return kinds


def _is_mail_server(url: str) -> bool:
    if not has_scheme(url, MAIL_SCHEMES):
        return False
    parts = urlsplit(url)
    elsewhere = parts.path not in {"", "/"} or parts.query not in MAIL_QUERIES
    return bool(parts.hostname) and not elsewhere and not parts.fragment
